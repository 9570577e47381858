import Diagnostics
import Glibc
import Tensors

/// How many failures come before the first success, from 0, where each trial succeeds with probability p.
public struct Geometric: Univariate {
    public static let family = DistributionFamily.univariate(
        Geometric.self, "Geometric", "How many failures come before the first success.", [Parameter("p", .probability)]
    ) { sample throws(Diagnostic) in
        try sample.require("whole numbers, 0 or more") { $0 >= 0 && $0 == $0.rounded() }
        return [1 / (1 + sample.mean())]
    }

    let parameters: Parameters
    init(_ parameters: Parameters) throws(Diagnostic) {
        if let zero = parameters[0].doubles.firstIndex(of: 0) {
            throw Parameter("p", .probability).broken(parameters[0], at: zero, "above 0")
        }
        self.parameters = parameters
    }
    public init(p: Tensor) throws(Diagnostic) { try self.init(arguments: ["p": p]) }

    public var support: Support { .integers(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let p = parameters[0]
        // With p = 1 only the count 0 is left.
        let failures = try Tensor.select(Tensor.binary(.equal, x, Tensor(0)), p * 0.0, x * (-p).log1p())
        return try wholeWithin(Tensor(0), x, Tensor(.infinity), failures + p.log())
    }

    struct Member: Law {
        let p: Double

        func draw(_ generator: inout Generator) -> Double { p == 1 ? 0 : (-generator.exponential() / log1p(-p)).rounded(.down) }
        func tails(_ x: Double) -> Tails {
            if x < 0 { return .allAbove }
            if p == 1 || x == .infinity { return .allBelow }
            let logAbove = (x.rounded(.down) + 1) * log1p(-p)
            let (below, above) = (-expm1(logAbove), exp(logAbove))
            return Tails(below: below, above: above, logBelow: below < 0.5 ? log(below) : log1p(-above), logAbove: logAbove)
        }
        func quantile(_ q: Double) -> Double {
            if p == 1 { return 0 }
            return integerQuantile(q, 0, .infinity, guess: (log1p(-Swift.min(q, 1 - 1e-16)) / log1p(-p)).rounded(.down), tails)
        }
        func divergence(to other: Member) -> Double? {
            let failures = p == 1 ? 0 : (1 - p) / p * (log1p(-p) - log1p(-other.p))
            return log(p / other.p) + failures
        }

        func statistic(_ statistic: Statistic) -> Double? {
            let q = 1 - p
            switch statistic {
            case .mean: return q / p
            case .variance: return q / (p * p)
            case .mode: return 0
            case .skewness: return (2 - p) / q.squareRoot()
            case .kurtosis: return 6 + p * p / q
            case .entropy: return p == 1 ? 0 : (-q * log1p(-p) - p * log(p)) / p
            case .sd, .median: return nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(p: row[0]) }
}
