import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

/// The example of a number, from a tensor with one leading axis for all.
private func example(_ tensor: Tensor, _ index: Int) throws -> Tensor {
    let size = tensor.shape.dropFirst().reduce(1, *)
    let shape = Array(tensor.shape.dropFirst())
    return try Tensor(Array(tensor.doubles[index * size..<(index + 1) * size]), shape: shape).converted(to: tensor.dtype)
}

/// Compares a batched graph with a loop over the examples. The inputs marked have the leading axis.
private func expectBatched(_ graph: Graph, _ inputs: [Tensor], _ marks: [Bool], size: Int, _ name: String) throws {
    let batched = try graph.batched(inputs: marks, size: size)
    try batched.verify()
    let key = Key(seed: 9)
    let found = try ReferenceExecutor.run(batched, inputs: inputs, key: key)
    for index in 0..<size {
        let one = try zip(inputs, marks).map { (tensor, mark) in mark ? try example(tensor, index) : tensor }
        for (whole, part) in zip(found, try ReferenceExecutor.run(graph, inputs: one, key: key)) {
            #expect(whole.shape == [size] + part.shape && whole.dtype == part.dtype)
            let error = zip(try example(whole, index).doubles, part.doubles).map { $0 == $1 ? 0 : abs($0 - $1) / (1 + abs($1)) }.max() ?? 0
            #expect(error < 1e-11, "\(name), example \(index), marks \(marks): off by \(error)\n\(graph)")
        }
    }
}

/// An operation on operands of some types, with whatever may be marked marked in every way.
private let operations: [(Op, [TensorType])] = {
    func float(_ shape: [Int]) -> TensorType { TensorType(.float64, shape) }
    func whole(_ shape: [Int]) -> TensorType { TensorType(.int32, shape) }
    let plain = Convolution(strides: [2, 1], low: [1, 0], high: [1, 1], dilations: [1, 2], groups: 2)
    let line = Convolution(strides: [1], low: [1], high: [1], dilations: [1])
    var rows: [(Op, [TensorType])] = [
        (.unary(.exp), [float([2, 3])]), (.binary(.add), [float([2, 3]), float([2, 3])]),
        (.select, [TensorType(.bool, [3]), float([3]), float([3])]), (.convert(.bool), [whole([3])]),
        (.reduce(.sum, axes: [0, 2]), [float([2, 3, 2])]),
        (.argmax(axis: 1), [float([2, 3])]), (.cumulativeSum(axis: 0, reverse: true), [float([2, 3])]),
        (.convolution(plain), [float([2, 4, 5, 4]), float([3, 2, 2, 6])]), (.convolution(line), [float([1, 4, 2]), float([3, 2, 3])]),
        (.convolutionImage(plain, spatial: [4, 5]), [float([2, 2, 4, 6]), float([3, 2, 2, 6])]),
        (.convolutionKernel(plain, spatial: [3, 2]), [float([2, 4, 5, 4]), float([2, 2, 4, 6])]),
        (.pool(Pooling(.maximum, window: [2, 2], strides: [2, 1])), [float([2, 4, 3, 2])]),
        (.poolGradient(Pooling(.mean, window: [2], strides: [2])), [float([2, 4, 2]), float([2, 2, 2]), float([2, 2, 2])]),
        (.gather, [float([3, 2]), whole([2, 2])]), (.gather, [float([3]), whole([])]),
        (.scatterAdd(rows: 3), [whole([4]), float([4, 2])]),
        (.scatterAdd(rows: 3), [whole([]), float([2])]), (.reshape([3, 2]), [float([2, 3])]), (.transpose([2, 0, 1]), [float([2, 3, 4])]),
        (.broadcast([2, 4, 3]), [float([4, 1])]), (.broadcast([2, 3]), [float([])]),
        (.slice(starts: [1, 0], ends: [3, 4], steps: [1, 2]), [float([3, 4])]),
        (.pad(low: [1, 0], high: [0, 1], interior: [0, 2]), [float([2, 2])]),
        (.concatenate(axis: 0), [float([2, 2]), float([1, 2])]), (.reverse(axis: 1), [float([2, 3])]),
        (.updateSlice(axis: 1), [float([2, 4, 2]), float([2, 2, 2]), whole([])]),
        (.updateSlice(axis: 0), [float([4]), float([2]), whole([])]),
        (.dynamicSlice(axis: 1, count: 2), [float([2, 4, 2]), whole([])]), (.dynamicSlice(axis: 0, count: 1), [float([4]), whole([])]),
        (.triangularSolve(lower: true, transposed: true), [float([3, 3]), float([3, 2])]),
    ]
    for batch in [[], [2]] {
        for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
            let (a, b) = (batch + (left ? [3, 2] : [2, 3]), batch + (right ? [4, 3] : [3, 4]))
            rows.append((.product(transposeLeft: left, transposeRight: right), [float(a), float(b)]))
        }
    }
    return rows
}()

