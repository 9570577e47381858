import Foundation
import Synchronization

/// Where `input("...")` reads its line from: standard input, until Ctrl-C.
final class Keyboard: Sendable {
    private let isInterrupted = Atomic(false)

    /// Ends the wait for a line, if there is one.
    func interrupt() { isInterrupted.store(true, ordering: .releasing) }
    /// Forgets an earlier interrupt. To be called before a cell starts.
    func clear() { isInterrupted.store(false, ordering: .releasing) }

    /// The next line without its newline; `nil` at the end of input or where it was interrupted.
    func readLine() -> String? {
        var bytes: [UInt8] = []
        while !isInterrupted.load(ordering: .acquiring) {
            // The signal reaches another thread than this one, so the wait is short and looks again.
            var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 100) > 0 else { continue }
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count == 1 else { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
