import Glibc

/// The implicit derivative of a gamma draw in its shape parameter: -(dF/da)(z; a) / f(z; a), where F is the cdf and f the density of the
/// gamma distribution of scale 1 (Figurnov, Mohamed and Mnih, Implicit Reparameterization Gradients, 2018).
///
/// dF/da comes from the series of the incomplete gamma function, z^a e^-z / Gamma(a + 1) sum of z^n / (a + 1)...(a + n), differentiated term by
/// term where z is not far above a; above, from the derivative of the integral of t^(a - 1) e^(z - t) over the tail, by quadrature in
/// t = z + u.
public func gammaSlope(draw z: Double, shape a: Double) -> Double {
    guard z > 0, a > 0, z.isFinite, a.isFinite else { return z == 0 ? 0 : .nan }
    if z < a + 4 * a.squareRoot() + 4 {
        // F = exp(a log z - z - lgamma(a + 1)) S; F / f = z S / a; dF/da / f = (z / a) (S (log z - digamma(a + 1)) + dS/da).
        var (term, sum, slope, harmonic) = (1.0, 1.0, 0.0, 0.0)
        var n = 1.0
        while n < 100_000 {
            term *= z / (a + n)
            harmonic += 1 / (a + n)
            sum += term
            slope -= term * harmonic
            if term * (1 + harmonic) < 1e-17 * sum { break }
            n += 1
        }
        return -(z / a) * (sum * (log(z) - digamma(a + 1)) + slope)
    }
    // 1 - F = Q; dQ/da / f = integral over u > 0 of (log(z + u) - digamma(a)) (1 + u / z)^(a - 1) e^-u; the draw's slope is that integral.
    // The trapezoidal rule after u = scale exp(s - exp(-s)), which makes both ends fall off doubly exponentially (Takahasi and Mori, Double
    // Exponential Formulas for Numerical Integration, 1974).
    let decay = 1 - (a - 1) / z
    let scale = 1 / Swift.max(decay, 1 / (1 + z).squareRoot())
    let centre = digamma(a)
    let step = 1.0 / 16
    var total = 0.0
    for index in -64...72 {
        let s = Double(index) * step
        let shrink = exp(-s)
        let u = scale * exp(s - shrink)
        total += u * (1 + shrink) * (log(z + u) - centre) * exp((a - 1) * log1p(u / z) - u)
    }
    return total * step
}
