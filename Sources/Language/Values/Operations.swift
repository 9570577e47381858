import Diagnostics
import Foundation
import Tensors

/// The operators between two values.
public enum ValueOperation: String, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case power = "^"
    case matrixProduct = "@"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessEqual = "<="
    case greater = ">"
    case greaterEqual = ">="
    case contained = "in"
    case and, or

    /// The elementwise operation on tensors that it stands for.
    private var elementwise: BinaryOp? {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .remainder: .remainder
        case .power: .power
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessEqual: .lessEqual
        case .greater: .greater
        case .greaterEqual: .greaterEqual
        case .and: .and
        case .or: .or
        case .matrixProduct, .contained: nil
        }
    }

    private var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .remainder, .power, .matrixProduct: true
        default: false
        }
    }

    /// The operator's result.
    ///
    /// Throws where the kinds or shapes do not fit, and where the result is NaN though no operand was.
    public func apply(_ a: Value, _ b: Value) throws(Diagnostic) -> Value {
        switch self {
        case .equal, .notEqual: return try equality(a, b)
        case .contained: return .bool(try contains(b, a))
        case .and, .or:
            if let result = threeValued(a, b) { return result }
        default: break
        }
        if case .number(let p) = a, case .number(let q) = b { return try scalar(p, q) }
        if case .text(let p) = a, case .text(let q) = b {
            switch self {
            case .add: return .string(p.value + q.value)
            // Code points in order, which is the order of UTF-8 bytes.
            case .less: return .bool(p.value.utf8.lexicographicallyPrecedes(q.value.utf8))
            case .greater: return .bool(q.value.utf8.lexicographicallyPrecedes(p.value.utf8))
            case .lessEqual: return .bool(!q.value.utf8.lexicographicallyPrecedes(p.value.utf8))
            case .greaterEqual: return .bool(!p.value.utf8.lexicographicallyPrecedes(q.value.utf8))
            default: break
            }
        }
        guard let x = a.asTensor, let y = b.asTensor else { throw operandError(self, a, b) }
        let result: Tensor
        if let elementwise {
            result = try Tensor.binary(elementwise, x, y)
        } else {
            result = try x.matmul(y)
        }
        if isArithmetic, result.firstNaN() != nil, x.firstNaN() == nil, y.firstNaN() == nil {
            throw Diagnostic(
                "`\(rawValue)` gives no number here (NaN)",
                help: "what was not observed is written `missing`; inf - inf, 0 / 0 and 0 * inf have no value")
        }
        return .of(result)
    }

    private func scalar(_ p: Double, _ q: Double) throws(Diagnostic) -> Value {
        let result: Double
        switch self {
        case .add: result = p + q
        case .subtract: result = p - q
        case .multiply: result = p * q
        case .divide: result = p / q
        case .remainder:
            guard q != 0 else { throw Diagnostic("the remainder by 0 has no value") }
            result = Language.remainder(p, q)
        case .power: result = pow(p, q)
        case .less: return .bool(p < q)
        case .lessEqual: return .bool(p <= q)
        case .greater: return .bool(p > q)
        case .greaterEqual: return .bool(p >= q)
        case .and: return .bool(p != 0 && q != 0)
        case .or: return .bool(p != 0 || q != 0)
        case .matrixProduct:
            throw Diagnostic("`@` is the product of vectors and matrices, and these are numbers", help: "numbers are multiplied by `*`")
        case .equal, .notEqual, .contained: return .none
        }
        if result.isNaN, !p.isNaN, !q.isNaN {
            let help: String? = self == .power ? "the root of a negative number is not real" : nil
            throw Diagnostic("\(formatNumber(p)) \(rawValue) \(formatNumber(q)) has no value", help: help)
        }
        return .number(result)
    }

    /// `and`, `or` of single truth values, one of which may be missing: what is decided without it is decided.
    private func threeValued(_ a: Value, _ b: Value) -> Value? {
        func truth(_ value: Value) -> Bool?? {
            switch value {
            case .bool(let bool): .some(bool)
            case .number(let number): .some(number != 0)
            case .missing: .some(nil)
            default: nil
            }
        }
        guard let p = truth(a), let q = truth(b) else { return nil }
        let decisive = self == .or
        if p == decisive || q == decisive { return .bool(decisive) }
        return p == nil || q == nil ? .missing : .bool(!decisive)
    }

    /// By element on tensors and lists, by content and to one bool on all else.
    private func equality(_ a: Value, _ b: Value) throws(Diagnostic) -> Value {
        let wanted = self == .equal
        switch (a, b) {
        case (.number(let p), .number(let q)): return .bool((p == q) == wanted)
        case (.missing, .none), (.none, .missing): return .bool(!wanted)
        case (.list(let list), _) where b.asTensor == nil || b.isSingle:
            return try byElement(list.items, b)
        case (_, .list(let list)) where a.asTensor == nil || a.isSingle:
            return try byElement(list.items, a)
        case (.list(let list), _), (_, .list(let list)):
            _ = list
            guard let p = try a.elements(), let q = try b.elements() else { break }
            return try pairs(p, q)
        default: break
        }
        if let x = a.asTensor, let y = b.asTensor, let op = elementwise { return .of(try Tensor.binary(op, x, y)) }
        if case .missing = a { return .missing }
        if case .missing = b { return .missing }
        return .bool(sameContent(a, b) == wanted)
    }

    private func byElement(_ items: [Value], _ other: Value) throws(Diagnostic) -> Value {
        if case .list(let list) = other { return try pairs(items, list.items) }
        var results: [Value] = []
        for item in items { results.append(try equality(item, other)) }
        return gathered(results)
    }

    private func pairs(_ p: [Value], _ q: [Value]) throws(Diagnostic) -> Value {
        guard p.count == q.count else { throw Diagnostic("lists of \(p.count) and \(q.count) items cannot be compared by element") }
        var results: [Value] = []
        for (x, y) in zip(p, q) { results.append(try equality(x, y)) }
        return gathered(results)
    }
}

