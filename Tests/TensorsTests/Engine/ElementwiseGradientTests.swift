import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

private func one(_ op: UnaryOp, _ range: ClosedRange<Double>, order: Int = 2) -> GradientCase {
    GradientCase(op.rawValue, [([5], range)], order: order) { $0[0].unary(op) }
}
private func two(_ op: BinaryOp, _ a: ClosedRange<Double>, _ b: ClosedRange<Double>, order: Int = 2) -> GradientCase {
    GradientCase(op.rawValue, [([2, 3], a), ([2, 3], b)], order: order) { Symbol.binary(op, $0[0], $0[1]) }
}

private let cases: [GradientCase] = [
    one(.negate, -2...2), one(.abs, 0.1...2), one(.abs, -2 ... -0.1), one(.sign, 0.1...1, order: 1), one(.reciprocal, 0.5...2),
    one(.square, -2...2), one(.sqrt, 0.5...2), one(.cbrt, 0.5...2), one(.cbrt, -2 ... -0.5), one(.exp, -2...2), one(.exp2, -2...2),
    one(.expm1, -1...1), one(.log, 0.5...2), one(.log2, 0.5...2), one(.log10, 0.5...2), one(.log1p, -0.5...2), one(.sin, -2...2),
    one(.cos, -2...2), one(.tan, -1...1), one(.asin, -0.8...0.8), one(.acos, -0.8...0.8), one(.atan, -2...2), one(.sinh, -2...2),
    one(.cosh, -2...2), one(.tanh, -2...2), one(.asinh, -2...2), one(.acosh, 1.3...3), one(.atanh, -0.8...0.8), one(.sigmoid, -3...3),
    one(.softplus, -3...3), one(.relu, 0.1...1), one(.relu, -1 ... -0.1), one(.erf, -2...2), one(.erfc, -2...2), one(.lgamma, 0.5...4),
    one(.lgamma, -0.8 ... -0.2), one(.digamma, 0.7...4, order: 1), one(.floor, 0.1...0.9, order: 1), one(.ceil, 0.1...0.9, order: 1),
    one(.round, 0.1...0.4, order: 1), one(.trunc, 0.1...0.9, order: 1),
    two(.add, -1...1, -1...1), two(.subtract, -1...1, -1...1), two(.multiply, -1...1, -1...1), two(.divide, -1...1, 0.5...2),
    two(.remainder, 2.1...2.9, 0.9...1), two(.remainder, -2.4 ... -2.1, 0.9...1), two(.power, 0.5...2, -2...2),
    two(.maximum, 0...1, 1.1...2),
    two(.maximum, 1.1...2, 0...1), two(.minimum, 0...1, 1.1...2), two(.atan2, 0.5...1, -1...1), two(.atan2, -1 ... -0.5, -1...1),
    GradientCase("x ^ 3 of negatives", [([4], -2 ... -1)], order: 2) { Symbol.binary(.power, $0[0], $0[0].like(3)) },
    GradientCase("3 ^ x", [([4], -2...1)], order: 2) { Symbol.binary(.power, $0[0].like(3), $0[0]) },
    GradientCase("x * x", [([4], -2...1)], order: 2) { $0[0] * $0[0] },
    GradientCase("select", [([6], -1...1), ([6], -1...1)], order: 2) { x in
        x[0].compared(.greater, x[1]).select(x[0] * x[1], x[1].unary(.exp))
    },
    GradientCase("convert", [([3], -1...1)]) { $0[0].converted(to: .float64).unary(.exp) },
    GradientCase("broadcast in a product", [([3, 1], -1...1), ([2, 1, 4], -1...1)], order: 2) { $0[0] * $0[1] },
    GradientCase("broadcast", [([1, 3], -1...1)], order: 2) { $0[0].broadcast(to: [2, 4, 3]).unary(.sin) },
    GradientCase("broadcast of a number", [([], -1...1)], order: 2) { $0[0].broadcast(to: [2, 3]).unary(.sin) },
    GradientCase("softmax", [([2, 3], -2...2)], order: 2) { x in
        let e = (x[0] - x[0].reduced(.maximum, axes: [1], keep: true).stopped()).unary(.exp)
        return e / e.sum(axes: [1], keep: true)
    },
    GradientCase("logsumexp", [([2, 3], -2...2)], order: 2) { $0[0].logSumExp(axes: [1]) },
    GradientCase("mean", [([2, 3], -2...2)], order: 2) { $0[0].unary(.exp).mean(axes: [0]) },
]

