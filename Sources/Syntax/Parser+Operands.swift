import Diagnostics

extension TokenReader {
    /// A literal, name, bracketed expression, block or `if`.
    mutating func primary() throws(Diagnostic) -> Expression {
        let token = self.token
        switch token.kind {
        case .number:
            advance()
            return try node(.number(try number(token)), span(token), depth: 0)
        case .name:
            advance()
            return try node(.name(text(token)), span(token), depth: 0)
        case .true, .false: return try literal(.bool(token.kind == .true))
        case .missing: return try literal(.missing)
        case .none, .nothing: return try literal(.none)
        case .stringOpen: return try string()
        case .leftParenthesis: return try parenthesized()
        case .leftBracket: return try brackets()
        case .leftBrace:
            let start = index
            let (statements, depth) = try block()
            return try node(.block(statements), from: start, depth: depth)
        case .if: return try conditional()
        default: throw misplaced()
        }
    }

    private mutating func literal(_ kind: Expression.Kind) throws(Diagnostic) -> Expression {
        let token = self.token
        advance()
        return try node(kind, span(token), depth: 0)
    }

    private func number(_ token: Token) throws(Diagnostic) -> Double {
        let digits = text(token)
        guard let value = Double(digits.contains("_") ? digits.replacing("_", with: "") : digits), value.isFinite else {
            throw Diagnostic(
                "\(digits) is too large for a number", at: span(token),
                help: "the largest is \(Double.greatestFiniteMagnitude); write inf for infinity")
        }
        return value
    }

    /// What is wrong with a token that stands where an operand should.
    private func misplaced() -> Diagnostic {
        switch kind {
        case .end: return unfinished("an expression")
        case .plus:
            return Diagnostic("`+` has nothing on its left", at: span(token), help: "leave it out: numbers are positive without a sign")
        case .for, .while:
            return Diagnostic(
                "a loop has no value and stands as a statement of its own", at: span(token),
                help: "map(xs, x -> ...) gives the values of a loop")
        case .return, .break, .continue, .import:
            return Diagnostic(
                "`\(text(token))` stands as a statement of its own", at: span(token), help: "put it in a block: { \(text(token)) }")
        case .else: return Diagnostic("this `else` belongs to no `if`", at: span(token), help: "write if a { ... } else { ... }")
        case .and, .or, .in:
            return Diagnostic(
                "the operator `\(text(token))` has nothing on its left", at: span(token),
                help: "a keyword cannot be a name, save after . and before :")
        case .arrow: return Diagnostic("`->` has no parameter on its left", at: span(token), help: "write x -> ..., or () -> ...")
        case .question: return ternary()
        case .halfOpenRange, .closedRange:
            return Diagnostic("the range has no start", at: span(token), help: "ends may be left out only in an index: x[..<3]")
        case .assign: return Diagnostic("`=` stands where an expression is expected", at: span(token), help: "equality is written ==")
        default: return expected("an expression")
        }
    }

    // MARK: Brackets

    /// `(e)`, `(a, b)`, `(a,)`, `()`, `(a: e)`.
    private mutating func parenthesized() throws(Diagnostic) -> Expression {
        let start = index
        advance()
        let outer = isIndex
        isIndex = false
        defer { isIndex = outer }
        if kind == .name, kind(after: 1) == .colon { return try record(start) }
        var elements: [Expression] = []
        var depth = 0
        var hasComma = false
        while kind != .rightParenthesis {
            if kind == .name, kind(after: 1) == .colon { throw mixed(start) }
            let value = try expression()
            depth = max(depth, value.depth)
            elements.append(value)
            if kind == .newline { throw unclosed(start) }
            try separator(in: start, after: value)
            hasComma = hasComma || tokens[index - 1].kind == .comma
        }
        advance()
        // A group is its expression, at the place of the parentheses.
        if let only = elements.first, elements.count == 1, !hasComma { return Expression(only.kind, span(from: start), depth: only.depth) }
        return try node(.tuple(elements), from: start, depth: depth)
    }

    private mutating func record(_ start: Int) throws(Diagnostic) -> Expression {
        var entries: [RecordEntry] = []
        var names: [String: Span] = [:]
        var depth = 0
        while kind != .rightParenthesis {
            guard kind == .name, kind(after: 1) == .colon else {
                if kind != .end { throw mixed(start) }
                throw expected("a name and `:`")
            }
            let name = Name(text(token), span(token))
            if let first = names.updateValue(name.span, forKey: name.text) {
                throw Diagnostic("the record has two fields `\(name.text)`", at: name.span).labelled(first, "first here")
            }
            advance()
            advance()
            let value = try expression()
            depth = max(depth, value.depth)
            entries.append(RecordEntry(name: name, value: value))
            try separator(in: start, after: value)
        }
        advance()
        return try node(.record(entries), from: start, depth: depth)
    }

