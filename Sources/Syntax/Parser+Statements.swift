import Diagnostics

extension TokenReader {
    /// Statements up to a closing brace or the end.
    mutating func statements(until last: Token.Kind) throws(Diagnostic) -> [Statement] {
        var result: [Statement] = []
        while true {
            while kind == .newline || kind == .semicolon { advance() }
            if kind == last { return result }
            if kind == .end { throw unfinished("`}`") }
            result.append(try statement())
        }
    }

    private mutating func statement() throws(Diagnostic) -> Statement {
        let start = index
        let outerHabit = habit
        habit = kind == .name ? index : nil
        defer { habit = outerHabit }
        let content = try statementKind()
        let place = span(from: start)
        switch kind {
        case .semicolon:
            advance()
            return Statement(content, place, isSilent: true)
        case .newline, .rightBrace, .end: return Statement(content, place)
        default: throw trailing(start)
        }
    }

    /// What is wrong with what follows a whole statement on its line.
    private func trailing(_ start: Int) -> Diagnostic {
        let found = span(token)
        if let habit, let remedy = Habit.remedy(forWord: text(tokens[habit])), kind.startsExpression || kind.isKeyword || kind == .colon {
            return Diagnostic("`\(text(tokens[habit]))` does not begin a statement", at: span(tokens[habit]), help: remedy)
        }
        switch kind {
        case .assign:
            return Diagnostic("a statement has one `=`", at: found, help: "equality is written ==; two names are bound by two statements")
        case .comma:
            return Diagnostic("the values need parentheses", at: found, help: "a tuple is written (a, b)")
        case .colon:
            if tokens[start].kind == .name, index == start + 1 {
                return Diagnostic(
                    "a name and `:` do not begin a statement", at: found,
                    help: "a record is written in parentheses: (a: 1); a name is bound with =; { } is a block")
            }
            return Diagnostic("`:` cannot stand here", at: found, help: "blocks stand in { }, records in parentheses: (a: 1)")
        case .question where tokens[start].kind == .name && index == start + 1 && [.newline, .end].contains(kind(after: 1)):
            return Diagnostic("`?` stands before the name", at: found, help: "write ?\(text(tokens[start]))")
        case .question: return ternary()
        case .not where kind(after: 1) == .in: return Diagnostic("`not in` is not an operator", at: found, help: "write not (a in b)")
        default: break
        }
        let startKind = tokens[start].kind
        if startKind == .if || startKind == .for || startKind == .while {
            return Diagnostic(
                "`\(startKind.rawValue)` at the start of a statement ends with its `}`", at: found,
                help: startKind == .if
                    ? "put the whole if in parentheses to go on with its value, or start a new line"
                    : "start a new line, or write ; between statements")
        }
        let closing: String? =
            kind == .stringOpen || kind == .name || kind == .number
            ? "write an operator or a comma between the two; statements are separated by a new line or ;"
            : "statements are separated by a new line or ;"
        return Diagnostic("\(described(token)) cannot follow here, as the statement is complete", at: found, help: closing)
    }

    /// Records the depth of an expression that the statement at hand holds.
    private mutating func holds(_ depth: Int) { deepest = max(deepest, depth) }

    /// An expression that the statement at hand holds.
    private mutating func part() throws(Diagnostic) -> Expression {
        let value = try expression()
        holds(value.depth)
        return value
    }

    private mutating func statementKind() throws(Diagnostic) -> Statement.Kind {
        let next = kind(after: 1)
        if kind.isKeyword, next == .assign || next == .tilde {
            throw Diagnostic("`\(text(token))` is a keyword and cannot be a name", at: span(token), help: "choose another name")
        }
        switch kind {
        case .for: return try forLoop()
        case .while:
            advance()
            let condition = try part()
            return .whileLoop(condition, try loopBody(of: "while"))
        case .break:
            advance()
            return .breakLoop
        case .continue:
            advance()
            return .continueLoop
        case .return:
            advance()
            let isBare = kind == .newline || kind == .semicolon || kind == .rightBrace || kind == .end
            return .returnValue(isBare ? nil : try part())
        case .import: return try importFile()
        case .question: return try help()
        case .if:
            let value = try conditional()
            holds(value.depth)
            return .expression(value)
        case .name:
            if next == .name, !tokens[index + 1].startsLine {
                if isWord("model", at: index) || isWord("guide", at: index) { return try modelBlock() }
                if isWord("learn", at: index) { return try learn() }
            }
            if next == .leftParenthesis, let closer = closer(of: index + 1), tokens[closer + 1].kind == .assign,
                !tokens[index + 1].startsLine
            {
                return try definition()
            }
        default: break
        }
        return try expressionOrBinding()
    }

    private func closer(of opener: Int) -> Int? { tokens[opener].partner >= 0 ? Int(tokens[opener].partner) : nil }

    // MARK: Binding

