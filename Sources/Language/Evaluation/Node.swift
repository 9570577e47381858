import Diagnostics
import Tensors

/// How a statement ended.
enum Flow: UInt8 { case normal, breaks, continues, returns }

/// A piece of a program, with its names resolved to slots. Walked by the machine.
class Node {
    let span: Span
    init(_ span: Span) { self.span = span }

    /// The value of the expression.
    func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value { .none }

    /// Runs it for its effect.
    func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        _ = try eval(m, f)
        return .normal
    }

    /// The value as a condition.
    func test(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Bool {
        switch try eval(m, f) {
        case .bool(let bool): return bool
        case .number(1): return true
        case .number(0): return false
        case let other:
            if let truth = other.computedTruth { return truth }
            throw notACondition(other).placed(at: span)
        }
    }

    /// A name used in a call: bindings that cannot be called are passed over. Overridden by names.
    func evalCallee(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value { try eval(m, f) }
}

func notACondition(_ value: Value) -> Diagnostic {
    switch value {
    case .missing: Diagnostic("a condition cannot be missing", help: "`observed(x)` drops what is missing; `x == missing` asks for it")
    case .tensor(let tensor):
        Diagnostic(
            "a condition must be one true or false, and this is a tensor of shape \(tensor.shape)",
            help: "`any(x)` or `all(x)` makes one of many; `where(c, a, b)` chooses by element")
    case .number(let number): Diagnostic("a condition must be true or false (or 1 or 0), and this is \(formatNumber(number))")
    default: Diagnostic("a condition must be true or false, and this is \(value.kindName)")
    }
}

final class Constant: Node {
    let value: Value
    init(_ value: Value, _ span: Span) {
        self.value = value
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value { value }
}

// MARK: Names

/// A local that has surely been bound.
final class Local: Node {
    let slot: Int
    init(_ slot: Int, _ span: Span) {
        self.slot = slot
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value { f[slot] }
}

/// A name with the scopes in which it may be bound, innermost first: the first that holds a value counts.
final class Variable: Node {
    enum Place {
        case local(Int)
        /// A slot that holds a box.
        case boxed(Int)
        case global(Int)
        case constant(Value)
    }
    let name: String
    let places: [Place]
    let known: () -> [String]

    init(_ name: String, _ places: [Place], _ span: Span, known: @escaping () -> [String]) {
        self.name = name
        self.places = places
        self.known = known
        super.init(span)
    }

    @inline(__always) private func value(_ place: Place, _ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        switch place {
        case .local(let slot): return f[slot]
        case .boxed(let slot):
            // A parameter is boxed only once all its fellows are bound.
            if case .box(let box) = f[slot] { return m.outerReads == nil ? box.value : try traced(box, m) }
            return f[slot]
        case .global(let index): return m.outerReads == nil ? m.globalSlots[index] : try traced(index, m)
        case .constant(let value): return value
        }
    }

    @inline(never) private func traced(_ box: Box, _ m: Machine) throws(Diagnostic) -> Value {
        try m.placing(span) { (m) throws(Diagnostic) in try m.outerReads?.captured(box) ?? box.value }
    }
    @inline(never) fileprivate func traced(_ index: Int, _ m: Machine) throws(Diagnostic) -> Value {
        let value = m.globalSlots[index]
        if value.isUnset { return value }
        return try m.placing(span) { (m) throws(Diagnostic) in try m.outerReads?.global(index, value) ?? value }
    }

    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        for place in places {
            let value = try value(place, m, f)
            if !value.isUnset { return value }
        }
        throw unknown()
    }

    override func evalCallee(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        var first = Value.unset
        for place in places {
            let value = try value(place, m, f)
            if value.isCallable { return value }
            if first.isUnset { first = value }
        }
        if first.isUnset { throw unknown() }
        return first
    }

    private func unknown() -> Diagnostic {
        Diagnostic("nothing is called \(name)", at: span, help: remedy())
    }

    private func remedy() -> String? {
        switch name {
        case "True": "`true` is written small"
        case "False": "`false` is written small"
        case "None", "null", "nil", "NULL": "no value is written `none`; what was not observed, `missing`"
        case "NaN", "nan", "NA": "what was not observed is written `missing`"
        case "pi", "π": nil
        default: suggestion(for: name, among: known())
        }
    }
}

/// A name at the top level that is bound there or nowhere.
final class GlobalVariable: Node {
    let index: Int
    let fallback: Variable
    init(_ index: Int, _ fallback: Variable) {
        self.index = index
        self.fallback = fallback
        super.init(fallback.span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let value = m.globalSlots[index]
        if case .unset = value { return try fallback.eval(m, f) }
        return m.outerReads == nil ? value : try fallback.traced(index, m)
    }
    override func evalCallee(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let value = m.globalSlots[index]
        if case .function = value, m.outerReads == nil { return value }
        return try fallback.evalCallee(m, f)
    }
}

// MARK: Arithmetic

/// An operation on two numbers, with a fast path when both are.
protocol NumberOperation {
    static var operation: ValueOperation { get }
    static func apply(_ a: Double, _ b: Double) -> Double
}
enum Adding: NumberOperation {
    static var operation: ValueOperation { .add }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Double { a + b }
}
enum Subtracting: NumberOperation {
    static var operation: ValueOperation { .subtract }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Double { a - b }
}
enum Multiplying: NumberOperation {
    static var operation: ValueOperation { .multiply }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Double { a * b }
}
enum Dividing: NumberOperation {
    static var operation: ValueOperation { .divide }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Double { a / b }
}
enum TakingRemainder: NumberOperation {
    static var operation: ValueOperation { .remainder }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Double { remainder(a, b) }
}

/// The remainder with the divisor's sign.
@inline(__always) func remainder(_ a: Double, _ b: Double) -> Double {
    // Whole numbers, the usual case, need no libm.
    if abs(a) < 9.0e15, abs(b) < 9.0e15, let p = Int(exactly: a), let q = Int(exactly: b), q != 0 {
        let r = p % q
        return Double(r != 0 && (r ^ q) < 0 ? r + q : r)
    }
    let r = a.truncatingRemainder(dividingBy: b)
    return r != 0 && (r < 0) != (b < 0) ? r + b : r
}

final class Arithmetic<Operation: NumberOperation>: Node {
    let left: Node, right: Node
    init(_ left: Node, _ right: Node, _ span: Span) {
        self.left = left
        self.right = right
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let a = try left.eval(m, f)
        let b = try right.eval(m, f)
        if case .number(let p) = a, case .number(let q) = b {
            let result = Operation.apply(p, q)
            if result == result { return .number(result) }
        }
        return try combine(Operation.operation, a, b, left.span, right.span, span)
    }
}

/// Any operator on any values, without a fast path.
final class Operation: Node {
    let operation: ValueOperation
    let left: Node, right: Node
    init(_ operation: ValueOperation, _ left: Node, _ right: Node, _ span: Span) {
        self.operation = operation
        self.left = left
        self.right = right
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let a = try left.eval(m, f)
        return try combine(operation, a, try right.eval(m, f), left.span, right.span, span)
    }
}

/// An operation with its places put on what it throws.
@inline(never)
func combine(_ operation: ValueOperation, _ a: Value, _ b: Value, _ left: Span, _ right: Span, _ span: Span) throws(Diagnostic) -> Value {
    do throws(Diagnostic) {
        return try operation.apply(a, b)
    } catch {
        throw error.labels.isEmpty ? error.labelled(span, operandNote(a, b)) : error
    }
}

/// The shapes of two operands, where at least one is a tensor.
private func operandNote(_ a: Value, _ b: Value) -> String {
    guard let x = a.asTensor, let y = b.asTensor, x.rank + y.rank > 0 else { return "" }
    func shape(_ tensor: Tensor) -> String { tensor.isScalar ? "a number" : "\(tensor.shape)" }
    return "\(shape(x)) and \(shape(y))"
}

final class Negation: Node {
    let operand: Node
    init(_ operand: Node, _ span: Span) {
        self.operand = operand
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        switch try operand.eval(m, f) {
        case .number(let number): return .number(-number)
        case .missing: return .missing
        case let other:
            guard let tensor = other.asTensor else {
                throw Diagnostic("a minus sign needs a number or a tensor, and this is \(other.kindName)", at: operand.span)
            }
            return .of(tensor.applying(.negate))
        }
    }
}

// MARK: Comparison and logic

protocol NumberComparison {
    static var operation: ValueOperation { get }
    static func apply(_ a: Double, _ b: Double) -> Bool
}
enum Less: NumberComparison {
    static var operation: ValueOperation { .less }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Bool { a < b }
}
enum LessOrEqual: NumberComparison {
    static var operation: ValueOperation { .lessEqual }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Bool { a <= b }
}
enum Greater: NumberComparison {
    static var operation: ValueOperation { .greater }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Bool { a > b }
}
enum GreaterOrEqual: NumberComparison {
    static var operation: ValueOperation { .greaterEqual }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Bool { a >= b }
}
enum Equal: NumberComparison {
    static var operation: ValueOperation { .equal }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Bool { a == b }
}
enum NotEqual: NumberComparison {
    static var operation: ValueOperation { .notEqual }
    @inline(__always) static func apply(_ a: Double, _ b: Double) -> Bool { a != b }
}

final class Comparison<Operation: NumberComparison>: Node {
    let left: Node, right: Node
    init(_ left: Node, _ right: Node, _ span: Span) {
        self.left = left
        self.right = right
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let a = try left.eval(m, f)
        let b = try right.eval(m, f)
        if case .number(let p) = a, case .number(let q) = b { return .bool(Operation.apply(p, q)) }
        return try combine(Operation.operation, a, b, left.span, right.span, span)
    }
    override func test(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Bool {
        let a = try left.eval(m, f)
        let b = try right.eval(m, f)
        if case .number(let p) = a, case .number(let q) = b { return Operation.apply(p, q) }
        let value = try combine(Operation.operation, a, b, left.span, right.span, span)
        if case .bool(let bool) = value { return bool }
        if let truth = value.computedTruth { return truth }
        throw notACondition(value).placed(at: span)
    }
}

/// `a < b < c`: true where all are.
final class ComparisonChain: Node {
    let operands: [Node]
    let operations: [ValueOperation]
    init(_ operands: [Node], _ operations: [ValueOperation], _ span: Span) {
        self.operands = operands
        self.operations = operations
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        var left = try operands[0].eval(m, f)
        var result: Value?
        for (index, operation) in operations.enumerated() {
            let right = try operands[index + 1].eval(m, f)
            let here = try combine(operation, left, right, operands[index].span, operands[index + 1].span, span)
            if let before = result { result = try combine(.and, before, here, span, span, span) } else { result = here }
            if case .bool(false)? = result { return .bool(false) }
            left = right
        }
        return result ?? .bool(true)
    }
}

final class Not: Node {
    let operand: Node
    init(_ operand: Node, _ span: Span) {
        self.operand = operand
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        switch try operand.eval(m, f) {
        case .bool(let bool): return .bool(!bool)
        case .number(0): return .bool(true)
        case .number(1): return .bool(false)
        case .missing: return .missing
        case .tensor(let tensor):
            try requireTruthValues(tensor, operand.span)
            return .tensor(tensor.applying(.not))
        case let other: throw notACondition(other).placed(at: operand.span)
        }
    }
}

/// `and`, `or`: the right side is not evaluated where a single bool on the left decides.
final class Logic: Node {
    let isAnd: Bool
    let left: Node, right: Node
    init(isAnd: Bool, _ left: Node, _ right: Node, _ span: Span) {
        self.isAnd = isAnd
        self.left = left
        self.right = right
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let a = try left.eval(m, f)
        switch a {
        case .bool(let bool): if bool != isAnd { return .bool(bool) }
        case .number(0): if isAnd { return .bool(false) }
        case .number(1): if !isAnd { return .bool(true) }
        case .tensor(let tensor): try requireTruthValues(tensor, left.span)
        case .missing: break
        default: throw notACondition(a).placed(at: left.span)
        }
        let b = try right.eval(m, f)
        switch b {
        case .bool, .missing, .number(0), .number(1): break
        case .tensor(let tensor): try requireTruthValues(tensor, right.span)
        default: throw notACondition(b).placed(at: right.span)
        }
        return try combine(isAnd ? .and : .or, a, b, left.span, right.span, span)
    }
}

/// Throws where a tensor holds anything but truth values.
private func requireTruthValues(_ tensor: Tensor, _ span: Span) throws(Diagnostic) {
    if tensor.dtype == .bool { return }
    for (index, value) in tensor.doubles.enumerated() where value != 0 && value != 1 && !tensor.isMissing(at: index) {
        throw Diagnostic("`and`, `or` and `not` take true or false (or 1 or 0), and this tensor holds \(formatNumber(value))", at: span)
    }
}
