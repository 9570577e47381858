import Glibc
import Tensors

// Poisson and binomial probabilities without the cancellation between large logarithms of gamma functions.
// Loader, Fast and Accurate Computation of Binomial Probabilities, 2000.

let halfLogTwoPi = 0.91893853320467274178

/// What Stirling's formula leaves out: lgamma(x + 1) - (x + 1/2) log x + x - log(2 pi) / 2.
func stirlingError(_ x: Double) -> Double {
    if x < 15 { return Tensors.lgamma(x + 1) - (x + 0.5) * log(x) + x - halfLogTwoPi }
    let square = 1 / (x * x)
    var sum = -691.0 / 360_360
    sum = sum * square + 1.0 / 1188
    sum = sum * square - 1.0 / 1680
    sum = sum * square + 1.0 / 1260
    sum = sum * square - 1.0 / 360
    sum = sum * square + 1.0 / 12
    return sum / x
}

/// x log(x / m) + m - x, never negative; exact where x is close to m.
func deviance(_ x: Double, _ m: Double) -> Double {
    let difference = x - m
    guard Swift.abs(difference) < 0.1 * (x + m) else { return x * log(x / m) - difference }
    let v = difference / (x + m)
    var sum = difference * v
    var power = 2 * x * v
    for j in 1..<1000 {
        power *= v * v
        let next = sum + power / Double(2 * j + 1)
        if next == sum { break }
        sum = next
    }
    return sum
}

/// log of m^x exp(-m) / Gamma(x + 1), for x >= 0 and m > 0.
func logPoisson(_ x: Double, _ m: Double) -> Double {
    if x == 0 { return -m }
    return -stirlingError(x) - deviance(x, m) - halfLogTwoPi - 0.5 * log(x)
}

/// log of p^x q^(n - x) n! / x! / (n - x)!, for 0 <= x <= n, where q is 1 - p.
func logBinomial(_ x: Double, _ n: Double, _ p: Double, _ q: Double) -> Double {
    if x == 0 { return n == 0 ? 0 : p < 0.1 ? n * log1p(-p) : n * log(q) }
    if x == n { return q < 0.1 ? n * log1p(-q) : n * log(p) }
    let corrections = stirlingError(n) - stirlingError(x) - stirlingError(n - x)
    return corrections - deviance(x, n * p) - deviance(n - x, n * q) - halfLogTwoPi + 0.5 * (log(n) - log(x) - log(n - x))
}

/// lgamma(1 + a) to full relative precision, for |a| up to 0.5.
func lgamma1p(_ a: Double) -> Double {
    // zeta(k) - 1, k from 25 down to 2 (Abramowitz and Stegun, table 23.3 and 6.1.33).
    let zetas = [
        2.980350351465228e-08, 5.960818905125948e-08, 1.1921992596531106e-07, 2.38450502727733e-07, 4.769329867878064e-07,
        9.539620338727962e-07, 1.908212716553939e-06, 3.81729326499984e-06, 7.637197637899763e-06, 1.528225940865187e-05,
        3.058823630702049e-05, 6.124813505870483e-05, 0.00012271334757848915, 0.0002460865533080483, 0.0004941886041194645,
        0.0009945751278180853, 0.0020083928260822143, 0.00407735619794434, 0.008349277381922827, 0.01734306198444914, 0.03692775514336993,
        0.08232323371113819, 0.2020569031595943, 0.6449340668482264,
    ]
    var sum = 0.0
    var k = zetas.count + 1
    for zeta in zetas {
        sum = -a * sum + zeta / Double(k)
        k -= 1
    }
    return a * a * sum + a * 0.42278433509846713939 - log1p(a)
}
