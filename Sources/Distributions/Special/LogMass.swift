import Diagnostics
import Tensors

// The logarithms of Deviance.swift over tensors, from tensor operations alone. Gamma, beta and multinomial densities are theirs too, so that
// none of them subtracts large logarithms of gamma functions.

/// What Stirling's formula leaves out of lgamma(x + 1); 0 where x is not positive.
func stirlingErrors(_ x: Tensor) throws(Diagnostic) -> Tensor {
    let isLarge = try Tensor.binary(.greaterEqual, x, Tensor(15))
    // Each branch sees arguments that it is finite at.
    let large = try Tensor.select(isLarge, x, Tensor(15))
    let square = try 1 / large.square()
    var sum = try square * (-691.0 / 360_360) + 1.0 / 1188
    for coefficient in [-1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12] {
        let product = try sum * square
        sum = try product + coefficient
    }
    let isSmall = try Tensor.binary(.and, Tensor.binary(.greater, x, Tensor(0)), Tensor.binary(.less, x, Tensor(15)))
    let small = try Tensor.select(isSmall, x, Tensor(1))
    let direct = try (small + 1).lgamma() - (small + 0.5) * small.log() + small - halfLogTwoPi
    let values = try Tensor.select(isLarge, sum / large, direct)
    return try Tensor.select(Tensor.binary(.greater, x, Tensor(0)), values, Tensor(0))
}

/// x log(x / m) + m - x for x >= 0; m where x is 0, and infinite where only m is 0.
func deviances(_ x: Tensor, _ m: Tensor) throws(Diagnostic) -> Tensor {
    let isPositive = try Tensor.binary(.greater, x, Tensor(0))
    let positive = try Tensor.select(isPositive, x, Tensor(1))
    // Near each other the difference is exact; far below, the quotient is.
    let gap = try m - positive
    let isNear = try Tensor.binary(.less, gap.abs(), positive * 0.5)
    let near = try Tensor.select(isNear, gap / positive, Tensor(0)).log1p()
    let far = try (Tensor.select(isNear, Tensor(1), m) / positive).log()
    return try Tensor.select(isPositive, gap - positive * Tensor.select(isNear, near, far), m)
}

/// log of m^x exp(-m) / Gamma(x + 1) for x, m >= 0.
func poissonLogs(_ x: Tensor, _ m: Tensor) throws(Diagnostic) -> Tensor {
    try -stirlingErrors(x) - deviances(x, m) - halfLogTwoPiTimes(x)
}

/// log of p^x q^(n - x) Gamma(n + 1) / Gamma(x + 1) / Gamma(n - x + 1) for 0 <= x <= n, where q is 1 - p and `rest` is n - x.
func binomialLogs(_ x: Tensor, _ rest: Tensor, _ n: Tensor, _ p: Tensor, _ q: Tensor) throws(Diagnostic) -> Tensor {
    let corrections = try stirlingErrors(n) - stirlingErrors(x) - stirlingErrors(rest)
    let scale = try halfLogTwoPiTimes(n) - halfLogTwoPiTimes(x) - halfLogTwoPiTimes(rest)
    return try corrections - deviances(x, n * p) - deviances(rest, n * q) + scale
}

/// log(2 pi x) / 2; 0 where x is not positive.
private func halfLogTwoPiTimes(_ x: Tensor) throws(Diagnostic) -> Tensor {
    let isPositive = try Tensor.binary(.greater, x, Tensor(0))
    return try Tensor.select(isPositive, Tensor.select(isPositive, x, Tensor(1)).log() * 0.5 + halfLogTwoPi, Tensor(0))
}
