import Diagnostics
import Testing

@testable import Graphs

private let goldens: [Golden] = [
    Golden(
        "what nobody reads is not carried, and what does not change is a constant", [float(2), float(2), float(2), float(3, 2)],
        { x in
            let (last, stacks) = try x[0].builder.scan(length: 3, carried: [x[0], x[1], x[2]], sequences: [x[3]]) {
                (h, s, _) throws(Diagnostic) in
                ([h[0] * h[2] + s[0], h[1] * h[1], h[2]], [h[1].unary(.exp), s[0], h[2]])
            }
            return [last[0], last[2], stacks[1], stacks[2]]
        },
        """
        %0 = input(0) : float32[2]
        %1 = input(1) : float32[2]
        %2 = input(2) : float32[2]
        %3 = input(3) : float32[3, 2]
        %4 = broadcast %2 : float32[3, 2]
        %5 = scan(3 rounds, carrying 1) %0 %3 %2 : float32[2]
            %0 = input(0) : float32[2]
            %1 = input(1) : float32[2]
            %2 = input(2) : float32[2]
            %3 = multiply %0 %2 : float32[2]
            %4 = add %1 %3 : float32[2]
            return %4
        %6 = result(0) %5 : float32[2]
        return %6, %2, %3, %4
        """),
    Golden(
        "no round, and one", [float(2), float(0, 2), float(1, 2)],
        { x in
            let none = try x[0].builder.scan(length: 0, carried: [x[0]], sequences: [x[1]]) { (h, s, _) throws(Diagnostic) in
                ([h[0] + s[0]], [h[0]])
            }
            let once = try x[0].builder.scan(length: 1, carried: [x[0]], sequences: [x[2]]) { (h, s, _) throws(Diagnostic) in
                ([h[0] + s[0]], [h[0]])
            }
            return none.carried + none.results + once.carried + once.results
        },
        """
        %0 = input(0) : float32[2]
        %1 = input(1) : float32[0, 2]
        %2 = input(2) : float32[1, 2]
        %3 = constant(0) : float32[0, 2]
        %4 = reshape %2 : float32[2]
        %5 = add %0 %4 : float32[2]
        %6 = reshape %0 : float32[1, 2]
        return %0, %3, %5, %6
        """),
    Golden(
        "products with what goes in and what comes out are not done round by round",
        [float(4, 2, 3), float(2, 5), float(3, 5), float(5, 5), float(5, 7)],
        { x in
            try x[0].builder.scan(length: 4, carried: [x[1]], sequences: [x[0]], constants: [x[2], x[3], x[4].unary(.exp)]) {
                (h, s, w) throws(Diagnostic) in
                let next = (s[0].product(w[0]) + h[0].product(w[1].unary(.square))).unary(.tanh)
                return ([next], [next.product(w[2]).unary(.softplus)])
            }.results
        },
        """
        %0 = input(0) : float32[4, 2, 3]
        %1 = input(1) : float32[2, 5]
        %2 = input(2) : float32[3, 5]
        %3 = input(3) : float32[5, 5]
        %4 = input(4) : float32[5, 7]
        %5 = exp %4 : float32[5, 7]
        %6 = reshape %0 : float32[8, 3]
        %7 = product %6 %2 : float32[8, 5]
        %8 = reshape %7 : float32[4, 2, 5]
        %9 = square %3 : float32[5, 5]
        %10 = scan(4 rounds, carrying 1) %1 %8 %9 : float32[2, 5]
            %0 = input(0) : float32[2, 5]
            %1 = input(1) : float32[2, 5]
            %2 = input(2) : float32[5, 5]
            %3 = product %0 %2 : float32[2, 5]
            %4 = add %1 %3 : float32[2, 5]
            %5 = tanh %4 : float32[2, 5]
            return %5, %5
        %11 = result(1) %10 : float32[4, 2, 5]
        %12 = reshape %11 : float32[8, 5]
        %13 = product %12 %5 : float32[8, 7]
        %14 = reshape %13 : float32[4, 2, 7]
        %15 = softplus %14 : float32[4, 2, 7]
        return %15
        """),
    Golden(
        "a recurrence and its gradient", [float(4, 2, 3), float(2, 5), float(3, 5), float(5, 5)], gradient: [2, 3],
        { x in
            let last = try x[0].builder.scan(length: 4, carried: [x[1]], sequences: [x[0]], constants: [x[2], x[3]]) {
                (h, s, w) throws(Diagnostic) in
                ([(s[0].product(w[0]) + h[0].product(w[1])).unary(.tanh)], [])
            }.carried
            return [last[0].sum()]
        },
        """
        %0 = input(0) : float32[4, 2, 3]
        %1 = input(1) : float32[2, 5]
        %2 = input(2) : float32[3, 5]
        %3 = input(3) : float32[5, 5]
        %4 = reshape %0 : float32[8, 3]
        %5 = product %4 %2 : float32[8, 5]
        %6 = reshape %5 : float32[4, 2, 5]
        %7 = scan(4 rounds, carrying 1) %1 %6 %3 : float32[2, 5]
            %0 = input(0) : float32[2, 5]
            %1 = input(1) : float32[2, 5]
            %2 = input(2) : float32[5, 5]
            %3 = product %0 %2 : float32[2, 5]
            %4 = add %1 %3 : float32[2, 5]
            %5 = tanh %4 : float32[2, 5]
            return %5, %0, %5
        %8 = result(0) %7 : float32[2, 5]
        %9 = result(1) %7 : float32[4, 2, 5]
        %10 = result(2) %7 : float32[4, 2, 5]
        %11 = sum(axes [0, 1]) %8 : float32
        %12 = constant(1) : float32[2, 5]
        %13 = scan(4 rounds, carrying 1, from the end) %12 %10 %3 : float32[2, 5]
            %0 = input(0) : float32[2, 5]
            %1 = input(1) : float32[2, 5]
            %2 = input(2) : float32[5, 5]
            %3 = square %1 : float32[2, 5]
            %4 = constant(1) : float32[2, 5]
            %5 = subtract %4 %3 : float32[2, 5]
            %6 = multiply %0 %5 : float32[2, 5]
            %7 = product(right transposed) %6 %2 : float32[2, 5]
            return %7, %6
        %14 = result(1) %13 : float32[4, 2, 5]
        %15 = reshape %14 : float32[8, 5]
        %16 = product(left transposed) %4 %15 : float32[3, 5]
        %17 = reshape %9 : float32[8, 5]
        %18 = product(left transposed) %17 %15 : float32[5, 5]
        return %11, %16, %18
        """),
    Golden(
        "independent rounds are one batch", [float(4, 3), float(3)],
        { x in
            try x[0].builder.scan(length: 4, carried: [], sequences: [x[0]], constants: [x[1]]) { (_, s, w) throws(Diagnostic) in
                ([], [(s[0] * w[0]).sum(), w[0].unary(.exp)])
            }.results
        },
        """
        %0 = input(0) : float32[4, 3]
        %1 = input(1) : float32[3]
        %2 = broadcast %1 : float32[4, 3]
        %3 = multiply %0 %2 : float32[4, 3]
        %4 = sum(axes [1]) %3 : float32[4]
        %5 = exp %1 : float32[3]
        %6 = broadcast %5 : float32[4, 3]
        return %4, %6
        """),
]

@Suite struct RecurrenceGoldenTests {
    @Test func printed() throws { try expectPrinted(goldens) }
}
