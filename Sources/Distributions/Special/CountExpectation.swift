import Glibc

/// The mean of f(x) over counts from 0 to `high` whose probabilities have the logarithms `log`, about a known mean and spread.
///
/// Where the spread is wide the sum goes in strides: for a function as smooth as these the error of a stride h, about exp(-2 (pi sd / h)^2), is
/// far below rounding (the trapezoidal rule on the line). `log` and `f` are then asked between whole numbers of the stride only.
func countExpectation(
    mean: Double, sd: Double, high: Double, log: (Double) -> Double, of f: (_ x: Double, _ log: Double) -> Double
) -> Double {
    let stride = sd > 200 ? (sd / 8).rounded(.down) : 1
    let reach = 40 * sd + 40
    let (first, last) = (Swift.max(0, (mean - reach).rounded(.down)), Swift.min(high, (mean + reach).rounded(.up)))
    var (sum, x) = (0.0, first)
    while x <= last {
        let log = log(x)
        if log > -.infinity { sum += exp(log) * f(x, log) }
        x += stride
    }
    return sum * stride
}

/// The mean of f(x) over binomial counts.
func binomialExpectation(_ n: Double, _ p: Double, _ f: (_ x: Double, _ log: Double) -> Double) -> Double {
    let q = 1 - p
    if n == 0 || p == 0 { return f(0, 0) }
    if q == 0 { return f(n, 0) }
    return countExpectation(mean: n * p, sd: (n * p * q).squareRoot(), high: n, log: { logBinomial($0, n, p, q) }, of: f)
}

/// The mean of f(x) over Poisson counts, for a positive rate.
func poissonExpectation(_ rate: Double, _ f: (_ x: Double, _ log: Double) -> Double) -> Double {
    countExpectation(mean: rate, sd: rate.squareRoot(), high: .infinity, log: { logPoisson($0, rate) }, of: f)
}
