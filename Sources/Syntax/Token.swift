import Diagnostics

/// The smallest piece of source that the parser sees.
struct Token {
    /// The raw value is how the kind is written, where that is fixed.
    enum Kind: String {
        case name, number, newline, end
        case stringOpen = "\""
        case stringText, stringClose
        case interpolation = "\\("
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case comma = ","
        case colon = ":"
        case semicolon = ";"
        case dot = "."
        case question = "?"
        case assign = "="
        case tilde = "~"
        case arrow = "->"
        case bar = "|"
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case at = "@"
        case caret = "^"
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessEqual = "<="
        case greater = ">"
        case greaterEqual = ">="
        case halfOpenRange = "..<"
        case closedRange = "..."
        case `if`, `else`, `for`, `in`, `while`, `break`, `continue`, `return`
        case and, or, not, `true`, `false`, missing, none, nothing, `import`
    }

    var kind: Kind
    /// Whether it is the first on its line.
    var startsLine: Bool
    var start: Int32
    var end: Int32
    /// For a bracket that is closed, or closes, the index of the other one; else -1.
    var partner: Int32 = -1

    var range: Range<Int> { Int(start)..<Int(end) }

    /// The reserved words, in the order of the reference.
    static let keywords: [Kind] = [
        .if, .else, .for, .in, .while, .break, .continue, .return, .and, .or, .not, .true, .false, .missing, .none, .nothing, .import,
    ]
    static let keywordKinds = [String: Kind](uniqueKeysWithValues: keywords.map { ($0.rawValue, $0) })
}

extension Token.Kind {
    var isKeyword: Bool { Token.keywordKinds[rawValue] != nil }

    /// Whether an expression may begin with it.
    var startsExpression: Bool {
        switch self {
        case .name, .number, .stringOpen, .leftParenthesis, .leftBracket, .leftBrace, .true, .false, .missing, .none, .nothing, .if, .not,
            .minus:
            true
        default: false
        }
    }

    /// Whether an expression may end with it.
    var endsExpression: Bool {
        switch self {
        case .name, .number, .stringClose, .rightParenthesis, .rightBracket, .rightBrace, .true, .false, .missing, .none, .nothing: true
        default: false
        }
    }
}

/// A piece of source as an editor sees it, for colours and completion.
public struct Lexeme: Sendable {
    public enum Kind: Sendable {
        /// A name, or a word like `model` that is reserved only in its place.
        case word
        case keyword
        case number
        /// A string, or the part of one before, between or after interpolations, quotes and `\(` included.
        case string
        /// An operator, bracket or separator.
        case `operator`
        case comment
        /// What the language has no use for.
        case unknown
    }
    public let kind: Kind
    public let span: Span
}
