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
}
