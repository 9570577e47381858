import Diagnostics
import Tensors

/// Statements one after another; the value of the last, if it is an expression.
final class Sequence: Node {
    private let statements: NodeList
    /// Whether the last statement is an expression.
    let hasValue: Bool
    init(_ statements: [Node], hasValue: Bool, _ span: Span) {
        self.statements = NodeList(statements)
        self.hasValue = hasValue
        super.init(span)
    }
    deinit { statements.free() }

    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let last = statements.count - 1
        for index in 0..<(hasValue ? last : statements.count) {
            let flow = try statements.exec(index, m, f)
            if flow != .normal { throw leaving(m, flow) }
        }
        return hasValue ? try statements.eval(last, m, f) : .none
    }

    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        for index in 0..<statements.count {
            let flow = try statements.exec(index, m, f)
            if flow != .normal { return flow }
        }
        return .normal
    }
}

/// A `break`, `continue` or `return` inside an expression travels as an error that loops and calls recognise.
@inline(never) func leaving(_ m: Machine, _ flow: Flow) -> Diagnostic {
    m.pending = flow
    return Diagnostic(
        "`break`, `continue` and `return` need a loop or function around them")
}

extension Machine {
    /// The flow that an error stands for, where it is one on its way out of an expression.
    func takePending() -> Flow? {
        guard pending != .normal else { return nil }
        defer { pending = .normal }
        return pending
    }
}

/// What is run for its effect and has no value.
class Action: Node {
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let flow = try exec(m, f)
        if flow != .normal { throw leaving(m, flow) }
        return .none
    }
}

final class Leave: Action {
    let flow: Flow
    let value: Node?
    init(_ flow: Flow, _ value: Node?, _ span: Span) {
        self.flow = flow
        self.value = value
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        if flow == .returns { m.returned = try value?.eval(m, f) ?? .none }
        return flow
    }
}

final class Conditional: Node {
    let condition: Node, then: Node, otherwise: Node?
    init(_ condition: Node, _ then: Node, _ otherwise: Node?, _ span: Span) {
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        if try condition.test(m, f) { return try then.eval(m, f) }
        return try otherwise?.eval(m, f) ?? .none
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        if try condition.test(m, f) { return try then.exec(m, f) }
        return try otherwise?.exec(m, f) ?? .normal
    }
}

/// Where a loop variable or a bound name is kept.
enum Destination {
    case local(Int)
    /// A captured variable: its box is in the slot.
    case boxed(Int)
    case global(Int)
    /// A captured loop variable at the top level: a box for those who captured it, a binding for the rest.
    case boxedGlobal(box: Int, global: Int)
    case nowhere

    @inline(__always) func store(_ value: Value, _ m: Machine, _ f: Slots) {
        switch self {
        case .local(let slot): f[slot] = value
        case .global(let index): m.globalSlots[index] = value
        case .boxed(let slot):
            if case .box(let box) = f[slot] { box.value = value }
        case .boxedGlobal(let slot, let index):
            if case .box(let box) = f[slot] { box.value = value }
            m.globalSlots[index] = value
        case .nowhere: break
        }
    }

    /// Starts a round of a loop: a captured variable gets a box of its own.
    func renew(_ m: Machine, _ f: Slots) {
        switch self {
        case .boxed(let slot), .boxedGlobal(let slot, _):
            let box = Box(.unset)
            f[slot] = .box(box)
            m.outerReads?.created(box)
        default: break
        }
    }
}

final class WhileLoop: Action {
    let condition: Node, body: Node
    init(_ condition: Node, _ body: Node, _ span: Span) {
        self.condition = condition
        self.body = body
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        m.interrupt.beginLoop()
        defer { m.interrupt.endLoop() }
        while try condition.test(m, f) {
            try m.interrupt.checkRound()
            switch try runBody(body, m, f) {
            case .normal, .continues: continue
            case .breaks: return .normal
            case .returns: return .returns
            }
        }
        return .normal
    }
}

