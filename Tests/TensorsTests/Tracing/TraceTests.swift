import Diagnostics
import Tensors
import Testing

/// A function traced on an input, with its gradient.
private func valueAndGradient(_ x: Tensor, _ f: (Tensor) throws -> Tensor) throws -> (value: Tensor, gradient: Tensor) {
    let trace = Trace()
    let y = try f(try trace.input(x, active: true))
    let results = try trace.valueAndGradients(of: y, in: [0], plans: PlanCache())
    return (results[0], results[1])
}

private func close(_ a: Tensor, _ b: Tensor, _ tolerance: Double) -> Bool {
    a.shape == b.shape && zip(a.doubles, b.doubles).allSatisfy { abs($0 - $1) <= tolerance * (1 + abs($1)) }
}

private let matrix = Tensor([0.3, -0.7, 1.1, 0.4, 0.9, -0.2, 1.7, 0.6, 0.5, -1.3, 0.8, 0.25], shape: [3, 4])
private let square = Tensor([2.0, 0.3, -0.4, 0.1, 1.5, 0.2, 0.6, -0.3, 1.8], shape: [3, 3])

private let functions: [(name: String, at: Tensor, f: @Sendable (Tensor) throws -> Tensor)] = [
    ("arithmetic", matrix, { try (($0 * 2 + 1) / ($0.square() + 3) - 0.5) }),
    ("broadcast", matrix, { try ($0 * Tensor([1, 2, 3, 4]) + $0.sum(axis: 1, keep: true)) }),
    ("power", matrix, { try Tensor.binary(.power, $0.abs() + 1, Tensor(1.5)) }),
    ("maximum", matrix, { try Tensor.binary(.maximum, $0, Tensor(0.2)) }),
    ("select", matrix, { try Tensor.select(Tensor.binary(.greater, $0, Tensor(0)), $0.exp(), $0 * 3) }),
    ("functions", matrix, { try $0.tanh() + $0.sigmoid() + $0.softplus() + $0.sin() + $0.erf() }),
    ("variance", matrix, { try $0.variance(axis: 0) }),
    ("sd of all", matrix, { try $0.sd() }),
    ("largest", matrix, { try $0.max(axis: 1) }),
    ("least", matrix, { try $0.min() }),
    ("logsumexp", matrix, { try $0.logsumexp(axis: -1) }),
    ("cumsum", matrix, { try $0.cumulative(.sum, axis: 1) }),
    ("cumsum of all", matrix, { try $0.cumulative(.sum) }),
    ("product with a matrix", matrix, { try $0.matmul(Tensor([1.0, 2, 0.5, -1, 0.25, 3, 1, 1], shape: [4, 2])) }),
    ("product with a vector", matrix, { try $0.matmul(Tensor([1.0, 2, 0.5, -1])) }),
    ("vector on the left", matrix, { try Tensor([1.0, 2, 0.5]).matmul($0) }),
    ("batched product", matrix, { try $0.reshaped([3, 2, 2]).matmul(Tensor([1.0, 2, 3, 4], shape: [2, 2])) }),
    ("product of batches", matrix, { try $0.reshaped([3, 2, 2]).matmul($0.reshaped([3, 2, 2])) }),
    ("transposed", matrix, { try $0.transposed().matmul($0) }),
    ("reshaped", matrix, { try $0.reshaped([2, 6]) * Tensor([1, 2, 3, 4, 5, 6]) }),
    ("flipped", matrix, { try $0.flipped(1) * Tensor([1, 2, 3, 4]) }),
    ("tiled", matrix, { try $0.tiled([2, 1]).square() }),
    ("row", matrix, { $0.row(1) }),
    ("slice", matrix, { try $0.indexed([.all, .slice(start: 1, end: -1)]) }),
    ("steps back", matrix, { try $0.indexed([.slice(start: nil, end: nil, step: -2)]) }),
    ("element", matrix, { try $0.indexed([.at(-1), .at(2)]) }),
    ("new axis", matrix, { try $0.indexed([.newAxis, .at(0)]) }),
    ("positions", matrix, { try $0.indexed([.positions(Tensor([2, 0, 2, -1]))]) }),
    ("pairs of positions", matrix, { try $0.indexed([.positions(Tensor([2, 0])), .positions(Tensor([1, 3]))]) }),
    ("mask", matrix, { try $0.indexed([.mask(Tensor([true, false, true]))]) }),
    ("concatenated", matrix, { try Tensor.concatenated([$0, $0.exp()], axis: 1) }),
    ("stacked", matrix, { try Tensor.stacked([$0, $0.exp()], axis: 1) }),
    ("split", matrix, { try $0.split(parts: 2, axis: 1)[1] }),
    (
        "set", matrix,
        {
            var x = $0
            try x.set([.at(1)], to: $0.row(0) * 2)
            return x
        }
    ),
    ("cholesky", square, { try $0.matmul($0.transposed()).cholesky() }),
    ("solve", square, { try $0.solve(Tensor([1.0, 2, 3])) }),
    ("inverse", square, { try $0.inverse() }),
    ("determinant", square, { try $0.determinant() }),
    ("log determinant", square, { try $0.logDeterminant().logarithm }),
    ("triangular solve", square, { try $0.triangularSolve(Tensor([1.0, 2, 3])) }),
]

