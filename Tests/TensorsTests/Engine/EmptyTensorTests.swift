import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

@Suite struct EmptyTensorTests {
    /// Every operation on tensors without elements: plans give what the definition gives, gradients included.
    @Test func plansAgree() throws {
        let line = Convolution(strides: [1], low: [1], high: [1], dilations: [1])
        for shape in [[0], [0, 3], [3, 0], [0, 2, 3], [2, 0, 3], [2, 3, 0], [0, 0]] {
            let builder = Builder()
            let x = builder.input(TensorType(.float64, shape))
            let whole = builder.input(TensorType(.int32, shape))
            let rank = shape.count
            var outputs = [
                x + x * 2, x.unary(.exp), x.compared(.less, 1).select(x, -x), x.converted(to: .float32), x.converted(to: .int32),
            ]
            outputs += [whole + 1, whole.converted(to: .float64) * 2, x.stopped(), builder.draw(.normal, x.type)]
            outputs.append(builder.add(.random(Draw(.gamma, x.type, site: 7)), [x]))
            for axes in [[0], [rank - 1], Array(0..<rank)] {
                for reduction in Graphs.Reduction.allCases {
                    outputs += [x.reduced(reduction, axes: axes), whole.reduced(reduction, axes: axes)]
                }
                outputs += [x.sum(axes: axes) + 1, x.logSumExp(axes: axes)]
            }
            for axis in 0..<rank {
                outputs.append(builder.add(.cumulativeSum(axis: axis, reverse: false), [x]))
                outputs.append(builder.add(.reverse(axis: axis), [x]))
                outputs.append(Symbol.concatenated([x, x, x.unary(.sin)], axis: axis))
                outputs.append(builder.add(.dynamicSlice(axis: axis, count: 0), [x, builder.constant(0, TensorType(.int32, []))]))
                outputs.append(
                    builder.add(.updateSlice(axis: axis), [x, x.slice(axis: axis, 0..<0), builder.constant(0, TensorType(.int32, []))]))
                if shape[axis] > 0 { outputs.append(builder.add(.argmax(axis: axis), [x])) }
            }
            outputs.append(x.transposed(Array((0..<rank).reversed())))
            outputs.append(x.reshaped([4, 0]))
            outputs.append(x.broadcast(to: [2] + shape))
            outputs.append(builder.add(.pad(low: shape.map { _ in 1 }, high: shape.map { _ in 1 }, interior: shape.map { _ in 2 }), [x]))
            outputs.append(builder.add(.scatterAdd(rows: 3), [builder.constant(1, TensorType(.int32, [shape[0]])), x]))
            outputs.append(builder.add(.gather, [x, builder.constant(0, TensorType(.int32, shape[0] > 0 ? [2, 2] : [0]))]))
            if rank > 1 {
                for (left, right) in [(false, true), (true, false)] {
                    outputs.append(x.product(x, transposeLeft: left, transposeRight: right) + 1)
                }
                let matrix = x.product(x, transposeRight: true)
                if matrix.type.count == 0 {
                    outputs.append(builder.add(.cholesky, [matrix]))
                    outputs.append(builder.add(.triangularSolve(lower: true, transposed: false), [matrix, x]))
                }
            }
            if rank == 3 {
                let kernel = builder.constant(0.5, TensorType(.float64, [2, shape[2], 3]))
                let convolved = builder.add(.convolution(line), [x, kernel])
                outputs += [convolved, (convolved + builder.iota(axis: 2, convolved.type)).unary(.relu)]
                outputs.append(builder.add(.convolutionKernel(line, spatial: [2]), [x, convolved]))
                outputs.append(builder.add(.convolutionImage(line, spatial: [shape[1]]), [convolved, kernel]))
                if shape[1] > 1 {
                    for kind in [Pooling.Kind.maximum, .mean] {
                        outputs.append(builder.add(.pool(Pooling(kind, window: [2], strides: [1])), [x]))
                    }
                }
            }
            let (last, stacks) = try builder.scan(
                length: shape[0], carried: [x.like(0).sum(axes: [0])], sequences: [x], constants: [x.sum()]
            ) { (h, x, w) throws(Diagnostic) in ([h[0] + x[0] + w[0].broadcast(to: x[0].shape)], [h[0] * x[0]]) }
            outputs += last + stacks
            let given = try builder.finish(outputs)
            try given.verify()
            let inputs = [sample(shape, 1), Tensor(.int32([]), shape: shape)]
            let said = outcomes(given, inputs)
            #expect(said[0] == said[1], "\(shape)")
            // A sum of nothing has a gradient too.
            let gradient = try given.weighed(0..<3, 1).gradient(in: [0])
            let slopes = outcomes(gradient, inputs)
            #expect(slopes[0] == slopes[1] && slopes[0].contains("[]"), "\(shape): \(slopes)")
        }
    }
}
