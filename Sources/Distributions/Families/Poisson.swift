import Diagnostics
import Glibc
import Tensors

/// The Poisson distribution of counts with a given mean, its rate.
public struct Poisson: Univariate {
    public static let family = DistributionFamily.univariate(
        Poisson.self, "Poisson", "Counts of events that happen at a rate.", [Parameter("rate", .nonNegative)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(rate: Tensor) throws(Diagnostic) { try self.init(arguments: ["rate": rate]) }

    public var support: Support { .integers(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let rate = parameters[0]
        return try wholeWithin(Tensor(0), x, Tensor(.infinity), poissonLogs(x, rate))
    }

    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.require("whole numbers, 0 or more") { $0 >= 0 && $0 == $0.rounded() }
        return [sample.mean()]
    }

    struct Member: Law {
        let rate: Double

        func draw(_ generator: inout Generator) -> Double { generator.poisson(rate) }
        func tails(_ x: Double) -> Tails {
            if x < 0 { return .allAbove }
            if rate == 0 || x == .infinity { return .allBelow }
            let gamma = gammaTails(x.rounded(.down) + 1, rate)
            return Tails(below: gamma.above, above: gamma.below, logBelow: gamma.logAbove, logAbove: gamma.logBelow)
        }
        func quantile(_ q: Double) -> Double {
            if rate == 0 { return 0 }
            let guess = q > 0 && q < 1 ? rate + rate.squareRoot() * normalQuantile(q) : rate
            return integerQuantile(q, 0, .infinity, guess: guess, tails)
        }

        func divergence(to other: Member) -> Double? {
            rate == 0 ? other.rate : deviance(rate, other.rate)
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean, .variance: rate
            case .mode: rate.rounded(.down)
            case .skewness: 1 / rate.squareRoot()
            case .kurtosis: 1 / rate
            case .entropy: rate == 0 ? 0 : poissonExpectation(rate) { -$1 }
            case .sd, .median: nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(rate: row[0]) }
}

/// `logs` where x is a whole number and `low <= x <= high`, else -inf.
func wholeWithin(_ low: Tensor, _ x: Tensor, _ high: Tensor, _ logs: Tensor) throws(Diagnostic) -> Tensor {
    let isWhole = try Tensor.binary(.equal, x, x.floor())
    let isFinite = try Tensor.binary(.less, x, Tensor(.infinity))
    let whole = try Tensor.select(Tensor.binary(.and, isWhole, isFinite), logs, Tensor(-Double.infinity))
    return try within(low, x, high, whole)
}
