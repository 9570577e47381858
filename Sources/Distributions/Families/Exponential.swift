import Diagnostics
import Glibc
import Tensors

/// The time to the first event of a process with a rate; its mean is 1 / rate.
public struct Exponential: Univariate {
    public static let family = DistributionFamily.univariate(
        Exponential.self, "Exponential", "The time to the first event of a process with a rate.", [Parameter("rate", .positive)]
    ) { sample throws(Diagnostic) in
        try sample.require("numbers, 0 or more") { $0 >= 0 }
        let mean = sample.mean()
        guard mean > 0 else { throw Diagnostic("Exponential cannot be fitted where all observations are 0", argument: "x") }
        return [1 / mean]
    }

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(rate: Tensor) throws(Diagnostic) { try self.init(arguments: ["rate": rate]) }

    public var support: Support { .interval(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let rate = parameters[0]
        return try nonNegative(x, rate.log() - rate * x)
    }

    struct Member: Law {
        let rate: Double

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.uniform(key)
                stretch.apply(.log)
                stretch.update { -$0 / rate }
            }
        }
        func draw(_ generator: inout Generator) -> Double { generator.exponential() / rate }
        func tails(_ x: Double) -> Tails {
            if x <= 0 { return .allAbove }
            let (below, above) = (-expm1(-rate * x), exp(-rate * x))
            return Tails(below: below, above: above, logBelow: below < 0.5 ? log(below) : log1p(-above), logAbove: -rate * x)
        }
        func quantile(_ q: Double) -> Double { -log1p(-q) / rate }
        func divergence(to other: Member) -> Double? { log(rate / other.rate) + other.rate / rate - 1 }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean, .sd: 1 / rate
            case .variance: 1 / (rate * rate)
            case .mode: 0
            case .median: log(2) / rate
            case .skewness: 2
            case .kurtosis: 6
            case .entropy: 1 - log(rate)
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(rate: row[0]) }
}
