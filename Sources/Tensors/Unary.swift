import Diagnostics
import Glibc

extension UnaryOp {
    /// The loop over an array. The cheap functions have loops of their own, which vectorise; the others cost more than the choice.
    fileprivate func loop<T: BinaryFloatingPoint>(_ values: [T]) -> [T] {
        switch self {
        case .negate: mapped(values) { -$0 }
        case .abs: mapped(values) { Swift.abs($0) }
        case .square: mapped(values) { $0 * $0 }
        case .reciprocal: mapped(values) { 1 / $0 }
        case .sqrt: mapped(values) { $0.squareRoot() }
        case .relu: mapped(values) { $0 < 0 ? 0 : $0 }
        case .floor: mapped(values) { $0.rounded(.down) }
        case .ceil: mapped(values) { $0.rounded(.up) }
        case .exp: mapped(values) { T(Glibc.exp(Double($0))) }
        case .log: mapped(values) { T(Glibc.log(Double($0))) }
        default: mapped(values) { T(apply(Double($0))) }
        }
    }

    fileprivate func test<T: BinaryFloatingPoint>(_ values: [T]) -> [Bool] {
        switch self {
        case .not: mapped(values) { $0 == 0 }
        case .isfinite: mapped(values) { $0.isFinite }
        case .isnan: mapped(values) { $0.isNaN }
        default: mapped(values) { $0.isInfinite }
        }
    }

    /// The loop over whole numbers, where the result is whole; nil where it may not be, or does not fit.
    fileprivate func exactLoop(_ values: [Int32]) -> [Int32]? {
        switch self {
        case .floor, .ceil, .round, .trunc: values
        case .sign: mapped(values) { $0.signum() }
        case .relu: mapped(values) { Swift.max($0, 0) }
        case .negate: values.contains(.min) ? nil : mapped(values) { 0 &- $0 }
        case .abs: values.contains(.min) ? nil : mapped(values) { $0 < 0 ? 0 &- $0 : $0 }
        default: nil
        }
    }
}

extension Tensor {
    /// Applies a function to each element. What is missing stays missing.
    ///
    /// float32 stays float32; int32 stays int32 under negation, absolute value, sign and rounding, and else gives float64, as bools do.
    /// Tests give bools. Where the function has no value the result is NaN.
    public func applying(_ op: UnaryOp) -> Tensor {
        let result: Elements
        switch elements {
        case .float64(let values): result = op.isTest ? .bool(op.test(values)) : .float64(op.loop(values))
        case .float32(let values): result = op.isTest ? .bool(op.test(values)) : .float32(op.loop(values))
        case .bool(let values) where op == .not: result = .bool(mapped(values) { !$0 })
        case .int32(let values) where !op.isTest: result = op.exactLoop(values).map(Elements.int32) ?? .float64(op.loop(doubles))
        case .int32, .bool: result = op.isTest ? .bool(op.test(doubles)) : .float64(op.loop(doubles))
        }
        return Tensor(result, shape: shape, missing: missing)
    }

    public static prefix func - (x: Tensor) -> Tensor { x.applying(.negate) }

    public func abs() -> Tensor { applying(.abs) }
    public func sign() -> Tensor { applying(.sign) }
    public func reciprocal() -> Tensor { applying(.reciprocal) }
    public func square() -> Tensor { applying(.square) }
    public func sqrt() -> Tensor { applying(.sqrt) }
    public func exp() -> Tensor { applying(.exp) }
    public func expm1() -> Tensor { applying(.expm1) }
    public func log() -> Tensor { applying(.log) }
    public func log1p() -> Tensor { applying(.log1p) }
    public func sin() -> Tensor { applying(.sin) }
    public func cos() -> Tensor { applying(.cos) }
    public func tan() -> Tensor { applying(.tan) }
    public func atan() -> Tensor { applying(.atan) }
    public func tanh() -> Tensor { applying(.tanh) }
    public func sigmoid() -> Tensor { applying(.sigmoid) }
    public func softplus() -> Tensor { applying(.softplus) }
    public func relu() -> Tensor { applying(.relu) }
    public func erf() -> Tensor { applying(.erf) }
    public func erfc() -> Tensor { applying(.erfc) }
    public func lgamma() -> Tensor { applying(.lgamma) }
    public func digamma() -> Tensor { applying(.digamma) }
    public func floor() -> Tensor { applying(.floor) }
    public func ceil() -> Tensor { applying(.ceil) }
    public func round() -> Tensor { applying(.round) }
    public func not() -> Tensor { applying(.not) }
    public func isfinite() -> Tensor { applying(.isfinite) }

    /// Which elements are missing, as bools of the same shape.
    public func isMissing() -> Tensor { Tensor(missing ?? [Bool](repeating: false, count: count), shape: shape) }

    /// The row-major position of the first NaN that is not missing.
    public func firstNaN() -> Int? {
        func first<T: BinaryFloatingPoint>(_ values: [T]) -> Int? {
            values.indices.first { values[$0].isNaN && !isMissing(at: $0) }
        }
        switch elements {
        case .float64(let values): return first(values)
        case .float32(let values): return first(values)
        case .int32, .bool: return nil
        }
    }
}
