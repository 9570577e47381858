import Diagnostics
import Testing

@testable import Graphs

private let goldens: [Golden] = [
    Golden(
        "dead code and equal nodes", [float(2)],
        { x in
            _ = x[0].unary(.exp)
            return [x[0].unary(.sin) * x[0].unary(.cos) + x[0].unary(.sin) * x[0].unary(.cos)]
        },
        """
        %0 = input(0) : float32[2]
        %1 = sin %0 : float32[2]
        %2 = cos %0 : float32[2]
        %3 = multiply %1 %2 : float32[2]
        %4 = add %3 %3 : float32[2]
        return %4
        """),
    Golden(
        "stopGradient is for gradients only", [float(2)], { [$0[0].stopped() * $0[0]] },
        """
        %0 = input(0) : float32[2]
        %1 = square %0 : float32[2]
        return %1
        """),
    Golden(
        "signs", [float(2), float(2)],
        { [$0[0] + -$0[1], $0[0] - -$0[1], -$0[0] * -$0[1], (-$0[0]).unary(.abs), -($0[0] * 5), $0[0] * 3 * 2] },
        """
        %0 = input(0) : float32[2]
        %1 = input(1) : float32[2]
        %2 = subtract %0 %1 : float32[2]
        %3 = add %0 %1 : float32[2]
        %4 = multiply %0 %1 : float32[2]
        %5 = abs %0 : float32[2]
        %6 = constant(-5) : float32[2]
        %7 = multiply %0 %6 : float32[2]
        %8 = constant(6) : float32[2]
        %9 = multiply %0 %8 : float32[2]
        return %2, %3, %4, %5, %7, %9
        """),
    Golden(
        "what is not exact stays", [float(2)],
        { [$0[0] - $0[0], $0[0] * 0, $0[0] / $0[0], $0[0] * 0.3 * 0.3, $0[0].unary(.exp).unary(.log)] },
        """
        %0 = input(0) : float32[2]
        %1 = subtract %0 %0 : float32[2]
        %2 = constant(0) : float32[2]
        %3 = multiply %0 %2 : float32[2]
        %4 = divide %0 %0 : float32[2]
        %5 = constant(0.3) : float32[2]
        %6 = multiply %0 %5 : float32[2]
        %7 = multiply %5 %6 : float32[2]
        %8 = exp %0 : float32[2]
        %9 = log %8 : float32[2]
        return %1, %3, %4, %7, %9
        """),
    Golden(
        "choices", [bool(2), float(2), float(2)],
        { x in
            [x[0].select(x[0].select(x[1], x[2]), x[0].select(x[1], -x[2])), x[0].unary(.not).select(x[1], x[2])]
        },
        """
        %0 = input(0) : bool[2]
        %1 = input(1) : float32[2]
        %2 = input(2) : float32[2]
        %3 = negate %2 : float32[2]
        %4 = select %0 %1 %3 : float32[2]
        %5 = select %0 %2 %1 : float32[2]
        return %4, %5
        """),
    Golden(
        "conversions", [float(2), whole(2)],
        { x in
            [
                x[0].converted(to: .float64).converted(to: .float32), x[1].converted(to: .float64).converted(to: .bool),
                x[1].converted(to: .float32).converted(to: .float64),
            ]
        },
        """
        %0 = input(0) : float32[2]
        %1 = input(1) : int32[2]
        %2 = convert %1 : bool[2]
        %3 = convert %1 : float32[2]
        %4 = convert %3 : float64[2]
        return %0, %2, %4
        """),
    Golden(
        "functions before broadcasts", [float(3), float(3)],
        { [($0[0].broadcast(to: [2, 3]).unary(.exp) * 2 + $0[1].broadcast(to: [2, 3])).unary(.sqrt)] },
        """
        %0 = input(0) : float32[3]
        %1 = input(1) : float32[3]
        %2 = exp %0 : float32[3]
        %3 = constant(2) : float32[3]
        %4 = multiply %2 %3 : float32[3]
        %5 = add %1 %4 : float32[3]
        %6 = sqrt %5 : float32[3]
        %7 = broadcast %6 : float32[2, 3]
        return %7
        """),
    Golden(
        "reductions", [float(2, 1, 3), float(2, 4, 3)],
        { x in
            [
                x[0].sum(axes: [1]), x[1].sum(axes: [2]).sum(axes: [0]), x[1].sum(axes: [1]).sum(axes: [1]), (-x[0]).sum(axes: [0]),
                x[0].broadcast(to: [4, 2, 5, 3]).sum(axes: [0, 2, 3]), x[0].broadcast(to: [2, 5, 3]).reduced(.maximum, axes: [1, 2]),
            ]
        },
        """
        %0 = input(0) : float32[2, 1, 3]
        %1 = input(1) : float32[2, 4, 3]
        %2 = reshape %0 : float32[2, 3]
        %3 = sum(axes [2]) %1 : float32[2, 4]
        %4 = sum(axes [0]) %3 : float32[4]
        %5 = sum(axes [1, 2]) %1 : float32[2]
        %6 = sum(axes [0]) %0 : float32[1, 3]
        %7 = negate %6 : float32[1, 3]
        %8 = sum(axes [2]) %0 : float32[2, 1]
        %9 = reshape %8 : float32[2, 1, 1]
        %10 = constant(20) : float32[2, 1, 1]
        %11 = multiply %9 %10 : float32[2, 1, 1]
        %12 = reshape %11 : float32[2]
        %13 = maximum(axes [2]) %0 : float32[2, 1]
        %14 = reshape %13 : float32[2]
        return %2, %4, %5, %7, %12, %14
        """),
    Golden(
        "transposed factors", [float(2, 3), float(4, 2)], { [$0[0].swapped.product($0[1].swapped), $0[1].product($0[0]).swapped] },
        """
        %0 = input(0) : float32[2, 3]
        %1 = input(1) : float32[4, 2]
        %2 = product(left transposed, right transposed) %0 %1 : float32[3, 4]
        return %2, %2
        """),
    Golden(
        "a transposed product that is read stays", [float(2, 3), float(3, 2)],
        { x in
            let y = x[0].product(x[1])
            return [y, y.swapped.unary(.exp)]
        },
        """
        %0 = input(0) : float32[2, 3]
        %1 = input(1) : float32[3, 2]
        %2 = product %0 %1 : float32[2, 2]
        %3 = transpose([1, 0]) %2 : float32[2, 2]
        %4 = exp %3 : float32[2, 2]
        return %2, %4
        """),
    Golden(
        "weights that many rows share, and their gradient", [float(5, 2, 3), float(3, 4), float(4)], gradient: [1, 2],
        { x in
            [(x[0].product(x[1].broadcast(to: [5, 3, 4])) + x[2]).unary(.square).mean()]
        },
        """
        %0 = input(0) : float32[5, 2, 3]
        %1 = input(1) : float32[3, 4]
        %2 = input(2) : float32[4]
        %3 = reshape %0 : float32[10, 3]
        %4 = product %3 %1 : float32[10, 4]
        %5 = reshape %4 : float32[5, 2, 4]
        %6 = broadcast %2 : float32[5, 2, 4]
        %7 = add %5 %6 : float32[5, 2, 4]
        %8 = square %7 : float32[5, 2, 4]
        %9 = sum(axes [0, 1, 2]) %8 : float32
        %10 = constant(0.025) : float32
        %11 = multiply %9 %10 : float32
        %12 = constant(0.05) : float32[5, 2, 4]
        %13 = multiply %7 %12 : float32[5, 2, 4]
        %14 = sum(axes [0, 1]) %13 : float32[4]
        %15 = reshape %13 : float32[10, 4]
        %16 = product(left transposed) %3 %15 : float32[3, 4]
        return %11, %16, %14
        """),
    Golden(
        "an outer product", [float(3, 1), float(1, 2)], { [$0[0].product($0[1])] },
        """
        %0 = input(0) : float32[3, 1]
        %1 = input(1) : float32[1, 2]
        %2 = broadcast %0 : float32[3, 2]
        %3 = broadcast %1 : float32[3, 2]
        %4 = multiply %2 %3 : float32[3, 2]
        return %4
        """),
    Golden(
        "rows of a small table, times a matrix, and their gradient", [float(3, 2), whole(5, 2), float(2, 4)], gradient: [0, 2],
        { x in
            let rows = x[0].builder.add(.gather, [x[0], x[1]]).reshaped([10, 2])
            return [rows.product(x[2]).unary(.exp).sum()]
        },
        """
        %0 = input(0) : float32[3, 2]
        %1 = input(1) : int32[5, 2]
        %2 = input(2) : float32[2, 4]
        %3 = reshape %1 : int32[10]
        %4 = product %0 %2 : float32[3, 4]
        %5 = gather %4 %3 : float32[10, 4]
        %6 = exp %5 : float32[10, 4]
        %7 = sum(axes [0, 1]) %6 : float32
        %8 = scatterAdd(rows 3) %3 %6 : float32[3, 4]
        %9 = product(left transposed) %0 %8 : float32[2, 4]
        %10 = product(right transposed) %8 %2 : float32[3, 2]
        return %7, %10, %9
        """),
    Golden(
        "rows of a large table", [float(30, 2), whole(5), float(2, 4)], { [$0[0].builder.add(.gather, [$0[0], $0[1]]).product($0[2])] },
        """
        %0 = input(0) : float32[30, 2]
        %1 = input(1) : int32[5]
        %2 = input(2) : float32[2, 4]
        %3 = gather %0 %1 : float32[5, 2]
        %4 = product %3 %2 : float32[5, 4]
        return %4
        """
    ),
    Golden(
        "rows at known places", [float(5, 2)],
        { x in
            let builder = x[0].builder
            return [
                builder.add(.gather, [x[0], builder.constant(Literal([1, 2, 3], TensorType(.int32, [3])))]),
                builder.add(.gather, [x[0], builder.constant(4, TensorType(.int32, []))]),
            ]
        },
        """
        %0 = input(0) : float32[5, 2]
        %1 = slice(1..<4, 0..<2) %0 : float32[3, 2]
        %2 = slice(4..<5, 0..<2) %0 : float32[1, 2]
        %3 = reshape %2 : float32[2]
        return %1, %3
        """),
    Golden(
        "slices of slices, concatenations and pads", [float(6), float(2)],
        { x in
            let builder = x[0].builder
            let joined = Symbol.concatenated([x[0], x[1]], axis: 0)
            let padded = builder.add(.pad(low: [2], high: [2], interior: [0]), [x[0]])
            return [
                x[0].slice(axis: 0, 1..<5).slice(axis: 0, 1..<3), joined.slice(axis: 0, 6..<8), joined.slice(axis: 0, 1..<5),
                padded.slice(axis: 0, 3..<5), padded.slice(axis: 0, 0..<2),
            ]
        },
        """
        %0 = input(0) : float32[6]
        %1 = input(1) : float32[2]
        %2 = slice(1..<5) %0 : float32[4]
        %3 = slice(2..<4) %0 : float32[2]
        %4 = slice(1..<3) %0 : float32[2]
        %5 = constant(0) : float32[2]
        return %3, %1, %2, %4, %5
        """),
    Golden(
        "pads of pads, reversals of reversals, slices at known offsets", [float(4), float(4)],
        { x in
            let b = x[0].builder
            let padded = b.add(.pad(low: [1], high: [2], interior: [0]), [b.add(.pad(low: [3], high: [0], interior: [0]), [x[0]])])
            let alike = b.add(.pad(low: [2], high: [0], interior: [0]), [x[0]]) + b.add(.pad(low: [2], high: [0], interior: [0]), [x[1]])
            let offset = b.constant(1, TensorType(.int32, []))
            return [
                padded, b.add(.reverse(axis: 0), [b.add(.reverse(axis: 0), [x[0]])]),
                b.add(.dynamicSlice(axis: 0, count: 2), [x[0], offset]), alike,
            ]
        },
        """
        %0 = input(0) : float32[4]
        %1 = input(1) : float32[4]
        %2 = pad([4] [2]) %0 : float32[10]
        %3 = add %0 %1 : float32[4]
        %4 = pad([2] [0]) %3 : float32[6]
        %5 = slice(1..<3) %0 : float32[2]
        return %2, %0, %5, %4
        """),
    Golden(
        "a matrix by many columns, and products with leading axes of size 1",
        [float(2, 3), float(5, 3, 1), float(1, 2, 3), float(1, 3, 4)],
        { x in
            [x[0].broadcast(to: [5, 2, 3]).product(x[1]), x[2].product(x[3])]
        },
        """
        %0 = input(0) : float32[2, 3]
        %1 = input(1) : float32[5, 3, 1]
        %2 = input(2) : float32[1, 2, 3]
        %3 = input(3) : float32[1, 3, 4]
        %4 = reshape %1 : float32[5, 3]
        %5 = product(right transposed) %4 %0 : float32[5, 2]
        %6 = reshape %5 : float32[5, 2, 1]
        %7 = reshape %2 : float32[2, 3]
        %8 = reshape %3 : float32[3, 4]
        %9 = product %7 %8 : float32[2, 4]
        %10 = reshape %9 : float32[1, 2, 4]
        return %6, %10
        """),
    Golden(
        "nothing", [float(0, 3), float(2, 0)],
        {
            [
                $0[0].unary(.exp), $0[1].product($0[0]), $0[0].sum(),
                Symbol.concatenated([$0[0], $0[0].sum(axes: [0], keep: true)], axis: 0),
            ]
        },
        """
        %0 = input(0) : float32[0, 3]
        %1 = input(1) : float32[2, 0]
        %2 = constant(0) : float32[0, 3]
        %3 = constant(0) : float32[2, 3]
        %4 = constant(0) : float32
        %5 = constant(0) : float32[1, 3]
        return %2, %3, %4, %5
        """),
    Golden(
        "slices side by side", [float(6), float(6)],
        { [Symbol.concatenated([$0[0].slice(axis: 0, 0..<2), $0[0].slice(axis: 0, 2..<5), $0[1]], axis: 0)] },
        """
        %0 = input(0) : float32[6]
        %1 = input(1) : float32[6]
        %2 = slice(0..<5) %0 : float32[5]
        %3 = concatenate(axis 0) %2 %1 : float32[11]
        return %3
        """),
    Golden(
        "the gradient of several slices", [float(2, 6)], gradient: [0],
        { x in
            let parts = [0..<2, 4..<6, 2..<4].map { x[0].slice(axis: 1, $0) }
            return [(parts[0] * parts[1].unary(.exp) * parts[2].unary(.sin)).sum()]
        },
        """
        %0 = input(0) : float32[2, 6]
        %1 = slice(0..<2, 0..<2) %0 : float32[2, 2]
        %2 = slice(0..<2, 4..<6) %0 : float32[2, 2]
        %3 = slice(0..<2, 2..<4) %0 : float32[2, 2]
        %4 = exp %2 : float32[2, 2]
        %5 = multiply %1 %4 : float32[2, 2]
        %6 = sin %3 : float32[2, 2]
        %7 = multiply %5 %6 : float32[2, 2]
        %8 = sum(axes [0, 1]) %7 : float32
        %9 = cos %3 : float32[2, 2]
        %10 = multiply %5 %9 : float32[2, 2]
        %11 = multiply %4 %6 : float32[2, 2]
        %12 = multiply %1 %6 : float32[2, 2]
        %13 = multiply %4 %12 : float32[2, 2]
        %14 = concatenate(axis 1) %11 %10 %13 : float32[2, 6]
        return %8, %14
        """),
]

@Suite struct RewritingGoldenTests {
    @Test func printed() throws { try expectPrinted(goldens) }
}
