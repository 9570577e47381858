import Diagnostics

/// An expression and where it stands.
public struct Expression: Sendable {
    public indirect enum Kind: Sendable {
        case number(Double)
        case bool(Bool)
        case missing
        case none
        /// Pieces of text and interpolated expressions, in order.
        case string([StringPart])
        case name(String)
        /// `[a, b]`
        case brackets([Expression])
        /// `(a, b)`, `(a,)`, `()`
        case tuple([Expression])
        /// `(a: e)`
        case record([RecordEntry])
        case negate(Expression)
        case not(Expression)
        case and(Expression, Expression)
        case or(Expression, Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `a < b < c`: one more operand than operators.
        case comparison([Expression], [ComparisonOperator])
        /// `m | (y: data)`
        case condition(Expression, Expression)
        /// `a..<b by c`; ends may be left out inside an index.
        case range(start: Expression?, end: Expression?, isInclusive: Bool, step: Expression?)
        /// `f(a, k: b)`
        case call(Expression, [Argument])
        /// `a.f(b)`: `f(a, b)` unless `a` has a callable field `f`.
        case method(Expression, name: Name, [Argument])
        /// `a.f`
        case field(Expression, name: Name)
        case index(Expression, [IndexItem])
        case lambda(Function)
        case block([Statement])
        case conditional(condition: Expression, then: [Statement], otherwise: Expression?)
    }

    public let kind: Kind
    public let span: Span
    /// How many expressions nest in it at most; the parser bounds it, so that walking a tree cannot run out of stack.
    public let depth: Int

    public init(_ kind: Kind, _ span: Span, depth: Int) {
        self.kind = kind
        self.span = span
        self.depth = depth
    }
}

public enum StringPart: Sendable {
    case text(String)
    case code(Expression)
}

/// A name and where it stands.
public struct Name: Sendable {
    public let text: String
    public let span: Span
    public init(_ text: String, _ span: Span) {
        self.text = text
        self.span = span
    }
}

public struct RecordEntry: Sendable {
    public let name: Name
    public let value: Expression
    public init(name: Name, value: Expression) {
        self.name = name
        self.value = value
    }
}

public struct Argument: Sendable {
    /// nil for a positional argument.
    public let name: Name?
    public let value: Expression
    public init(name: Name?, value: Expression) {
        self.name = name
        self.value = value
    }
}

public enum IndexItem: Sendable {
    case expression(Expression)
    /// `:`
    case all(Span)
}

/// A parameter of a function, model or guide; the default is evaluated at each call.
public struct Parameter: Sendable {
    public let name: Name
    public let defaultValue: Expression?
    public init(name: Name, defaultValue: Expression?) {
        self.name = name
        self.defaultValue = defaultValue
    }
}

/// A function's text: a lambda (no name) or a definition.
public struct Function: Sendable {
    public let name: Name?
    public let parameters: [Parameter]
    public let body: Expression
    public init(name: Name?, parameters: [Parameter], body: Expression) {
        self.name = name
        self.parameters = parameters
        self.body = body
    }
}

/// The text of a `model` or `guide` block.
public struct ModelBlock: Sendable {
    public let name: Name
    public let parameters: [Parameter]
    public let body: [Statement]
    public let isGuide: Bool
    public init(name: Name, parameters: [Parameter], body: [Statement], isGuide: Bool) {
        self.name = name
        self.parameters = parameters
        self.body = body
        self.isGuide = isGuide
    }
}

public enum BinaryOperator: String, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case matrixProduct = "@"
    case power = "^"
}

public enum ComparisonOperator: String, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessEqual = "<="
    case greater = ">"
    case greaterEqual = ">="
    case contained = "in"
}

/// What may stand left of `=` or `~`.
public indirect enum Target: Sendable {
    case name(Name)
    /// `_`
    case ignored(Span)
    /// `x[i] = v`
    case index(Target, [IndexItem], Span)
    /// `t.column = v`
    case field(Target, Name)

    public var span: Span {
        switch self {
        case .name(let name): name.span
        case .ignored(let span): span
        case .index(_, _, let span): span
        case .field(let target, let name): target.span.joined(to: name.span)
        }
    }
}

public struct Statement: Sendable {
    public indirect enum Kind: Sendable {
        case expression(Expression)
        /// `a = e`, `a, b = e` (more than one target takes the value apart).
        case bind([Target], Expression)
        /// `x ~ d`
        case draw(Target, Expression)
        /// `learn w = e`
        case learn(Name, Expression)
        case define(Function)
        case model(ModelBlock)
        /// `for a, b in e { }`; a name may be `_`.
        case forLoop([Name], Expression, [Statement])
        case whileLoop(Expression, [Statement])
        case breakLoop
        case continueLoop
        case returnValue(Expression?)
        case importFile(String)
        /// `?name`, or `?` alone.
        case help(String?)
    }
    public let kind: Kind
    public let span: Span
    /// Whether a `;` ended it: the value of a cell's last statement is then not shown.
    public let isSilent: Bool

    public init(_ kind: Kind, _ span: Span, isSilent: Bool = false) {
        self.kind = kind
        self.span = span
        self.isSilent = isSilent
    }
}
