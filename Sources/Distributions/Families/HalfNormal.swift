import Diagnostics
import Glibc
import Tensors

/// The absolute value of a normal draw with mean 0; `sd` is that of the normal distribution.
public struct HalfNormal: Univariate {
    public static let family = DistributionFamily.univariate(
        HalfNormal.self, "HalfNormal", "The absolute value of a normal draw with mean 0.", [Parameter("sd", .positive)]
    ) { sample throws(Diagnostic) in
        try sample.require("numbers, 0 or more") { $0 >= 0 }
        let square = sample.variance(about: 0)
        guard square > 0 else { throw Diagnostic("HalfNormal cannot be fitted where all observations are 0", argument: "x") }
        return [square.squareRoot()]
    }

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(sd: Tensor) throws(Diagnostic) { try self.init(arguments: ["sd": sd]) }

    public var support: Support { .interval(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let sd = parameters[0]
        let logs = try (x / sd).square() * -0.5 - (sd.log() + (halfLogTwoPi - log(2)))
        return try nonNegative(x, logs)
    }

    struct Member: Law {
        let sd: Double

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.normal(key)
                stretch.update { Swift.abs(sd * $0) }
            }
        }
        func draw(_ generator: inout Generator) -> Double { Swift.abs(sd * generator.normal()) }
        func tails(_ x: Double) -> Tails {
            if x <= 0 { return .allAbove }
            let z = x / sd
            let (below, normal) = (erf(z * 0.5.squareRoot()), normalTails(z))
            let logBelow = below < 0.5 ? log(below) : log1p(-2 * normal.above)
            let logAbove = below < 0.5 ? log1p(-below) : log(2) + normal.logAbove
            return Tails(below: below, above: 2 * normal.above, logBelow: logBelow, logAbove: logAbove)
        }
        func quantile(_ q: Double) -> Double {
            if q == 0 { return 0 }
            if q == 1 { return .infinity }
            return q < 0.1 ? continuousQuantile(q, 0, sd, tails) : -sd * normalQuantile((1 - q) / 2)
        }
        func divergence(to other: Member) -> Double? {
            let ratio = sd / other.sd
            return 0.5 * (ratio * ratio - 1) - log(ratio)
        }

        func statistic(_ statistic: Statistic) -> Double? {
            let rest = 1 - 2 / Double.pi
            switch statistic {
            case .mean: return sd * (2 / Double.pi).squareRoot()
            case .variance: return sd * sd * rest
            case .mode: return 0
            case .skewness: return (2 / Double.pi).squareRoot() * (4 / Double.pi - 1) / pow(rest, 1.5)
            case .kurtosis: return 8 * (Double.pi - 3) / ((Double.pi - 2) * (Double.pi - 2))
            case .entropy: return log(sd) + halfLogTwoPi + 0.5 - log(2)
            case .sd, .median: return nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(sd: row[0]) }
}