    private mutating func expressionOrBinding() throws(Diagnostic) -> Statement.Kind {
        let start = index
        let first = try part()
        switch kind {
        case .assign:
            let target = try target(first, before: "=")
            return .bind([target], try boundValue())
        case .tilde:
            let target = try target(first, before: "~")
            if case .ignored(let place) = target {
                throw Diagnostic("a draw needs a name", at: place, help: "write x ~ ..., or sample(...) to draw without a name")
            }
            return .draw(target, try boundValue())
        case .comma: return try severalTargets(first, start)
        default: return .expression(first)
        }
    }

    /// The value after `=` or `~`.
    private mutating func boundValue() throws(Diagnostic) -> Expression {
        advance()
        skipNewlines()
        return try part()
    }

    /// `a, b = e`.
    private mutating func severalTargets(_ first: Expression, _ start: Int) throws(Diagnostic) -> Statement.Kind {
        var values = [first]
        while take(.comma) {
            skipNewlines()
            if kind == .assign { break }
            values.append(try part())
        }
        guard kind == .assign else {
            if kind == .end, values.count > 1, tokens[index - 1].kind == .comma { throw unfinished("another name") }
            if kind == .tilde { throw Diagnostic("`~` draws one variable", at: span(token), help: "write a statement for each") }
            throw Diagnostic("the values need parentheses", at: span(from: start), help: "a tuple is written (\(span(from: start).text))")
        }
        var targets: [Target] = []
        for value in values { targets.append(try target(value, before: "=")) }
        return .bind(targets, try boundValue())
    }

    /// An expression as what is bound by `=` or drawn by `~`.
    private func target(_ expression: Expression, before sign: String) throws(Diagnostic) -> Target {
        switch expression.kind {
        case .name("_"): return .ignored(expression.span)
        case .name(let text): return .name(Name(text, expression.span))
        case .field(let base, let name): return .field(try target(base, before: sign), name)
        case .index(let base, let items): return .index(try target(base, before: sign), items, expression.span)
        default: throw badTarget(expression, sign)
        }
    }

    private func badTarget(_ expression: Expression, _ sign: String) -> Diagnostic {
        let place = expression.span
        let message = "`\(sign)` cannot \(sign == "~" ? "draw" : "bind") `\(Self.shortened(place.text))`"
        switch expression.kind {
        case .number, .string, .bool, .missing, .none:
            return Diagnostic(
                message, at: place, help: sign == "~" ? "a name stands on its left" : "a name stands on its left; equality is written ==")
        case .tuple: return Diagnostic(message, at: place, help: "names are taken apart without parentheses: a, b = ...")
        case .call, .method:
            return Diagnostic(
                message, at: place,
                help: sign == "~"
                    ? "entries of a variable are drawn with x[t] ~ ..."
                    : "a function is defined by f(x) = ..., an entry is set by x[i] = ...")
        default:
            return Diagnostic(
                message, at: place,
                help: "on the left of `\(sign)` stands a name, x[i] or t.column" + (sign == "=" ? "; equality is written ==" : ""))
        }
    }

    private static func shortened(_ text: String) -> String {
        let line = text.prefix { !$0.isNewline }
        return line.count > 40 ? line.prefix(40) + "..." : String(line)
    }

    // MARK: Definitions

    private mutating func definition() throws(Diagnostic) -> Statement.Kind {
        let start = index
        let name = Name(text(token), span(token))
        advance()
        let (parameters, depth) = try self.parameters()
        advance()
        skipNewlines()
        let body = try expression()
        let function = Function(name: name, parameters: parameters, body: body)
        // A definition nests like the function it makes.
        holds(try node(.lambda(function), from: start, depth: max(depth, body.depth)).depth)
        return .define(function)
    }

    /// `(x, k: 2)`; the depth is that of the deepest default.
    mutating func parameters() throws(Diagnostic) -> ([Parameter], depth: Int) {
        let opener = index
        var result: [Parameter] = []
        var names: [String: Span] = [:]
        var depth = 0
        let outer = isIndex
        isIndex = false
        defer { isIndex = outer }
        advance()
        while kind != .rightParenthesis {
            guard kind == .name else {
                if kind.isKeyword {
                    throw Diagnostic("`\(text(token))` is a keyword and cannot be a name", at: span(token), help: "choose another name")
                }
                if kind == .end { throw expected("a parameter") }
                throw Diagnostic(
                    "a parameter is a name, and \(described(token)) is not", at: span(token),
                    help: "write f(x, power: 2) = ..., where 2 is a default")
            }
            let name = Name(text(token), span(token))
            if name.text != "_", let first = names.updateValue(name.span, forKey: name.text) {
                throw Diagnostic("two parameters are called `\(name.text)`", at: name.span).labelled(first, "first here")
            }
            advance()
            var defaultValue: Expression?
            if take(.colon) {
                let value = try expression()
                depth = max(depth, value.depth)
                defaultValue = value
            } else if let last = result.last(where: { $0.defaultValue != nil }) {
                throw Diagnostic(
                    "the parameter `\(name.text)` has no default but follows `\(last.name.text)`, which has one", at: name.span,
                    help: "parameters without defaults come first")
            }
            result.append(Parameter(name: name, defaultValue: defaultValue))
            if kind == .rightParenthesis || take(.comma) { continue }
            if kind == .assign { throw Diagnostic("a default is written with `:`", at: span(token), help: "write \(name.text): ...") }
            if kind == .end { throw expected("`)`") }
            throw Diagnostic(
                "\(described(token)) cannot stand in a list of parameters", at: span(token),
                help: "parameters are names separated by commas: (x, power: 2)"
            )
            .labelled(span(tokens[opener]), "inside these parentheses")
        }
        advance()
        return (result, depth)
    }