@Suite struct BatchingTests {
    @Test func everyOperation() throws {
        for (number, (op, types)) in operations.enumerated() {
            for pattern in 1..<1 << types.count {
                let marks = types.indices.map { pattern >> $0 & 1 == 1 }
                let builder = Builder()
                let graph = try builder.finish([try builder.apply(op, types.map { builder.input($0) })])
                for size in [3, 1, 0] {
                    let inputs = try types.enumerated().map { (place, type) in
                        let shape = marks[place] ? [size] + type.shape : type.shape
                        // Whole numbers are positions from 0 to 2.
                        let range = type.dtype == .float64 ? -1.0...1.0 : 0.0...2.99
                        return try sample(shape, in: range, number * 10 + place).converted(to: type.dtype)
                    }
                    try expectBatched(graph, inputs, marks, size: size, op.name)
                }
            }
        }
    }

    /// Positions outside a table are errors for every example, not rows of its neighbour.
    @Test func positionsOutside() throws {
        let rows: [(Op, [TensorType], [Tensor])] = [
            (.gather, [TensorType(.float64, [2]), TensorType(.int32, [])], [sample([3, 2], 1), Tensor(.int32([0, 2, 0]), shape: [3])]),
            (
                .scatterAdd(rows: 2), [TensorType(.int32, []), TensorType(.float64, [])],
                [Tensor(.int32([0, -1, 0]), shape: [3]), sample([3], 1)]
            ),
            (
                .dynamicSlice(axis: 0, count: 2), [TensorType(.float64, [3]), TensorType(.int32, [])],
                [sample([3, 3], 1), Tensor(.int32([0, 1, 2]), shape: [3])]
            ),
            (
                .updateSlice(axis: 0), [TensorType(.float64, [3]), TensorType(.float64, [2]), TensorType(.int32, [])],
                [sample([3, 3], 1), sample([3, 2], 1), Tensor(.int32([0, 2, 0]), shape: [3])]
            ),
        ]
        for (op, types, inputs) in rows {
            let builder = Builder()
            let graph = try builder.finish([try builder.apply(op, types.map { builder.input($0) })]).batched(
                inputs: types.map { _ in true }, size: 3)
            #expect { try ReferenceExecutor.run(graph, inputs: inputs, key: Key(seed: 1)) } throws: {
                ["does not exist", "does not lie"].contains(where: ("\(($0 as? Diagnostic)?.message ?? "")").contains)
            }
        }
    }

    @Test func randomGraphs() throws {
        for seed in 5000..<6500 as Range<UInt64> {
            let (whole, inputs) = try GraphMaker.graph(seed: seed, steps: 10, draws: false, stops: true)
            let graph = seed % 2 == 0 ? whole : try whole.weighed(whole.outputs.indices, Int(seed)).gradient(in: Array(inputs.indices))
            let marks = inputs.indices.map { ($0 + Int(seed)) % 3 != 0 }
            let many = try zip(inputs, marks).enumerated().map { (place, pair) in
                pair.1 ? sample([2] + pair.0.shape, Int(seed) + place) : try pair.0.converted(to: .float64)
            }
            try expectBatched(graph, many, marks, size: 2, "seed \(seed)")
        }
    }

    /// Every example has draws of its own, in bodies of scans too, and graphs with draws batch.
    @Test func draws() throws {
        let type = TensorType(.float64, [50])
        let builder = Builder()
        let x = builder.input(type)
        let (last, _) = try builder.scan(length: 2, carried: [builder.constant(0, type)]) { (h, _, _) throws(Diagnostic) in
            ([h[0] + h[0].builder.draw(.normal, type)], [])
        }
        let graph = try builder.finish([x + builder.draw(.uniform, type), last[0]]).batched(inputs: [false], size: 4)
        try graph.verify()
        for result in try ReferenceExecutor.run(graph, inputs: [sample([50], 1)], key: Key(seed: 1)) {
            #expect(result.shape == [4, 50] && Set(result.doubles).count == 200)
        }
        for seed in 7000..<7300 as Range<UInt64> {
            let (graph, inputs) = try GraphMaker.graph(seed: seed, steps: 10)
            let batched = try graph.batched(inputs: inputs.map { _ in false }, size: 2)
            try batched.verify()
            #expect(batched.outputTypes.map(\.shape) == graph.outputTypes.map { [2] + $0.shape })
        }
    }
}
