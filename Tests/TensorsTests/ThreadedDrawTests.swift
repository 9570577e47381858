import Diagnostics
import Graphs
import Testing

@testable import Tensors

@Suite struct ThreadedDrawTests {
    /// The bits of draws do not depend on how many threads make them.
    @Test func threadsDoNotMatter() {
        let table = GuidedTable(lowest: -2, cumulated: (1...50).map { Double($0) / 50 })
        let key = Key(seed: 3)
        let fills: [(name: String, fill: @Sendable (Stretch) -> Void)] = [
            ("uniform", { $0.uniform(key) }), ("normal", { $0.normal(key) }), ("gamma", { $0.gamma([0.5, 3], key) }),
            ("table", { $0.lookup(table, key) }),
        ]
        for (name, fill) in fills {
            for count in [1, 5001, 300_000] {
                let alone = filled(count, pool: WorkerPool(threads: 1), fill)
                for threads in [2, 3] { #expect(filled(count, pool: WorkerPool(threads: threads), fill) == alone, "\(name), \(threads)") }
            }
        }
        let draws = filled(300_000, { $0.lookup(table, key) })
        #expect(draws.allSatisfy { $0 >= -2 && $0 < 48 && $0 == $0.rounded() })
    }

    /// Gamma draws of a plan are those of the definition, in both precisions; a shape that has none is refused.
    @Test func gammaDrawsOfPlans() throws {
        for dtype in [DType.float64, .float32] {
            let builder = Builder()
            let shapes = builder.input(TensorType(dtype, [2000]))
            let graph = try builder.finish([builder.draw(.gamma, shapes.type, [shapes])])
            var parameters = (0..<2000).map { 0.05 + Double($0) / 300 }
            let input = try Tensor(parameters).converted(to: dtype)
            let found = try Plan(graph).run([input], key: Key(seed: 1))[0].doubles
            let expected = try ReferenceExecutor.run(graph, inputs: [input], key: Key(seed: 1))[0].doubles
            let tolerance = dtype == .float64 ? 1e-11 : 1e-6
            for (x, y) in zip(found, expected) { #expect(abs(x - y) <= tolerance * abs(y) + 1e-38) }
            parameters[1700] = -1
            let wrong = try Tensor(parameters).converted(to: dtype)
            #expect(throws: Diagnostic.self) { try Plan(graph).run([wrong], key: Key(seed: 1)) }
        }
    }

    /// What is put off is what would have been computed at once, and its sum and mean too.
    @Test func deferredFunctions() throws {
        let x = Tensor(normal(70_000, Key(seed: 4)))
        let f: (Tensor) throws(Diagnostic) -> Tensor = { (x) throws(Diagnostic) in try (x * 2 + 1).square().log1p() * -0.5 }
        let (now, later) = (try f(x), try x.deferring(f))
        #expect(now.isConcrete && !later.isConcrete && !later.isSymbolic && later.shape == [70_000])
        let (sum, mean) = (try now.sum().double(at: 0), try now.mean().double(at: 0))
        #expect(try abs(later.sum().double(at: 0) - sum) < 1e-12 * abs(sum))
        #expect(try abs(later.mean().double(at: 0) - mean) < 1e-12 * abs(mean))
        #expect(try later.sum(keep: true).shape == now.sum(keep: true).shape)
        for (a, b) in zip(now.doubles, later.doubles) { #expect(abs(a - b) <= 1e-14 * abs(a)) }
        // The elements are at hand now.
        #expect(try abs(later.sum().double(at: 0) - sum) < 1e-12 * abs(sum))
        // Small tensors, and functions that join elements, are computed at once.
        #expect(try Tensor([1, 2, 3]).deferring(f).isConcrete)
        #expect(try x.deferring { (x) throws(Diagnostic) in try x.cumulative(.sum, axis: 0) }.isConcrete)
    }
}
