import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

/// What a plan and the definition say to a graph: their results, or their messages.
func outcomes(_ graph: Graph, _ inputs: [Tensor]) -> [String] {
    func outcome(_ run: () throws(Diagnostic) -> [Tensor]) -> String {
        do throws(Diagnostic) { return try run().map { "\($0.dtype) \($0.shape) \($0.doubles)" }.joined(separator: "; ") } catch {
            return ([error.message, error.help ?? ""] + error.notes).joined(separator: "; ")
        }
    }
    return [
        outcome { () throws(Diagnostic) in try ReferenceExecutor.run(graph, inputs: inputs, key: Key(seed: 1)) },
        outcome { () throws(Diagnostic) in try Plan(graph).run(inputs, key: Key(seed: 1)) },
    ]
}

/// A graph of one operation on inputs of some types.
func graphOf(_ op: Op, _ types: [TensorType]) throws -> Graph {
    let builder = Builder()
    return try builder.finish([try builder.apply(op, types.map { builder.input($0) })])
}

@Suite struct BadInputTests {
    private func whole(_ values: [Int32], _ shape: [Int]? = nil) -> Tensor { Tensor(.int32(values), shape: shape ?? [values.count]) }

    /// Plans refuse what the definition refuses, in the same words.
    @Test func refusals() throws {
        let singles = try Tensor([1, 2, .nan]).converted(to: .float32)
        let cases: [(Op, [Tensor], String)] = [
            (.convert(.int32), [Tensor([0, 3e9])], "3000000000 does not fit in int32"),
            (.convert(.int32), [Tensor([-2_147_483_649])], "does not fit in int32"),
            (.convert(.int32), [Tensor([.nan])], "nan does not fit in int32"),
            (.convert(.int32), [singles], "nan does not fit in int32"),
            (.convert(.int32), [Tensor([.infinity])], "does not fit in int32"),
            (.convert(.int32), [Tensor([2_147_483_647.9, -2_147_483_648.9, -0.9])], "[2147483647.0, -2147483648.0, 0.0]"),
            (.gather, [sample([2, 1], 1), whole([0, 2])], "row 2 does not exist: the table has 2 rows"),
            (.gather, [sample([0, 3], 1), whole([0])], "row 0 does not exist"),
            (.scatterAdd(rows: 2), [whole([1, -1]), sample([2, 3], 1)], "row -1 does not exist"),
            (.dynamicSlice(axis: 0, count: 2), [sample([3], 1), whole([2], [])], "2 ..< 4 does not lie in an axis of 3"),
            (.updateSlice(axis: 1), [sample([2, 3], 1), sample([2, 2], 1), whole([-1], [])], "-1 ..< 1 does not lie"),
            (.cholesky, [Tensor([1, 2, 2, 1], shape: [2, 2])], "not positive definite"),
            (.cholesky, [Tensor([4, 0, 0, .nan], shape: [2, 2])], "not positive definite"),
            (.cholesky, [Tensor([4, 0, 0, .infinity], shape: [2, 2])], "not positive definite"),
            (.cholesky, [Tensor([4, 9, 9, -4, 1, 0, 0, 0], shape: [2, 2, 2])], "not positive definite"),
            (.triangularSolve(lower: true, transposed: false), [Tensor([1, 2, 3, 0], shape: [2, 2]), sample([2, 1], 1)], "0 at row 1"),
            (.random(Draw(.gamma, TensorType(.float64, [2]), site: 0)), [Tensor([1, 0])], "above 0, not 0"),
            (.random(Draw(.gamma, TensorType(.float64, [1]), site: 0)), [Tensor([.nan])], "above 0, not nan"),
        ]
        for (op, operands, words) in cases {
            let said = outcomes(try graphOf(op, operands.map { TensorType($0.dtype, $0.shape) }), operands)
            #expect(said[0] == said[1] && said[0].contains(words), "\(op.name): \(said)")
        }
    }

