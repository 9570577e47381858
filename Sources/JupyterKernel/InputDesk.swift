import Foundation
import Synchronization

/// Where a cell that called `input` waits for the answer of its front end.
final class InputDesk: Sendable {
    private let waiting = Mutex(false)
    private let answer = Mutex<String?>(nil)
    private let arrived = DispatchSemaphore(value: 0)

    /// Asks by calling `send` and waits; `nil` where the wait was given up.
    func ask(_ send: () -> Void) -> String? {
        answer.withLock { $0 = nil }
        waiting.withLock { $0 = true }
        send()
        arrived.wait()
        return answer.withLock { $0 }
    }

    /// Ends the wait, if there is one: with the line, or without where the cell is interrupted.
    func end(with line: String?) {
        let wasWaiting = waiting.withLock { waiting in
            defer { waiting = false }
            return waiting
        }
        guard wasWaiting else { return }
        answer.withLock { $0 = line }
        arrived.signal()
    }
}
