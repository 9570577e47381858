/// The second derivative of `lgamma`, for x above 0: recurrence up to 10, and the asymptotic series there (Abramowitz and Stegun 6.4.6, 6.4.12).
func trigamma(_ x: Double) -> Double {
    var (x, shift) = (x, 0.0)
    while x < 10 {
        shift += 1 / (x * x)
        x += 1
    }
    let square = 1 / (x * x)
    // Bernoulli numbers B(14) down to B(2).
    var tail = 7.0 / 6
    tail = tail * square - 691.0 / 2730
    tail = tail * square + 5.0 / 66
    tail = tail * square - 1.0 / 30
    tail = tail * square + 1.0 / 42
    tail = tail * square - 1.0 / 30
    tail = tail * square + 1.0 / 6
    return shift + (1 + 0.5 / x + tail * square) / x
}
