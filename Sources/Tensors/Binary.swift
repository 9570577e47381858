import Diagnostics
import Glibc

extension BinaryOp {
    fileprivate func loop<T: BinaryFloatingPoint>(_ a: [T], _ b: [T], _ plan: BroadcastPlan) -> [T] {
        switch self {
        case .add: zipped(a, b, plan) { $0 + $1 }
        case .subtract: zipped(a, b, plan) { $0 - $1 }
        case .multiply: zipped(a, b, plan) { $0 * $1 }
        case .divide: zipped(a, b, plan) { $0 / $1 }
        case .minimum: zipped(a, b, plan) { lesser($0, $1) }
        case .maximum: zipped(a, b, plan) { larger($0, $1) }
        case .power where b.count == 1 && b[0] == 2: zipped(a, b, plan) { x, _ in x * x }
        case .power: zipped(a, b, plan) { T(pow(Double($0), Double($1))) }
        default: zipped(a, b, plan) { T(apply(Double($0), Double($1))) }
        }
    }

    fileprivate func test<T: BinaryFloatingPoint>(_ a: [T], _ b: [T], _ plan: BroadcastPlan) -> [Bool] {
        switch self {
        case .equal: zipped(a, b, plan) { $0 == $1 }
        case .notEqual: zipped(a, b, plan) { $0 != $1 }
        case .less: zipped(a, b, plan) { $0 < $1 }
        case .lessEqual: zipped(a, b, plan) { $0 <= $1 }
        case .greater: zipped(a, b, plan) { $0 > $1 }
        case .greaterEqual: zipped(a, b, plan) { $0 >= $1 }
        default: zipped(a, b, plan) { apply(Double($0), Double($1)) != 0 }
        }
    }

    /// Where two int32 operands give whole numbers; nil for the operations that may not.
    fileprivate func exactLoop(_ a: [Int32], _ b: [Int32], _ plan: BroadcastPlan) throws(Diagnostic) -> [Int32]? {
        let result: [Int32]?
        switch self {
        case .add: result = zippedExactly(a, b, plan) { $0 + $1 }
        case .subtract: result = zippedExactly(a, b, plan) { $0 - $1 }
        case .multiply: result = zippedExactly(a, b, plan) { $0 * $1 }
        case .minimum: result = zipped(a, b, plan) { Swift.min($0, $1) }
        case .maximum: result = zipped(a, b, plan) { Swift.max($0, $1) }
        default: return nil
        }
        if let result { return result }
        throw Diagnostic("`\(symbol)` of int32 values leaves the range of int32", help: "convert one of them to float64 first")
    }
}

extension Tensor {
    /// The type in which two tensors meet: the later of bool, int32, float32, float64.
    ///
    /// A single number does not change one type of float into the other, as in NumPy 2.
    public static func promoted(_ a: Tensor, _ b: Tensor) -> DType {
        if a.isScalar != b.isScalar, a.dtype >= .float32, b.dtype >= .float32 { return a.isScalar ? b.dtype : a.dtype }
        return Swift.max(a.dtype, b.dtype)
    }

    /// Applies a function to the pairs of elements that broadcasting brings together.
    ///
    /// An element is missing where either operand is. Bools count as 1 and 0 and give float64; int32 with int32 stays int32 where whole
    /// numbers stay whole; tests give bools.
    ///
    /// Throws where the shapes do not go together, or an int32 result overflows.
    public static func binary(_ op: BinaryOp, _ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
        let plan = try BroadcastPlan(a.shape, b.shape)
        let result: Elements
        switch (a.elements, b.elements) {
        case (.float64(let x), .float64(let y)): result = op.isTest ? .bool(op.test(x, y, plan)) : .float64(op.loop(x, y, plan))
        case (.float32(let x), .float32(let y)): result = op.isTest ? .bool(op.test(x, y, plan)) : .float32(op.loop(x, y, plan))
        case (.bool(let x), .bool(let y)) where op == .and: result = .bool(zipped(x, y, plan) { $0 && $1 })
        case (.bool(let x), .bool(let y)) where op == .or: result = .bool(zipped(x, y, plan) { $0 || $1 })
        default:
            let dtype = promoted(a, b)
            if dtype == .float32 {
                let (x, y) = (a.floats, b.floats)
                result = op.isTest ? .bool(op.test(x, y, plan)) : .float32(op.loop(x, y, plan))
            } else if dtype == .int32, !op.isTest, let values = try op.exactLoop(a.whole, b.whole, plan) {
                result = .int32(values)
            } else {
                let (x, y) = (a.doubles, b.doubles)
                result = op.isTest ? .bool(op.test(x, y, plan)) : .float64(op.loop(x, y, plan))
            }
        }
        return Tensor(result, shape: plan.shape, missing: missing(a, b, plan))
    }

