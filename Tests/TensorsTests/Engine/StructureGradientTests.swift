import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

private let any = -1.0...1.0

/// An operation on inputs of some shapes.
private func case1(_ name: String, _ shapes: [[Int]], _ op: Op, order: Int = 2) -> GradientCase {
    GradientCase(name, shapes.map { ($0, any) }, order: order) { x in x[0].builder.add(op, x).unary(.sin) }
}

private func positions(_ x: [Symbol], _ values: [Double], _ shape: [Int]? = nil) -> Symbol {
    x[0].builder.constant(Literal(values, TensorType(.int32, shape ?? [values.count])))
}

private let shaping: [GradientCase] = [
    case1("sum over one axis", [[2, 3]], .reduce(.sum, axes: [1])), case1("sum over two", [[2, 3, 2]], .reduce(.sum, axes: [0, 2])),
    case1("maximum", [[2, 5]], .reduce(.maximum, axes: [1])), case1("minimum", [[2, 5]], .reduce(.minimum, axes: [0])),
    case1("cumsum", [[2, 3]], .cumulativeSum(axis: 1, reverse: false)),
    case1("cumsum back", [[3, 2]], .cumulativeSum(axis: 0, reverse: true)),
    case1("reshape", [[2, 3]], .reshape([3, 2])), case1("transpose", [[2, 3, 4]], .transpose([2, 0, 1])),
    case1("slice by steps", [[5, 4]], .slice(starts: [1, 0], ends: [5, 3], steps: [2, 1])),
    case1("slice by long steps", [[7]], .slice(starts: [1], ends: [7], steps: [4])),
    case1("empty slice", [[5]], .slice(starts: [2], ends: [2], steps: [3])),
    case1("pad", [[2, 3]], .pad(low: [1, 0], high: [0, 2], interior: [0, 1])),
    case1("pad of nothing", [[0]], .pad(low: [1], high: [1], interior: [1])),
    case1("concatenate", [[2, 3], [2, 1], [2, 2]], .concatenate(axis: 1)), case1("reverse", [[3, 2]], .reverse(axis: 0)),
    GradientCase("concatenate with itself", [([2, 2], any)], order: 2) { Symbol.concatenated([$0[0], $0[0], $0[0].unary(.exp)], axis: 0) },
    GradientCase("gather", [([4, 2], any)], order: 2) { x in
        x[0].builder.add(.gather, [x[0], positions(x, [3, 0, 3, 1, 3, 3], [2, 3])]).unary(.sin)
    },
    GradientCase("scatter", [([3, 2], any)], order: 2) { x in
        x[0].builder.add(.scatterAdd(rows: 4), [positions(x, [3, 0, 3]), x[0]]).unary(.sin)
    },
    GradientCase("dynamic slice", [([4, 3], any)], order: 2) { x in
        x[0].builder.add(.dynamicSlice(axis: 0, count: 2), [x[0], positions(x, [1], [])]).unary(.sin)
    },
    GradientCase("update of a slice", [([4, 3], any), ([4, 2], any)], order: 2) { x in
        x[0].builder.add(.updateSlice(axis: 1), [x[0], x[1], positions(x, [1], [])]).unary(.sin)
    },
    GradientCase("no gradient but one path", [([3], any)]) { x in x[0] * x[0].compared(.greater, 0).converted(to: .float64) },
]

private let products: [GradientCase] =
    [[], [3], [2, 2]].flatMap { (batch: [Int]) in
        [(false, false), (false, true), (true, false), (true, true)].map { (left, right) in
            case1(
                "product \(batch) \(left) \(right)", [batch + (left ? [3, 2] : [2, 3]), batch + (right ? [4, 3] : [3, 4])],
                .product(transposeLeft: left, transposeRight: right))
        }
    } + [GradientCase("x x'", [([2, 3], any)], order: 2) { $0[0].product($0[0], transposeRight: true) }]

private let geometries: [(String, Convolution, image: [Int], kernel: [Int])] = [
    ("1-D", Convolution(strides: [1], low: [1], high: [1], dilations: [1]), [2, 5, 2], [3, 2, 3]),
    ("1-D with stride", Convolution(strides: [2], low: [1], high: [0], dilations: [1]), [1, 6, 2], [3, 2, 2]),
    ("1-D dilated in groups", Convolution(strides: [1], low: [2], high: [1], dilations: [2], groups: 2), [1, 5, 4], [3, 2, 4]),
    ("2-D", Convolution(strides: [1, 1], low: [1, 1], high: [1, 1], dilations: [1, 1]), [1, 4, 3, 2], [3, 3, 2, 2]),
    (
        "2-D with strides that leave a row", Convolution(strides: [2, 3], low: [0, 1], high: [0, 0], dilations: [1, 1]), [1, 6, 5, 1],
        [3, 2, 1, 2]
    ),
    (
        "2-D dilated in groups", Convolution(strides: [1, 2], low: [0, 2], high: [1, 1], dilations: [2, 1], groups: 3), [1, 5, 4, 3],
        [2, 2, 1, 3]
    ),
]

