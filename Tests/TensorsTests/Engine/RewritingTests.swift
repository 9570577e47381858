import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

/// Rewrites a graph and compares what both give.
func expectRewritten(_ graph: Graph, _ inputs: [Tensor], _ name: String) throws {
    let better = try graph.rewritten()
    try better.verify()
    #expect(better.inputs == graph.inputs && better.outputTypes == graph.outputTypes)
    #expect(try better.rewritten() == better, "\(name): rewriting again changes it")
    let key = Key(seed: 9)
    let (before, after) = (
        try ReferenceExecutor.run(graph, inputs: inputs, key: key), try ReferenceExecutor.run(better, inputs: inputs, key: key)
    )
    for (x, y) in zip(before, after) {
        let error = zip(x.doubles, y.doubles).map { $0 == $1 || ($0.isNaN && $1.isNaN) ? 0 : abs($0 - $1) / (1 + abs($0)) }.max() ?? 0
        #expect(error < 1e-9, "\(name): off by \(error)\n\(graph)\nbecame\n\(better)")
    }
}

@Suite struct RewritingTests {
    @Test func randomGraphs() throws {
        for seed in 10_000..<12_000 as Range<UInt64> {
            let (graph, inputs) = try GraphMaker.graph(seed: seed, steps: 14, stops: true)
            try expectRewritten(graph, inputs, "seed \(seed)")
        }
    }

    @Test func gradientsOfRandomGraphs() throws {
        for seed in 20_000..<20_700 as Range<UInt64> {
            let (whole, inputs) = try GraphMaker.graph(seed: seed, steps: 12, stops: true)
            let graph = try whole.weighed(whole.outputs.indices, Int(seed)).gradient(in: Array(inputs.indices))
            try expectRewritten(graph, inputs, "seed \(seed)")
            guard seed % 4 == 0 else { continue }
            try expectRewritten(graph.batched(inputs: inputs.map { _ in false }, size: 2), inputs, "seed \(seed) batched")
            let second = try? graph.weighed(1..<1 + inputs.count, Int(seed)).gradient(in: Array(inputs.indices))
            if let second { try expectRewritten(second, inputs, "seed \(seed), second derivative") }
        }
    }

    @Test func recurrences() throws {
        for (number, row) in recurrenceCases.enumerated() {
            let builder = Builder()
            let symbols = row.inputs.map { builder.input(TensorType(.float64, $0.shape)) }
            let inputs = row.inputs.enumerated().map { sample($0.element.shape, number * 10 + $0.offset) }
            let graph = try builder.finish([row.function(symbols)])
            try expectRewritten(graph, inputs, row.name)
            let gradient = try graph.gradient(in: Array(inputs.indices))
            try expectRewritten(gradient, inputs, "the gradient of \(row.name)")
            let second = try gradient.weighed(1..<1 + inputs.count, number).gradient(in: Array(inputs.indices))
            try expectRewritten(second, inputs, "the second derivative of \(row.name)")
        }
    }
}
