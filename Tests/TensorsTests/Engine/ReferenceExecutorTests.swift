import Diagnostics
import Graphs
import Testing

@testable import Tensors

/// A graph of one operation on tensors, run by the reference executor.
private func run(_ op: Op, _ operands: [Tensor], key: Key = Key(seed: 1)) throws -> Tensor {
    let builder = Builder()
    let inputs = operands.map { builder.input(TensorType($0.dtype, $0.shape)) }
    let graph = try builder.finish([try builder.apply(op, inputs)])
    try graph.verify()
    return try ReferenceExecutor.run(graph, inputs: operands, key: key)[0]
}

private func int32(_ values: [Int32], _ shape: [Int]? = nil) -> Tensor { Tensor(.int32(values), shape: shape ?? [values.count]) }
private func counting(_ shape: [Int], from first: Double = 0) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { Double($0) + first }, shape: shape)
}

@Suite struct ReferenceExecutorTests {
    /// Values worked out by hand, or by NumPy for the larger ones.
    @Test func values() throws {
        let square = counting([2, 3])
        let cases: [(Op, [Tensor], [Int], [Double])] = [
            (.iota(axis: 1, TensorType(.int32, [2, 3])), [], [2, 3], [0, 1, 2, 0, 1, 2]),
            (.unary(.square), [int32([70000])], [1], [605_032_704]),
            (.binary(.multiply), [int32([.max]), int32([.max])], [1], [1]),
            (.binary(.add), [int32([.max]), int32([1])], [1], [-2_147_483_648]),
            (.binary(.remainder), [Tensor([-5, 5]), Tensor([3, -3])], [2], [1, -1]),
            (.select, [Tensor([true, false]), Tensor([1, 2]), Tensor([3, 4])], [2], [1, 4]),
            (.convert(.int32), [Tensor([-1.7, 1.7])], [2], [-1, 1]),
            (.convert(.bool), [Tensor([0, 0.5])], [2], [0, 1]),
            (.reduce(.sum, axes: [0]), [square], [3], [3, 5, 7]),
            (.reduce(.maximum, axes: [0, 1]), [square], [], [5]),
            (.reduce(.minimum, axes: [1]), [counting([2, 0])], [2], [.infinity, .infinity]),
            (.argmax(axis: 0), [Tensor([1, 5, 3, 5, 1, 3], shape: [3, 2])], [2], [1, 0]),
            (.argmax(axis: 0), [Tensor([1, .nan, 3])], [], [1]),
            (.cumulativeSum(axis: 0, reverse: false), [square], [2, 3], [0, 1, 2, 3, 5, 7]),
            (.cumulativeSum(axis: 1, reverse: true), [square], [2, 3], [3, 3, 2, 12, 9, 5]),
            (.product(transposeLeft: false, transposeRight: true), [square, square], [2, 2], [5, 14, 14, 50]),
            (.product(transposeLeft: true, transposeRight: false), [square, square], [3, 3], [9, 12, 15, 12, 17, 22, 15, 22, 29]),
            (.gather, [square, int32([1, 0, 1])], [3, 3], [3, 4, 5, 0, 1, 2, 3, 4, 5]),
            (.scatterAdd(rows: 3), [int32([2, 0, 2]), counting([3, 2])], [3, 2], [2, 3, 0, 0, 4, 6]),
            (.transpose([1, 0]), [square], [3, 2], [0, 3, 1, 4, 2, 5]),
            (.broadcast([2, 2, 3]), [counting([2, 1])], [2, 2, 3], [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]),
            (.slice(starts: [0, 0], ends: [2, 3], steps: [1, 2]), [square], [2, 2], [0, 2, 3, 5]),
            (.pad(low: [1, 0], high: [0, 1], interior: [0, 1]), [counting([1, 2], from: 1)], [2, 4], [0, 0, 0, 0, 1, 0, 2, 0]),
            (.concatenate(axis: 1), [square, counting([2, 1], from: 7)], [2, 4], [0, 1, 2, 7, 3, 4, 5, 8]),
            (.reverse(axis: 1), [square], [2, 3], [2, 1, 0, 5, 4, 3]),
            (.updateSlice(axis: 1), [square, counting([2, 1], from: 8), int32([2], [])], [2, 3], [0, 1, 8, 3, 4, 9]),
            (.dynamicSlice(axis: 0, count: 1), [square, int32([1], [])], [1, 3], [3, 4, 5]),
            (.cholesky, [Tensor([4, 2, 2, 5], shape: [2, 2])], [2, 2], [2, 0, 1, 2]),
            (
                .triangularSolve(lower: true, transposed: false), [Tensor([2, 9, 1, 2], shape: [2, 2]), Tensor([2, 5], shape: [2, 1])],
                [2, 1], [1, 2]
            ),
            (
                .triangularSolve(lower: true, transposed: true), [Tensor([2, 9, 1, 2], shape: [2, 2]), Tensor([2, 4], shape: [2, 1])],
                [2, 1], [0, 2]
            ),
            (.pool(Pooling(.maximum, window: [2], strides: [1])), [Tensor([1, 3, 2], shape: [1, 3, 1])], [1, 2, 1], [3, 3]),
            (.pool(Pooling(.mean, window: [2, 2], strides: [2, 2])), [counting([1, 2, 5, 1])], [1, 1, 2, 1], [3, 5]),
            (
                .poolGradient(Pooling(.maximum, window: [2], strides: [1])),
                [Tensor([1, 3, 3], shape: [1, 3, 1]), Tensor([3, 3], shape: [1, 2, 1]), Tensor([10, 1], shape: [1, 2, 1])],
                [1, 3, 1], [0, 11, 0]
            ),
            (
                .convolution(Convolution(strides: [2], low: [1], high: [0], dilations: [1])),
                [Tensor([1, 2, 3, 4], shape: [1, 4, 1]), Tensor([1, 10, 100], shape: [3, 1, 1])], [1, 2, 1], [210, 432]
            ),
            (
                .convolution(Convolution(strides: [1], low: [0], high: [0], dilations: [2], groups: 2)),
                [counting([1, 3, 2], from: 1), Tensor([1, 10, 100, 1000], shape: [2, 1, 2])], [1, 1, 2], [501, 6020]
            ),
        ]
        for (op, operands, shape, values) in cases {
            let result = try run(op, operands)
            #expect(result.shape == shape && result.doubles == values, "\(op) gives \(result)")
        }
    }

