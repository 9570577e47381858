import Foundation
import Synchronization
import Testing

@testable import Notebooks

@Test func aStopSignalIsHeard() async throws {
    let asked = Asked()
    onStopSignal { asked.count.add(1, ordering: .relaxed) }
    defer { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }
    kill(getpid(), SIGTERM)
    // It is heard on a thread of its own, soon; half a minute is for a machine that is busy with other things.
    for _ in 0..<3000 where asked.count.load(ordering: .relaxed) == 0 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(asked.count.load(ordering: .relaxed) == 1)
}

private final class Asked: Sendable {
    let count = Atomic(0)
}