    /// `model Line(x) { }`, `guide Line(y) { }`.
    private mutating func modelBlock() throws(Diagnostic) -> Statement.Kind {
        let word = text(token)
        advance()
        let name = Name(text(token), span(token))
        advance()
        guard kind == .leftParenthesis, !token.startsLine else {
            if kind == .end { throw unfinished("`(`") }
            throw Diagnostic(
                "the \(word) `\(name.text)` has no parameters", at: span(token),
                help: "write \(word) \(name.text)() { ... } if it takes none")
        }
        let (parameters, depth) = try self.parameters()
        if kind == .assign {
            throw Diagnostic("a \(word) has no `=` before its block", at: span(token), help: "write \(word) \(name.text)(...) { ... }")
        }
        let (body, bodyDepth) = try requiredBlock(of: word)
        holds(1 + max(depth, bodyDepth))
        return .model(ModelBlock(name: name, parameters: parameters, body: body, isGuide: word == "guide"))
    }

    /// `learn w = e`.
    private mutating func learn() throws(Diagnostic) -> Statement.Kind {
        advance()
        let name = Name(text(token), span(token))
        advance()
        guard kind == .assign else {
            if kind == .tilde {
                throw Diagnostic(
                    "a parameter that is learned is not drawn", at: span(token),
                    help: "write learn \(name.text) = ..., where fitting starts, or \(name.text) ~ ...")
            }
            throw expected("`=`", help: "write learn \(name.text) = ..., the value where fitting starts")
        }
        return .learn(name, try boundValue())
    }

    // MARK: Loops

    private mutating func forLoop() throws(Diagnostic) -> Statement.Kind {
        advance()
        var names: [Name] = []
        repeat {
            guard kind == .name else {
                if kind.isKeyword, kind != .in {
                    throw Diagnostic("`\(text(token))` is a keyword and cannot be a name", at: span(token), help: "choose another name")
                }
                throw expected("a name", help: "write for i in 0..<3 { ... }, or for a, b in pairs { ... }")
            }
            let name = Name(text(token), span(token))
            if name.text != "_", let first = names.first(where: { $0.text == name.text }) {
                throw Diagnostic("two loop variables are called `\(name.text)`", at: name.span).labelled(first.span, "first here")
            }
            names.append(name)
            advance()
        } while take(.comma)
        guard take(.in) else {
            if kind == .assign {
                throw Diagnostic(
                    "a loop's names are followed by `in`", at: span(token), help: "write for \(names[0].text) in 0..<3 { ... }")
            }
            throw expected("`in`", help: "write for \(names[0].text) in 0..<3 { ... }")
        }
        skipNewlines()
        let sequence = try part()
        return .forLoop(names, sequence, try loopBody(of: "for"))
    }

    /// A loop's block, which nests one deeper than the loop.
    private mutating func loopBody(of word: String) throws(Diagnostic) -> [Statement] {
        let (body, depth) = try requiredBlock(of: word)
        holds(depth + 1)
        return body
    }

    // MARK: Import and help

    private mutating func importFile() throws(Diagnostic) -> Statement.Kind {
        advance()
        guard kind == .stringOpen else {
            if kind == .end { throw unfinished("a file's name") }
            throw Diagnostic(
                "`import` takes a file's name in quotes", at: span(token),
                help: "write import \"helpers.latent\"; everything else is there already")
        }
        let path = try primary()
        var text = ""
        if case .string(let parts) = path.kind {
            for part in parts {
                guard case .text(let piece) = part else {
                    throw Diagnostic("the name of an imported file is fixed text", at: path.span, help: "write import \"helpers.latent\"")
                }
                text += piece
            }
        }
        guard !text.isEmpty else {
            throw Diagnostic("the name of the imported file is empty", at: path.span, help: "write import \"helpers.latent\"")
        }
        return .importFile(text)
    }

    /// `?name`, `?`.
    private mutating func help() throws(Diagnostic) -> Statement.Kind {
        advance()
        guard kind == .name || kind.isKeyword else {
            if kind == .newline || kind == .semicolon || kind == .end || kind == .rightBrace { return .help(nil) }
            throw Diagnostic("`?` takes a name", at: span(token), help: "write ?Normal, or ? alone")
        }
        let name = text(token)
        advance()
        return .help(name)
    }
}
