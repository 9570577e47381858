import Foundation
import Sessions
import Synchronization

/// Calls a function on a thread of its own each time the program is asked to stop (SIGINT, SIGTERM).
///
/// The second time, where the first has not ended the program, it ends at once with code 130: what was saved before stays whole.
/// - Parameter stop: asks what runs to stop, for instance `Runner.interrupt`.
public func onStopSignal(_ stop: @escaping @Sendable () -> Void) {
    let requests = Atomic<Int>(0)
    InterruptSignal.watch([SIGINT, SIGTERM]) {
        if requests.add(1, ordering: .relaxed).newValue > 1 { _exit(ExitCode.interrupted.rawValue) }
        stop()
    }
}
