import Synchronization

/// The request to stop what is running: set from any thread or a signal handler's helper, read by loops.
///
/// A long loop calls `check()` at least every few milliseconds of work.
public final class Interrupt: Sendable {
    private let state = Atomic<UInt8>(0)
    public init() {}

    /// Asks the running computation to stop.
    public func request() { state.store(1, ordering: .releasing) }
    /// Asks the running computation to stop because its time is over.
    public func timeOut() { state.store(2, ordering: .releasing) }
    /// Forgets an earlier request.
    public func clear() { state.store(0, ordering: .releasing) }
    @inline(__always) public var isRequested: Bool { state.load(ordering: .relaxed) != 0 }

    /// Throws where a stop has been asked for.
    @inline(__always) public func check() throws(Diagnostic) {
        if state.load(ordering: .relaxed) != 0 { throw stop() }
    }

    @inline(never) private func stop() -> Diagnostic {
        state.load(ordering: .relaxed) == 2
            ? Diagnostic("the cell ran past its time limit", kind: .timedOut)
            : Diagnostic("the cell was stopped; what was bound before it stays", kind: .interrupted)
    }
}
