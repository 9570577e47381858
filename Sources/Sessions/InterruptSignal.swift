import Foundation
import Synchronization

/// Ctrl-C (SIGINT) turned into an ordinary call.
///
/// The signal handler does the one thing that is safe in it, a write into a pipe; a thread at the other end makes the call.
public enum InterruptSignal {
    /// Where the handler writes; a handler can be given nothing else.
    private static let writeEnd = Atomic<Int32>(-1)

    /// From now on Ctrl-C (or the given signals) calls `action`, on a thread of its own, instead of ending the program. To be called once.
    ///
    /// System calls that the signal breaks into are not restarted, so that a prompt waiting for a line hears of it.
    /// - Returns: whether the signal could be taken over.
    @discardableResult
    public static func watch(_ signals: [Int32] = [SIGINT], _ action: @escaping @Sendable () -> Void) -> Bool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        let (readEnd, newWriteEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A handler may never wait: when the pipe is full, enough calls are due already.
        _ = fcntl(newWriteEnd, F_SETFL, O_NONBLOCK)
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                let count = read(readEnd, &byte, 1)
                if count == 1 { action() } else if count == 0 || errno != EINTR { return }
            }
        }
        thread.name = "interrupts"
        thread.start()
        writeEnd.store(newWriteEnd, ordering: .releasing)

        var disposition = sigaction()
        disposition.__sigaction_handler.sa_handler = { _ in
            let savedError = errno
            var byte: UInt8 = 1
            _ = write(InterruptSignal.writeEnd.load(ordering: .acquiring), &byte, 1)
            errno = savedError
        }
        sigemptyset(&disposition.sa_mask)
        disposition.sa_flags = 0
        // A parent that blocks signals in the thread that starts programs hands its mask down.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for signal in signals { sigaddset(&wanted, signal) }
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        return signals.allSatisfy { sigaction($0, &disposition, nil) == 0 }
    }
}
