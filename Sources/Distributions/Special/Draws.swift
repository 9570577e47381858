import Glibc
import Tensors

extension Generator {
    /// Exponential with mean 1.
    mutating func exponential() -> Double { -log(uniform()) }

    /// Inversion for small means, and above the transformed rejection of Hoermann (PTRS), Insurance: Mathematics and Economics 12, 1993.
    mutating func poisson(_ mean: Double) -> Double {
        if mean < 10 {
            var (k, p) = (0.0, exp(-mean))
            var u = uniform()
            while u > p, k < 1000 {
                u -= p
                k += 1
                p *= mean / k
            }
            return k
        }
        let b = 0.931 + 2.53 * mean.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let vr = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let us = 0.5 - Swift.abs(u)
            let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
            if us >= 0.07, v <= vr { return k }
            if k < 0 || (us < 0.013 && v > us) { continue }
            if log(v * inverseAlpha / (a / (us * us) + b)) <= logPoisson(k, mean) { return k }
        }
    }

    /// Inversion for small means, and above the transformed rejection of Hoermann (BTRS), J. Statistical Computation and Simulation 46, 1993.
    mutating func binomial(_ n: Double, _ p: Double) -> Double {
        if p > 0.5 { return n - binomial(n, 1 - p) }
        if n == 0 || p == 0 { return 0 }
        let q = 1 - p
        if n * p < 10 {
            var (k, probability) = (0.0, exp(n * log1p(-p)))
            var u = uniform()
            while u > probability, k < n {
                u -= probability
                k += 1
                probability *= (n - k + 1) / k * (p / q)
            }
            return k
        }
        let spread = (n * p * q).squareRoot()
        let b = 1.15 + 2.53 * spread
        let a = -0.0873 + 0.0248 * b + 0.01 * p
        let c = n * p + 0.5
        let alpha = (2.83 + 5.1 / b) * spread
        let vr = 0.92 - 4.2 / b
        let peak = logBinomial(((n + 1) * p).rounded(.down), n, p, q)
        while true {
            let u = uniform() - 0.5
            let v = uniform()
            let us = 0.5 - Swift.abs(u)
            let k = ((2 * a / us + b) * u + c).rounded(.down)
            if us >= 0.07, v <= vr { return k }
            if k < 0 || k > n { continue }
            if log(v * alpha / (a / (us * us) + b)) <= logBinomial(k, n, p, q) - peak { return k }
        }
    }
}
