import Glibc

/// The functions of two numbers that apply to tensors element by element, under broadcasting.
public enum BinaryOp: String, Sendable, CaseIterable {
    case add, subtract, multiply, divide
    /// What is left of a division; it takes the divisor's sign.
    case remainder
    case power, minimum, maximum, atan2
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    case and, or
    /// How a gamma draw (the first) of scale 1 moves with its shape parameter (the second).
    case gammaSlope

    /// How errors name it.
    public var symbol: String {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        case .power: "^"
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessEqual: "<="
        case .greater: ">"
        case .greaterEqual: ">="
        case .minimum, .maximum, .atan2, .and, .or, .gammaSlope: rawValue
        }
    }

    /// Whether the result is true or false.
    public var isTest: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .and, .or: true
        default: false
        }
    }

    /// The function of two numbers; tests give 1 or 0.
    public func apply(_ x: Double, _ y: Double) -> Double {
        switch self {
        case .add: x + y
        case .subtract: x - y
        case .multiply: x * y
        case .divide: x / y
        case .remainder: Graphs.remainder(x, y)
        case .power: pow(x, y)
        case .minimum: lesser(x, y)
        case .maximum: larger(x, y)
        case .atan2: Glibc.atan2(x, y)
        case .gammaSlope: Graphs.gammaSlope(draw: x, shape: y)
        case .equal: x == y ? 1 : 0
        case .notEqual: x != y ? 1 : 0
        case .less: x < y ? 1 : 0
        case .lessEqual: x <= y ? 1 : 0
        case .greater: x > y ? 1 : 0
        case .greaterEqual: x >= y ? 1 : 0
        case .and: x != 0 && y != 0 ? 1 : 0
        case .or: x != 0 || y != 0 ? 1 : 0
        }
    }

    /// The function on numbers, as the type of the result holds it.
    public func apply(_ x: Double, _ y: Double, as dtype: DType) -> Double {
        // Products of int32 may need more bits than a float64 has.
        if self == .multiply, dtype == .int32 { return Double(Int32(x) &* Int32(y)) }
        return dtype.rounded(apply(x, y))
    }
}

/// The remainder with the divisor's sign, as `%` has it.
@inline(__always)
private func remainder(_ x: Double, _ y: Double) -> Double {
    let rest = fmod(x, y)
    if rest == 0 { return copysign(0, y) }
    return (rest < 0) == (y < 0) ? rest : rest + y
}

// Unlike the library's, these give NaN where either operand is NaN.
@inline(__always)
public func lesser<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T { x < y || x.isNaN ? x : y }
@inline(__always)
public func larger<T: BinaryFloatingPoint>(_ x: T, _ y: T) -> T { x > y || x.isNaN ? x : y }