    @Test func roundingToFloat32() throws {
        let third = try run(.binary(.divide), [Tensor(.float32([1]), shape: [1]), Tensor(.float32([3]), shape: [1])])
        #expect(third.doubles == [Double(Float(1) / 3)])
        #expect(try run(.convert(.float64), [third]).doubles == third.doubles)
        let builder = Builder()
        #expect(builder.constant(0.1, TensorType(.float32, [])).fill == Double(Float(0.1)))
    }

    @Test func draws() throws {
        let key = Key(seed: 5)
        let builder = Builder()
        let type = TensorType(.float32, [1000])
        let shape = builder.constant(2.5, type)
        let symbols = [
            builder.draw(.uniform, type), builder.draw(.uniform, type), builder.draw(.normal, type), builder.draw(.gamma, type, [shape]),
        ]
        let graph = try builder.finish(symbols)
        let draws = try ReferenceExecutor.run(graph, inputs: [], key: key)
        let again = try ReferenceExecutor.run(graph, inputs: [], key: key)
        #expect(zip(draws, again).allSatisfy { $0.doubles == $1.doubles })
        #expect(draws[0].doubles == uniform(1000, key.folded(0)).map { Double(Float($0)) })
        #expect(draws[0].doubles != draws[1].doubles)
        // Means within five standard errors: sd / sqrt(1000).
        for (draw, (mean, sd)) in zip(draws, [(0.5, 0.2887), (0.5, 0.2887), (0, 1), (2.5, 1.5811)]) {
            #expect(abs(draw.doubles.reduce(0, +) / 1000 - mean) < 5 * sd / 31.6)
        }
    }

    /// A running sum with noise: carried, a sequence, a constant; forwards, backwards, and over no rounds.
    @Test func recurrence() throws {
        let inner = Builder()
        let (state, step, factor) = (
            inner.input(TensorType(.float64, [])), inner.input(TensorType(.float64, [])), inner.input(TensorType(.float64, []))
        )
        let next = state * factor + step
        let body = try inner.finish([next, state + inner.draw(.uniform, state.type)])
        for reverse in [false, true] {
            for length in [0, 3] {
                let builder = Builder()
                let inputs = [builder.input(state.type), builder.input(TensorType(.float64, [length])), builder.input(state.type)]
                let scan = try builder.apply(.scan(Scan(body: body, length: length, carried: 1, sequences: 1, reverse: reverse)), inputs)
                let graph = try builder.finish([try builder.apply(.result(0), [scan]), try builder.apply(.result(1), [scan])])
                try graph.verify()
                let key = Key(seed: 3)
                let results = try ReferenceExecutor.run(graph, inputs: [Tensor(1), counting([length], from: 1), Tensor(2)], key: key)
                var (expected, states) = (1.0, [Double](repeating: 0, count: length))
                for round in reverse ? Array((0..<length).reversed()) : Array(0..<length) {
                    let noise = uniform(1, key.folded(UInt64(round) + (1 << 32)).folded(0))[0]
                    states[round] = expected + noise
                    expected = expected * 2 + Double(round + 1)
                }
                #expect(results[0].doubles == [expected] && results[1].doubles == states)
            }
        }
    }

    @Test func refusals() throws {
        let cases: [(Op, [Tensor], String)] = [
            (.cholesky, [Tensor([1, 2, 2, 1], shape: [2, 2])], "not positive definite"),
            (.cholesky, [Tensor([.nan], shape: [1, 1])], "not positive definite"),
            (.gather, [counting([2, 1]), int32([2])], "row 2 does not exist"),
            (.scatterAdd(rows: 2), [int32([-1]), counting([1, 1])], "row -1 does not exist"),
            (.dynamicSlice(axis: 0, count: 2), [counting([3]), int32([2], [])], "does not lie in an axis"),
            (.triangularSolve(lower: true, transposed: false), [Tensor([1, 2, 3, 0], shape: [2, 2]), counting([2, 1])], "singular"),
            (.convert(.int32), [Tensor([3e9])], "does not fit"),
            (.random(Draw(.gamma, TensorType(.float64, [1]), site: 0)), [Tensor([0])], "above 0"),
        ]
        for (op, operands, words) in cases {
            #expect { try run(op, operands) } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains(words) }
        }
        let builder = Builder()
        let graph = try builder.finish([builder.input(TensorType(.float64, [2]))])
        for inputs in [[], [Tensor([1])], [Tensor(.float32([1, 2]), shape: [2])], [Tensor([1, 2], shape: [2], missing: [true, false])]] {
            #expect(throws: Diagnostic.self) { try ReferenceExecutor.run(graph, inputs: inputs, key: Key(seed: 1)) }
        }
    }
}
