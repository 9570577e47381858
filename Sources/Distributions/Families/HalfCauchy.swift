import Diagnostics
import Glibc
import Tensors

/// The absolute value of a draw of the Cauchy distribution about 0; half of its mass lies below the scale.
public struct HalfCauchy: Univariate {
    public static let family = DistributionFamily.univariate(
        HalfCauchy.self, "HalfCauchy", "The absolute value of a Cauchy draw about 0.", [Parameter("scale", .positive)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(scale: Tensor) throws(Diagnostic) { try self.init(arguments: ["scale": scale]) }

    public var support: Support { .interval(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let scale = parameters[0]
        let logs = try log(2 / Double.pi) - scale.log() - (x / scale).square().log1p()
        return try nonNegative(x, logs)
    }

    /// The likelihood equation, mean of 2 x^2 / (scale^2 + x^2) = 1, by bisection.
    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.require("numbers, 0 or more") { $0 >= 0 }
        let positive = sample.values.filter { $0 > 0 }
        guard let least = positive.min(), let greatest = positive.max(), sample.mean({ $0 > 0 ? 1 : 0 }) > 0.5 else {
            throw Diagnostic("HalfCauchy cannot be fitted where half of the observations are 0", argument: "x")
        }
        var (low, high) = (log(least) - 40, log(greatest) + 1)
        for _ in 0..<200 where high - low > 1e-15 * Swift.max(1, Swift.abs(low)) {
            let middle = (low + high) / 2
            let scale = exp(middle)
            let share = sample.mean { $0 == 0 ? 0 : 2 / (1 + (scale / $0) * (scale / $0)) }
            if share > 1 { low = middle } else { high = middle }
        }
        return [exp((low + high) / 2)]
    }

    struct Member: Law {
        let scale: Double

        func draw(_ generator: inout Generator) -> Double { quantile(generator.uniform()) }
        func tails(_ x: Double) -> Tails {
            x <= 0 ? .allAbove : Tails(below: 2 / Double.pi * atan(x / scale), above: 2 / Double.pi * atan(scale / x))
        }
        func quantile(_ q: Double) -> Double {
            if q == 1 { return .infinity }
            return q < 0.5 ? scale * tan(Double.pi / 2 * q) : scale / tan(Double.pi / 2 * (1 - q))
        }

        /// That of two Cauchy distributions with one location (Chyzak and Nielsen, 2019).
        func divergence(to other: Member) -> Double? {
            let gap = (scale - other.scale) / (2 * (scale * other.scale).squareRoot())
            return log1p(gap * gap)
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean, .variance: .infinity
            case .mode: 0
            case .median: scale
            case .skewness, .kurtosis: .nan
            case .entropy: log(2 * Double.pi * scale)
            case .sd: nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(scale: row[0]) }
}