private let convolutions: [GradientCase] = geometries.flatMap { (name, geometry, image, kernel) -> [GradientCase] in
    let spatial = Array(image[1..<image.count - 1])
    let sizes = Array(kernel.dropLast(2))
    let output = [image[0]] + (geometry.outputSizes(image: spatial, kernel: sizes) ?? []) + [kernel[kernel.count - 1]]
    return [
        case1("convolution \(name)", [image, kernel], .convolution(geometry)),
        case1("its image \(name)", [output, kernel], .convolutionImage(geometry, spatial: spatial)),
        case1("its kernel \(name)", [image, output], .convolutionKernel(geometry, spatial: sizes)),
    ]
}

private let pools: [GradientCase] = [
    case1("mean pool", [[2, 5, 4, 2]], .pool(Pooling(.mean, window: [2, 2], strides: [2, 1]))),
    case1("mean pool 1-D", [[1, 7, 2]], .pool(Pooling(.mean, window: [3], strides: [2]))),
    case1("max pool", [[2, 4, 4, 2]], .pool(Pooling(.maximum, window: [2, 2], strides: [2, 2])), order: 1),
    case1("max pool 1-D overlapping", [[1, 7, 2]], .pool(Pooling(.maximum, window: [3], strides: [1])), order: 1),
]

/// A positive definite matrix from any, and a triangle with a diagonal away from 0.
private func definite(_ x: Symbol) -> Symbol {
    let n = x.shape[x.rank - 1]
    let type = TensorType(.int32, x.shape)
    let diagonal = x.builder.iota(axis: x.rank - 1, type).compared(.equal, x.builder.iota(axis: x.rank - 2, type))
    return x.product(x, transposeRight: true) + diagonal.select(x.like(Double(n)), x.like(0))
}
private func triangle(_ x: Symbol) -> Symbol {
    let type = TensorType(.int32, x.shape)
    let diagonal = x.builder.iota(axis: x.rank - 1, type).compared(.equal, x.builder.iota(axis: x.rank - 2, type))
    return diagonal.select(x + 3, x)
}

private let linearAlgebra: [GradientCase] =
    [
        GradientCase("cholesky", [([3, 3], any)], order: 2) { $0[0].builder.add(.cholesky, [definite($0[0])]) },
        GradientCase("cholesky of several", [([2, 2, 2], any)], order: 2) { $0[0].builder.add(.cholesky, [definite($0[0])]) },
        // log det A = 2 sum of log of the diagonal of its factor.
        GradientCase("log determinant", [([2, 3, 3], any)], order: 2) { x in
            let factor = x[0].builder.add(.cholesky, [definite(x[0])])
            let type = TensorType(.int32, factor.shape)
            let diagonal = x[0].builder.iota(axis: 1, type).compared(.equal, x[0].builder.iota(axis: 2, type))
            return diagonal.select(factor, factor.like(1)).unary(.log).sum(axes: [1, 2]) * 2
        },
        GradientCase("normal log density", [([3, 3], any), ([3, 1], any)], order: 2) { x in
            let factor = x[0].builder.add(.cholesky, [definite(x[0])])
            return x[0].builder.add(.triangularSolve(lower: true, transposed: false), [factor, x[1]]).unary(.square).sum()
        },
    ]
    + [(true, false), (true, true), (false, false), (false, true)].map { (lower, transposed) in
        GradientCase("triangular solve \(lower) \(transposed)", [([2, 3, 3], any), ([2, 3, 2], any)], order: 2) { x in
            x[0].builder.add(.triangularSolve(lower: lower, transposed: transposed), [triangle(x[0]), x[1]])
        }
    }

@Suite struct StructureGradientTests {
    @Test func againstDifferences() throws {
        for (number, row) in (shaping + products + convolutions + pools + linearAlgebra).enumerated() { try check(row, 100 + number) }
    }

    @Test func refusals() throws {
        let builder = Builder()
        let x = builder.input(TensorType(.float64, [1, 4, 1]))
        let pooled = builder.add(.pool(Pooling(.maximum, window: [2], strides: [2])), [x.unary(.square)])
        let graph = try builder.finish([pooled.sum()]).gradient(in: [0])
        #expect { try graph.weighed(1..<2, 1).gradient(in: [0]) } throws: {
            "\(($0 as? Diagnostic)?.message ?? "")".contains("no second derivative")
        }
    }
}
