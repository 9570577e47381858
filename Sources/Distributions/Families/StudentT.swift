import Diagnostics
import Glibc
import Tensors

/// Student's t distribution, moved to a location and stretched by a scale.
public struct StudentT: Univariate {
    public static let family = DistributionFamily.univariate(
        StudentT.self, "StudentT", "Student's t distribution, with a location and a scale.",
        [Parameter("df", .positive), Parameter("location", .real), Parameter("scale", .positive)], fit: fitted)

    let parameters: Parameters
    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(df: Tensor, location: Tensor, scale: Tensor) throws(Diagnostic) {
        try self.init(arguments: ["df": df, "location": location, "scale": scale])
    }

    public var support: Support { .interval(low: -.infinity, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let (df, location, scale) = (parameters[0], parameters[1], parameters[2])
        let z = try (x - location) / (scale * df.sqrt())
        let half = try (df + 1) * 0.5
        let isLarge = try Tensor.binary(.greater, df, Tensor(40))
        let wide = try Tensor.select(isLarge, df * 0.5, Tensor(20))
        let steps = try wide * (0.5 / (wide - 1)).log1p() + (wide - 1).log() * 0.5 - 0.5
        let large = try steps + stirlingErrors(wide - 0.5) - stirlingErrors(wide - 1)
        let gammas = try Tensor.select(isLarge, large, half.lgamma() - (df * 0.5).lgamma())
        let normalizer = try gammas - (df * Double.pi).log() * 0.5 - scale.log()
        return try normalizer - half * z.square().log1p()
    }

    /// ECME: location and scale by expectation and maximisation, the degrees of freedom from the likelihood itself.
    ///
    /// Liu and Rubin, ML Estimation of the t Distribution Using EM and its Extensions, 1995.
    private static func fitted(_ sample: WeightedSample) throws(Diagnostic) -> [Double] {
        try sample.requireSpread()
        var location = sample.mean()
        var square = sample.variance(about: location)
        var df = 10.0
        for _ in 0..<500 {
            let before = (location, square, df)
            let residual = { (x: Double) in (x - location) * (x - location) / square }
            let weight = sample.mean { (df + 1) / (df + residual($0)) }
            let center = sample.mean { (df + 1) / (df + residual($0)) * $0 } / weight
            let spread = sample.mean { (df + 1) / (df + residual($0)) * ($0 - center) * ($0 - center) }
            guard spread > 0, spread.isFinite else { break }
            (location, square) = (center, spread)
            df = exp(
                maximum(log(0.05), log(1e6)) { logDF in
                    let df = exp(logDF)
                    let constant = Tensors.lgamma((df + 1) / 2) - Tensors.lgamma(df / 2) - 0.5 * logDF
                    return constant - (df + 1) / 2 * sample.mean { log1p(($0 - location) * ($0 - location) / (square * df)) }
                })
            let moved = Swift.abs(location - before.0) / square.squareRoot() + Swift.abs(square / before.1 - 1)
            if moved + Swift.abs(log(df / before.2)) < 1e-8 { break }
        }
        return [df, location, square.squareRoot()]
    }

    /// Where a function with one peak is greatest, by golden sections.
    private static func maximum(_ low: Double, _ high: Double, _ f: (Double) -> Double) -> Double {
        let ratio = (5.0.squareRoot() - 1) / 2
        var (a, b) = (low, high)
        var (x, y) = (b - ratio * (b - a), a + ratio * (b - a))
        var (fx, fy) = (f(x), f(y))
        while b - a > 1e-7 {
            if fx > fy {
                (b, y, fy) = (y, x, fx)
                x = b - ratio * (b - a)
                fx = f(x)
            } else {
                (a, x, fx) = (x, y, fy)
                y = a + ratio * (b - a)
                fy = f(y)
            }
        }
        return (a + b) / 2
    }

    struct Member: Law {
        let df, location, scale: Double

        /// A normal draw over the root of a chi-squared draw per degree of freedom.
        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                let base = log(df / 2)
                stretch.gamma([df / 2], key.folded(0), logs: true)
                stretch.update { 0.5 * (base - $0) }
                stretch.apply(.exp)
                stretch.withAnother { other in
                    other.normal(key.folded(1))
                    stretch.update(with: other) { location + scale * $1 * $0 }
                }
            }
        }
        func draw(_ generator: inout Generator) -> Double {
            let z = generator.normal()
            return location + scale * z * exp(0.5 * (log(df / 2) - generator.logGamma(df / 2)))
        }
        func tails(_ x: Double) -> Tails { standardTails((x - location) / scale) }

        private func standardTails(_ t: Double) -> Tails {
            if t < 0 {
                let mirrored = standardTails(-t)
                return Tails(below: mirrored.above, above: mirrored.below, logBelow: mirrored.logAbove, logAbove: mirrored.logBelow)
            }
            if t == .infinity { return .allBelow }
            let square = t * t
            let both = betaTails(df / 2, 0.5, df / (df + square), square / (df + square))
            let above = 0.5 * both.below
            return Tails(below: 1 - above, above: above, logBelow: log1p(-above), logAbove: both.logBelow - log(2))
        }

        func quantile(_ q: Double) -> Double {
            if q == 0 || q == 1 { return q == 0 ? -.infinity : .infinity }
            if q == 0.5 { return location }
            // The tail on the side of q, as the probability below minus t.
            let tail = Swift.min(q, 1 - q)
            let mirrored = { (t: Double) -> Tails in self.standardTails(-t) }
            var bound = 2.0
            while bound < 1e150, mirrored(bound).below > tail { bound *= 2 }
            let t = continuousQuantile(tail, -bound, 0, standardTails)
            return q < 0.5 ? location + scale * t : location - scale * t
        }

        /// Known where both are Cauchy distributions (Chyzak and Nielsen, 2019) or one and the same.
        func divergence(to other: Member) -> Double? {
            if df == other.df, location == other.location, scale == other.scale { return 0 }
            guard df == 1, other.df == 1 else { return nil }
            let (scales, locations) = (scale - other.scale, location - other.location)
            return log1p((scales * scales + locations * locations) / (4 * scale * other.scale))
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean: return df > 1 ? location : .nan
            case .mode, .median: return location
            case .variance: return df > 2 ? scale * scale * df / (df - 2) : df > 1 ? .infinity : .nan
            case .skewness: return df > 3 ? 0 : .nan
            case .kurtosis: return df > 4 ? 6 / (df - 4) : df > 2 ? .infinity : .nan
            case .entropy:
                let half = (df + 1) / 2
                let logBeta = Tensors.lgamma(0.5) - lgammaHalfStep(df / 2)
                return half * (digamma(half) - digamma(df / 2)) + 0.5 * log(df) + logBeta + log(scale)
            case .sd: return nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member { Member(df: row[0], location: row[1], scale: row[2]) }
}

/// lgamma(h + 1/2) - lgamma(h), by Stirling's formula where the two are large.
private func lgammaHalfStep(_ h: Double) -> Double {
    guard h > 20 else { return Tensors.lgamma(h + 0.5) - Tensors.lgamma(h) }
    return h * log1p(0.5 / (h - 1)) + 0.5 * log(h - 1) - 0.5 + stirlingError(h - 0.5) - stirlingError(h - 1)
}