@inline(__always) private func runBody(_ body: Node, _ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
    do throws(Diagnostic) {
        return try body.exec(m, f)
    } catch {
        if let flow = m.takePending() { return flow }
        throw error
    }
}

final class ForLoop: Action {
    let targets: [Destination]
    let iterable: Node, body: Node
    init(_ targets: [Destination], _ iterable: Node, _ body: Node, _ span: Span) {
        self.targets = targets
        self.iterable = iterable
        self.body = body
        super.init(span)
    }

    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let values = try iterable.eval(m, f)
        m.interrupt.beginLoop()
        defer { m.interrupt.endLoop() }
        switch values {
        case .range(let range):
            for index in 0..<range.count {
                if let flow = try round(.number(range.number(at: index)), m, f) { return flow }
            }
        case .tensor(let tensor) where tensor.rank > 0:
            for index in 0..<tensor.shape[0] {
                if let flow = try round(.of(tensor.row(index)), m, f) { return flow }
            }
        case .object(let object) where object.batches != nil:
            var flow: Flow?
            try object.batches?.visit { (batch) throws(Diagnostic) in
                flow = try round(batch, m, f)
                return flow != nil
            }
            return flow ?? .normal
        default:
            guard let items = try values.placedElements(iterable.span) else {
                throw Diagnostic(
                    "a loop goes through a range, a tensor, a list, a string or a table, and this is \(values.kindName)", at: iterable.span)
            }
            for item in items {
                if let flow = try round(item, m, f) { return flow }
            }
        }
        return .normal
    }

    /// One round; a flow where the loop ends with it.
    @inline(__always) private func round(_ value: Value, _ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow? {
        try m.interrupt.checkRound()
        if targets.count == 1 {
            targets[0].renew(m, f)
            targets[0].store(value, m, f)
        } else {
            try spread(value, m, f)
        }
        switch try runBody(body, m, f) {
        case .normal, .continues: return nil
        case .breaks: return .normal
        case .returns: return .returns
        }
    }

    private func spread(_ value: Value, _ m: Machine, _ f: Slots) throws(Diagnostic) {
        let parts = try takeApart(value, targets.count, iterable.span)
        for (target, part) in zip(targets, parts) {
            target.renew(m, f)
            target.store(part, m, f)
        }
    }
}

/// The parts of a value, for `a, b = e` and `for a, b in pairs`.
func takeApart(_ value: Value, _ count: Int, _ span: Span) throws(Diagnostic) -> [Value] {
    let parts: [Value]?
    switch value {
    case .record(let record): parts = record.values
    case .table, .text: parts = nil
    default: parts = try value.placedElements(span)
    }
    guard let parts else {
        throw Diagnostic("\(count) names need \(count) values, and this is \(value.kindName)", at: span)
    }
    guard parts.count == count else {
        throw Diagnostic("\(count) names cannot take \(parts.count) value\(parts.count == 1 ? "" : "s")", at: span)
    }
    return parts
}

extension Value {
    /// `elements()` with a place on what it throws.
    func placedElements(_ span: Span) throws(Diagnostic) -> [Value]? {
        do throws(Diagnostic) { return try elements() } catch { throw error.placed(at: span) }
    }

    /// The things a loop goes through: entries, items, characters, rows; nil where there are none.
    public func elements() throws(Diagnostic) -> [Value]? {
        switch self {
        case .tensor(let tensor):
            guard tensor.rank > 0 else { return nil }
            return (0..<tensor.shape[0]).map { .of(tensor.row($0)) }
        case .range(let range): return range.numbers.map { .number($0) }
        case .list(let list), .tuple(let list): return list.items
        case .text(let text): return text.value.unicodeScalars.map { .string(String($0)) }
        case .table(let table):
            let count = rowCount(table)
            var rows: [Value] = []
            rows.reserveCapacity(count)
            for row in 0..<count { rows.append(try tableRow(table, row)) }
            return rows
        default: return nil
        }
    }
}
