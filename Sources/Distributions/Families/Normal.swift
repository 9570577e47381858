import Diagnostics
import Glibc
import Tensors

/// The normal distribution, with its mean and standard deviation.
public struct Normal: Univariate {
    public static let family = DistributionFamily.univariate(
        Normal.self, "Normal", "The normal distribution with a mean and a standard deviation.",
        [Parameter("mean", .real), Parameter("sd", .positive)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(mean: Tensor, sd: Tensor) throws(Diagnostic) { try self.init(arguments: ["mean": mean, "sd": sd]) }

    public var support: Support { .interval(low: -.infinity, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (mean, sd) = (parameters[0], parameters[1])
        let z = try (x - mean) / sd
        return try z.square() * -0.5 - (sd.log() + halfLogTwoPi)
    }

    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.requireSpread()
        let mean = sample.mean()
        return [mean, sample.variance(about: mean).squareRoot()]
    }

    struct Member: Law {
        let mean, sd: Double

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.normal(key)
                stretch.update { mean + sd * $0 }
            }
        }
        func draw(_ generator: inout Generator) -> Double { mean + sd * generator.normal() }
        func tails(_ x: Double) -> Tails { normalTails((x - mean) / sd) }
        func quantile(_ q: Double) -> Double { q == 0 ? -.infinity : q == 1 ? .infinity : mean + sd * normalQuantile(q) }

        func divergence(to other: Member) -> Double? {
            let (ratio, gap) = (sd / other.sd, (mean - other.mean) / other.sd)
            return 0.5 * (ratio * ratio - 1 + gap * gap) - log(ratio)
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean, .mode, .median: mean
            case .variance: sd * sd
            case .sd: sd
            case .skewness, .kurtosis: 0
            case .entropy: log(sd) + halfLogTwoPi + 0.5
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(mean: row[0], sd: row[1]) }
}
