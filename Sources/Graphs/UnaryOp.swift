import Glibc

/// The functions of one number that apply to a tensor element by element.
public enum UnaryOp: String, Sendable, CaseIterable {
    case negate, abs, sign, reciprocal, square, sqrt, cbrt
    case exp, exp2, expm1, log, log2, log10, log1p
    case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
    case sigmoid, softplus, relu
    case erf, erfc, lgamma, digamma, trigamma
    case floor, ceil, round, trunc
    case not, isfinite, isnan, isinf

    /// The function itself, for one number. The tests give 1 or 0.
    @inline(__always)
    public func apply(_ x: Double) -> Double {
        switch self {
        case .negate: -x
        case .abs: Swift.abs(x)
        case .sign: x > 0 ? 1 : x < 0 ? -1 : x
        case .reciprocal: 1 / x
        case .square: x * x
        case .sqrt: x.squareRoot()
        case .cbrt: Glibc.cbrt(x)
        case .exp: Glibc.exp(x)
        case .exp2: Glibc.exp2(x)
        case .expm1: Glibc.expm1(x)
        case .log: Glibc.log(x)
        case .log2: Glibc.log2(x)
        case .log10: Glibc.log10(x)
        case .log1p: Glibc.log1p(x)
        case .sin: Glibc.sin(x)
        case .cos: Glibc.cos(x)
        case .tan: Glibc.tan(x)
        case .asin: Glibc.asin(x)
        case .acos: Glibc.acos(x)
        case .atan: Glibc.atan(x)
        case .sinh: Glibc.sinh(x)
        case .cosh: Glibc.cosh(x)
        case .tanh: Glibc.tanh(x)
        case .asinh: Glibc.asinh(x)
        case .acosh: Glibc.acosh(x)
        case .atanh: Glibc.atanh(x)
        case .sigmoid: x >= 0 ? 1 / (1 + Glibc.exp(-x)) : Glibc.exp(x) / (1 + Glibc.exp(x))
        case .softplus: Swift.max(x, 0) + Glibc.log1p(Glibc.exp(-Swift.abs(x)))
        case .relu: x < 0 ? 0 : x
        case .erf: Glibc.erf(x)
        case .erfc: Glibc.erfc(x)
        case .lgamma: Graphs.lgamma(x)
        case .digamma: Graphs.digamma(x)
        case .trigamma: Graphs.trigamma(x)
        case .floor: x.rounded(.down)
        case .ceil: x.rounded(.up)
        case .round: x.rounded(.toNearestOrEven)
        case .trunc: x.rounded(.towardZero)
        case .not: x == 0 ? 1 : 0
        case .isfinite: x.isFinite ? 1 : 0
        case .isnan: x.isNaN ? 1 : 0
        case .isinf: x.isInfinite ? 1 : 0
        }
    }

    /// The function on a number of a type, as the type holds the result.
    public func apply(_ x: Double, as dtype: DType) -> Double {
        // A square of int32 may need more bits than a float64 has.
        if self == .square, dtype == .int32 { return Double(Int32(x) &* Int32(x)) }
        return dtype.rounded(apply(x))
    }

    /// Whether the result is true or false.
    public var isTest: Bool {
        switch self {
        case .not, .isfinite, .isnan, .isinf: true
        default: false
        }
    }
}