    private func mixed(_ opener: Int) -> Diagnostic {
        // What is not closed yet may become the parameters of a function.
        if tokens[opener].partner < 0 { return unclosed(opener) }
        return Diagnostic(
            "a record's fields all have names, a tuple's have none", at: span(token), help: "write (a: 1, b: 2) or (1, 2)")
    }

    private mutating func brackets() throws(Diagnostic) -> Expression {
        let start = index
        var elements: [Expression] = []
        var depth = 0
        advance()
        let outer = isIndex
        isIndex = false
        defer { isIndex = outer }
        while kind != .rightBracket {
            if kind == .name, kind(after: 1) == .colon {
                throw Diagnostic("elements in [ ] have no names", at: span(token), help: "a record is written in parentheses: (a: 1)")
            }
            let value = try expression()
            depth = max(depth, value.depth)
            elements.append(value)
            try separator(in: start, after: value)
        }
        advance()
        return try node(.brackets(elements), from: start, depth: depth)
    }

    /// `{ statements }`; the depth is that of the deepest expression in it.
    mutating func block() throws(Diagnostic) -> ([Statement], depth: Int) {
        let (outerDeepest, outerIndex) = (deepest, isIndex)
        deepest = 0
        isIndex = false
        defer { (deepest, isIndex) = (outerDeepest, outerIndex) }
        advance()
        let statements = try self.statements(until: .rightBrace)
        advance()
        return (statements, deepest)
    }

    /// The `{ }` that a word asks for.
    mutating func requiredBlock(of word: String) throws(Diagnostic) -> ([Statement], depth: Int) {
        guard kind == .leftBrace else { throw missingBlock(of: word) }
        return try block()
    }

    private func missingBlock(of word: String) -> Diagnostic {
        let place = span(token)
        switch kind {
        case .assign: return Diagnostic("`=` binds a name; it does not compare", at: place, help: "equality is written ==")
        case .colon:
            return Diagnostic(
                "the block of `\(word)` stands in { }", at: place, help: "write \(word) ... { ... }, on as many lines as it takes")
        case .end where word == "else": return unfinished("`{`")
        case .newline, .end:
            return Diagnostic("`\(word)` has no block", at: span(tokens[index - 1]), help: "the { belongs on this line: \(word) ... {")
        case .question: return ternary()
        default: return expected("`{`", help: "the block of `\(word)` stands in { }")
        }
    }

    // MARK: If

    /// `if a { } else if b { } else { }`.
    mutating func conditional() throws(Diagnostic) -> Expression {
        var branches: [(start: Int, condition: Expression, then: [Statement], depth: Int)] = []
        var otherwise: Expression?
        while true {
            let start = index
            advance()
            let condition = try expression()
            let (then, depth) = try requiredBlock(of: "if")
            branches.append((start, condition, then, max(condition.depth, depth)))
            if kind == .name, !token.startsLine, let remedy = Habit.remedy(forWord: text(token)), text(token).hasPrefix("el") {
                throw Diagnostic("`\(text(token))` is not a word of Latent", at: span(token), help: remedy)
            }
            guard take(.else) else { break }
            skipNewlines()
            if kind == .if { continue }
            let braces = index
            let (statements, elseDepth) = try requiredBlock(of: "else")
            otherwise = try node(.block(statements), from: braces, depth: elseDepth)
            break
        }
        for branch in branches.reversed() {
            otherwise = try node(
                .conditional(condition: branch.condition, then: branch.then, otherwise: otherwise), from: branch.start,
                depth: max(branch.depth, otherwise?.depth ?? 0))
        }
        guard let otherwise else { throw expected("`if`") }
        return otherwise
    }

    // MARK: Strings

    private mutating func string() throws(Diagnostic) -> Expression {
        let start = index
        let isBlock = token.end - token.start == 3
        var pieces: [StringPiece] = []
        var depth = 0
        advance()
        while kind != .stringClose {
            if kind == .stringText {
                pieces.append(.raw(token.range))
                advance()
                continue
            }
            guard kind == .interpolation else { throw expected("the end of the string") }
            let opener = index
            advance()
            if kind == .rightParenthesis {
                throw Diagnostic(
                    "the interpolation is empty", at: span(tokens[opener]).joined(to: span(token)), help: "write \\\\( for the text \\(")
            }
            let outer = isIndex
            isIndex = false
            defer { isIndex = outer }
            let value = try expression()
            depth = max(depth, value.depth)
            guard kind == .rightParenthesis else { throw expected("`)` at the end of the interpolation") }
            advance()
            pieces.append(.code(value))
        }
        advance()
        return try node(.string(try StringPiece.parts(of: pieces, isBlock: isBlock, in: source)), from: start, depth: depth)
    }
}
