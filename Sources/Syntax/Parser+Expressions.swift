import Diagnostics

/// Binary operators, loosest first.
private enum Level: Int {
    case condition = 1
    case or, and, not, comparison, range, sum, product
}

extension TokenReader {
    /// Any expression: a function written with `->`, or operators on operands.
    mutating func expression() throws(Diagnostic) -> Expression {
        guard nesting < Lexer.nestingLimit else {
            throw Diagnostic(
                "expressions nest more than \(Lexer.nestingLimit) deep", at: span(token), help: "bind a part to a name of its own")
        }
        nesting += 1
        defer { nesting -= 1 }
        if isLambda(at: index) { return try lambda() }
        let value = try operation(.condition)
        if kind == .arrow { throw misplacedArrow(after: value) }
        return value
    }

    // MARK: Functions

    /// Whether `x ->` or `(x, y) ->` stands at a token.
    func isLambda(at start: Int) -> Bool {
        switch tokens[start].kind {
        case .name: tokens[start + 1].kind == .arrow
        case .leftParenthesis: tokens[start].partner >= 0 && tokens[Int(tokens[start].partner) + 1].kind == .arrow
        default: false
        }
    }

    private mutating func lambda() throws(Diagnostic) -> Expression {
        let start = index
        var parameters: [Parameter] = []
        var depth = 0
        if kind == .name {
            parameters = [Parameter(name: Name(text(token), span(token)), defaultValue: nil)]
            advance()
        } else {
            (parameters, depth) = try self.parameters()
        }
        advance()
        skipNewlines()
        let body = try expression()
        return try node(.lambda(Function(name: nil, parameters: parameters, body: body)), from: start, depth: max(depth, body.depth))
    }

    private func misplacedArrow(after value: Expression) -> Diagnostic {
        let arrow = span(token)
        if case .name = tokens[index - 1].kind, Int(value.span.start) < Int(tokens[index - 1].start) {
            return Diagnostic(
                "a function written with `->` is never another operator's operand", at: arrow,
                help: "put the function in parentheses: (x -> ...)")
        }
        if tokens[index - 1].kind == .rightParenthesis, case .call = value.kind {
            return Diagnostic(
                "`->` takes names on its left", at: value.span,
                help: "write (x, y) -> ... for a function without a name, f(x, y) = ... to name it")
        }
        return Diagnostic("`->` takes names on its left", at: value.span, help: "write x -> ..., or (x, y) -> ...")
    }

    // MARK: Operators

    /// Operators at least as tight as a level, by precedence climbing.
    private mutating func operation(_ level: Level) throws(Diagnostic) -> Expression {
        let start = index
        var left = kind == .not ? try negation(under: level) : isIndex && isRange(kind) ? try range(from: nil, start) : try unary()
        while true {
            let token = self.token
            guard let next = self.level(of: token.kind), next.rawValue >= level.rawValue else { break }
            switch next {
            case .comparison: left = try comparison(left, start)
            case .range: left = try range(from: left, start)
            default:
                advance()
                skipNewlines()
                if isLambda(at: index) { throw operandFunction() }
                let right = try operation(Level(rawValue: next.rawValue + 1) ?? .product, orUnaryAbove: next)
                let depth = max(left.depth, right.depth)
                left = try node(combined(token.kind, left, right), from: start, depth: depth)
            }
        }
        return left
    }

    /// The right operand of a left-associative operator.
    private mutating func operation(_ level: Level, orUnaryAbove operatorLevel: Level) throws(Diagnostic) -> Expression {
        if operatorLevel == .product {
            if kind == .not { throw looseNot() }
            return try unary()
        }
        return try operation(level)
    }

    private func level(of kind: Token.Kind) -> Level? {
        switch kind {
        case .bar: .condition
        case .or: .or
        case .and: .and
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .in: .comparison
        case .halfOpenRange, .closedRange: .range
        case .plus, .minus: .sum
        case .star, .slash, .percent, .at: .product
        default: nil
        }
    }

    private func combined(_ kind: Token.Kind, _ left: Expression, _ right: Expression) -> Expression.Kind {
        switch kind {
        case .bar: .condition(left, right)
        case .or: .or(left, right)
        case .and: .and(left, right)
        case .minus: .binary(.subtract, left, right)
        case .star: .binary(.multiply, left, right)
        case .slash: .binary(.divide, left, right)
        case .percent: .binary(.remainder, left, right)
        case .at: .binary(.matrixProduct, left, right)
        default: .binary(.add, left, right)
        }
    }

    /// `not a`, `not not a`.
    private mutating func negation(under level: Level) throws(Diagnostic) -> Expression {
        guard level.rawValue <= Level.not.rawValue else { throw looseNot() }
        var starts: [Int] = []
        while kind == .not {
            starts.append(index)
            advance()
            skipNewlines()
        }
        if isLambda(at: index) { throw operandFunction() }
        var value = try operation(.comparison)
        for start in starts.reversed() { value = try node(.not(value), from: start, depth: value.depth) }
        return value
    }