@Test func symbolicOperationsGiveWhatConcreteOnesDo() throws {
    for (name, x, f) in functions {
        let trace = Trace()
        let symbolic = try f(try trace.input(x))
        #expect(symbolic.isSymbolic, "\(name)")
        let concrete = try f(x)
        #expect(symbolic.shape == concrete.shape && symbolic.dtype == concrete.dtype, "\(name): \(symbolic.shape)")
        let value = try trace.run(try trace.graph([symbolic]), plans: PlanCache())[0]
        #expect(close(value, concrete, 1e-12), "\(name): \(value) is not \(concrete)")
        // Reading the numbers of a symbolic tensor gives the same.
        #expect(close(symbolic.settled(), concrete, 1e-12), "\(name), read")
    }
}

@Test func gradientsOfTensorOperationsMatchDifferences() throws {
    for (name, x, f) in functions {
        // A scalar that weighs each element differently.
        func scalar(_ x: Tensor) throws -> Tensor {
            let y = try f(x)
            return try (y.flattened() * Tensor((0..<y.count).map { weight(Double($0)) })).sum()
        }
        let gradient = try valueAndGradient(x, scalar).gradient
        var differences: [Double] = []
        for i in 0..<x.count {
            var (up, down) = (x.doubles, x.doubles)
            up[i] += 1e-6
            down[i] -= 1e-6
            let rise = try scalar(Tensor(up, shape: x.shape)).double(at: 0) - scalar(Tensor(down, shape: x.shape)).double(at: 0)
            differences.append(rise / 2e-6)
        }
        #expect(close(gradient, Tensor(differences, shape: x.shape), 2e-7), "\(name): \(gradient) is not \(differences)")
    }
}

/// Weights that are neither equal nor of a pattern.
private func weight(_ x: Double) -> Double { UnaryOp.cos.apply(3 * x + 1) }

@Test func gradientsNest() throws {
    // d/dx of (d/dx x^3)^2 = d/dx 9 x^4 = 36 x^3.
    let plans = PlanCache()
    let outer = Trace()
    let x = try outer.input(Tensor(2), active: true)
    let inner = Trace(inside: outer)
    let y = try inner.input(x, active: true)
    let slope = try inner.valueAndGradients(of: try y * y * y, in: [0], plans: plans)[1]
    #expect(slope.isSymbolic)
    let result = try outer.valueAndGradients(of: slope.square(), in: [0], plans: plans)
    #expect(result[0].double(at: 0) == 144 && result[1].double(at: 0) == 288)
}

@Test func readsAreNoted() throws {
    let trace = Trace()
    let w = try trace.input(Tensor([1.0, 2]), active: true)
    let n = try trace.input(Tensor(3))
    let data = try trace.input(try Tensor.ones([100]))
    #expect(w.shape == [2] && trace.guards.isEmpty)
    // Numbers that follow from a few others alone become guards.
    #expect(try (n + 1).double(at: 0) == 4)
    #expect(trace.guards.keys.sorted() == [1] && trace.obstacle == nil && !trace.takeLostGradient())
    // A test of what a gradient is taken in stands in the way of using the graph again, without losing a gradient.
    #expect(try Tensor.binary(.greater, w.sum(), Tensor(0)).bools == [true])
    #expect(trace.obstacle != nil && !trace.takeLostGradient())
    // A float of it loses one.
    #expect(try w.sum().double(at: 0) == 3)
    #expect(trace.takeLostGradient() && !trace.takeLostGradient())
    #expect(try data.sum().double(at: 0) == 100)
    #expect(trace.guards.count == 1)
}

@Test func mistakesInTracesAreErrors() throws {
    let trace = Trace()
    let x = try trace.input(Tensor([1.0, 2, 3]), active: true)
    #expect(throws: Diagnostic.self) { try x + Tensor([1.0, 2]) }
    #expect(throws: Diagnostic.self) { try x.matmul(Tensor([1.0, 2])) }
    #expect(throws: Diagnostic.self) { try x.indexed([.at(3)]) }
    #expect(throws: Diagnostic.self) { try x.indexed([.positions(Tensor([0.5]))]) }
    #expect(throws: Diagnostic.self) { try x * Tensor([1, 2, 3], shape: [3], missing: [false, true, false]) }
    #expect(throws: Diagnostic.self) { try trace.valueAndGradients(of: x, in: [0], plans: PlanCache()) }
}
