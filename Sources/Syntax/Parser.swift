import Diagnostics

/// Reads the language's text into its tree.
public enum Parser {
    /// The reserved words.
    public static let keywords = Token.keywords.map(\.rawValue)
    /// The words of a declaration or range, which are names everywhere else.
    public static let declarationWords = ["model", "guide", "learn", "by"]

    /// How deep an expression may be; it bounds the stack that walking or freeing a tree takes.
    static let depthLimit = 1000

    /// The statements of a cell, file or prompt line.
    ///
    /// - Throws: what is wrong with the text first; of kind `.incomplete` where more lines could mend it.
    public static func parse(_ source: SourceText) throws(Diagnostic) -> [Statement] {
        var reader = TokenReader(try Lexer.run(on: source))
        return try reader.program()
    }

    /// One expression made of literals: numbers, bools, strings, `missing`, `none`, and brackets, tuples and records of such.
    ///
    /// - Throws: what is wrong with the text, or the part that would have to be computed.
    public static func parseLiteral(_ source: SourceText) throws(Diagnostic) -> Expression {
        var reader = TokenReader(try Lexer.run(on: source))
        let value = try reader.soleExpression()
        try checkLiteral(value)
        return value
    }

    /// The pieces of a source that may be broken or unfinished, in order, for colours and completion.
    public static func lexemes(of source: SourceText) -> [Lexeme] { Lexer.lexemes(of: source) }

    private static func checkLiteral(_ expression: Expression) throws(Diagnostic) {
        switch expression.kind {
        case .number, .bool, .missing, .none: return
        case .negate(let inner):
            if case .number = inner.kind { return }
        case .string(let parts):
            for case .code(let code) in parts { throw notLiteral(code) }
            return
        case .brackets(let elements), .tuple(let elements):
            for element in elements { try checkLiteral(element) }
            return
        case .record(let entries):
            for entry in entries { try checkLiteral(entry.value) }
            return
        default: break
        }
        throw notLiteral(expression)
    }

    private static func notLiteral(_ expression: Expression) -> Diagnostic {
        Diagnostic(
            "`\(expression.span.text)` is not a literal value", at: expression.span,
            help: "write a number, true, false, none, or text in \"...\"")
    }
}

/// A recursive-descent parser's state: where it is in the tokens, and how deep.
struct TokenReader {
    let source: SourceText
    let tokens: [Token]
    let open: [Lexer.Opener]
    var index = 0
    /// How many expressions are being read, one inside the other.
    var nesting = 0
    /// The depth of the deepest expression read in the block at hand.
    var deepest = 0
    /// Whether a range may leave out its end here, as in `x[1...]`.
    var isIndex = false
    /// The first statement word that another language would begin a statement with.
    var habit: Int?

    init(_ lexer: Lexer) {
        (source, tokens, open) = (lexer.source, lexer.tokens, lexer.open)
    }

    // MARK: Tokens

    var token: Token { tokens[index] }
    var kind: Token.Kind { tokens[index].kind }

    func kind(after offset: Int) -> Token.Kind { tokens[min(index + offset, tokens.count - 1)].kind }

    func text(_ token: Token) -> String { source[token.range] }
    func span(_ token: Token) -> Span { Span(source, token.range) }

    /// From the start of a token to the end of the last one read.
    func span(from start: Int) -> Span {
        let first = Int(tokens[start].start)
        return Span(source, first..<max(first, index > start ? Int(tokens[index - 1].end) : first))
    }

    mutating func advance() { if index < tokens.count - 1 { index += 1 } }

    mutating func take(_ kind: Token.Kind) -> Bool {
        guard self.kind == kind else { return false }
        advance()
        return true
    }

    /// Steps over line ends, where a statement goes on.
    mutating func skipNewlines() { while kind == .newline { advance() } }

    /// Whether the token is a certain name.
    func isWord(_ word: String, at index: Int) -> Bool {
        tokens[index].kind == .name && source.bytes[tokens[index].range].elementsEqual(word.utf8)
    }

    // MARK: Errors

    /// What is wrong where something else should stand.
    func expected(_ what: String, help: String? = nil) -> Diagnostic {
        if kind == .end { return unfinished(what) }
        if let habit, let remedy = Habit.remedy(forWord: text(tokens[habit])) {
            return Diagnostic("`\(text(tokens[habit]))` does not begin a statement", at: span(tokens[habit]), help: remedy)
        }
        return Diagnostic("expected \(what) and found \(described(token))", at: span(token), help: help)
    }

    /// The error of a source that ends too soon.
    func unfinished(_ what: String) -> Diagnostic {
        if let opener = open.last { return unclosed(opener.token) }
        let last = tokens[..<index].lastIndex { $0.kind != .newline } ?? 0
        let before = last < index ? " after \(described(tokens[last]))" : ""
        return Diagnostic("the source ends\(before), where \(what) should follow", at: span(tokens[last]), kind: .incomplete)
    }

    func unclosed(_ opener: Int) -> Diagnostic {
        Diagnostic("the `\(tokens[opener].kind.rawValue)` opened here is not closed", at: span(tokens[opener]), kind: .incomplete)
    }

    func described(_ token: Token) -> String {
        switch token.kind {
        case .newline: "the end of the line"
        case .end: "the end of the source"
        case .stringOpen, .stringText, .stringClose: "a string"
        case .number: "the number \(text(token))"
        default: "`\(text(token))`"
        }
    }

    // MARK: Trees

    /// A node, refused where the tree would become too deep to walk.
    func node(_ kind: Expression.Kind, from start: Int, depth: Int) throws(Diagnostic) -> Expression {
        try node(kind, span(from: start), depth: depth)
    }

    func node(_ kind: Expression.Kind, _ span: Span, depth: Int) throws(Diagnostic) -> Expression {
        guard depth < Parser.depthLimit else {
            throw Diagnostic(
                "the expression is more than \(Parser.depthLimit) operations deep", at: span,
                help: "bind a part of it to a name; sum([...]) adds many terms")
        }
        return Expression(kind, span, depth: depth + 1)
    }

    // MARK: Whole sources

    mutating func program() throws(Diagnostic) -> [Statement] {
        let statements = try self.statements(until: .end)
        return statements
    }

    mutating func soleExpression() throws(Diagnostic) -> Expression {
        skipNewlines()
        let value = try expression()
        skipNewlines()
        guard kind == .end else { throw expected("the end of the value") }
        return value
    }
}
