import Diagnostics
import Tensors

/// `[a, b]`: a tensor where it is a rectangle of numbers, else a list.
final class Brackets: Node {
    let items: [Node]
    init(_ items: [Node], _ span: Span) {
        self.items = items
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try item.eval(m, f)) }
        return gathered(values)
    }
}

/// Values as a tensor where they are a rectangle of numbers, else as a list.
public func gathered(_ values: [Value]) -> Value {
    guard !values.isEmpty else { return .tensor(Tensor([Double]())) }
    var allBool = true
    var numbers: [Double] = []
    var missing: [Bool]?
    numbers.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
        switch value {
        case .number(let number):
            numbers.append(number)
            allBool = false
        case .bool(let bool): numbers.append(bool ? 1 : 0)
        case .missing:
            numbers.append(0)
            var mask = missing ?? [Bool](repeating: false, count: values.count)
            mask[index] = true
            missing = mask
        case .tensor, .range: return stacked(values)
        default: return .list(List(values))
        }
    }
    if allBool, missing?.contains(false) ?? true {
        return .tensor(Tensor(numbers.map { $0 != 0 }, shape: [numbers.count], missing: missing))
    }
    return .tensor(Tensor(numbers, shape: [numbers.count], missing: missing))
}

private func stacked(_ values: [Value]) -> Value {
    var tensors: [Tensor] = []
    for value in values {
        guard let tensor = value.asTensor, tensor.shape == tensors.first?.shape ?? tensor.shape else { return .list(List(values)) }
        tensors.append(tensor)
    }
    guard let tensor = try? Tensor.stacked(tensors, axis: 0) else { return .list(List(values)) }
    return .tensor(tensor)
}

final class MakeTuple: Node {
    let items: [Node]
    init(_ items: [Node], _ span: Span) {
        self.items = items
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        var values: [Value] = []
        for item in items { values.append(try item.eval(m, f)) }
        return .tuple(List(values))
    }
}

final class MakeRecord: Node {
    let names: [String]
    let values: [Node]
    init(_ names: [String], _ values: [Node], _ span: Span) {
        self.names = names
        self.values = values
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        var result: [Value] = []
        for value in values { result.append(try value.eval(m, f)) }
        return .record(Record(names, result))
    }
}

/// A string with interpolated expressions.
final class Interpolation: Node {
    enum Piece {
        case text(String)
        case node(Node)
    }
    let pieces: [Piece]
    init(_ pieces: [Piece], _ span: Span) {
        self.pieces = pieces
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .node(let node): result += try node.eval(m, f).plainText()
            }
        }
        return .string(result)
    }
}

final class MakeRange: Node {
    let start: Node, end: Node, step: Node?
    let isInclusive: Bool
    init(_ start: Node, _ end: Node, _ step: Node?, isInclusive: Bool, _ span: Span) {
        self.start = start
        self.end = end
        self.step = step
        self.isInclusive = isInclusive
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        func number(_ node: Node) throws(Diagnostic) -> Double {
            switch try node.eval(m, f) {
            case .number(let number): return number
            case .bool(let bool): return bool ? 1 : 0
            case let other:
                if let number = other.single { return number }
                throw Diagnostic("a range goes from number to number, and this is \(other.kindName)", at: node.span)
            }
        }
        let low = try number(start)
        let high = try number(end)
        let by = try step.map { (node) throws(Diagnostic) in try number(node) } ?? 1
        return try m.placing(span) { (_) throws(Diagnostic) in .range(try RangeValue.make(low, high, step: by, inclusive: isInclusive)) }
    }
}

/// `m | c`
final class Condition: Node {
    let model: Node, given: Node
    init(_ model: Node, _ given: Node, _ span: Span) {
        self.model = model
        self.given = given
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let base = try model.eval(m, f)
        let fixed = try given.eval(m, f)
        return try m.placing(span) { (_) throws(Diagnostic) in try conditioned(base, fixed) }
    }
}

final class FieldAccess: Node {
    let receiver: Node
    let name: String
    let nameSpan: Span
    init(_ receiver: Node, _ name: String, _ nameSpan: Span) {
        self.receiver = receiver
        self.name = name
        self.nameSpan = nameSpan
        super.init(receiver.span.joined(to: nameSpan))
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let value = try receiver.eval(m, f)
        do throws(Diagnostic) {
            if let field = try value.field(name) { return field }
        } catch {
            throw error.placed(at: nameSpan)
        }
        let names = value.fieldNames
        let help: String? =
            suggestion(for: name, among: names)
            ?? (names.isEmpty
                ? "a verb needs its parentheses: `.\(name)()`"
                : "it has " + names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : ""))
        throw Diagnostic("\(value.kindName) has no field called \(name)", at: nameSpan, help: help)
    }
}

/// One entry between the brackets of an index.
enum IndexNode {
    case single(Node)
    case slice(start: Node?, end: Node?, isInclusive: Bool, step: Node?, Span)
    case all(Span)

    func evaluated(_ m: Machine, _ f: Slots) throws(Diagnostic) -> IndexPart {
        switch self {
        case .all: return .all
        case .single(let node): return .value(try node.eval(m, f), node.span)
        case .slice(let start, let end, let isInclusive, let step, let span):
            func whole(_ node: Node?) throws(Diagnostic) -> Int? {
                guard let node else { return nil }
                let value = try node.eval(m, f)
                guard let number = value.single, number == number.rounded(), abs(number) < 1e15 else {
                    throw Diagnostic("the end of a slice must be a whole number, and this is \(value.plainText())", at: node.span)
                }
                return Int(number)
            }
            return .slice(start: try whole(start), end: try whole(end), isInclusive: isInclusive, step: try whole(step) ?? 1, span)
        }
    }
}

final class IndexAccess: Node {
    let container: Node
    let indices: [IndexNode]
    /// The index, where it is one plain index.
    private let single: Node?
    /// Where the container stands, when it is a name and the index a name or a constant: read there, it is not copied.
    private let inPlace: Place?
    private enum Place {
        case local(Int)
        case global(Int)
        init?(_ node: Node) {
            switch node {
            case let local as Local: self = .local(local.slot)
            case let global as GlobalVariable: self = .global(global.index)
            default: return nil
            }
        }
    }
    init(_ container: Node, _ indices: [IndexNode], _ span: Span) {
        self.container = container
        self.indices = indices
        if indices.count == 1, case .single(let node) = indices[0] { single = node } else { single = nil }
        switch single {
        case is Local, is GlobalVariable, is Constant: inPlace = Place(container)
        default: inPlace = nil
        }
        super.init(span)
    }

    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        // Where a function is recorded, reads of outer names are too.
        if let inPlace, let single, m.outerReads == nil {
            let slot =
                switch inPlace {
                case .local(let slot): f + slot
                case .global(let index): m.globalSlots + index
                }
            // What is not bound there is looked for, and complained about, before the index is.
            if !slot.pointee.isUnset, case .number(let position) = try single.eval(m, f),
                let element = try slot.pointee.element(position, span)
            {
                return element
            }
        }
        let value = try container.eval(m, f)
        if let node = single {
            let index = try node.eval(m, f)
            if case .number(let position) = index, let element = try value.element(position, span) { return element }
            return try m.placing(span) { (_) throws(Diagnostic) in try value.indexed([.value(index, node.span)]) }
        }
        var parts: [IndexPart] = []
        for index in indices { parts.append(try index.evaluated(m, f)) }
        return try m.placing(span) { (_) throws(Diagnostic) in try value.indexed(parts) }
    }
}
