import Synchronization

/// The request to stop what is running: set from any thread or a signal handler's helper, read by loops.
///
/// A long loop calls `check()` at least every few milliseconds of work. Within a round of a program's outermost loop the stop waits up to
/// `patience` for the round to end, so that short rounds are done whole or not at all.
public final class Interrupt: Sendable {
    private let state = Atomic<UInt8>(0)
    /// Loops of the program that are running, one inside the other.
    private let loops = Atomic<Int>(0)
    /// When a request was first seen.
    private let seen = Mutex<ContinuousClock.Instant?>(nil)
    public static let patience = Duration.milliseconds(100)
    public init() {}

    /// A loop of the program begins, or ends.
    @inline(__always) public func beginLoop() { loops.store(loops.load(ordering: .relaxed) + 1, ordering: .relaxed) }
    @inline(__always) public func endLoop() { loops.store(loops.load(ordering: .relaxed) - 1, ordering: .relaxed) }

    /// Asks the running computation to stop.
    public func request() { state.store(1, ordering: .releasing) }
    /// Asks the running computation to stop because its time is over.
    public func timeOut() { state.store(2, ordering: .releasing) }
    /// Forgets an earlier request.
    public func clear() {
        state.store(0, ordering: .releasing)
        loops.store(0, ordering: .relaxed)
        seen.withLock { $0 = nil }
    }
    @inline(__always) public var isRequested: Bool { state.load(ordering: .relaxed) != 0 }

    /// Throws where a stop has been asked for, and a round that it would cut has had its time.
    @inline(__always) public func check() throws(Diagnostic) {
        if state.load(ordering: .relaxed) != 0 { try stop(loops.load(ordering: .relaxed) == 0) }
    }

    /// The same between two rounds of a loop: at once where the loop is the outermost.
    @inline(__always) public func checkRound() throws(Diagnostic) {
        if state.load(ordering: .relaxed) != 0 { try stop(loops.load(ordering: .relaxed) <= 1) }
    }

    @inline(never) private func stop(_ isBetweenRounds: Bool) throws(Diagnostic) {
        if state.load(ordering: .relaxed) == 2 { throw Diagnostic("the cell ran past its time limit", kind: .timedOut) }
        let now = ContinuousClock.now
        let first = seen.withLock { first in
            if first == nil { first = now }
            return first ?? now
        }
        guard isBetweenRounds || now - first >= Interrupt.patience else { return }
        throw Diagnostic("the cell was stopped; what was bound before it stays", kind: .interrupted)
    }
}
