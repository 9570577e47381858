import Glibc

/// The x between two bounds where the distribution function is q, by bisection and the secant of its smaller tail's logarithm.
///
/// `tails` must increase from `low` to `high`, both finite.
func continuousQuantile(_ q: Double, _ low: Double, _ high: Double, _ tails: (Double) -> Tails) -> Double {
    // log of the smaller tail is close to a parabola or a line, where the tail itself is flat. Positive where x is too large.
    func excess(_ x: Double) -> Double {
        let tails = tails(x)
        return q <= 0.5 ? tails.logBelow - log(q) : log1p(-q) - tails.logAbove
    }
    var (a, b) = (low, high)
    var (fa, fb) = (-Double.infinity, Double.infinity)
    for round in 0..<400 {
        var x = midpoint(a, b)
        // Every third step halves the interval, so that a bad secant costs little.
        if round % 3 != 2, fa.isFinite, fb.isFinite, fb > fa {
            let secant = a - fa * (b - a) / (fb - fa)
            if secant > a, secant < b { x = secant }
        }
        if x <= a || x >= b { break }
        let f = excess(x)
        if f == 0 { return x }
        if f < 0 { (a, fa) = (x, f) } else { (b, fb) = (x, f) }
    }
    return Swift.abs(fa) < Swift.abs(fb) ? a : b
}

/// The middle in the order of floating-point numbers, where both have one sign: a quantile may be 1e-200.
func midpoint(_ a: Double, _ b: Double) -> Double {
    guard a >= 0, b > 2 * a else { return a + (b - a) / 2 }
    return b < 1e-300 ? b / 2 : Swift.max(a, 1e-308).squareRoot() * b.squareRoot()
}

/// A number above `start` past which less than `1 - q` of the mass lies, by doubling.
func upperBound(_ q: Double, from start: Double, _ tails: (Double) -> Tails) -> Double {
    var bound = start
    let target = log1p(-q)
    while bound < 1e300, tails(bound).logAbove > target { bound *= 2 }
    return bound
}

/// The least whole number from `low` on with P(X <= x) >= q, by doubling and bisection from a guess.
func integerQuantile(_ q: Double, _ low: Double, _ high: Double, guess: Double, _ tails: (Double) -> Tails) -> Double {
    if q <= 0 { return low }
    if q >= 1 { return high }
    // Rounding in the distribution function must not move the quantile of one of its own values up by one.
    func reached(_ x: Double) -> Bool {
        let tails = tails(x)
        return q <= 0.5 ? tails.below >= q * (1 - 1e-14) : tails.above <= (1 - q) * (1 + 1e-14)
    }
    var (a, b) = (low - 1, Swift.min(high, Swift.max(low, guess.rounded())))
    var step = 1.0
    if reached(b) {
        while b - step > a, reached(b - step) {
            b -= step
            step *= 2
        }
        a = Swift.max(a, b - step)
    } else {
        while b < high, b < 0x1p53, !reached(b) {
            a = b
            b = Swift.min(high, b + step)
            step *= 2
        }
    }
    while b - a > 1 {
        let middle = ((a + b) / 2).rounded(.down)
        if reached(middle) { b = middle } else { a = middle }
    }
    return b
}
