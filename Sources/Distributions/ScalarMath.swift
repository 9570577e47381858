import Glibc

/// libm under names that no method of a distribution hides.
@inline(__always) func logOf(_ x: Double) -> Double { log(x) }
@inline(__always) func expOf(_ x: Double) -> Double { exp(x) }

/// The derivative of digamma, by recurrence and the asymptotic series (Abramowitz & Stegun 6.4.6, 6.4.12).
func trigamma(_ x: Double) -> Double {
    var x = x
    var sum = 0.0
    while x < 15 {
        sum += 1 / (x * x)
        x += 1
    }
    let w = 1 / (x * x)
    let series = 1 / 6.0 - w * (1 / 30.0 - w * (1 / 42.0 - w * (1 / 30.0 - w * (5 / 66.0))))
    return sum + 1 / x + w / 2 + w / x * series
}
