import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

private let any = -1.0...1.0

/// A recurrence over the first inputs (carried), the next (sequences) and the rest (constants); all it gives, carried values first.
private func recurrence(
    _ name: String, _ carried: [[Int]], _ sequences: [[Int]], _ constants: [[Int]], length: Int = 3, order: Int = 2,
    _ body: @escaping @Sendable (_ h: [Symbol], _ x: [Symbol], _ w: [Symbol]) -> ([Symbol], [Symbol])
) -> [GradientCase] {
    [false, true].map { reverse in
        let shapes = carried + sequences.map { [length] + $0 } + constants
        return GradientCase("\(name)\(reverse ? " from the end" : "")", shapes.map { ($0, any) }, order: order) { symbols in
            let builder = symbols[0].builder
            do throws(Diagnostic) {
                let (last, stacks) = try builder.scan(
                    length: length, carried: Array(symbols[..<carried.count]),
                    sequences: Array(symbols[carried.count..<carried.count + sequences.count]),
                    constants: Array(symbols[(carried.count + sequences.count)...]), reverse: reverse
                ) { (h, x, w) throws(Diagnostic) in body(h, x, w) }
                return weighed(last + stacks, 77) ?? symbols[0]
            } catch {
                builder.fail(error)
                return symbols[0]
            }
        }
    }
}

let recurrenceCases: [GradientCase] = [
    recurrence("a power", [[2]], [], [[2]]) { h, _, w in ([h[0] * w[0]], []) },
    recurrence("a running sum", [[2]], [[2]], []) { h, x, _ in ([h[0] + x[0]], [h[0]]) },
    recurrence("a recurrent network", [[2, 3]], [[2, 2]], [[2, 3], [3, 3], [3]]) { h, x, w in
        let next = (x[0].product(w[0]) + h[0].product(w[1]) + w[2]).unary(.tanh)
        return ([next], [next.unary(.square)])
    },
    recurrence("weights used transposed and twice", [[2, 3]], [[2, 3]], [[3, 3]]) { h, x, w in
        let next = (x[0].product(w[0]) + h[0].product(w[0], transposeRight: true)).unary(.tanh)
        return ([next], [])
    },
    recurrence("two carried values, one through the other", [[2], [2]], [[2]], []) { h, x, _ in
        ([h[0] * 0.5 + h[1].unary(.sin), h[1] * x[0]], [h[0] * h[1]])
    },
    recurrence("a carried value nobody differentiates", [[2], [2]], [], []) { h, _, _ in
        ([h[0].unary(.sin), h[1].unary(.sign) * 2], [h[0] * h[1]])
    },
    recurrence("results that pass the operands through", [[2]], [[2]], [[2]]) { h, x, w in ([h[0]], [x[0], w[0], h[0]]) },
    recurrence("a result that depends on nothing", [[2]], [], [[2]]) { h, _, w in ([h[0] * w[0]], [h[0].like(3)]) },
    recurrence("a constant read before it is bent", [[2]], [[2]], [[2, 2]]) { h, x, w in
        let bent = w[0].unary(.exp)
        return ([(bent * x[0]).sum(axes: [0]) * 0.1 + h[0]], [bent.unary(.sin)])
    },
    recurrence("one round", [[2]], [[2]], [[2]], length: 1) { h, x, w in ([h[0] * x[0] + w[0]], [h[0] * w[0]]) },
    recurrence("no round", [[2]], [[2]], [[2]], length: 0) { h, x, w in ([h[0] * x[0] + w[0]], [h[0] * w[0]]) },
    recurrence("a recurrence inside", [[2]], [[2]], [[2]]) { h, x, w in
        let builder = h[0].builder
        do throws(Diagnostic) {
            let (last, stack) = try builder.scan(length: 2, carried: [h[0] * 0.5], constants: [w[0], x[0]]) {
                (h, _, w) throws(Diagnostic) in
                ([h[0] * w[0] + w[1].unary(.sin)], [h[0].unary(.square)])
            }
            return ([last[0]], stack)
        } catch {
            builder.fail(error)
            return (h, h)
        }
    },
    recurrence("a counter of whole numbers", [[2]], [], []) { h, _, _ in
        ([h[0].unary(.sin)], [h[0].compared(.greater, 0).converted(to: .float64) * h[0]])
    },
].flatMap { $0 }

@Suite struct RecurrenceGradientTests {
    @Test func againstDifferences() throws {
        for (number, row) in recurrenceCases.enumerated() { try check(row, 300 + number) }
    }

    /// A step number is carried as int32 and takes no gradient; noise of each round is the same forwards and backwards.
    @Test func countersAndNoise() throws {
        let builder = Builder()
        let x = builder.input(TensorType(.float64, [3]))
        let start = builder.constant(0, TensorType(.int32, []))
        let (last, stack) = try builder.scan(length: 4, carried: [start, x], constants: [x]) { (h, _, w) throws(Diagnostic) in
            let noise = h[0].builder.draw(.normal, w[0].type)
            let next = (h[1] * noise + w[0] * h[0].converted(to: .float64)).unary(.tanh)
            return ([h[0] + h[0].like(1), next], [next * noise])
        }
        let graph = try builder.finish([last[1].sum() + stack[0].sum()])
        try graph.verify()
        #expect(try gradientError(graph, [sample([3], 1)]) < 2e-7)
    }

    /// The draws of bodies, of graphs written into others and of the graphs around them are independent.
    @Test func sites() throws {
        let type = TensorType(.float64, [8])
        let builder = Builder()
        let part = Builder()
        let one = try part.finish([part.draw(.uniform, type)])
        var outputs = [builder.draw(.uniform, type)] + builder.inline(one, []) + builder.inline(one, [])
        for _ in 0..<2 {
            let start = builder.constant(0, type)
            outputs += try builder.scan(length: 1, carried: [start]) { (h, _, _) throws(Diagnostic) in
                ([h[0].builder.draw(.uniform, type)], [])
            }.carried
        }
        let graph = try builder.finish(outputs)
        let draws = try ReferenceExecutor.run(graph, inputs: [], key: Key(seed: 1)).map(\.doubles)
        #expect(draws.count == 5 && Set(draws).count == 5)
    }
}
