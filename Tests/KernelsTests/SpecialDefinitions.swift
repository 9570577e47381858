import Foundation
import Kernels

/// Functions that the C library lacks, by other means than the kernels': in the wide type, by recurrence and bisection.
enum Definition {
    /// Log of the absolute value of the gamma function.
    static func logGamma(_ x: Wide) -> Wide {
        if x.isNaN { return x }
        if x.isInfinite || (x <= 0 && x == x.rounded(.down)) { return .infinity }
        var sign: Int32 = 0
        #if arch(x86_64)
            return lgammal_r(x, &sign)
        #else
            return lgamma_r(x, &sign)
        #endif
    }

    /// The derivative of log gamma (order 0), or its second (order 1): up to 40 by the recurrences (DLMF 5.5.2 and 5.15.5), from there by the
    /// asymptotic series (DLMF 5.11.2 and 5.15.8).
    static func polygamma(_ order: Int, _ x: Wide) -> Wide {
        if x.isNaN || x == .infinity { return x.isNaN ? x : order == 0 ? x : 0 }
        if x <= 0, x == x.rounded(.down) {
            if order == 1 { return .infinity }
            return x == 0 ? (x.sign == .minus ? .infinity : -.infinity) : .nan
        }
        // Far below 0 the recurrence would not end: by reflection (DLMF 5.5.4, and its derivative).
        if x < -10_000 {
            let angle = Wide.pi * (x - x.rounded())
            return order == 0 ? polygamma(0, 1 - x) - .pi / tan(angle) : -polygamma(1, 1 - x) + .pi * .pi / (sin(angle) * sin(angle))
        }
        var sum: Wide = 0
        var z = x
        while z < 40 {
            sum += order == 0 ? -1 / z : 1 / (z * z)
            z += 1
        }
        let bernoulli: [Wide] = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798]
        let powers = bernoulli.enumerated().map { k, b in
            let n = Wide(2 * (k + 1))
            return order == 0 ? b / (n * pow(z, n)) : b / pow(z, n + 1)
        }
        let series = powers.reversed().reduce(0, +)
        return sum + (order == 0 ? log(z) - 1 / (2 * z) - series : 1 / z + 1 / (2 * z * z) + series)
    }

    /// Where the distribution function of the standard normal distribution is p, by bisection; NaN outside 0 to 1.
    static func normalQuantile(_ p: Wide) -> Wide {
        guard p >= 0, p <= 1 else { return .nan }
        if p == 0.5 { return 0 }
        if p == 0 || p == 1 { return p == 0 ? -.infinity : .infinity }
        // 1 - p is exact above one half.
        let tail = min(p, 1 - p)
        var low: Wide = 0
        var high: Wide = 40
        for _ in 0..<75 {
            let middle = (low + high) / 2
            if erfc(middle / Wide(2).squareRoot()) / 2 > tail { low = middle } else { high = middle }
        }
        return p < 0.5 ? -low : low
    }

    /// What is left of a division, with the divisor's sign, as Python's `math.fmod` with the sign corrected and NumPy's `remainder`.
    static func remainder(_ x: Wide, _ y: Wide) -> Wide {
        guard x.isFinite, !y.isNaN, y != 0 else { return .nan }
        if y.isInfinite { return x == 0 ? (y < 0 ? -0.0 : 0) : (x < 0) == (y < 0) ? x : y }
        let rest = x.truncatingRemainder(dividingBy: y)
        if rest == 0 { return y < 0 ? -0.0 : 0 }
        return (rest < 0) == (y < 0) ? rest : rest + y
    }
}
