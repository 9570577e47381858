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
        var seen: (kinds: Set<OpKind>, unaries: Set<UnaryOp>, binaries: Set<BinaryOp>, laws: Set<Draw.Law>) = ([], [], [], [])
        for seed in 30_000..<33_000 as Range<UInt64> {
            let (whole, inputs) = try GraphMaker.graph(seed: seed, steps: 14, stops: true, whole: true)
            var graph = whole
            // Few have no gradient: trigamma is on the way.
            if seed % 2 == 1, let gradient = try? whole.weighed(whole.outputs.indices, Int(seed)).gradient(in: Array(inputs.indices)) {
                graph = gradient
            }
            try graph.verify()
            for node in graph.nodes {
                seen.kinds.insert(OpKind(node.op))
                switch node.op {
                case .unary(let op): seen.unaries.insert(op)
                case .binary(let op): seen.binaries.insert(op)
                case .random(let draw): seen.laws.insert(draw.law)
                default: break
                }
            }
            let key = Key(seed: 9)
            let (want, got) = (try ReferenceExecutor.run(graph, inputs: inputs, key: key), try Plan(graph).run(inputs, key: key))
            for (x, y) in zip(want, got) {
                #expect(x.shape == y.shape && x.dtype == y.dtype)
                let error =
                    zip(x.doubles, y.doubles).map { $0 == $1 || ($0.isNaN && $1.isNaN) ? 0 : abs($0 - $1) / (1 + abs($0)) }.max() ?? 0
                #expect(error < 1e-9, "seed \(seed): off by \(error)\n\(graph)")
            }
        }
        let missing = OpKind.allCases.filter { !seen.kinds.contains($0) }
        #expect(missing.isEmpty && seen.laws == Set(Draw.Law.allCases), "no \(missing)")
        let functions = UnaryOp.allCases.filter { !seen.unaries.contains($0) }
        let operators = BinaryOp.allCases.filter { !seen.binaries.contains($0) }
        #expect(functions.isEmpty && operators.isEmpty, "no \(functions), no \(operators)")
    }

    /// In float32 too, where a comparison may fall out the other way in a few.
    @Test func plansInSinglePrecision() throws {
        var (total, off) = (0, 0)
        for seed in 40_000..<41_000 as Range<UInt64> {
            let (whole, inputs) = try GraphMaker.graph(seed: seed, steps: 12)
            let graph = seed % 2 == 0 ? whole : try whole.weighed(whole.outputs.indices, Int(seed)).gradient(in: Array(inputs.indices))
            let (single, rounded) = (graph.inSinglePrecision, try inputs.map { (x) throws(Diagnostic) in try x.converted(to: .float32) })
            try single.verify()
            let key = Key(seed: 9)
            let want = try ReferenceExecutor.run(single, inputs: rounded, key: key)
            let got = try Plan(single).run(rounded, key: key)
            for (x, y) in zip(want, got) {
                #expect(x.shape == y.shape && x.dtype == y.dtype)
                let scale = 1 + (x.doubles.lazy.filter(\.isFinite).map { abs($0) }.max() ?? 0)
                let error = zip(x.doubles, y.doubles).map { $0 == $1 || ($0.isNaN && $1.isNaN) ? 0 : abs($0 - $1) / scale }.max() ?? 0
                total += 1
                if !(error < 1e-3) { off += 1 }
            }
        }
        #expect(off <= total / 200, "\(off) of \(total) are off")
    }
}

extension Graph {
    /// The same computation with float32 for float64.
    fileprivate var inSinglePrecision: Graph {
        func single(_ type: TensorType) -> TensorType { TensorType(type.dtype == .float64 ? .float32 : type.dtype, type.shape) }
        var result = self
        for (index, node) in nodes.enumerated() {
            result.nodes[index].type = single(node.type)
            switch node.op {
            case .constant(let literal): result.nodes[index].op = .constant(Literal(literal.values, single(literal.type)))
            case .iota(let axis, let type): result.nodes[index].op = .iota(axis: axis, single(type))
            case .random(let draw): result.nodes[index].op = .random(Draw(draw.law, single(draw.type), site: draw.site))
            case .convert(.float64): result.nodes[index].op = .convert(.float32)
            case .scan(var scan):
                scan.body = scan.body.inSinglePrecision
                result.nodes[index].op = .scan(scan)
            default: break
            }
        }
        result.inputs = inputs.map(single)
        return result
    }
}
