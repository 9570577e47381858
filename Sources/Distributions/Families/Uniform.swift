import Diagnostics
import Glibc
import Tensors

/// The uniform distribution on an interval, ends included.
public struct Uniform: Univariate {
    public static let family = DistributionFamily.univariate(
        Uniform.self, "Uniform", "Every number between two ends, equally likely.", [Parameter("low", .real), Parameter("high", .real)],
        fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) throws(Diagnostic) {
        try parameters.requireOrder("low", "high")
        self.parameters = parameters
    }
    public init(low: Tensor, high: Tensor) throws(Diagnostic) { try self.init(arguments: ["low": low, "high": high]) }

    public var support: Support { .interval(low: parameters[0].doubles.min() ?? 0, high: parameters[1].doubles.max() ?? 0) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (low, high) = (parameters[0], parameters[1])
        return try within(low, x, high, -(high - low).log())
    }

    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.requireSpread()
        return [sample.values.min() ?? 0, sample.values.max() ?? 0]
    }

    struct Member: Law {
        let low, high: Double
        var width: Double { high - low }

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.uniform(key)
                stretch.update { low + width * $0 }
            }
        }
        func draw(_ generator: inout Generator) -> Double { low + width * generator.uniform() }
        func tails(_ x: Double) -> Tails {
            x <= low ? .allAbove : x >= high ? .allBelow : Tails(below: (x - low) / width, above: (high - x) / width)
        }
        func quantile(_ q: Double) -> Double { q < 0.5 ? low + q * width : high - (1 - q) * width }

        func divergence(to other: Member) -> Double? {
            low < other.low || high > other.high ? .infinity : log(other.width / width)
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean, .median: low + width / 2
            case .variance: width * width / 12
            case .skewness: 0
            case .kurtosis: -1.2
            case .entropy: log(width)
            case .mode: .nan
            case .sd: nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(low: row[0], high: row[1]) }
}

/// `logs` where `low <= x <= high`, else -inf.
func within(_ low: Tensor, _ x: Tensor, _ high: Tensor, _ logs: Tensor) throws(Diagnostic) -> Tensor {
    let isAbove = try Tensor.binary(.greaterEqual, x, low)
    let isBelow = try Tensor.binary(.lessEqual, x, high)
    return try Tensor.select(Tensor.binary(.and, isAbove, isBelow), logs, Tensor(-Double.infinity))
}

extension Parameters {
    /// Throws where one parameter is not below another: "low must be below high, and low is 3 and high 1".
    func requireOrder(_ low: String, _ high: String) throws(Diagnostic) {
        guard let (a, b) = self[low].flatMap({ a in self[high].map { (a, $0) } }) else { return }
        if a.isSymbolic || b.isSymbolic { return }
        let shape = try Shape.broadcast(a.shape, b.shape)
        let (lows, highs) = (try a.broadcast(to: shape).doubles, try b.broadcast(to: shape).doubles)
        guard let bad = lows.indices.first(where: { !(lows[$0] < highs[$0]) }) else { return }
        let place = shape.isEmpty ? "" : " at \(placeText(bad, in: shape))"
        throw Diagnostic(
            "\(low) must be below \(high), and \(low) is \(formatNumber(lows[bad])) and \(high) \(formatNumber(highs[bad]))\(place)",
            argument: high)
    }
}
