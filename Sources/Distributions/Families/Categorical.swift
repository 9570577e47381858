import Diagnostics
import Tensors

/// One of 0, 1, ..., k - 1, with given probabilities.
public struct Categorical: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Categorical", summary: "One of 0, 1, ..., k - 1 with probabilities p. Takes `logits:` in place of p too.",
        parameters: [Parameter("p", .simplex, rank: 1, isOptional: true), Parameter("logits", .real, rank: 1, isOptional: true)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            let isP = try oneOf(arguments, "p", "logits") == "p"
            let given = try family.parameters[isP ? 0 : 1].checked(arguments)
            guard given.shape.last ?? 0 > 0 else { throw Diagnostic("there must be at least one category", argument: isP ? "p" : "logits") }
            let logP = isP ? given.applying(.log) : try given - given.reduced(.logsumexp, axis: -1, keep: true)
            return Categorical(logP: logP, shown: (isP ? "p" : "logits", given))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            let data = try Observations(x, weights, within: .count)
            let count = Int(data.values.max() ?? 0) + 1
            guard count <= 10_000_000 else { throw Diagnostic("a category of \(count - 1) is too large", argument: "data") }
            var p = [Double](repeating: 0, count: count)
            for (value, weight) in zip(data.values, data.weights) { p[Int(value)] += weight / data.total }
            let tensor = Tensor(p)
            return Categorical(logP: tensor.applying(.log), shown: ("p", tensor))
        })

    /// log p, shape batch + [k].
    public let logP: Tensor
    private let shown: (name: String, value: Tensor)

    init(logP: Tensor, shown: (name: String, value: Tensor)) {
        self.logP = logP
        self.shown = shown
    }

    public var p: Tensor { shown.name == "p" ? shown.value : logP.applying(.exp) }
    var categoryCount: Int { logP.shape.last ?? 0 }
    public var arguments: [(name: String, value: Tensor)] { [shown] }
    public var batchShape: [Int] { Array(logP.shape.dropLast()) }
    public var eventShape: [Int] { [] }
    public var support: Support { .integers(low: 0, high: Double(categoryCount - 1)) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let shape = try Shape.broadcast(x.shape, batchShape)
        let values = try x.broadcast(to: shape)
        let k = categoryCount
        let logs = logP.doubles
        let rows = logs.count / k
        let result = values.doubles.enumerated().map { index, value in
            let inside = value >= 0 && value < Double(k) && value == value.rounded()
            return inside ? logs[(index % rows) * k + Int(value)] : -Double.infinity
        }
        return Tensor(result, shape: shape, missing: values.missing)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let full = shape + batchShape
        let count = try Shape.count(full)
        let k = categoryCount
        let cumulative = try p.cumulative(.sum, axis: -1).doubles
        let rows = cumulative.count / k
        var generator = key.generator()
        var result = [Double](repeating: 0, count: count)
        for index in 0..<count {
            let row = (index % rows) * k
            result[index] = Double(category(cumulative, row, k, generator.uniform()))
        }
        return Tensor(result, shape: full)
    }
}

/// The first of k categories whose cumulative probability, from `start`, reaches above u.
func category(_ cumulative: [Double], _ start: Int, _ k: Int, _ u: Double) -> Int {
    // Scaled, because a sum of probabilities rounds.
    let target = u * cumulative[start + k - 1]
    var low = 0
    var high = k - 1
    while low < high {
        let middle = (low + high) / 2
        if cumulative[start + middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
}
