import Diagnostics
import Displays
import Distributions
import Language
import Tensors

/// Distributions of one number drawn as densities or, where they are discrete, as probabilities.
enum DensityCurve {
    /// Draws that find where a distribution lies; always the same ones, so that drawing changes no program's random stream.
    private static let probes = 2_000

    static func layers(_ distributions: [any Distribution]) throws(Diagnostic) -> [Chart.Layer] {
        for distribution in distributions {
            guard distribution.eventShape.isEmpty, distribution.batchShape.count <= 1 else {
                throw Diagnostic(
                    "\(distribution.description) is over a tensor of shape \(distribution.batchShape + distribution.eventShape), and a curve shows one number",
                    argument: "x", help: "draws can be shown: `scatter(sample(d, 1000))`, `histogram(sample(d, 1000)[:, 0])`")
            }
        }
        let ranges = try distributions.map { (distribution) throws(Diagnostic) in try extent(of: distribution) }
        // Curves in one chart share the range of all.
        let range = (low: ranges.map { $0.low }.min() ?? 0, high: ranges.map { $0.high }.max() ?? 1)
        return try distributions.map { (distribution) throws(Diagnostic) in
            let count = distribution.batchShape.first ?? 1
            let names = distributions.count > 1 || count > 1
            return distribution.support.isDiscrete
                ? try bars(distribution, range, count, isNamed: names) : try curves(distribution, range, count, isNamed: names)
        }.flatMap { $0 }
    }

    /// From the 0.2% to the 99.8% quantile of draws, and to the ends of the support where those are near.
    private static func extent(of distribution: any Distribution) throws(Diagnostic) -> (low: Double, high: Double) {
        let draws = try distribution.sample([probes], key: Key(seed: 0)).flattened()
        var (low, high) = (try draws.quantile(Tensor(0.002)).doubles[0], try draws.quantile(Tensor(0.998)).doubles[0])
        if low == high { (low, high) = (low - 1, high + 1) }
        let room = 0.1 * (high - low)
        let ends: (low: Double, high: Double)
        switch distribution.support {
        case .interval(let low, let high), .integers(let low, let high): ends = (low, high)
        default: ends = (-.infinity, .infinity)
        }
        return (max(low - room, ends.low), min(high + room, ends.high))
    }

    private static func curves(
        _ distribution: any Distribution, _ range: (low: Double, high: Double), _ count: Int, isNamed: Bool
    ) throws(Diagnostic) -> [Chart.Layer] {
        let points = try Tensor.linspace(range.low, range.high, 300)
        let densities = try density(distribution, points)
        return (0..<count).map { index in
            let y = (0..<points.count).map { densities[$0 * count + index] }
            return Chart.Layer(
                .line(x: points.doubles, y: y.map { $0.isFinite ? $0 : .nan }), name: isNamed ? name(distribution, index, of: count) : nil)
        }
    }

    private static func bars(
        _ distribution: any Distribution, _ range: (low: Double, high: Double), _ count: Int, isNamed: Bool
    ) throws(Diagnostic) -> [Chart.Layer] {
        let (low, high) = (range.low.rounded(.up), range.high.rounded(.down))
        guard high - low < 1000 else { return try curves(distribution, (low, high), count, isNamed: isNamed) }
        let points = Tensor((0...max(0, Int(high - low))).map { low + Double($0) })
        let densities = try density(distribution, points)
        return (0..<count).map { index in
            let heights = (0..<points.count).map { densities[$0 * count + index] }
            let name = isNamed ? name(distribution, index, of: count) : nil
            guard points.count <= 40 else { return Chart.Layer(.step(x: points.doubles, y: heights), name: name) }
            return Chart.Layer(.bars(labels: points.doubles.map(formatNumber), heights: heights), name: name)
        }
    }

    /// [points, batch] densities, row by row.
    private static func density(_ distribution: any Distribution, _ points: Tensor) throws(Diagnostic) -> [Double] {
        let x = distribution.batchShape.isEmpty ? points : try points.expandedDims(1)
        return try distribution.logDensity(x).exp().doubles
    }

    /// `Normal(2, 0.5)`
    private static func name(_ distribution: any Distribution, _ index: Int, of count: Int) -> String {
        let arguments = distribution.arguments.map { argument -> String in
            let value = argument.value
            return value.isScalar || value.shape == [count] ? formatNumber(value.double(at: value.isScalar ? 0 : index)) : "..."
        }
        return "\(type(of: distribution).family.name)(\(arguments.joined(separator: ", ")))"
    }
}
