import Foundation
import Kernels

/// What a function of one number is, and how near to it the kernels come.
struct Unary: Sendable {
    var op: lk_op, name: String
    /// Units in the last place, for float32 and for float64; half a unit is a result that is correctly rounded.
    var float32: Wide, float64: Wide
    /// Below this magnitude the error counts as there: beside a zero of the function that is no number of the type.
    var floor: Wide
    var definition: @Sendable (Wide) -> Wide

    init(
        _ op: lk_op, _ name: String, _ float32: Wide, _ float64: Wide, floor: Wide = 0, _ definition: @escaping @Sendable (Wide) -> Wide
    ) {
        (self.op, self.name, self.float32, self.float64, self.floor, self.definition) = (op, name, float32, float64, floor, definition)
    }
    func bound<T: Element>(_: T.Type) -> Wide { T.self == Float.self ? float32 : float64 }
}

/// A test's answer as a number.
private func one(_ answer: Bool) -> Wide { answer ? 1 : 0 }

/// Every function of one number; the first and the last of the enum's are `LK_NEGATE` and `LK_NORMAL_QUANTILE`.
let unaries: [Unary] = [
    Unary(LK_NEGATE, "negate", 0.5, 0.5) { -$0 },
    Unary(LK_ABS, "abs", 0.5, 0.5) { abs($0) },
    Unary(LK_SIGN, "sign", 0.5, 0.5) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    Unary(LK_RECIPROCAL, "reciprocal", 0.5, 0.5) { 1 / $0 },
    Unary(LK_SQUARE, "square", 0.5, 0.501) { $0 * $0 },
    Unary(LK_SQRT, "sqrt", 0.5, 0.501) { $0.squareRoot() },
    Unary(LK_RSQRT, "rsqrt", 1.5, 1.5) { 1 / $0.squareRoot() },
    Unary(LK_CBRT, "cbrt", 0.501, 3) { cbrt($0) },
    Unary(LK_EXP, "exp", 1, 1) { exp($0) },
    Unary(LK_EXP2, "exp2", 0.501, 1) { exp2($0) },
    Unary(LK_EXPM1, "expm1", 2, 2) { expm1($0) },
    Unary(LK_LOG, "log", 1, 1) { log($0) },
    Unary(LK_LOG2, "log2", 0.501, 1) { log2($0) },
    Unary(LK_LOG10, "log10", 0.501, 2) { log10($0) },
    Unary(LK_LOG1P, "log1p", 2, 2) { log1p($0) },
    Unary(LK_SIN, "sin", 0.501, 1) { sin($0) },
    Unary(LK_COS, "cos", 0.501, 1) { cos($0) },
    Unary(LK_TAN, "tan", 0.501, 1) { tan($0) },
    Unary(LK_ASIN, "asin", 0.501, 1) { asin($0) },
    Unary(LK_ACOS, "acos", 0.501, 1) { acos($0) },
    Unary(LK_ATAN, "atan", 0.501, 1) { atan($0) },
    Unary(LK_SINH, "sinh", 0.501, 2) { sinh($0) },
    Unary(LK_COSH, "cosh", 0.501, 2) { cosh($0) },
    Unary(LK_TANH, "tanh", 2, 2.5) { tanh($0) },
    Unary(LK_ASINH, "asinh", 0.501, 2) { asinh($0) },
    Unary(LK_ACOSH, "acosh", 0.501, 2) { acosh($0) },
    Unary(LK_ATANH, "atanh", 0.501, 2) { atanh($0) },
    Unary(LK_SIGMOID, "sigmoid", 2, 2) { 1 / (1 + exp(-$0)) },
    Unary(LK_SOFTPLUS, "softplus", 2, 2) { $0.isNaN ? $0 : max($0, 0) + log1p(exp(-abs($0))) },
    Unary(LK_RELU, "relu", 0.5, 0.5) { $0 < 0 ? 0 : $0 },
    Unary(LK_ERF, "erf", 2.5, 1) { erf($0) },
    Unary(LK_ERFC, "erfc", 0.501, 2.5) { erfc($0) },
    Unary(LK_LGAMMA, "lgamma", 0.501, 3) { Definition.logGamma($0) },
    Unary(LK_DIGAMMA, "digamma", 1, 8, floor: 1) { Definition.polygamma(0, $0) },
    Unary(LK_TRIGAMMA, "trigamma", 1, 8) { Definition.polygamma(1, $0) },
    Unary(LK_FLOOR, "floor", 0.5, 0.5) { $0.rounded(.down) },
    Unary(LK_CEIL, "ceil", 0.5, 0.5) { $0.rounded(.up) },
    Unary(LK_ROUND, "round", 0.5, 0.5) { $0.rounded(.toNearestOrEven) },
    Unary(LK_TRUNC, "trunc", 0.5, 0.5) { $0.rounded(.towardZero) },
    Unary(LK_NOT, "not", 0.5, 0.5) { one($0 == 0) },
    Unary(LK_ISFINITE, "isfinite", 0.5, 0.5) { one($0.isFinite) },
    Unary(LK_ISNAN, "isnan", 0.5, 0.5) { one($0.isNaN) },
    Unary(LK_ISINF, "isinf", 0.5, 0.5) { one($0.isInfinite) },
    Unary(LK_WRAP, "wrap", 0.5, 0.5) { $0.magnitude < 0x1p63 ? Wide(Int32(truncatingIfNeeded: Int64($0))) : 0 },
    Unary(LK_NORMAL_QUANTILE, "normal quantile", 1, 6) { Definition.normalQuantile($0) },
]

