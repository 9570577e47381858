import Glibc
import Tensors

/// The tails at x of the normal distribution with mean 0 and standard deviation 1.
func normalTails(_ x: Double) -> Tails {
    let below = 0.5 * erfc(-x * 0.5.squareRoot())
    let above = 0.5 * erfc(x * 0.5.squareRoot())
    return Tails(below: below, above: above, logBelow: logNormalTail(x, below, above), logAbove: logNormalTail(-x, above, below))
}

private func logNormalTail(_ x: Double, _ below: Double, _ above: Double) -> Double {
    if x > -1 { return log1p(-above) }
    if x > -35 { return log(below) }
    if x == -.infinity { return x }
    // Abramowitz and Stegun 26.2.12.
    let inverse = 1 / (x * x)
    var series = 105.0
    series = series * inverse - 15
    series = series * inverse + 3
    series = series * inverse - 1
    return -0.5 * x * x - log(-x) - halfLogTwoPi + log1p(series * inverse)
}

/// The tails at x of the gamma distribution with shape a and rate 1: the incomplete gamma functions P and Q.
///
/// Series below the mean, continued fraction above (Numerical Recipes 6.2; DLMF 8.7.1, 8.9.2); Temme's expansion for huge shapes.
func gammaTails(_ a: Double, _ x: Double) -> Tails {
    if x <= 0 { return .allAbove }
    if x == .infinity { return .allBelow }
    if a > 1e8, Swift.abs(x - a) < 0.3 * a { return temmeTails(a, x) }
    let prefix = logPoisson(a, x)
    if a < 0.2, x < 1.5 {
        // P near 1: Q without the subtraction (DLMF 8.7.1 and 8.8).
        let scale = a * log(x) - lgamma1p(a)
        var (term, sum) = (1.0, 0.0)
        for k in 1..<60 {
            term *= -x / Double(k)
            sum += term / (a + Double(k))
            if Swift.abs(term) < 1e-18 { break }
        }
        let logBelow = scale + log1p(a * sum)
        let above = -expm1(scale) - exp(scale) * a * sum
        return Tails(below: exp(logBelow), above: above, logBelow: above < 0.5 ? log1p(-above) : logBelow, logAbove: log(above))
    }
    if x < a + 1 {
        var (term, sum) = (1.0, 1.0)
        for k in 1..<1_000_000 {
            term *= x / (a + Double(k))
            sum += term
            if term < sum * 1e-17 { break }
        }
        let logBelow = prefix + log(sum)
        let below = Swift.min(1, exp(logBelow))
        return Tails(below: below, above: 1 - below, logBelow: logBelow, logAbove: log1p(-below))
    }
    // Lentz's method.
    var b = x + 1 - a
    var (c, d) = (1e300, 1 / b)
    var h = d
    for k in 1..<1_000_000 {
        let factor = -Double(k) * (Double(k) - a)
        b += 2
        d = 1 / nonzero(factor * d + b)
        c = nonzero(b + factor / c)
        h *= d * c
        if Swift.abs(d * c - 1) < 1e-16 { break }
    }
    let logAbove = prefix + log(a) + log(h)
    let above = Swift.min(1, exp(logAbove))
    return Tails(below: 1 - above, above: above, logBelow: log1p(-above), logAbove: logAbove)
}

/// Keeps Lentz's method off a division by 0.
func nonzero(_ x: Double) -> Double { Swift.abs(x) < 1e-300 ? 1e-300 : x }

/// Temme, The Asymptotic Expansion of the Incomplete Gamma Functions, 1979; the first term is enough where a is above 1e8.
private func temmeTails(_ a: Double, _ x: Double) -> Tails {
    let lambda = x / a
    let mu = (x - a) / a
    let half = deviance(1, lambda)  // lambda - 1 - log(lambda)
    let eta = (mu < 0 ? -1 : 1) * (2 * half).squareRoot()
    let c0 = Swift.abs(eta) < 1e-3 ? -1.0 / 3 + eta / 12 - eta * eta * 2 / 135 : 1 / mu - 1 / eta
    let normal = normalTails(eta * a.squareRoot())
    let correction = exp(-a * half) / (2 * Double.pi * a).squareRoot() * c0
    let (below, above) = (normal.below - correction, normal.above + correction)
    return Tails(below: Swift.max(0, below), above: Swift.max(0, above))
}
