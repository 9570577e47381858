import Diagnostics
import Language
import Tensors

/// Many numbers into one.
enum ReductionChapter {
    static let title = "Reductions"

    static let rows: [Builtin] = [
        row(
            "sum", .sum, "The sum, of all numbers or along an axis.",
            [.init("sum([1, 2, 3])", "6"), .init("sum([[1, 2], [3, 4]], axis: 0)", "[4, 6]")]),
        row("prod", .product, "The product, of all numbers or along an axis.", [.init("prod([2, 3, 4])", "24")]),
        moment(
            "mean", "The mean of data, of all or along an axis; of a distribution, its expectation.",
            [.init("mean([1, 2, 3])", "2"), .init("mean([1, 3], weights: [3, 1])", "1.5")]
        ) {
            (x: Tensor, axis: Axes) throws(Diagnostic) -> Tensor in
            try x.reduced(.mean, axes: axis)
        } weighted: { (x: Tensor, weights: Tensor, axis: Axes) throws(Diagnostic) -> Tensor in
            try weightedMean(x, weights, axis)
        },
        moment(
            "var", "The variance of data: squared distances from the mean, added up and divided by n - 1. Weights count as repetitions.",
            [.init("var([1, 2, 3, 4])", "1.6666666666666667"), .init("var([1, 3], weights: [2, 2])", "1.3333333333333333")]
        ) { (x: Tensor, axis: Axes) throws(Diagnostic) -> Tensor in
            try x.reduced(.variance, axes: axis)
        } weighted: { (x: Tensor, weights: Tensor, axis: Axes) throws(Diagnostic) -> Tensor in
            try weightedVariance(x, weights, axis)
        },
        moment(
            "sd", "The standard deviation, the root of the variance: of data (divided by n - 1) or of a distribution.",
            [.init("sd([1, 2, 3, 4])", "1.2909944487358056")]
        ) { (x: Tensor, axis: Axes) throws(Diagnostic) -> Tensor in
            try x.reduced(.sd, axes: axis)
        } weighted: { (x: Tensor, weights: Tensor, axis: Axes) throws(Diagnostic) -> Tensor in
            try weightedVariance(x, weights, axis).sqrt()
        },
        row(
            "median", .median, "The middle of the sorted data, or of a distribution.",
            [.init("median([3, 1, 2])", "2"), .init("median([1, 2, 3, 4])", "2.5")]),
        extreme(
            "min", .min, .minimum, "The smallest number, of all or along an axis; of several arguments, element by element.",
            [.init("min([3, 1, 2])", "1"), .init("min([1, 5], 3)", "[1, 3]")]),
        extreme(
            "max", .max, .maximum, "The largest number, of all or along an axis; of several arguments, element by element.",
            [.init("max([3, 1, 2])", "3"), .init("max(0, [-1, 2])", "[0, 2]")]),
        row("argmin", .argmin, "The position of the smallest number.", [.init("argmin([3, 1, 2])", "1")]),
        row("argmax", .argmax, "The position of the largest number.", [.init("argmax([[1, 5], [7, 2]], axis: 1)", "[1, 0]")]),
        row("any", .any, "Whether one at least is true.", [.init("any([1, 5] > 3)", "true")]),
        row("all", .all, "Whether every one is true.", [.init("all([1, 5] > 3)", "false"), .init("all([])", "true")]),
        row("logsumexp", .logsumexp, "log(sum(exp(x))), without overflow.", [.init("logsumexp([1000, 1000])", "1000.6931471805599")]),
        running("cumsum", .sum, "The running sum.", [.init("cumsum([1, 2, 3])", "[1, 3, 6]")]),
        running("cumprod", .product, "The running product.", [.init("cumprod([1, 2, 3])", "[1, 2, 6]")]),
        running("cummax", .max, "The largest so far.", [.init("cummax([1, 3, 2])", "[1, 3, 3]")]),
        running("cummin", .min, "The smallest so far.", [.init("cummin([2, 3, 1])", "[2, 2, 1]")]),
        Builtin(
            "norm(x, p: 2, axis: none)", chapter: title,
            "The length of a vector: the p-th root of the sum of sizes to the power p; the largest size for p = inf.",
            examples: [.init("norm([3, 4])", "5"), .init("norm([3, -4], p: 1)", "7")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.tensor(0).abs()
            let p = try call.number(1)
            guard p >= 1 else { throw call.wrong(1, "p must be at least 1, and it is \(formatNumber(p))") }
            let axes = try Axes(call, 2)
            if p == .infinity { return .of(try x.reduced(.max, axes: axes)) }
            // Sizes are taken relative to the largest, so that their powers do not overflow.
            let largest = x.count == 0 || x.isSymbolic ? 1 : try x.max().doubles[0]
            let scale = largest > 0 && largest.isFinite ? largest : 1
            let sum = try Tensor.binary(.power, x / scale, Tensor(p)).reduced(.sum, axes: axes)
            return .of(try Tensor.binary(.power, sum, Tensor(1 / p)) * scale)
        },
    ]

    private static func row(_ name: String, _ op: Reduction, _ summary: String, _ examples: [Builtin.Example]) -> Builtin {
        Builtin("\(name)(x, axis: none, keep: false)", chapter: title, summary, examples: examples) {
            (call: Call) throws(Diagnostic) -> Value in
            if let value = try call.objectVerb() { return value }
            let x = try call.tensor(0)
            return .of(try defined(try x.reduced(op, axes: Axes(call, 1, keep: 2)), from: [x], name))
        }
    }

    private static func moment(
        _ name: String, _ summary: String, _ examples: [Builtin.Example],
        plain: @escaping @Sendable (Tensor, Axes) throws(Diagnostic) -> Tensor,
        weighted: @escaping @Sendable (Tensor, Tensor, Axes) throws(Diagnostic) -> Tensor
    ) -> Builtin {
        Builtin("\(name)(x, axis: none, weights: none, keep: false)", chapter: title, summary, examples: examples) {
            (call: Call) throws(Diagnostic) -> Value in
            if let value = try call.objectVerb() { return value }
            let x = try call.tensor(0)
            let axes = try Axes(call, 1, keep: 3)
            guard call.isGiven(2) else { return .of(try defined(try plain(x, axes), from: [x], name)) }
            let weights = try call.tensor(2)
            if !weights.isSymbolic, let bad = weights.doubles.first(where: { $0 < 0 }) {
                throw call.wrong(2, "a weight cannot be negative, and this is \(formatNumber(bad))")
            }
            return .of(try defined(try weighted(x, weights, axes), from: [x, weights], name))
        }
    }

    private static func extreme(_ name: String, _ reduction: Reduction, _ op: BinaryOp, _ summary: String, _ examples: [Builtin.Example])
        -> Builtin
    {
        Builtin("\(name)(x..., axis: none, keep: false)", chapter: title, summary, examples: examples) {
            (call: Call) throws(Diagnostic) -> Value in
            let operands = try call.tensors(0)
            guard let first = operands.first else {
                throw Diagnostic("\(name) needs an argument", help: "it is called as \(call.signature.text)")
            }
            var all = first
            for operand in operands.dropFirst() { all = try Tensor.binary(op, all, operand) }
            if operands.count > 1, !call.isGiven(1) { return .of(all) }
            return .of(try all.reduced(reduction, axes: Axes(call, 1, keep: 2)))
        }
    }

    private static func running(_ name: String, _ op: Accumulation, _ summary: String, _ examples: [Builtin.Example]) -> Builtin {
        Builtin("\(name)(x, axis: none)", chapter: title, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.array(0)
            let axis = try call.integerIfGiven(1) ?? (x.rank == 1 ? 0 : nil)
            return .of(try defined(try x.cumulative(op, axis: axis), from: [x], name))
        }
    }

    /// Weights as a tensor of the shape of x: of that shape already, or along the reduced axis.
    private static func fitted(_ weights: Tensor, to x: Tensor, _ axes: Axes) throws(Diagnostic) -> Tensor {
        var weights = weights
        if weights.rank == 1, x.rank > 1, let axis = axes.list?.first, axes.list?.count == 1 {
            let position = axis < 0 ? axis + x.rank : axis
            if (0..<x.rank).contains(position), weights.count == x.shape[position] {
                var shape = [Int](repeating: 1, count: x.rank)
                shape[position] = weights.count
                weights = try weights.reshaped(shape)
            }
        }
        guard (try? Shape.broadcast(weights.shape, x.shape)) == x.shape else {
            throw Diagnostic(
                "the weights have shape \(weights.shape), and x has \(x.shape)", argument: "weights",
                help: "one weight an entry, or one along `axis:`")
        }
        return try weights.broadcast(to: x.shape)
    }

    private static func weightedMean(_ x: Tensor, _ weights: Tensor, _ axes: Axes) throws(Diagnostic) -> Tensor {
        let weights = try fitted(weights, to: x, axes)
        return try (x * weights).reduced(.sum, axes: axes) / weights.reduced(.sum, axes: axes)
    }

    private static func weightedVariance(_ x: Tensor, _ weights: Tensor, _ axes: Axes) throws(Diagnostic) -> Tensor {
        let weights = try fitted(weights, to: x, axes)
        let center = try weightedMean(x, weights, Axes(axes.list, keep: true))
        let distance = try x - (axes.list == nil ? center.reshaped([]) : center)
        let total = try weights.reduced(.sum, axes: axes)
        return try (distance.square() * weights).reduced(.sum, axes: axes) / (total - 1)
    }
}

/// The axes of a reduction: all where the list is nil.
struct Axes: Sendable {
    var list: [Int]?
    /// Whether they stay, with size 1.
    var keep: Bool

