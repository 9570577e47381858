import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

@Suite struct RandomGraphTests {
    @Test func gradients() throws {
        var (checked, kinks) = (0, 0)
        for seed in 0..<2000 as Range<UInt64> {
            let (whole, inputs) = try GraphMaker.graph(seed: seed, steps: 12)
            try whole.verify()
            let graph = try whole.weighed(whole.outputs.indices, Int(seed))
            guard try ReferenceExecutor.run(graph, inputs: inputs, key: Key(seed: 9))[0].double(at: 0).isFinite else { continue }
            checked += 1
            // A corner (relu, floor, a maximum) within the step spoils differences; it does not lie within a much smaller one as well.
            if try gradientError(graph, inputs) < 1e-5 { continue }
            kinks += 1
            let error = try gradientError(graph, inputs, step: 1e-7)
            #expect(error < 1e-3, "seed \(seed): the gradient is off by \(error)\n\(graph)")
        }
        #expect(checked > 1900 && kinks < 40, "\(checked) \(kinks)")
    }

    /// Plans give what the definition says, for graphs and their gradients.
    @Test func plans() throws {
        for seed in 30_000..<31_000 as Range<UInt64> {
            let (whole, inputs) = try GraphMaker.graph(seed: seed, steps: 14, stops: true)
            let graph = seed % 2 == 0 ? whole : try whole.weighed(whole.outputs.indices, Int(seed)).gradient(in: Array(inputs.indices))
            let key = Key(seed: 9)
            let (want, got) = (try ReferenceExecutor.run(graph, inputs: inputs, key: key), try Plan(graph).run(inputs, key: key))
            for (x, y) in zip(want, got) {
                #expect(x.shape == y.shape && x.dtype == y.dtype)
                let error =
                    zip(x.doubles, y.doubles).map { $0 == $1 || ($0.isNaN && $1.isNaN) ? 0 : abs($0 - $1) / (1 + abs($0)) }.max() ?? 0
                #expect(error < 1e-9, "seed \(seed): off by \(error)\n\(graph)")
            }
        }
    }
}
