import Diagnostics
import Glibc
import Tensors

/// The gamma distribution, with its shape and rate; its mean is shape / rate.
public struct Gamma: Univariate {
    public static let family = DistributionFamily.univariate(
        Gamma.self, "Gamma", "The gamma distribution with a shape and a rate; its mean is shape / rate.",
        [Parameter("shape", .positive), Parameter("rate", .positive)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(shape: Tensor, rate: Tensor) throws(Diagnostic) { try self.init(arguments: ["shape": shape, "rate": rate]) }

    public var support: Support { .interval(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (shape, rate) = (parameters[0], parameters[1])
        // At the ends, 0 and infinity, the power of x decides.
        let isInside = try Tensor.binary(.and, Tensor.binary(.greater, x, Tensor(0)), Tensor.binary(.less, x, Tensor(.infinity)))
        let inside = try Tensor.select(isInside, x, Tensor(1))
        let power = try (shape - 1) * inside.log() - rate * inside
        let small = try power + (shape * rate.log() - shape.lgamma())
        // x f(x) / shape is a Poisson probability, for which nothing large cancels.
        let mean = try Tensor.binary(.minimum, rate * inside, Tensor(Double.greatestFiniteMagnitude))
        let large = try poissonLogs(shape, mean) + shape.log() - inside.log()
        let logs = try Tensor.select(Tensor.binary(.less, shape, Tensor(15)), small, large)
        let atZero = try logPower(Tensor(0), shape - 1) + rate.log()
        let atEnds = try Tensor.select(Tensor.binary(.equal, x, Tensor(0)), atZero, Tensor(-Double.infinity))
        return try Tensor.select(isInside, logs, atEnds)
    }

    /// Minka, Estimating a Gamma Distribution, 2002.
    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.require("positive numbers") { $0 > 0 }
        try sample.requireSpread()
        let mean = sample.mean()
        let gap = log(mean) - sample.mean { log($0) }
        guard gap > 1e-15 else { throw Diagnostic("Gamma cannot be fitted where the observations are all but equal", argument: "x") }
        var shape = (3 - gap + ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()) / (12 * gap)
        for _ in 0..<100 {
            let slope = shape * shape * (1 / shape - trigamma(shape))
            let next = 1 / (1 / shape + (log(shape) - digamma(shape) - gap) / slope)
            guard next > 0, next.isFinite else { break }
            let isClose = Swift.abs(next - shape) < 1e-14 * shape
            shape = next
            if isClose { break }
        }
        return [shape, shape / mean]
    }

    struct Member: Law {
        let shape, rate: Double

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.gamma([shape], key)
                stretch.update { Swift.max($0 / rate, 0x1p-1022) }
            }
        }
        func draw(_ generator: inout Generator) -> Double { Swift.max(generator.gamma(shape) / rate, 0x1p-1022) }
        func tails(_ x: Double) -> Tails { gammaTails(shape, rate * x) }
        func quantile(_ q: Double) -> Double { gammaQuantile(shape, q) / rate }

        func divergence(to other: Member) -> Double? {
            let shapes = (shape - other.shape) * digamma(shape) - Tensors.lgamma(shape) + Tensors.lgamma(other.shape)
            return shapes + other.shape * log(rate / other.rate) + shape * (other.rate - rate) / rate
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean: shape / rate
            case .variance: shape / (rate * rate)
            case .mode: shape < 1 ? 0 : (shape - 1) / rate
            case .skewness: 2 / shape.squareRoot()
            case .kurtosis: 6 / shape
            case .entropy: shape - log(rate) + Tensors.lgamma(shape) + (1 - shape) * digamma(shape)
            case .sd, .median: nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(shape: row[0], rate: row[1]) }
}

/// The quantile of the gamma distribution with rate 1.
func gammaQuantile(_ shape: Double, _ q: Double) -> Double {
    if q == 0 { return 0 }
    if q == 1 { return .infinity }
    let tails = { (x: Double) in gammaTails(shape, x) }
    return continuousQuantile(q, 0, upperBound(q, from: shape + 1, tails), tails)
}

/// `logs` where x is 0 or more, else -inf.
func nonNegative(_ x: Tensor, _ logs: Tensor) throws(Diagnostic) -> Tensor {
    try Tensor.select(Tensor.binary(.greaterEqual, x, Tensor(0)), logs, Tensor(-Double.infinity))
}

/// exponent * log(base), and 0 where the exponent is.
func logPower(_ base: Tensor, _ exponent: Tensor) throws(Diagnostic) -> Tensor {
    try Tensor.select(Tensor.binary(.equal, exponent, Tensor(0)), base * 0.0, exponent * base.log())
}
