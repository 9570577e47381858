import Graphs
import Testing

@testable import Tensors

@Suite struct ThreadTests {
    /// The bits of what a plan gives on so many threads, run twice.
    private static func bits(_ graph: Graph, _ inputs: [Tensor], threads: Int) throws -> [[[UInt64]]] {
        let plan = try Plan(graph, pool: WorkerPool(threads: threads))
        let execution = plan.makeExecution()
        for (position, input) in inputs.enumerated() { try execution.set(input: position, input) }
        return try (0..<2).map { _ in
            try execution.run(key: Key(seed: 3))
            return plan.outputs.indices.map { execution.output($0).doubles.map(\.bitPattern) }
        }
    }

    @Test func plansGiveTheSameBitsOnAnyNumberOfThreads() throws {
        for (name, graph) in try StepGraphs.all() {
            let inputs = try sampleInputs(graph)
            #expect(try Plan(graph).isParallel, "\(name) has one chunk only, and shows nothing")
            let alone = try Self.bits(graph, inputs, threads: 1)
            #expect(alone[0] == alone[1], "\(name) run again")
            for threads in [2, 3] {
                // More than once, since threads meet their chunks in another order each time.
                for _ in 0..<3 { #expect(try Self.bits(graph, inputs, threads: threads) == alone, "\(name) on \(threads) threads") }
            }
        }
    }

    @Test func plansAgreeWithTheDefinition() throws {
        for (name, graph) in try StepGraphs.all() { try expectPlanned(graph, name) }
    }
}
