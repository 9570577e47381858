import Diagnostics
import Tensors

/// Observed numbers, each with how much it counts; none is missing and some weight is positive.
struct WeightedSample: Sendable {
    let family: String
    let values: [Double]
    let weights: [Double]
    let total: Double

    /// One sample for each entry of the axes after the first of `x`, and the shape of those axes.
    ///
    /// Missing values are left out. Throws where nothing is left, a value is not finite, or a weight is negative.
    static func columns(_ family: String, _ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> ([WeightedSample], [Int]) {
        guard x.rank > 0 else {
            throw Diagnostic("\(family) is fitted to a vector of observations, and x is a single number", argument: "x")
        }
        let (rows, shape) = (x.shape[0], Array(x.shape.dropFirst()))
        let width = try Shape.count(shape)
        let numbers = x.doubles
        if let bad = numbers.indices.first(where: { !x.isMissing(at: $0) && !numbers[$0].isFinite }) {
            throw Diagnostic("x must be finite, and x\(placeText(bad, in: x.shape)) is \(formatNumber(numbers[bad]))", argument: "x")
        }
        let counts = try rowWeights(weights, rows)
        var result: [WeightedSample] = []
        for column in 0..<width {
            let kept = (0..<rows).filter { !x.isMissing(at: $0 * width + column) && counts[$0] > 0 }
            guard !kept.isEmpty else { throw Diagnostic("\(family) cannot be fitted to no observations", argument: "x") }
            result.append(
                WeightedSample(family: family, values: kept.map { numbers[$0 * width + column] }, weights: kept.map { counts[$0] }))
        }
        return (result, shape)
    }

    /// A weight for each row, 1 where none are given.
    static func rowWeights(_ weights: Tensor?, _ rows: Int) throws(Diagnostic) -> [Double] {
        guard let weights else { return [Double](repeating: 1, count: rows) }
        guard weights.shape == [rows] else {
            throw Diagnostic("weights must be a vector of \(rows), one an observation, and has shape \(weights.shape)", argument: "weights")
        }
        try Parameter("weights", .nonNegative, rank: 1).check(weights)
        return weights.doubles
    }

    private init(family: String, values: [Double], weights: [Double]) {
        (self.family, self.values, self.weights) = (family, values, weights)
        total = weights.reduce(0, +)
    }

    /// The weighted mean of a function of the values.
    func mean(_ f: (Double) -> Double = { $0 }) -> Double {
        var sum = 0.0
        for (value, weight) in zip(values, weights) { sum += weight * f(value) }
        return sum / total
    }

    /// The weighted mean square about a point.
    func variance(about center: Double) -> Double { mean { ($0 - center) * ($0 - center) } }

    /// Throws at the first value that a family does not allow: "Gamma is fitted to positive numbers, and one is -1".
    func require(_ words: String, _ holds: (Double) -> Bool) throws(Diagnostic) {
        if let bad = values.first(where: { !holds($0) }) {
            throw Diagnostic("\(family) is fitted to \(words), and one is \(formatNumber(bad))", argument: "x")
        }
    }

    /// Throws where all values are equal, so that no spread can be fitted.
    func requireSpread() throws(Diagnostic) {
        guard let first = values.first, values.contains(where: { $0 != first }) else {
            throw Diagnostic("\(family) cannot be fitted where all observations are equal", argument: "x")
        }
    }
}