    private func looseNot() -> Diagnostic {
        Diagnostic("`not` binds looser than the operator before it", at: span(token), help: "put it in parentheses: (not ...)")
    }

    private func operandFunction() -> Diagnostic {
        Diagnostic(
            "a function written with `->` is never another operator's operand", at: span(token),
            help: "put the function in parentheses: (x -> ...)")
    }

    /// `a < b`, `a < b <= c`.
    private mutating func comparison(_ first: Expression, _ start: Int) throws(Diagnostic) -> Expression {
        var operands = [first]
        var operators: [ComparisonOperator] = []
        var depth = first.depth
        while let next = ComparisonOperator(rawValue: kind.rawValue) {
            advance()
            skipNewlines()
            if isLambda(at: index) { throw operandFunction() }
            let operand = try operation(.range)
            depth = max(depth, operand.depth)
            operands.append(operand)
            operators.append(next)
        }
        return try node(.comparison(operands, operators), from: start, depth: depth)
    }

    func isRange(_ kind: Token.Kind) -> Bool { kind == .halfOpenRange || kind == .closedRange }

    /// `a..<b by c`; the ends may be left out in an index.
    private mutating func range(from first: Expression?, _ start: Int) throws(Diagnostic) -> Expression {
        let mark = index
        let isInclusive = kind == .closedRange
        advance()
        skipNewlines()
        var end: Expression?
        var step: Expression?
        let stops = kind == .comma || kind == .rightBracket || (isWord("by", at: index) && tokens[index + 1].kind.startsExpression)
        if isIndex, stops {
            if first == nil, kind != .name {
                throw Diagnostic("a range in an index needs one of its ends", at: span(tokens[mark]), help: "write : for all")
            }
        } else if kind == .rightParenthesis || kind == .rightBracket || kind == .comma || kind == .newline {
            throw Diagnostic("the range has no end", at: span(tokens[mark]), help: "ends may be left out only in an index: x[1...]")
        } else {
            end = try operation(.sum)
        }
        if isWord("by", at: index) {
            advance()
            skipNewlines()
            step = try operation(.sum)
        }
        if isRange(kind) { throw Diagnostic("a range has two ends", at: span(token), help: "a step is written with by: 0...1 by 0.1") }
        let depth = max(first?.depth ?? 0, end?.depth ?? 0, step?.depth ?? 0)
        return try node(.range(start: first, end: end, isInclusive: isInclusive, step: step), from: start, depth: depth)
    }

    /// Signs and powers: `-x^2` is `-(x^2)`, `2^-1` is fine, `^` groups to the right.
    private mutating func unary() throws(Diagnostic) -> Expression {
        var operands: [(start: Int, signs: [Int], base: Expression)] = []
        repeat {
            let start = index
            var signs: [Int] = []
            while kind == .minus {
                signs.append(index)
                advance()
                skipNewlines()
            }
            if !signs.isEmpty || !operands.isEmpty {
                if isLambda(at: index) { throw operandFunction() }
                if kind == .not { throw looseNot() }
            }
            operands.append((start, signs, try postfix()))
        } while takePower()
        var value: Expression?
        for operand in operands.reversed() {
            var next = operand.base
            if let exponent = value {
                let from = operand.signs.isEmpty ? operand.start : operand.signs[operand.signs.count - 1] + 1
                next = try node(.binary(.power, next, exponent), from: from, depth: max(next.depth, exponent.depth))
            }
            for sign in operand.signs.reversed() { next = try node(.negate(next), from: sign, depth: next.depth) }
            value = next
        }
        guard let value else { throw expected("an expression") }
        return value
    }

    private mutating func takePower() -> Bool {
        guard take(.caret) else { return false }
        skipNewlines()
        return true
    }

    // MARK: Calls, indices, fields

    /// An operand with what is called on it.
    private mutating func postfix() throws(Diagnostic) -> Expression {
        let start = index
        var value = try primary()
        while true {
            let token = self.token
            switch token.kind {
            case .dot:
                advance()
                skipNewlines()
                guard kind == .name else { throw expected("the name of a field or verb after the point") }
                let name = Name(text(self.token), span(self.token))
                advance()
                if kind == .leftParenthesis, !self.token.startsLine {
                    let (arguments, depth) = try self.arguments()
                    value = try node(.method(value, name: name, arguments), from: start, depth: max(value.depth, depth))
                } else {
                    value = try node(.field(value, name: name), from: start, depth: value.depth)
                }
            // What starts a line never calls or indexes.
            case .leftParenthesis where !token.startsLine:
                let (arguments, depth) = try self.arguments()
                value = try node(.call(value, arguments), from: start, depth: max(value.depth, depth))
            case .leftBracket where !token.startsLine:
                let (items, depth) = try indexItems()
                value = try node(.index(value, items), from: start, depth: max(value.depth, depth))
            default: return value
            }
        }
    }