    init(_ list: [Int]?, keep: Bool) {
        self.list = list
        self.keep = keep
    }

    /// From an argument: none, a whole number, or several.
    init(_ call: Call, _ index: Int, keep keepIndex: Int? = nil) throws(Diagnostic) {
        keep = try keepIndex.map { (index) throws(Diagnostic) in try call.bool(index) } ?? false
        switch call[index] {
        case .none: list = nil
        case .number: list = [try call.integer(index)]
        default:
            guard let axes = call[index].asTensor, axes.rank == 1, axes.doubles.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e9 }) else {
                throw call.mustBe(index, "a whole number or several")
            }
            list = axes.doubles.map { Int($0) }
        }
    }
}

extension Tensor {
    /// A reduction over any number of axes.
    func reduced(_ op: Reduction, axes: Axes) throws(Diagnostic) -> Tensor {
        guard let list = axes.list else { return try reduced(op, axis: nil, keep: axes.keep) }
        if list.count == 1 { return try reduced(op, axis: list[0], keep: axes.keep) }
        let positions = try list.map { (axis) throws(Diagnostic) in
            guard axis >= -rank, axis < rank else {
                throw Diagnostic("the tensor has \(rank) axes, and axis \(axis) is none of them", argument: "axis")
            }
            return axis < 0 ? axis + rank : axis
        }
        guard Set(positions).count == positions.count else { throw Diagnostic("an axis is given twice", argument: "axis") }
        let kept = (0..<rank).filter { !positions.contains($0) }
        let merged = positions.reduce(1) { $0 * shape[$1] }
        let moved = try transposed(kept + positions.sorted()).reshaped(kept.map { shape[$0] } + [merged])
        let result = try moved.reduced(op, axis: -1)
        guard axes.keep else { return result }
        return try result.reshaped(shape.indices.map { kept.contains($0) ? shape[$0] : 1 })
    }
}