    /// int32 wraps around in plans as in the definition, inside chains and sums as well.
    @Test func wholeNumbersWrapAround() throws {
        let builder = Builder()
        let (x, y) = (builder.input(TensorType(.int32, [2, 3, 4])), builder.input(TensorType(.int32, [2, 3, 4])))
        var outputs = [x + y, x - y, x * y, (x * y) * x + y, Symbol.binary(.remainder, x, y), Symbol.binary(.remainder, x, y) + 1]
        outputs += [UnaryOp.negate, .abs, .sign, .square, .relu, .floor].map { x.unary($0) }
        outputs.append((x + y).compared(.greater, x).select(x * 2, y))
        outputs.append((x + y).converted(to: .float64) * 0.5)
        for axes in [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]] {
            outputs += [x.sum(axes: axes), (x.sum(axes: axes) + 1) * 3]
            outputs += [Reduction.maximum, .minimum].map { x.reduced($0, axes: axes) }
        }
        for axis in 0..<3 {
            outputs.append(builder.add(.cumulativeSum(axis: axis, reverse: axis == 1), [x]))
            outputs.append(builder.add(.argmax(axis: axis), [x]))
        }
        let sums = try builder.finish(outputs)
        var random = Key(seed: 4).generator()
        func numbers() -> Tensor {
            let edges: [Int32] = [0, 1, -1, .max, .min, 65_536, -65_537]
            let any = (0..<24).map { _ in random.below(2) == 0 ? edges[random.below(7)] : Int32(truncatingIfNeeded: random.next()) }
            return whole(any, [2, 3, 4])
        }
        for _ in 0..<20 {
            let inputs = [numbers(), numbers()]
            let want = try ReferenceExecutor.run(sums, inputs: inputs, key: Key(seed: 1))
            let got = try Plan(sums).run(inputs, key: Key(seed: 1))
            for (place, pair) in zip(want, got).enumerated() {
                #expect(pair.0.doubles == pair.1.doubles, "output \(place): \(pair.0.doubles), \(pair.1.doubles)")
            }
        }
        #expect(
            try ReferenceExecutor.run(graphOf(.unary(.square), [TensorType(.int32, [1])]), inputs: [whole([65_537])], key: Key(seed: 1))[0]
                .doubles == [131_073])
    }

    /// Sizes that overflow or exceed the memory are refused before anything is allocated.
    @Test func sizesOutOfBounds() throws {
        let (huge, most) = (1 << 40, Shape.maximumCount)
        let row = TensorType(.float64, [1, 1])
        let cases: [(Op, [TensorType])] = [
            (.broadcast([huge, huge]), [row]), (.broadcast([most, 2]), [row]),
            (.broadcast([0, huge, huge]), [TensorType(.float64, [0, 1, 1])]),
            (.pad(low: [huge, huge], high: [0, 0], interior: [0, 0]), [row]),
            (.pad(low: [.max, 0], high: [.max, 0], interior: [0, 0]), [row]),
            (.pad(low: [0, 0], high: [0, 0], interior: [.max, 0]), [TensorType(.float64, [3, 1])]),
            (.iota(axis: 0, TensorType(.int32, [huge])), []), (.random(Draw(.normal, TensorType(.float32, [huge, 8]), site: 0)), []),
            (.product(transposeLeft: false, transposeRight: false), [TensorType(.float64, [most, 1]), TensorType(.float64, [1, most])]),
            (.scatterAdd(rows: .max), [TensorType(.int32, [1]), TensorType(.float64, [1, 8])]),
            (.gather, [TensorType(.float64, [1, most]), TensorType(.int32, [most])]),
            (.concatenate(axis: 0), [TensorType(.float64, [most]), TensorType(.float64, [most])]),
            (
                .convolution(Convolution(strides: [1], low: [1 << 24], high: [1 << 24], dilations: [1])),
                [TensorType(.float64, [most, 1, 1]), TensorType(.float64, [1, 1, 8])]
            ),
            (
                .convolution(Convolution(strides: [1], low: [0], high: [0], dilations: [1], groups: .max)),
                [TensorType(.float64, [1, 4, 4]), TensorType(.float64, [1, 4, 4])]
            ),
            (
                .convolutionImage(Convolution(strides: [1], low: [0], high: [0], dilations: [1], groups: .max), spatial: [4]),
                [TensorType(.float64, [1, 4, 0]), TensorType(.float64, [1, 4, 0])]
            ),
            (.reshape([huge, -1]), [row]), (.reshape([.max, .max]), [row]),
        ]
        for (op, types) in cases {
            #expect(throws: Diagnostic.self, "\(op)") { try graphOf(op, types) }
        }
        // Each tensor fits, all at once do not.
        let builder = Builder()
        let x = builder.input(TensorType(.float64, [most / 2]))
        let sums = [false, true].map { builder.add(.cumulativeSum(axis: 0, reverse: $0), [x]) }
        let large = try builder.finish(sums + [sums[0].unary(.sin) + sums[1]])
        #expect { try Plan(large) } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains("GiB at once") }
    }

    /// What has no gradient says so by name, and so does a loss that is no number.
    @Test func gradientsRefused() throws {
        let pooling = Pooling(.maximum, window: [2], strides: [2])
        let cases: [(String, (Symbol) throws -> Symbol)] = [
            ("but the function gave float64[3, 4, 2]", { $0 * 2 }),
            ("but the function gave float64[0]", { $0.slice(axis: 0, 0..<0).reshaped([0]) }),
            ("but the function gave int32", { $0.builder.add(.argmax(axis: 0), [$0.reshaped([24])]) }),
            ("trigamma has no gradient", { $0.unary(.trigamma).sum() }),
            ("no second derivative", { Symbol.binary(.gammaSlope, $0, $0).sum() }),
            (
                "no second derivative",
                {
                    let pooled = $0.builder.add(.pool(pooling), [$0])
                    return $0.builder.add(.poolGradient(pooling), [$0, pooled, pooled]).unary(.square).sum()
                }
            ),
        ]
        for (words, function) in cases {
            let builder = Builder()
            let given = try builder.finish([try function(builder.input(TensorType(.float64, [3, 4, 2])))])
            #expect { try given.gradient(in: [0]) } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains(words) }
        }
        let builder = Builder()
        let x = builder.input(TensorType(.int32, [2]))
        let given = try builder.finish([x.converted(to: .float64).sum()])
        #expect { try given.gradient(in: [0]) } throws: { "\(($0 as? Diagnostic)?.message ?? "")".contains("not in int32[2]") }
    }
}
