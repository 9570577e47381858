import Diagnostics
import Testing

@testable import Graphs

/// The type of one operation on operands of some types.
private func type(_ op: Op, _ operands: [TensorType]) throws -> TensorType {
    let builder = Builder()
    return try builder.apply(op, operands.map { builder.input($0) }).type
}

@Suite struct TypeRuleTests {
    @Test func types() throws {
        let line = Convolution(strides: [2], low: [1], high: [0], dilations: [1])
        let plane = Convolution(strides: [1, 2], low: [1, 1], high: [1, 1], dilations: [1, 2], groups: 2)
        let cases: [(Op, [TensorType], TensorType)] = [
            (.unary(.isnan), [float(2)], bool(2)), (.unary(.negate), [whole(2)], whole(2)),
            (.binary(.less), [whole(2), whole(2)], bool(2)),
            (.convert(.float64), [bool(2)], TensorType(.float64, [2])), (.reduce(.sum, axes: [0, 2]), [float(2, 3, 4)], float(3)),
            (.argmax(axis: 0), [float(2, 3)], whole(3)),
            (.product(transposeLeft: true, transposeRight: false), [float(7, 3, 2), float(7, 3, 4)], float(7, 2, 4)),
            (.gather, [float(5, 2, 3), whole(4, 6)], float(4, 6, 2, 3)),
            (.scatterAdd(rows: 9), [whole(4, 6), float(4, 6, 2)], float(9, 2)),
            (.slice(starts: [1, 0], ends: [6, 0], steps: [2, 1]), [float(6, 3)], float(3, 0)),
            (.pad(low: [1], high: [2], interior: [3]), [float(3)], float(12)),
            (.pad(low: [1], high: [0], interior: [3]), [float(0)], float(1)),
            (.concatenate(axis: 1), [float(2, 1), float(2, 3)], float(2, 4)),
            (.convolution(line), [float(8, 5, 3), float(3, 3, 4)], float(8, 2, 4)),
            (.convolution(plane), [float(8, 5, 5, 4), float(3, 2, 2, 6)], float(8, 5, 3, 6)),
            (.convolutionImage(plane, spatial: [5, 5]), [float(8, 5, 3, 6), float(3, 2, 2, 6)], float(8, 5, 5, 4)),
            (.convolutionKernel(plane, spatial: [3, 2]), [float(8, 5, 5, 4), float(8, 5, 3, 6)], float(3, 2, 2, 6)),
            (.pool(Pooling(.mean, window: [2, 2], strides: [2, 1])), [float(1, 5, 5, 3)], float(1, 2, 4, 3)),
            (.triangularSolve(lower: true, transposed: false), [float(3, 3), float(3, 5)], float(3, 5)),
        ]
        for (op, operands, expected) in cases { #expect(try type(op, operands) == expected, "\(op.name)") }
    }

    @Test func refusals() {
        let plane = Convolution(strides: [1, 1], low: [0, 0], high: [0, 0], dilations: [1, 1])
        let cases: [(Op, [TensorType], String)] = [
            (.unary(.exp), [whole(2)], "exp does not take int32[2]"), (.unary(.exp), [], "exp takes 1 operands, not 0"),
            (.binary(.add), [float(2), float(3)], "add does not take float32[2], float32[3]"),
            (.binary(.divide), [whole(2), whole(2)], "divide does not take"),
            (.select, [float(2), float(2), float(2)], "select does not take"), (.reduce(.sum, axes: [1]), [float(2)], "sum does not take"),
            (.reduce(.sum, axes: [0]), [bool(2)], "sum does not take"),
            (.argmax(axis: 0), [float(0)], "no largest value along an axis without elements"),
            (.product(transposeLeft: false, transposeRight: false), [float(2, 3), float(2, 3)], "the inner sizes are 3 and 2"),
            (.product(transposeLeft: false, transposeRight: false), [whole(2, 2), whole(2, 2)], "product does not take"),
            (.convolution(plane), [float(1, 5, 5, 3), float(2, 2, 4, 1)], "the images have 3 channels, the convolution takes 4"),
            (.convolution(plane), [float(1, 2, 2, 3), float(3, 3, 3, 1)], "a kernel of [3, 3] does not fit in an image of [2, 2]"),
            (.pool(Pooling(.mean, window: [3, 3], strides: [1, 1])), [float(1, 2, 2, 3)], "a window of [3, 3] does not fit"),
            (.gather, [float(5), float(2)], "gather does not take"),
            (.reshape([4]), [float(2, 3)], "6 elements of shape [2, 3] do not fill"),
            (.reshape([-1, 6]), [float(2, 3)], "negative size"), (.transpose([0, 0]), [float(2, 3)], "transpose does not take"),
            (.broadcast([3]), [float(2)], "do not go together"),
            (.broadcast([Int.max, 2]), [float(2)], "would not fit in this machine's memory"),
            (.slice(starts: [0], ends: [3], steps: [1]), [float(2)], "slice does not take"),
            (.slice(starts: [0], ends: [2], steps: [0]), [float(2)], "slice does not take"),
            (.pad(low: [-1], high: [0], interior: [0]), [float(2)], "pad does not take"),
            (.concatenate(axis: 0), [], "concat needs at least one tensor"),
            (.concatenate(axis: 0), [float(2, 3), float(2, 4)], "concatenate does not take"),
            (.dynamicSlice(axis: 0, count: 3), [float(2), whole()], "dynamicSlice does not take"),
            (.cholesky, [float(2, 3)], "needs square matrices"), (.random(Draw(.uniform, whole(2), site: 0)), [], "uniform does not take"),
            (.pad(low: [Int.max], high: [Int.max], interior: [0]), [float(2)], "would not fit"),
            (.pad(low: [0], high: [0], interior: [Int.max]), [float(3)], "would not fit"),
            (
                .convolution(Convolution(strides: [1], low: [Int.max], high: [Int.max], dilations: [1])), [float(1, 2, 1), float(1, 1, 1)],
                "does not fit"
            ),
            (.scatterAdd(rows: -1), [whole(2), float(2)], "negative size"),
            (.scatterAdd(rows: Int.max), [whole(2), float(2, 2)], "would not fit"),
            (.slice(starts: [0], ends: [2], steps: [Int.max]), [float(2)], "slice does not take"),
            (.scan(Scan(body: Graph(), length: -1, carried: 0, sequences: 0)), [], "a scan of -1 rounds"),
            (.iota(axis: 0, TensorType(.int32, [Int.max])), [], "would not fit"),
        ]
        for (op, operands, words) in cases {
            #expect { try type(op, operands) } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains(words) }
        }
    }

    @Test func scans() throws {
        let inner = Builder()
        let (h, x) = (inner.input(float(2)), inner.input(float(2)))
        let body = try inner.finish([h + x, x.sum()])
        let scan = Op.scan(Scan(body: body, length: 3, carried: 1, sequences: 1))
        let builder = Builder()
        let (start, sequence) = (builder.input(float(2)), builder.input(float(3, 2)))
        let node = try builder.apply(scan, [start, sequence])
        #expect(try builder.apply(.result(0), [node]).type == float(2) && builder.apply(.result(1), [node]).type == float(3))
        for operands in [[sequence, start], [start], [start, start]] {
            #expect(throws: Diagnostic.self) { try builder.apply(scan, operands) }
        }
        #expect(throws: Diagnostic.self) { try builder.apply(.result(2), [node]) }
        #expect(throws: Diagnostic.self) { try builder.apply(.result(0), [start]) }
        // A body that gives another type than it takes.
        let wrong = Builder()
        let state = wrong.input(float(2))
        let sum = try wrong.finish([state.sum()])
        #expect(throws: Diagnostic.self) { try builder.apply(.scan(Scan(body: sum, length: 3, carried: 1, sequences: 0)), [start]) }
    }

    @Test func verifier() throws {
        let builder = Builder()
        let x = builder.input(float(2))
        let graph = try builder.finish([x.unary(.exp) + x])
        try graph.verify()
        let mistakes: [(inout Graph) -> Void] = [
            { $0.nodes[1].type = float(3) }, { $0.nodes[1].operands = [NodeID(2)] }, { $0.nodes[1].operands = [] },
            { $0.nodes[0].op = .input(1) },
            { $0.outputs = [NodeID(9)] }, { $0.inputs[0] = float(3) }, { $0.nodes[2].op = .binary(.less) },
        ]
        for mistake in mistakes {
            var wrong = graph
            mistake(&wrong)
            #expect(throws: Diagnostic.self) { try wrong.verify() }
        }
    }
}
