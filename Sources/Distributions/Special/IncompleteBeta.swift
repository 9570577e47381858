import Glibc
import Tensors

/// The tails at x of the beta distribution: the regularised incomplete beta function and its complement. `y` is 1 - x.
///
/// Continued fraction by Lentz's method (DLMF 8.17.22; Numerical Recipes 6.4).
func betaTails(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Tails {
    if x <= 0 { return .allAbove }
    if y <= 0 { return .allBelow }
    if x > (a + 1) / (a + b + 2) {
        let mirrored = betaTails(b, a, y, x)
        return Tails(below: mirrored.above, above: mirrored.below, logBelow: mirrored.logAbove, logAbove: mirrored.logBelow)
    }
    // x^a y^b / (a B(a, b)), as a binomial probability.
    let prefix = logBinomial(a, a + b, x, y) + log(b) - log(a + b)
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var c = 1.0
    var h = d
    for step in 1..<1_000_000 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / nonzero(1 + even * d)
        c = nonzero(1 + even / c)
        h *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / nonzero(1 + odd * d)
        c = nonzero(1 + odd / c)
        h *= d * c
        if Swift.abs(d * c - 1) < 1e-16 { break }
    }
    let logBelow = prefix + log(h)
    let below = Swift.min(1, exp(logBelow))
    return Tails(below: below, above: 1 - below, logBelow: logBelow, logAbove: log1p(-below))
}
