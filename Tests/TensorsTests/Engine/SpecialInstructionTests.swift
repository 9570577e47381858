import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

/// Instructions that are no row programs: factors, triangular systems, float64 convolutions, gamma draws, whole numbers.
@Suite struct SpecialInstructionTests {
    /// Values and gradients of the factors, through systems with each triangle.
    @Test func linearAlgebraAgrees() throws {
        for dtype in [DType.float32, .float64] {
            for (batch, n, columns) in [([], 1, 1), ([], 5, 3), ([3], 4, 1), ([2, 3], 3, 70), ([], 33, 2), ([40], 6, 6), ([2], 70, 130)] {
                for (lower, transposed) in [(true, false), (true, true), (false, false), (false, true)] {
                    let builder = Builder()
                    let x = builder.input(TensorType(dtype, batch + [n, n]))
                    let right = builder.input(TensorType(dtype, batch + [n, columns]))
                    let type = TensorType(.int32, x.shape)
                    let rank = x.rank
                    let diagonal = builder.iota(axis: rank - 1, type).compared(.equal, builder.iota(axis: rank - 2, type))
                    let square = x.product(x, transposeRight: true) / Double(n)
                    let factor = builder.add(.cholesky, [diagonal.select(square + 1, square)])
                    let triangle = lower ? factor : factor.swapped
                    let solved = builder.add(.triangularSolve(lower: lower, transposed: transposed), [triangle, right])
                    let whole = try builder.finish([(solved.unary(.tanh) * solved).sum() + factor.unary(.sin).sum(), factor, solved])
                    try expectPlanned(
                        n > 20 || batch == [40] ? whole : whole.gradient(in: [0, 1]),
                        "\(dtype), \(batch) of \(n) x \(columns), \(lower ? "lower" : "upper")\(transposed ? " transposed" : "")",
                        tolerance: 1e-3)
                }
            }
        }
    }

    @Test func convolutionsInDoublePrecisionAgree() throws {
        func geometry(_ s: [Int], _ low: [Int], _ high: [Int], _ dilations: [Int], _ groups: Int = 1) -> Convolution {
            Convolution(strides: s, low: low, high: high, dilations: dilations, groups: groups)
        }
        let cases: [(images: [Int], kernel: [Int], Convolution)] = [
            ([5, 9, 8, 3], [3, 3, 3, 16], geometry([1, 1], [1, 1], [1, 1], [1, 1])),
            ([3, 12, 10, 5], [3, 2, 5, 7], geometry([2, 1], [0, 1], [1, 0], [2, 3])),
            ([9, 8, 8, 12], [3, 3, 4, 6], geometry([1, 1], [1, 1], [1, 1], [1, 1], 3)),
            ([2, 8, 8, 16], [3, 3, 1, 16], geometry([1, 1], [1, 1], [1, 1], [1, 1], 16)),
            ([2, 5, 4, 2], [3, 3, 2, 2], geometry([3, 3], [4, 5], [5, 4], [1, 2])),
            ([6, 20, 4], [5, 4, 6], geometry([1], [2], [2], [1])),
            ([7, 31, 16], [3, 8, 32], geometry([2], [1], [2], [2], 2)),
            ([1, 3000, 1], [4, 1, 2], geometry([1], [3], [0], [1])),
            ([1, 70, 90, 2], [5, 5, 2, 3], geometry([1, 1], [2, 2], [2, 2], [1, 1])),
            ([0, 5, 5, 2], [3, 3, 2, 4], geometry([1, 1], [0, 0], [0, 0], [1, 1])),
            ([2, 5, 5, 0], [3, 3, 0, 4], geometry([1, 1], [0, 0], [0, 0], [1, 1])),
        ]
        for (images, kernel, geometry) in cases {
            for dtype in [DType.float64, .float32] where dtype == .float64 || images.contains(0) {
                let builder = Builder()
                let (x, w) = (builder.input(TensorType(dtype, images)), builder.input(TensorType(dtype, kernel)))
                let bias = builder.input(TensorType(dtype, [kernel[kernel.count - 1]]))
                let plain = builder.add(.convolution(geometry), [x, w])
                let layer = (plain + bias.broadcast(to: plain.shape)).unary(.relu)
                let whole = try builder.finish([layer.unary(.square).sum(), layer])
                try expectPlanned(whole.gradient(in: [0, 1, 2]), "\(images) by \(kernel)")
            }
        }
    }