@Suite struct ElementwiseGradientTests {
    @Test func againstDifferences() throws {
        for (number, row) in cases.enumerated() { try check(row, number) }
    }

    /// Every function that carries a gradient is in the table.
    @Test func complete() {
        let names = Set(cases.map(\.name))
        for op in UnaryOp.allCases where !op.isTest && op != .trigamma { #expect(names.contains(op.rawValue), "\(op) has no case") }
        for op in BinaryOp.allCases where !op.isTest && op != .gammaSlope { #expect(names.contains(op.rawValue), "\(op) has no case") }
    }

    /// At corners and ends of domains, where differences say nothing.
    @Test func conventions() throws {
        let cases: [(String, [Double], ([Symbol]) -> Symbol, [Double])] = [
            ("abs at 0", [0], { $0[0].unary(.abs) }, [0]), ("relu at 0", [0], { $0[0].unary(.relu) }, [0]),
            ("maximum of equals", [1, 2], { Symbol.binary(.maximum, $0[0], $0[0].like(1)) }, [0.5, 1]),
            ("maximum of the same", [1, 2], { Symbol.binary(.maximum, $0[0], $0[0] + $0[0].like(0)) }, [1, 1]),
            ("largest of several equal", [3, 1, 3, 3], { $0[0].reduced(.maximum) }, [1.0 / 3, 0, 1.0 / 3, 1.0 / 3]),
            ("smallest of two equal", [1, 1, 2], { $0[0].reduced(.minimum) }, [0.5, 0.5, 0]),
            ("0 ^ 2", [0], { Symbol.binary(.power, $0[0], $0[0].like(2)) }, [0]),
            ("0 ^ 1.5", [0], { Symbol.binary(.power, $0[0], $0[0].like(1.5)) }, [0]),
            ("0 ^ 0", [0], { Symbol.binary(.power, $0[0], $0[0].like(0)) }, [0]),
            ("0 ^ y at 0", [0], { x in Symbol.binary(.power, x[0], x[0].stopped()) }, [0]),
            ("0 ^ x", [2], { Symbol.binary(.power, $0[0].like(0), $0[0]) }, [0]),
            ("stopGradient", [2], { $0[0].stopped() * $0[0] }, [2]),
            ("select keeps the branch not taken out", [-1], { x in x[0].compared(.greater, 0).select(x[0].unary(.log), x[0]) }, [1]),
            ("softplus far out", [800, -800], { $0[0].unary(.softplus) }, [1, 0]),
            ("sigmoid far out", [800, -800], { $0[0].unary(.sigmoid) }, [0, 0]),
            ("logsumexp of -inf", [-.infinity, 0], { $0[0].logSumExp(axes: [0]) }, [0, 1]),
        ]
        for (name, values, function, expected) in cases {
            let builder = Builder()
            let x = builder.input(TensorType(.float64, [values.count]))
            let graph = try builder.finish([function([x]).sum()]).gradient(in: [0])
            try graph.verify()
            let gradient = try ReferenceExecutor.run(graph, inputs: [Tensor(values)], key: Key(seed: 1))[1].doubles
            #expect(zip(gradient, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(name): \(gradient)")
        }
    }

    @Test func refusals() throws {
        func refused(_ words: String, _ function: (Symbol) throws -> Symbol) {
            #expect {
                let builder = Builder()
                let x = builder.input(TensorType(.float64, [2]))
                _ = try builder.finish([try function(x)]).gradient(in: [0])
            } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains(words) }
        }
        refused("trigamma has no gradient") { $0.unary(.trigamma).sum() }
        refused("one number") { $0 }
        refused("one number") { $0.sum().converted(to: .int32) }
    }
}
