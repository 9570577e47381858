import Glibc

/// The logarithm of the absolute value of the gamma function.
public func lgamma(_ x: Double) -> Double {
    // The plain `lgamma` of C writes the global `signgam`; this one writes its own.
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
}

/// The derivative of `lgamma`; NaN at 0 and the negative whole numbers.
///
/// Recurrence up to 10 and the asymptotic series there (Abramowitz and Stegun 6.3.5, 6.3.18), reflection below 0 (6.3.7).
public func digamma(_ x: Double) -> Double {
    if x <= 0 {
        if x == x.rounded() { return x == -.infinity ? .nan : x == 0 ? (x.sign == .minus ? .infinity : -.infinity) : .nan }
        // The fraction is exact, so tan loses nothing far from 0.
        let fraction = x - x.rounded()
        return digamma(1 - x) - .pi / tan(.pi * fraction)
    }
    var x = x
    var shift = 0.0
    while x < 10 {
        shift += 1 / x
        x += 1
    }
    // Bernoulli numbers B(2k) / 2k, k = 8 down to 1.
    let square = 1 / (x * x)
    var tail = -3617.0 / 8160
    tail = tail * square + 1.0 / 12
    tail = tail * square - 691.0 / 32760
    tail = tail * square + 1.0 / 132
    tail = tail * square - 1.0 / 240
    tail = tail * square + 1.0 / 252
    tail = tail * square - 1.0 / 120
    tail = tail * square + 1.0 / 12
    tail *= square
    return log(x) - 0.5 / x - tail - shift
}

/// The derivative of `digamma`; infinite at 0 and the negative whole numbers.
///
/// Recurrence and the asymptotic series (Abramowitz and Stegun 6.4.6, 6.4.12), reflection below 0 (6.4.7).
public func trigamma(_ x: Double) -> Double {
    if x <= 0 {
        if x == x.rounded() { return .infinity }
        let wave = sin(.pi * (x - x.rounded()))
        return .pi * .pi / (wave * wave) - trigamma(1 - x)
    }
    var x = x
    var shift = 0.0
    while x < 12 {
        shift += 1 / (x * x)
        x += 1
    }
    // Bernoulli numbers B(2k), k = 8 down to 1.
    let square = 1 / (x * x)
    var tail = -3617.0 / 510
    tail = tail * square + 7.0 / 6
    tail = tail * square - 691.0 / 2730
    tail = tail * square + 5.0 / 66
    tail = tail * square - 1.0 / 30
    tail = tail * square + 1.0 / 42
    tail = tail * square - 1.0 / 30
    tail = tail * square + 1.0 / 6
    return shift + 1 / x + square / 2 + tail * square / x
}

/// The quantile of the standard normal distribution, to about 1e-16 relative.
///
/// Algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988).
@inline(__always)
public func normalQuantile(_ p: Double) -> Double {
    let q = p - 0.5
    return Swift.abs(q) <= 0.425 ? centralNormalQuantile(q) : tailNormalQuantile(p, q)
}

/// For p within 0.425 of a half; `q` is p - 0.5.
@inline(__always)
private func centralNormalQuantile(_ q: Double) -> Double {
    let r = 0.180625 - q * q
    var top = 2.5090809287301226727e+3
    top = top * r + 3.3430575583588128105e+4
    top = top * r + 6.7265770927008700853e+4
    top = top * r + 4.5921953931549871457e+4
    top = top * r + 1.3731693765509461125e+4
    top = top * r + 1.9715909503065514427e+3
    top = top * r + 1.3314166789178437745e+2
    top = top * r + 3.3871328727963666080e+0
    var bottom = 5.2264952788528545610e+3
    bottom = bottom * r + 2.8729085735721942674e+4
    bottom = bottom * r + 3.9307895800092710610e+4
    bottom = bottom * r + 2.1213794301586595867e+4
    bottom = bottom * r + 5.3941960214247511077e+3
    bottom = bottom * r + 6.8718700749205790830e+2
    bottom = bottom * r + 4.2313330701600911252e+1
    bottom = bottom * r + 1
    return q * top / bottom
}

private func tailNormalQuantile(_ p: Double, _ q: Double) -> Double {
    var r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    var top: Double
    var bottom: Double
    if r <= 5 {
        r -= 1.6
        top = 7.74545014278341407640e-4
        top = top * r + 2.27238449892691845833e-2
        top = top * r + 2.41780725177450611770e-1
        top = top * r + 1.27045825245236838258e+0
        top = top * r + 3.64784832476320460504e+0
        top = top * r + 5.76949722146069140550e+0
        top = top * r + 4.63033784615654529590e+0
        top = top * r + 1.42343711074968357734e+0
        bottom = 1.05075007164441684324e-9
        bottom = bottom * r + 5.47593808499534494600e-4
        bottom = bottom * r + 1.51986665636164571966e-2
        bottom = bottom * r + 1.48103976427480074590e-1
        bottom = bottom * r + 6.89767334985100004550e-1
        bottom = bottom * r + 1.67638483018380384940e+0
        bottom = bottom * r + 2.05319162663775882187e+0
        bottom = bottom * r + 1
    } else {
        r -= 5
        top = 2.01033439929228813265e-7
        top = top * r + 2.71155556874348757815e-5
        top = top * r + 1.24266094738807843860e-3
        top = top * r + 2.65321895265761230930e-2
        top = top * r + 2.96560571828504891230e-1
        top = top * r + 1.78482653991729133580e+0
        top = top * r + 5.46378491116411436990e+0
        top = top * r + 6.65790464350110377720e+0
        bottom = 2.04426310338993978564e-15
        bottom = bottom * r + 1.42151175831644588870e-7
        bottom = bottom * r + 1.84631831751005468180e-5
        bottom = bottom * r + 7.86869131145613259100e-4
        bottom = bottom * r + 1.48753612908506148525e-2
        bottom = bottom * r + 1.36929880922735805310e-1
        bottom = bottom * r + 5.99832206555887937690e-1
        bottom = bottom * r + 1
    }
    return q < 0 ? -top / bottom : top / bottom
}
