import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The end of the pipe that the signal handler writes to. A handler may touch nothing but plain memory and `write`, and is told nothing but
/// the signal's number, so this is the one thing of the program that is global.
private let wakeUp = Atomic<Int32>(-1)

/// Calls a function on a thread of its own each time the program is asked to stop (SIGINT, SIGTERM).
///
/// The second time, where the first has not ended the program within its grace, it ends at once with code 130: what was saved before stays whole.
/// - Parameter stop: asks what runs to stop, for instance `Runner.interrupt`.
public func onStopSignal(_ stop: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    let source = ends[0]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wakeUp.store(ends[1], ordering: .releasing)
    let thread = Thread {
        var signal: UInt8 = 0
        var requests = 0
        while true {
            let count = read(source, &signal, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            requests += 1
            if requests > 1 { _exit(ExitCode.interrupted.rawValue) }
            stop()
        }
    }
    thread.start()
    for signal in [SIGINT, SIGTERM] {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { signal in
            var byte = UInt8(truncatingIfNeeded: signal)
            let before = errno
            _ = write(wakeUp.load(ordering: .relaxed), &byte, 1)
            errno = before
        }
        action.sa_flags = SA_RESTART
        sigaction(signal, &action, nil)
    }
}

/// A detached thread of the system that runs one closure.
private final class Thread: Sendable {
    private let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Thread>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, context)
        if failed == 0 { pthread_detach(thread) } else { Unmanaged<Thread>.fromOpaque(context).release() }
    }
}