/// A function of two numbers; the first and the last of the enum's are `LK_ADD` and `LK_OR`.
struct Binary: Sendable {
    var op: lk_op, name: String
    /// Units in the last place, in either type.
    var bound: Wide
    var definition: @Sendable (Wide, Wide) -> Wide

    init(_ op: lk_op, _ name: String, _ bound: Wide, _ definition: @escaping @Sendable (Wide, Wide) -> Wide) {
        (self.op, self.name, self.bound, self.definition) = (op, name, bound, definition)
    }
}

let binaries: [Binary] = [
    // Twice rounded, to the wide type and from it: hence not quite half a unit.
    Binary(LK_ADD, "add", 0.501) { $0 + $1 },
    Binary(LK_SUBTRACT, "subtract", 0.501) { $0 - $1 },
    Binary(LK_MULTIPLY, "multiply", 0.501) { $0 * $1 },
    Binary(LK_DIVIDE, "divide", 0.501) { $0 / $1 },
    Binary(LK_REMAINDER, "remainder", 0.501) { Definition.remainder($0, $1) },
    Binary(LK_POWER, "power", 1) { pow($0, $1) },
    Binary(LK_MINIMUM, "minimum", 0.5) { $0.isNaN || $1.isNaN ? .nan : min($0, $1) },
    Binary(LK_MAXIMUM, "maximum", 0.5) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) },
    Binary(LK_ATAN2, "atan2", 1) { atan2($0, $1) },
    Binary(LK_EQUAL, "equal", 0.5) { one($0 == $1) },
    Binary(LK_NOT_EQUAL, "not_equal", 0.5) { one($0 != $1) },
    Binary(LK_LESS, "less", 0.5) { one($0 < $1) },
    Binary(LK_LESS_EQUAL, "less_equal", 0.5) { one($0 <= $1) },
    Binary(LK_GREATER, "greater", 0.5) { one($0 > $1) },
    Binary(LK_GREATER_EQUAL, "greater_equal", 0.5) { one($0 >= $1) },
    Binary(LK_AND, "and", 0.5) { one($0 != 0 && $1 != 0) },
    Binary(LK_OR, "or", 0.5) { one($0 != 0 || $1 != 0) },
]
