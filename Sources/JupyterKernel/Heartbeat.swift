import Diagnostics
import Foundation

/// Echoes what it gets, so that clients see that the kernel lives while a cell runs.
final class Heartbeat: @unchecked Sendable {  // The socket passes to the heartbeat's thread once and is used there alone.
    private let socket: Socket

    init(context: Context, address: String) throws(Diagnostic) {
        socket = try Socket(.reply, in: context, at: address)
    }

    func start() {
        let thread = Thread {
            while let frames = self.socket.receive(wait: true) { self.socket.send(frames) }
        }
        thread.name = "heartbeat"
        thread.start()
    }
}
