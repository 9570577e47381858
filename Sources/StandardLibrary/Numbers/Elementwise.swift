import Diagnostics
import Language
import Tensors

/// Functions of one number that go over tensors element by element.
enum ElementwiseChapter {
    static let title = "Elementwise functions"

    static let rows = exponentials + trigonometry + rounding

    /// A row for a function of one number. Where it has no value, the call is an error that says for which.
    static func row(_ name: String, _ op: UnaryOp, _ summary: String, _ examples: [Builtin.Example], chapter: String = title) -> Builtin {
        Builtin("\(name)(x)", chapter: chapter, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            if case .number(let x) = call[0], !op.isTest {
                let y = op.apply(x)
                if y.isNaN, !x.isNaN { throw call.wrong(0, "\(name) has no value for \(formatNumber(x))") }
                return .number(y)
            }
            let x = try call.tensor(0)
            return .of(try defined(x.applying(op), from: [x], name))
        }
    }

    /// A row for a function that is made of tensor operations.
    static func row(
        _ name: String, _ summary: String, _ examples: [Builtin.Example], chapter: String = title,
        _ function: @escaping @Sendable (Tensor) throws(Diagnostic) -> Tensor
    ) -> Builtin {
        Builtin("\(name)(x)", chapter: chapter, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.tensor(0)
            return .of(try defined(try function(x), from: [x], name))
        }
    }

    private static let exponentials: [Builtin] = [
        row("abs", .abs, "The size of a number, without its sign.", [.init("abs([-1, 2])", "[1, 2]")]),
        row("sign", .sign, "-1, 0 or 1.", [.init("sign(-3)", "-1")]),
        row("exp", .exp, "The exponential function.", [.init("exp(1)", "2.718281828459045"), .init("exp([0, missing])", "[1, missing]")]),
        row("log", .log, "The natural logarithm. Below 0 it has no value; at 0 it is -inf.", [.init("log([1, exp(2)])", "[0, 2]")]),
        row("log2", .log2, "The logarithm to the base 2.", [.init("log2(8)", "3")]),
        row("log10", .log10, "The logarithm to the base 10.", [.init("log10(1000)", "3")]),
        row("log1p", .log1p, "log(1 + x), exact for small x.", [.init("log1p(1e-20)", "1e-20")]),
        row("expm1", .expm1, "exp(x) - 1, exact for small x.", [.init("expm1(1e-20)", "1e-20")]),
        row("sqrt", .sqrt, "The square root.", [.init("sqrt(2)", "1.4142135623730951"), .init("sqrt([4, 9])", "[2, 3]")]),
        row("cbrt", .cbrt, "The cube root.", [.init("cbrt(8)", "2")]),
    ]

    private static let trigonometry: [Builtin] = [
        row("sin", .sin, "The sine of an angle in radians.", [.init("round(sin(pi / 6), digits: 9)", "0.5")]),
        row("cos", .cos, "The cosine of an angle in radians.", [.init("cos(0)", "1")]),
        row("tan", .tan, "The tangent of an angle in radians.", [.init("tan(0)", "0")]),
        row("asin", .asin, "The angle whose sine it is.", [.init("asin(1) == pi / 2", "true")]),
        row("acos", .acos, "The angle whose cosine it is.", [.init("acos(1)", "0")]),
        row("atan", .atan, "The angle whose tangent it is, in -pi/2...pi/2.", [.init("atan(1) == pi / 4", "true")]),
        Builtin(
            "atan2(y, x)", chapter: title, "The angle of the point (x, y), in -pi...pi.", examples: [.init("atan2(0, -1) == pi", "true")]
        ) { (call: Call) throws(Diagnostic) -> Value in .of(try Tensor.binary(.atan2, call.tensor(0), call.tensor(1))) },
        row("sinh", .sinh, "The hyperbolic sine.", [.init("sinh(0)", "0")]),
        row("cosh", .cosh, "The hyperbolic cosine.", [.init("cosh(0)", "1")]),
        row("tanh", .tanh, "The hyperbolic tangent.", [.init("tanh([0, inf])", "[0, 1]")]),
        row("asinh", .asinh, "The inverse of sinh.", [.init("asinh(0)", "0")]),
        row("acosh", .acosh, "The inverse of cosh.", [.init("acosh(1)", "0")]),
        row("atanh", .atanh, "The inverse of tanh.", [.init("atanh(0)", "0")]),
    ]

