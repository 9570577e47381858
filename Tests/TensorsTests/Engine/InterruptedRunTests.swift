import Diagnostics
import Graphs
import Tensors
import Testing

@Suite struct InterruptedRunTests {
    /// A run that is given up leaves donated inputs as they were, and goes on from them.
    @Test func inputsStay() throws {
        let builder = Builder()
        let w = builder.input(TensorType(.float32, [300]))
        let cache = builder.input(TensorType(.float32, [4, 8]))
        let place = builder.input(TensorType(.int32, []))
        let moved = w * 0.5 + w.unary(.tanh).sum()
        let part = (w.unary(.tanh).sum() * w.slice(axis: 0, 0..<8)).reshaped([1, 8])
        let written = try builder.apply(.updateSlice(axis: 0), [cache, part, place])
        let graph = try builder.finish([moved, written, written.sum()])
        let plan = try Plan(graph, donating: [(input: 0, output: 0), (input: 1, output: 1)])
        func execution() throws -> Execution {
            let execution = plan.makeExecution()
            try execution.set(input: 0, Tensor(.float32((0..<300).map { Float($0) / 300 }), shape: [300]))
            try execution.set(input: 1, Tensor(.float32((0..<32).map { Float($0) }), shape: [4, 8]))
            try execution.set(input: 2, Tensor(.int32([2]), shape: []))
            return execution
        }
        let (stopped, whole) = (try execution(), try execution())
        let interrupt = Interrupt()
        interrupt.request()
        #expect(throws: Diagnostic.self) { try stopped.run(key: Key(seed: 0), interrupt: interrupt) }
        interrupt.clear()
        for _ in 0..<3 {
            try stopped.run(key: Key(seed: 0), interrupt: interrupt)
            try whole.run(key: Key(seed: 0))
        }
        for position in 0..<3 { #expect(stopped.output(position).doubles == whole.output(position).doubles) }
        // The slice lies where it was put, and nothing else has changed.
        #expect(Array(whole.output(1).doubles[..<16]) == (0..<16).map(Double.init))
        #expect(Array(whole.output(1).doubles[24...]) == (24..<32).map(Double.init))
    }
}