    private static func missing(_ a: Tensor, _ b: Tensor, _ plan: BroadcastPlan) -> [Bool]? {
        guard a.hasMissing || b.hasMissing else { return nil }
        let none = { (tensor: Tensor) in tensor.missing ?? [Bool](repeating: false, count: tensor.count) }
        return zipped(none(a), none(b), plan) { $0 || $1 }
    }

    /// The elements as 32-bit floats.
    public var floats: [Float] {
        if case .float32(let values) = elements { return values }
        return mapped(doubles) { Float($0) }
    }

    /// The elements of a bool or int32 tensor.
    private var whole: [Int32] {
        switch elements {
        case .int32(let values): values
        case .bool(let values): mapped(values) { $0 ? 1 : 0 }
        case .float32, .float64: []
        }
    }

    public static func + (a: Tensor, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.add, a, b) }
    public static func - (a: Tensor, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.subtract, a, b) }
    public static func * (a: Tensor, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.multiply, a, b) }
    public static func / (a: Tensor, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.divide, a, b) }
    public static func + (a: Tensor, b: Double) throws(Diagnostic) -> Tensor { try binary(.add, a, Tensor(b)) }
    public static func - (a: Tensor, b: Double) throws(Diagnostic) -> Tensor { try binary(.subtract, a, Tensor(b)) }
    public static func * (a: Tensor, b: Double) throws(Diagnostic) -> Tensor { try binary(.multiply, a, Tensor(b)) }
    public static func / (a: Tensor, b: Double) throws(Diagnostic) -> Tensor { try binary(.divide, a, Tensor(b)) }
    public static func + (a: Double, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.add, Tensor(a), b) }
    public static func - (a: Double, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.subtract, Tensor(a), b) }
    public static func * (a: Double, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.multiply, Tensor(a), b) }
    public static func / (a: Double, b: Tensor) throws(Diagnostic) -> Tensor { try binary(.divide, Tensor(a), b) }

    /// `a` where the condition holds, else `b`; the three broadcast. Missing where the condition or what it picks is.
    public static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
        let shape = try Shape.broadcast(Shape.broadcast(condition.shape, a.shape), b.shape)
        let dtype = promoted(a, b)
        let condition = try condition.broadcast(to: shape)
        // Missing elements are left out of conversions, so what they hold cannot fail.
        let (yes, no) = (try a.converted(to: dtype).broadcast(to: shape), try b.converted(to: dtype).broadcast(to: shape))
        let test = condition.bools
        let elements: Elements
        switch (yes.elements, no.elements) {
        case (.float64(let x), .float64(let y)): elements = .float64(picked(test, x, y))
        case (.float32(let x), .float32(let y)): elements = .float32(picked(test, x, y))
        case (.int32(let x), .int32(let y)): elements = .int32(picked(test, x, y))
        default: elements = .bool(picked(test, yes.bools, no.bools))
        }
        guard condition.hasMissing || yes.hasMissing || no.hasMissing else { return Tensor(elements, shape: shape) }
        let missing = test.indices.map { condition.isMissing(at: $0) || (test[$0] ? yes : no).isMissing(at: $0) }
        return Tensor(elements, shape: shape, missing: missing)
    }

    private static func picked<T>(_ test: [Bool], _ x: [T], _ y: [T]) -> [T] {
        test.withUnsafeBufferPointer { test in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeBufferPointer { y in
                    [T](unsafeUninitializedCapacity: test.count) { out, count in
                        for i in 0..<test.count { (out.baseAddress! + i).initialize(to: test[i] ? x[i] : y[i]) }
                        count = test.count
                    }
                }
            }
        }
    }
}
