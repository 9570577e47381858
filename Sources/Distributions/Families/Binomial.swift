import Diagnostics
import Glibc
import Tensors

/// How many of `count` independent trials succeed, each with probability p.
public struct Binomial: Univariate {
    public static let family = DistributionFamily.univariate(
        Binomial.self, "Binomial", "How many of a number of trials succeed.", [Parameter("count", .count), Parameter("p", .probability)])

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(count: Tensor, p: Tensor) throws(Diagnostic) { try self.init(arguments: ["count": count, "p": p]) }

    public var support: Support { .integers(low: 0, high: parameters[0].doubles.max() ?? 0) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (count, p) = (parameters[0], parameters[1])
        return try wholeWithin(Tensor(0), x, count, binomialLogs(x, count - x, count, p, 1 - p))
    }

    struct Member: Law {
        let count, p: Double

        func draw(_ generator: inout Generator) -> Double { generator.binomial(count, p) }
        func tails(_ x: Double) -> Tails {
            let k = x.rounded(.down)
            if k < 0 { return .allAbove }
            if k >= count { return .allBelow }
            return betaTails(count - k, k + 1, 1 - p, p)
        }
        func quantile(_ q: Double) -> Double {
            if p == 0 || count == 0 { return 0 }
            if p == 1 { return count }
            let z = q > 0 && q < 1 ? normalQuantile(q) : 0
            return integerQuantile(q, 0, count, guess: count * p + z * (count * p * (1 - p)).squareRoot(), tails)
        }
        func divergence(to other: Member) -> Double? {
            guard count == other.count else { return nil }
            return count * (relativeEntropy(p, other.p) + relativeEntropy(1 - p, 1 - other.p))
        }

        func statistic(_ statistic: Statistic) -> Double? {
            let q = 1 - p
            switch statistic {
            case .mean: return count * p
            case .variance: return count * p * q
            case .mode: return Swift.min(count, ((count + 1) * p).rounded(.down))
            case .skewness: return (q - p) / (count * p * q).squareRoot()
            case .kurtosis: return (1 - 6 * p * q) / (count * p * q)
            case .entropy: return binomialExpectation(count, p) { -$1 }
            case .sd, .median: return nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(count: row[0], p: row[1]) }
}