    /// `(a, k: b)` after what is called.
    private mutating func arguments() throws(Diagnostic) -> ([Argument], depth: Int) {
        let opener = index
        var result: [Argument] = []
        var names: [String: Span] = [:]
        var depth = 0
        advance()
        let outer = isIndex
        isIndex = false
        defer { isIndex = outer }
        while kind != .rightParenthesis {
            var name: Name?
            if kind == .name, kind(after: 1) == .colon {
                let found = Name(text(token), span(token))
                if let first = names.updateValue(found.span, forKey: found.text) {
                    throw Diagnostic("the argument `\(found.text)` is given twice", at: found.span).labelled(first, "first here")
                }
                name = found
                advance()
                advance()
            } else if let last = result.last(where: { $0.name != nil })?.name, kind.startsExpression {
                throw Diagnostic(
                    "a positional argument follows the named argument `\(last.text)`", at: span(token),
                    help: "positional arguments come first; name this one, or move it forward")
            }
            let value = try expression()
            depth = max(depth, value.depth)
            if kind == .assign, case .name(let text) = value.kind, tokens[opener].partner >= 0 {
                throw Diagnostic("a named argument is written with `:`", at: span(token), help: "write \(text): ...; equality is ==")
            }
            result.append(Argument(name: name, value: value))
            try separator(in: opener, after: value)
        }
        advance()
        return (result, depth)
    }

    /// `[i, 2..<5, :]` after what is indexed.
    private mutating func indexItems() throws(Diagnostic) -> ([IndexItem], depth: Int) {
        let opener = index
        var items: [IndexItem] = []
        var depth = 0
        advance()
        let outer = isIndex
        isIndex = true
        defer { isIndex = outer }
        if kind == .rightBracket {
            throw Diagnostic("the index is missing", at: span(from: opener).joined(to: span(token)), help: "x[:] takes everything")
        }
        while kind != .rightBracket {
            let start = index
            if kind == .colon {
                advance()
                guard kind == .comma || kind == .rightBracket else {
                    if kind == .end { throw expected("`]`") }
                    throw try slice(from: nil, start)
                }
                items.append(.all(span(tokens[start])))
                if kind == .comma { advance() }
                continue
            }
            let value = try expression()
            if kind == .colon { throw try slice(from: value, start) }
            depth = max(depth, value.depth)
            items.append(.expression(value))
            try separator(in: opener, after: value)
        }
        advance()
        return (items, depth)
    }

    /// The error of `x[1:3]`, with what to write instead; the position is at, or after, the first colon.
    private mutating func slice(from first: Expression?, _ start: Int) throws(Diagnostic) -> Diagnostic {
        if first != nil { advance() }
        var parts: [String] = [first?.span.text ?? ""]
        while true {
            var part = ""
            if kind != .colon, kind != .comma, kind != .rightBracket {
                if kind == .end { throw expected("`]`") }
                part = try expression().span.text
            }
            parts.append(part)
            guard take(.colon) else { break }
        }
        let (low, high) = (parts[0], parts[1])
        let step = parts.count > 2 && !parts[2].isEmpty ? " by \(parts[2])" : ""
        let range = high.isEmpty ? "\(low.isEmpty ? "0" : low)..." : "\(low)..<\(high)"
        return Diagnostic(
            "`:` alone takes a whole axis; it does not join the ends of a range", at: span(from: start), help: "write \(range)\(step)")
    }

    /// The comma after an element, or the bracket that ends them.
    mutating func separator(in opener: Int, after element: Expression) throws(Diagnostic) {
        let closer: Token.Kind = tokens[opener].kind == .leftBracket ? .rightBracket : .rightParenthesis
        if kind == closer || take(.comma) { return }
        if kind == .for {
            throw Diagnostic("a loop cannot stand inside brackets", at: span(token), help: "write map(xs, x -> ...)")
        }
        if kind.startsExpression {
            throw Diagnostic("a comma is missing before \(described(token))", at: span(token), help: "elements are separated by commas")
                .labelled(span(tokens[opener]), "inside these brackets")
        }
        if kind == .assign {
            throw Diagnostic("`=` cannot stand inside an expression", at: span(token), help: "names are given with `:`, and equality is ==")
        }
        if kind == .question { throw ternary() }
        throw expected("a comma or `\(closer.rawValue)`")
    }

    func ternary() -> Diagnostic {
        Diagnostic(
            "`?` is not an operator", at: span(token),
            help: "write if a { b } else { c }, which is an expression; a statement ?name gives help")
    }
}
