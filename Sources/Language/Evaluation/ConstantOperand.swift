import Diagnostics

/// The left operand of an operation whose right one is written in the program: mostly a local, read in its slot.
struct LeftOperand {
    let node: Node
    /// The slot of a local that is surely bound, or -1.
    private let slot: Int
    init(_ node: Node) {
        self.node = node
        slot = (node as? Local)?.slot ?? -1
    }
    @inline(__always) func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        if slot >= 0, case .number(let number) = f[slot] { return .number(number) }
        return try node.eval(m, f)
    }
}

/// One operand is a number written in the program.
final class ArithmeticWithConstant<Operation: NumberOperation>: Node {
    let left: LeftOperand, right: Double, rightSpan: Span
    init(_ left: Node, _ right: Double, _ rightSpan: Span, _ span: Span) {
        self.left = LeftOperand(left)
        self.right = right
        self.rightSpan = rightSpan
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let a = try left.eval(m, f)
        if case .number(let p) = a {
            let result = Operation.apply(p, right)
            if result == result { return .number(result) }
        }
        return try combine(Operation.operation, a, .number(right), left.node.span, rightSpan, span)
    }
}

/// `n < 2`
final class ComparisonWithConstant<Operation: NumberComparison>: Node {
    let left: LeftOperand, right: Double, rightSpan: Span
    init(_ left: Node, _ right: Double, _ rightSpan: Span, _ span: Span) {
        self.left = LeftOperand(left)
        self.right = right
        self.rightSpan = rightSpan
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let a = try left.eval(m, f)
        if case .number(let p) = a { return .bool(Operation.apply(p, right)) }
        return try combine(Operation.operation, a, .number(right), left.node.span, rightSpan, span)
    }
    override func test(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Bool {
        let a = try left.eval(m, f)
        if case .number(let p) = a { return Operation.apply(p, right) }
        let value = try combine(Operation.operation, a, .number(right), left.node.span, rightSpan, span)
        if case .bool(let bool) = value { return bool }
        if let truth = value.computedTruth { return truth }
        throw notACondition(value).placed(at: span)
    }
}