    /// Work is cut by its shape alone: any number of threads gives the same bits.
    @Test func threadsDoNotMatter() throws {
        let builder = Builder()
        let x = builder.input(TensorType(.float64, [48, 24, 24]))
        let square = x.product(x, transposeRight: true) + builder.iota(axis: 0, x.type) * 0.01
        let type = TensorType(.int32, x.shape)
        let diagonal = builder.iota(axis: 1, type).compared(.equal, builder.iota(axis: 2, type))
        let factor = builder.add(.cholesky, [diagonal.select(square + 60, square)])
        let solved = builder.add(.triangularSolve(lower: true, transposed: true), [factor, x])
        let wide = builder.add(
            .triangularSolve(lower: true, transposed: false),
            [factor.slice(axis: 0, 0..<1), x.transposed([1, 0, 2]).reshaped([1, 24, 1152])])
        let images = x.reshaped([24, 8, 24, 6])
        let kernel = x.slice(axis: 0, 0..<1).reshaped([576]).slice(axis: 0, 0..<270).reshaped([3, 3, 6, 5])
        let geometry = Convolution(strides: [1, 1], low: [1, 1], high: [1, 1], dilations: [1, 1])
        let convolved = builder.add(.convolution(geometry), [images, kernel])
        let draws = builder.draw(.gamma, x.type, [x.unary(.square) + 0.2])
        let whole = (x * 9).converted(to: .int32)
        let loss = convolved.unary(.square).sum() + solved.unary(.sin).sum() + draws.sum()
        let graph = try builder.finish([
            loss, factor, solved, wide, convolved, draws, whole, builder.add(.cumulativeSum(axis: 1, reverse: true), [x]),
            builder.add(.argmax(axis: 1), [x]), builder.add(.argmax(axis: 2), [whole]),
        ]).gradient(in: [0])
        let plan = try Plan(graph)
        #expect(plan.instructions.filter { $0.isParallel }.count > 8)
        var first: [[Double]] = []
        for threads in 1...4 {
            let execution = try Plan(graph, pool: WorkerPool(threads: threads)).makeExecution()
            try execution.set(input: 0, sample([48, 24, 24], 5))
            for _ in 0..<2 {
                try execution.run(key: Key(seed: 2))
                let results = plan.outputs.indices.map { execution.output($0).doubles }
                if first.isEmpty { first = results }
                #expect(results == first, "\(threads) threads")
            }
        }
        try expectPlanned(graph, "all of them", tolerance: 1e-2)
    }

    /// Equal to the definition up to the last digits, with gradients.
    @Test func gammaDrawsAgree() throws {
        for dtype in [DType.float32, .float64] {
            let builder = Builder()
            let shapes = builder.input(TensorType(dtype, [400]))
            let draws = builder.add(.random(Draw(.gamma, shapes.type, site: 0)), [shapes])
            let graph = try builder.finish([draws.sum(), draws])
            let values = sample([400], in: 0.01...9, 1).doubles.enumerated().map { $0.offset % 7 == 0 ? 1e-3 : $0.element }
            let inputs = [try Tensor(values, shape: [400]).converted(to: dtype)]
            let gradient = try graph.gradient(in: [0])
            let want = try ReferenceExecutor.run(gradient, inputs: inputs, key: Key(seed: 5))
            let got = try Plan(gradient).run(inputs, key: Key(seed: 5))
            // A draw is within rounding; its slope, a quotient of differences, has lost some digits.
            let unit = dtype == .float32 ? 0x1p-23 : 0x1p-52
            for (position, bound) in [(1, 64 * unit), (2, 1e5 * unit)] {
                for (w, g) in zip(want[position].doubles, got[position].doubles) {
                    #expect(abs(w - g) <= bound * abs(w) + 1e-37, "\(dtype), output \(position)")
                }
            }
            #expect(got[1].doubles.allSatisfy { $0 > 0 })
        }
    }
}
