import Diagnostics
import Glibc
import Tensors

/// A number whose logarithm is normal, with the mean and standard deviation of the logarithm.
public struct LogNormal: Univariate {
    public static let family = DistributionFamily.univariate(
        LogNormal.self, "LogNormal", "A number whose logarithm is normal, with that mean and standard deviation.",
        [Parameter("mean", .real), Parameter("sd", .positive)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(mean: Tensor, sd: Tensor) throws(Diagnostic) { try self.init(arguments: ["mean": mean, "sd": sd]) }

    public var support: Support { .interval(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (mean, sd) = (parameters[0], parameters[1])
        let z = try (x.log() - mean) / sd
        let logs = try z.square() * -0.5 - (sd.log() + halfLogTwoPi) - x.log()
        return try Tensor.select(Tensor.binary(.greater, x, Tensor(0)), logs, Tensor(-Double.infinity))
    }

    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.require("positive numbers") { $0 > 0 }
        try sample.requireSpread()
        let mean = sample.mean { log($0) }
        return [mean, sample.mean { (log($0) - mean) * (log($0) - mean) }.squareRoot()]
    }

    struct Member: Law {
        let mean, sd: Double

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.normal(key)
                stretch.update { mean + sd * $0 }
                stretch.apply(.exp)
            }
        }
        func draw(_ generator: inout Generator) -> Double { exp(mean + sd * generator.normal()) }
        func tails(_ x: Double) -> Tails { x <= 0 ? .allAbove : normalTails((log(x) - mean) / sd) }
        func quantile(_ q: Double) -> Double { q == 0 ? 0 : q == 1 ? .infinity : exp(mean + sd * normalQuantile(q)) }
        func divergence(to other: Member) -> Double? {
            Normal.Member(mean: mean, sd: sd).divergence(to: Normal.Member(mean: other.mean, sd: other.sd))
        }

        func statistic(_ statistic: Statistic) -> Double? {
            let variance = sd * sd
            switch statistic {
            case .mean: return exp(mean + variance / 2)
            case .variance: return expm1(variance) * exp(2 * mean + variance)
            case .mode: return exp(mean - variance)
            case .median: return exp(mean)
            case .skewness: return (exp(variance) + 2) * expm1(variance).squareRoot()
            case .kurtosis: return expm1(4 * variance) + 2 * expm1(3 * variance) + 3 * expm1(2 * variance)
            case .entropy: return mean + 0.5 + log(sd) + halfLogTwoPi
            case .sd: return nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(mean: row[0], sd: row[1]) }
}