    private static let rounding: [Builtin] = [
        row("floor", .floor, "The largest whole number that is not above.", [.init("floor(-1.5)", "-2")]),
        row("ceil", .ceil, "The smallest whole number that is not below.", [.init("ceil([0.2, 1])", "[1, 1]")]),
        row("trunc", .trunc, "The whole number towards 0.", [.init("trunc(-1.5)", "-1")]),
        Builtin(
            "round(x, digits: 0)", chapter: title,
            "The nearest number with so many digits after the point; halves go to the even one. Negative digits round before the point.",
            examples: [
                .init("round(2.5)", "2"), .init("round([1.234, 5.678], digits: 1)", "[1.2, 5.7]"), .init("round(1234, digits: -2)", "1200"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let digits = try call.integer(1, in: -300...300)
            let x = try call.tensor(0)
            if digits == 0 { return .of(x.round()) }
            let values = x.doubles.map { rounded($0, digits) }
            return .of(try Tensor(values, shape: x.shape, missing: x.missing).converted(to: x.dtype == .float32 ? .float32 : .float64))
        },
        Builtin(
            "clamp(x, low: none, high: none)", chapter: title, "x, held to low...high.",
            examples: [.init("clamp([-1, 0.5, 2], 0, 1)", "[0, 0.5, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            var x = try call.tensor(0)
            if call.isGiven(1) { x = try Tensor.binary(.maximum, x, call.tensor(1)) }
            if call.isGiven(2) { x = try Tensor.binary(.minimum, x, call.tensor(2)) }
            return .of(x)
        },
        row("isfinite", .isfinite, "Whether it is a number other than inf and -inf.", [.init("isfinite([1, inf])", "[true, false]")]),
        Builtin(
            "ismissing(x)", chapter: title, "Which entries are missing. What is asked may be a tensor, a list or one value.",
            examples: [.init("ismissing([1, missing])", "[false, true]"), .init("ismissing([\"a\", missing])", "[false, true]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let tensor = call[0].asTensor { return .of(tensor.isMissing()) }
            guard case .list(let list) = call[0] else { return .bool(false) }
            return .tensor(Tensor(list.items.map(\.isMissing)))
        },
        Builtin(
            "observed(x)", chapter: title, "The entries that are not missing, in one axis; of a table, the rows in which nothing is.",
            examples: [.init("observed([1, missing, 3])", "[1, 3]"), .init("mean(observed([1, missing, 3]))", "2")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            switch call[0] {
            case .list(let list): return .list(List(list.items.filter { !$0.isMissing }))
            case .table(let table): return .table(try tableRows(table, table.completeRows(table.names)))
            default: return .tensor(try call.tensor(0).observed())
            }
        },
    ]

    /// A number with so many digits after the point.
    static func rounded(_ x: Double, _ digits: Int) -> Double {
        // From 2^53 on every double is whole.
        if digits > 0, abs(x) >= 9_007_199_254_740_992 { return x }
        let scale = UnaryOp.exp10(abs(digits))
        let result = digits > 0 ? (x * scale).rounded(.toNearestOrEven) / scale : (x / scale).rounded(.toNearestOrEven) * scale
        return result.isFinite ? result : x
    }
}

extension UnaryOp {
    /// A power of ten, exact as far as doubles are.
    static func exp10(_ n: Int) -> Double { Double("1e\(n)") ?? .infinity }
}

extension Value {
    var isMissing: Bool {
        switch self {
        case .missing: true
        case .tensor(let tensor): tensor.hasMissing
        default: false
        }
    }
}
