import Diagnostics
import Tensors

/// `a = e`
final class Bind: Action {
    let target: Destination
    let value: Node
    init(_ target: Destination, _ value: Node, _ span: Span) {
        self.target = target
        self.value = value
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        target.store(try value.eval(m, f), m, f)
        return .normal
    }
}

/// `a, b = e`
final class BindSeveral: Action {
    let targets: [Node & Assignable]
    let value: Node
    init(_ targets: [Node & Assignable], _ value: Node, _ span: Span) {
        self.targets = targets
        self.value = value
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let parts = try takeApart(try value.eval(m, f), targets.count, value.span)
        for (target, part) in zip(targets, parts) { try target.assign(part, m, f) }
        return .normal
    }
}

/// A node that can stand left of `=`.
protocol Assignable {
    func assign(_ value: Value, _ m: Machine, _ f: Slots) throws(Diagnostic)
}

final class NameTarget: Node, Assignable {
    let target: Destination
    init(_ target: Destination, _ span: Span) {
        self.target = target
        super.init(span)
    }
    func assign(_ value: Value, _ m: Machine, _ f: Slots) throws(Diagnostic) { target.store(value, m, f) }
}

/// `x[i] = v`, `t.column = v`, and longer paths: the name at the root is rebound to a changed copy,
/// in place where no one else holds it.
final class PathTarget: Node, Assignable {
    enum Step {
        case index([IndexNode], Span)
        case field(String, Span)
    }
    enum EvaluatedStep {
        case index([IndexPart], Span)
        case field(String, Span)
    }
    let root: Destination
    /// Reads the root where its own slot is unset: an outer binding, which is then copied.
    let reader: Node
    let path: [Step]
    init(_ root: Destination, _ reader: Node, _ path: [Step], _ span: Span) {
        self.root = root
        self.reader = reader
        self.path = path
        super.init(span)
    }

    func assign(_ value: Value, _ m: Machine, _ f: Slots) throws(Diagnostic) {
        // x[i] = v with one plain index, the inner loop of most programs.
        if path.count == 1, case .index(let indices, let place) = path[0], indices.count == 1, case .single(let node) = indices[0],
            case .number(let position) = try node.eval(m, f)
        {
            if try withRoot(m, f, { (container) throws(Diagnostic) in try container.setElement(position, value, place) }) { return }
            return try change([.index([.value(.number(position), node.span)], place)], value, m, f)
        }
        var steps: [EvaluatedStep] = []
        for step in path {
            switch step {
            case .field(let name, let span): steps.append(.field(name, span))
            case .index(let indices, let span):
                var parts: [IndexPart] = []
                for index in indices { parts.append(try index.evaluated(m, f)) }
                steps.append(.index(parts, span))
            }
        }
        try change(steps, value, m, f)
    }

    private func change(_ steps: [EvaluatedStep], _ value: Value, _ m: Machine, _ f: Slots) throws(Diagnostic) {
        try withRoot(m, f) { (container) throws(Diagnostic) in try container.set(steps[...], value, span) }
    }

    /// Lends the root's value for a change, taken out of its slot so that it can be unique, and puts it back whatever happens.
    private func withRoot<T>(_ m: Machine, _ f: Slots, _ body: (inout Value) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
        switch root {
        case .local(let slot) where !f[slot].isUnset: return try lend(&f[slot], body)
        case .global(let index) where !m.globals.slots[index].isUnset: return try lend(&m.globals.slots[index], body)
        default:
            var copy = try reader.eval(m, f)
            let result = try body(&copy)
            root.store(copy, m, f)
            return result
        }
    }

    @inline(__always) private func lend<T>(_ slot: inout Value, _ body: (inout Value) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
        var taken = Value.unset
        swap(&slot, &taken)
        defer { swap(&slot, &taken) }
        return try body(&taken)
    }
}

/// `path = v` as a statement.
final class AssignPath: Action {
    let target: PathTarget
    let value: Node
    init(_ target: PathTarget, _ value: Node, _ span: Span) {
        self.target = target
        self.value = value
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        try target.assign(try value.eval(m, f), m, f)
        return .normal
    }
}

/// `s = s + a + b`: where `s` is a string or grows by `append`, it grows in place.
final class Grow: Action {
    let target: Destination
    let reader: Node
    /// What is added, left to right, each with the operation's span.
    let pieces: [(node: Node, span: Span)]
    init(_ target: Destination, _ reader: Node, _ pieces: [(node: Node, span: Span)], _ span: Span) {
        self.target = target
        self.reader = reader
        self.pieces = pieces
        super.init(span)
    }

    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        var current = try reader.eval(m, f)
        guard case .text = current else {
            var left = reader.span
            for piece in pieces {
                let value = try piece.node.eval(m, f)
                if case .number(let a) = current, case .number(let b) = value, (a + b) == (a + b) {
                    current = .number(a + b)
                } else {
                    current = try combine(.add, current, value, left, piece.node.span, piece.span)
                }
                left = piece.span
            }
            target.store(current, m, f)
            return .normal
        }
        var added = ""
        for piece in pieces {
            let value = try piece.node.eval(m, f)
            guard case .text(let text) = value else {
                throw operandError(.add, current, value).placed(at: piece.span)
            }
            added += text.value
        }
        // The slot gives up its reference, so that the string may be unique.
        target.store(.unset, m, f)
        if case .text(var text) = current {
            current = .unset
            if isKnownUniquelyReferenced(&text) {
                text.append(added)
            } else {
                text = Text(text.value + added)
            }
            target.store(.text(text), m, f)
        }
        return .normal
    }
}

/// `x = append(x, v)`: grows in place where no one else holds it.
final class Append: Action {
    let target: Destination
    let call: CallNode
    let builtin: Variable
    init(_ target: Destination, _ call: CallNode, _ builtin: Variable, _ span: Span) {
        self.target = target
        self.call = call
        self.builtin = builtin
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let callee = try builtin.evalCallee(m, f)
        guard case .function(let function) = callee, function.builtin?.name == "append" else {
            target.store(try call.eval(m, f), m, f)
            return .normal
        }
        let item = try call.arguments[1].node.eval(m, f)
        var container = try call.arguments[0].node.eval(m, f)
        target.store(.unset, m, f)
        do throws(Diagnostic) {
            try container.append(item)
        } catch {
            target.store(container, m, f)
            throw error.placed(at: span)
        }
        target.store(container, m, f)
        return .normal
    }
}
