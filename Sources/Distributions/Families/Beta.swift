import Diagnostics
import Glibc
import Tensors

/// The beta distribution on the interval from 0 to 1; its mean is a / (a + b).
public struct Beta: Univariate {
    public static let family = DistributionFamily.univariate(
        Beta.self, "Beta", "The beta distribution on the interval from 0 to 1; its mean is a / (a + b).",
        [Parameter("a", .positive), Parameter("b", .positive)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(a: Tensor, b: Tensor) throws(Diagnostic) { try self.init(arguments: ["a": a, "b": b]) }

    public var support: Support { .interval(low: 0, high: 1) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (a, b) = (parameters[0], parameters[1])
        let isInside = try Tensor.binary(.and, Tensor.binary(.greater, x, Tensor(0)), Tensor.binary(.less, x, Tensor(1)))
        let inside = try Tensor.select(isInside, x, Tensor(0.5))
        let powers = try (a - 1) * inside.log() + (b - 1) * (-inside).log1p()
        let small = try powers + (a + b).lgamma() - a.lgamma() - b.lgamma()
        // x (1 - x) f(x) (a + b) / (a b) is a binomial probability, for which nothing large cancels.
        let size = try a.log() + b.log() - (a + b).log()
        let large = try binomialLogs(a, b, a + b, inside, 1 - inside) + size - inside.log() - (-inside).log1p()
        let logs = try Tensor.select(Tensor.binary(.less, a + b, Tensor(15)), small, large)
        // At the ends the powers decide.
        let atEnds = try logPower(x, a - 1) + logPower(1 - x, b - 1) + a.log() + b.log()
        return try within(Tensor(0), x, Tensor(1), Tensor.select(isInside, logs, atEnds))
    }

    /// Newton's method on the two likelihood equations, from the moments.
    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.require("numbers between 0 and 1, both excluded") { $0 > 0 && $0 < 1 }
        try sample.requireSpread()
        let (left, right) = (sample.mean { log($0) }, sample.mean { log1p(-$0) })
        let mean = sample.mean()
        let size = Swift.max(mean * (1 - mean) / sample.variance(about: mean) - 1, 0.01)
        var (a, b) = (mean * size, (1 - mean) * size)
        for _ in 0..<200 {
            let total = digamma(a + b)
            let (ga, gb) = (total - digamma(a) + left, total - digamma(b) + right)
            let shared = trigamma(a + b)
            let (ha, hb) = (trigamma(a) - shared, trigamma(b) - shared)
            let determinant = ha * hb - shared * shared
            let (da, db) = ((hb * ga + shared * gb) / determinant, (shared * ga + ha * gb) / determinant)
            guard da.isFinite, db.isFinite else { break }
            // A step never leaves the positive numbers.
            let (nextA, nextB) = (Swift.max(a + da, a / 4), Swift.max(b + db, b / 4))
            let isClose = Swift.abs(nextA - a) < 1e-13 * a && Swift.abs(nextB - b) < 1e-13 * b
            (a, b) = (nextA, nextB)
            if isClose { break }
        }
        return [a, b]
    }

    struct Member: Law {
        let a, b: Double
        var total: Double { a + b }

        /// X / (X + Y) of two gamma draws, from their logarithms, as those of small shapes may be too small for a number.
        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.gamma([a], key.folded(0), logs: true)
                stretch.withAnother { other in
                    other.gamma([b], key.folded(1), logs: true)
                    stretch.update(with: other) { $1 - $0 }
                }
                stretch.apply(.exp)
                stretch.update { Swift.min(Swift.max(1 / (1 + $0), 0x1p-1022), 1 - 0x1p-53) }
            }
        }
        func draw(_ generator: inout Generator) -> Double {
            let (x, y) = (generator.logGamma(a), generator.logGamma(b))
            let value = 1 / (1 + exp(y - x))
            return Swift.min(Swift.max(value, 0x1p-1022), 1 - 0x1p-53)
        }
        func tails(_ x: Double) -> Tails { betaTails(a, b, x, 1 - x) }
        func quantile(_ q: Double) -> Double {
            q == 0 ? 0 : q == 1 ? 1 : continuousQuantile(q, 0, 1) { betaTails(a, b, $0, 1 - $0) }
        }

        func divergence(to other: Member) -> Double? {
            let shapes = (a - other.a) * digamma(a) + (b - other.b) * digamma(b) + (other.total - total) * digamma(total)
            return shapes + other.logBeta - logBeta
        }
        var logBeta: Double { Tensors.lgamma(a) + Tensors.lgamma(b) - Tensors.lgamma(total) }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean: return a / total
            case .variance: return a / total * (b / total) / (total + 1)
            case .mode:
                if a > 1, b > 1 { return (a - 1) / (total - 2) }
                // At both ends, or everywhere.
                if (a < 1 && b < 1) || (a == 1 && b == 1) { return .nan }
                return a > b ? 1 : 0
            case .skewness: return 2 * (b - a) * (total + 1).squareRoot() / ((total + 2) * (a * b).squareRoot())
            case .kurtosis:
                let top = (a - b) * (a - b) * (total + 1) - a * b * (total + 2)
                return 6 * top / (a * b * (total + 2) * (total + 3))
            case .entropy:
                return logBeta - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (total - 2) * digamma(total)
            case .sd, .median: return nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(a: row[0], b: row[1]) }
}
