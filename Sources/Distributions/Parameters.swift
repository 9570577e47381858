import Diagnostics
import Tensors

extension Constraint {
    /// How errors name it: `sd must be positive`.
    var words: String {
        switch self {
        case .real: "a number"
        case .positive: "positive"
        case .nonNegative: "0 or more"
        case .probability: "between 0 and 1"
        case .count: "a whole number, 0 or more"
        case .simplex: "probabilities that sum to 1"
        case .positiveDefinite: "symmetric and positive definite"
        case .lowerTriangular: "lower triangular with a positive diagonal"
        }
    }

    /// Whether one number satisfies it; matrices are checked by their families.
    func holds(_ x: Double) -> Bool {
        switch self {
        case .real, .positiveDefinite, .lowerTriangular: x.isFinite
        case .positive: x > 0 && x.isFinite
        case .nonNegative: x >= 0 && x.isFinite
        case .probability, .simplex: x >= 0 && x <= 1
        case .count: x >= 0 && x == x.rounded() && x.isFinite
        }
    }
}

extension Parameter {
    /// The argument as float64, every entry within the constraint.
    ///
    /// Throws naming the entry that is not, or where the argument is absent, missing or of too few axes.
    func checked(_ arguments: [String: Tensor]) throws(Diagnostic) -> Tensor {
        guard let given = arguments[name] else { throw Diagnostic("an argument \(name) is needed", argument: name) }
        let tensor = try given.converted(to: .float64)
        guard !tensor.hasMissing else { throw Diagnostic("\(name) cannot be missing", argument: name) }
        guard tensor.rank >= rank else {
            throw Diagnostic(
                "\(name) must be a \(rank == 1 ? "vector" : "matrix"), and it is \(tensor.isScalar ? "a number" : "of shape \(tensor.shape)")",
                argument: name)
        }
        for (index, value) in tensor.doubles.enumerated() where !constraint.holds(value) {
            let entry = tensor.isScalar ? "it is \(formatNumber(value))" : "entry \(index) is \(formatNumber(value))"
            throw Diagnostic("\(name) must be \(constraint.words), and \(entry)", argument: name)
        }
        guard case .simplex = constraint else { return tensor }
        let width = tensor.shape.last ?? 0
        guard width > 0 else { throw Diagnostic("\(name) is empty", argument: name) }
        let sums = try tensor.sum(axis: -1)
        for total in sums.doubles where abs(total - 1) > 1e-6 {
            throw Diagnostic(
                "\(name) must be \(constraint.words), and the sum is \(formatNumber(total))", argument: name,
                help: "`p / sum(p)` makes it so")
        }
        return try tensor / sums.expandedDims(-1)
    }
}

/// Independent draws of numbers, one generator for all, entry by entry of shape + batch.
///
/// - Parameter draw: gives one draw from the parameters of one entry.
func drawNumbers(
    _ shape: [Int], batch: [Int], _ parameters: [Tensor], key: Key, _ draw: (inout Generator, [Double]) -> Double
) throws(Diagnostic) -> Tensor {
    let full = shape + batch
    let count = try Shape.count(full)
    var columns: [[Double]] = []
    for parameter in parameters { columns.append(try parameter.broadcast(to: batch).doubles) }
    var generator = key.generator()
    var result = [Double](repeating: 0, count: count)
    guard let width = columns.first?.count, width > 0 else { return Tensor(result, shape: full) }
    var values = columns.map { $0[0] }
    for index in 0..<count {
        if width > 1 { for (position, column) in columns.enumerated() { values[position] = column[index % width] } }
        result[index] = draw(&generator, values)
    }
    return Tensor(result, shape: full)
}

/// Observations for a fit by maximum likelihood: numbers that were observed, with their weights.
struct Observations {
    let values: [Double]
    let weights: [Double]

    /// Throws where nothing was observed, a weight is negative, or a value lies outside the support.
    init(_ x: Tensor, _ weights: Tensor?, within constraint: Constraint) throws(Diagnostic) {
        if let weights, weights.count != x.count {
            throw Diagnostic("there are \(x.count) observations and \(weights.count) weights", argument: "weights")
        }
        var values: [Double] = []
        var kept: [Double] = []
        let all = x.doubles
        let given = weights?.doubles
        for index in 0..<all.count where !x.isMissing(at: index) {
            let weight = given?[index] ?? 1
            guard weight >= 0, weight.isFinite else {
                throw Diagnostic("a weight must be 0 or more, and one is \(formatNumber(weight))", argument: "weights")
            }
            guard constraint.holds(all[index]) else {
                throw Diagnostic(
                    "each observation must be \(constraint.words), and number \(index) is \(formatNumber(all[index]))", argument: "data")
            }
            values.append(all[index])
            kept.append(weight)
        }
        guard kept.contains(where: { $0 > 0 }) else { throw Diagnostic("there is nothing to fit: no value was observed", argument: "data") }
        self.values = values
        self.weights = kept
    }

    var total: Double { weights.reduce(0, +) }
    /// The weighted mean of a function of the values.
    func mean(_ f: (Double) -> Double = { $0 }) -> Double {
        var sum = 0.0
        for (value, weight) in zip(values, weights) where weight > 0 { sum += weight * f(value) }
        return sum / total
    }
}

/// The density where a condition holds, -inf elsewhere; what is missing stays missing.
func supported(_ density: Tensor, where condition: Tensor) throws(Diagnostic) -> Tensor {
    try Tensor.select(condition, density, Tensor(-Double.infinity))
}