extension Value {
    /// A number, bool or `missing`.
    var isSingle: Bool {
        switch self {
        case .number, .bool, .missing: true
        default: false
        }
    }
}

/// Whether two values are the same, all the way down.
public func sameContent(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none), (.missing, .missing): return true
    case (.text(let p), .text(let q)): return p.value.unicodeScalars.elementsEqual(q.value.unicodeScalars)
    case (.list(let p), .list(let q)), (.tuple(let p), .tuple(let q)):
        return p.items.count == q.items.count && zip(p.items, q.items).allSatisfy { sameContent($0, $1) }
    case (.record(let p), .record(let q)), (.table(let p), .table(let q)):
        return p.names == q.names && zip(p.values, q.values).allSatisfy { sameContent($0, $1) }
    case (.function(let p), .function(let q)): return p === q || (p.builtin != nil && p.builtin?.name == q.builtin?.name)
    case (.object(let p), .object(let q)):
        if case .distribution(let x) = p.kind, case .distribution(let y) = q.kind {
            return type(of: x) == type(of: y)
                && zip(x.arguments, y.arguments).allSatisfy { sameContent(.tensor($0.value), .tensor($1.value)) }
        }
        return p === q
    default:
        guard let x = a.asTensor, let y = b.asTensor, x.shape == y.shape, x.missing == y.missing else { return false }
        let mask = x.missing
        return zip(x.doubles, y.doubles).enumerated().allSatisfy { mask?[$0] == true || $1.0 == $1.1 }
    }
}

/// `x in xs`: an item of a list, a name of a record, a part of a string, a number of a tensor.
private func contains(_ container: Value, _ item: Value) throws(Diagnostic) -> Bool {
    switch container {
    case .text(let text):
        guard case .text(let part) = item else { throw operandError(.contained, item, container) }
        return part.value.isEmpty || text.value.contains(part.value)
    case .record(let record), .table(let record):
        guard case .text(let name) = item else { throw operandError(.contained, item, container) }
        return record.names.contains(name.value)
    case .tensor(let tensor):
        guard let number = item.asTensor, number.isScalar else { throw operandError(.contained, item, container) }
        if number.hasMissing { return tensor.hasMissing }
        let wanted = number.double(at: 0)
        return tensor.doubles.enumerated().contains { !tensor.isMissing(at: $0) && $1 == wanted }
    default:
        guard let items = try container.elements() else { throw operandError(.contained, item, container) }
        return items.contains { sameContent($0, item) }
    }
}

/// Why an operator cannot take two values.
func operandError(_ operation: ValueOperation, _ a: Value, _ b: Value) -> Diagnostic {
    var help: String?
    switch (operation, a, b) {
    case (.add, .text, _): help = "`str(x)` or \"\\(x)\" makes text of a value"
    case (.add, _, .text): help = "`str(x)` or \"\\(x)\" makes text of a value"
    case (.add, .list, .list): help = "`concat(a, b)` joins lists"
    case (_, .none, _), (_, _, .none): help = "`none` is no value: did a block or loop give it?"
    case (_, .object(let object), _):
        if case .distribution = object.kind {
            help = "`sample(d)` draws a number from a distribution; `Transformed` and `Mixture` make new ones"
        }
    default: break
    }
    return Diagnostic("`\(operation.rawValue)` cannot take \(a.kindName) and \(b.kindName)", help: help)
}
