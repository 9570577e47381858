import Diagnostics

/// Cuts a source into tokens.
///
/// A stack of open brackets and strings decides what a newline means, and an interpolated string is flattened into the
/// stream: its opening quote, pieces of text, `\(`, the tokens of the expression, `)`, and its closing quote.
struct Lexer {
    /// How many brackets, blocks and interpolations may be open at once.
    static let nestingLimit = 256

    /// A bracket, interpolation or string that is not closed yet.
    struct Opener {
        var kind: Token.Kind
        /// The index of its token.
        var token: Int
        /// For a string: whether three quotes opened it.
        var isBlock = false
    }

    let source: SourceText
    private(set) var tokens: [Token] = []
    private(set) var open: [Opener] = []
    private(set) var comments: [Range<Int>] = []
    /// In a tolerant lexer, what it skipped.
    private(set) var unknown: [Range<Int>] = []
    private let bytes: [UInt8]
    private var position = 0
    /// Where the token being read starts.
    private var tokenStart = 0
    private var startsLine = true
    private var sawNewline = false

    private init(_ source: SourceText) {
        self.source = source
        bytes = source.bytes
    }

    /// The tokens of a source, with what is left open at its end.
    static func run(on source: SourceText) throws(Diagnostic) -> Lexer {
        guard source.bytes.count < Int(Int32.max) else { throw Diagnostic("the source is larger than 2 GiB") }
        var lexer = Lexer(source)
        lexer.tokens.reserveCapacity(lexer.bytes.count / 4 + 2)
        while try lexer.step() {}
        return lexer
    }

    /// The pieces of a source that may be broken or unfinished, in order; blank space is left out.
    public static func lexemes(of source: SourceText) -> [Lexeme] {
        guard source.bytes.count < Int(Int32.max) else { return [] }
        var lexer = Lexer(source)
        while true {
            do throws(Diagnostic) {
                if try !lexer.step() { break }
            } catch {
                lexer.recover(from: lexer.tokenStart)
            }
        }
        return lexer.classified()
    }

    /// Steps over what could not be read; an unclosed string ends at the end of its line.
    private mutating func recover(from start: Int) {
        if let string = open.lastIndex(where: { $0.kind == .stringOpen }), string == open.count - 1 {
            open.removeLast()
            if position < bytes.count, !isLineEnd(bytes[position]) { position = bytes.count }
            if position > start { push(.stringText, from: start) }
        } else {
            if position <= start { position = min(start + scalarLength(at: start), bytes.count) }
            unknown.append(start..<position)
        }
    }

    private func classified() -> [Lexeme] {
        var result: [Lexeme] = []
        for token in tokens where !token.range.isEmpty {
            let kind: Lexeme.Kind
            switch token.kind {
            case .newline, .end: continue
            case .name: kind = .word
            case .number: kind = .number
            case .stringOpen, .stringText, .stringClose, .interpolation: kind = .string
            default: kind = token.kind.isKeyword ? .keyword : .operator
            }
            // The closing parenthesis of an interpolation belongs to the string, as its opening one does.
            let closes = token.kind == .rightParenthesis && token.partner >= 0 && tokens[Int(token.partner)].kind == .interpolation
            result.append(Lexeme(kind: closes ? .string : kind, span: Span(source, token.range)))
        }
        result += comments.map { Lexeme(kind: .comment, span: Span(source, $0)) }
        result += unknown.map { Lexeme(kind: .unknown, span: Span(source, $0)) }
        return result.sorted { $0.span.start < $1.span.start }
    }

    // MARK: Steps

    /// Reads one token; false at the end, after the token that says so.
    private mutating func step() throws(Diagnostic) -> Bool {
        if let opener = open.last, opener.kind == .stringOpen {
            tokenStart = position
            try stringPiece(opener)
            return true
        }
        skipBlank()
        tokenStart = position
        guard position < bytes.count else {
            if sawNewline { push(.newline, from: position, to: position) }
            push(.end, from: position, to: position)
            return false
        }
        let byte = bytes[position]
        separateLines(before: byte)
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "\""): openString()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): word()
        case 0x80...:
            guard isWordScalar(scalar(at: position), first: true) else { throw strangeCharacter() }
            word()
        default: try symbol()
        }
        return true
    }

    /// Spaces, comments and line ends.
    private mutating func skipBlank() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "#") {
                let start = position
                while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
                comments.append(start..<position)
            } else if isLineEnd(byte) {
                startsLine = true
                // The innermost open bracket decides whether a newline ends a statement.
                if open.last.map({ $0.kind == .leftBrace }) ?? true { sawNewline = true }
                position += 1
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                position += 1
            } else if position == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                position = 3
            } else {
                return
            }
        }
    }

    /// Ends the statement before a line, unless the line starts with what continues one: `.`, `|` or `else`.
    private mutating func separateLines(before byte: UInt8) {
        guard sawNewline else { return }
        sawNewline = false
        if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "|") || isWord("else", at: position) { return }
        push(.newline, from: position, to: position)
        startsLine = true
    }

    private mutating func push(_ kind: Token.Kind, from start: Int, to end: Int) {
        tokens.append(Token(kind: kind, startsLine: startsLine, start: Int32(start), end: Int32(end)))
        startsLine = false
    }

    private mutating func push(_ kind: Token.Kind, from start: Int) { push(kind, from: start, to: position) }

    // MARK: Words and numbers

    private mutating func word() {
        let start = position
        skipWord()
        // After a point any word is a name.
        let isField = tokens.last?.kind == .dot
        let kind = isField ? nil : Token.keywordKinds[source[start..<position]]
        push(kind ?? .name, from: start)
    }

    private mutating func skipWord() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte >= 0x80 {
                let next = scalar(at: position)
                guard isWordScalar(next, first: false) else { return }
                position += UTF8.width(next)
            } else if isWordByte(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    /// Letters, digits and `_`; marks and numerals like `₁` may follow.
    private func isWordScalar(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
        let properties = scalar.properties
        if properties.isXIDStart { return true }
        return !first && (properties.isXIDContinue || properties.generalCategory == .otherNumber)
    }

    /// `3` `0.5` `1e-3` `1_000`; a point has digits on both sides.
    private mutating func number() throws(Diagnostic) {
        let start = position
        skipDigits()
        if byte(at: position) == UInt8(ascii: ".") {
            let next = byte(at: position + 1)
            if isDigit(next) {
                position += 1
                skipDigits()
            } else if next != UInt8(ascii: "."), !isWordByte(next), next < 0x80 {
                let digits = source[start..<position]
                position += 1
                throw failure("a number cannot end with its point", start..<position, help: "write \(digits).0, or \(digits)")
            }
        }
        if byte(at: position) | 0x20 == UInt8(ascii: "e") {
            var ahead = position + 1
            if byte(at: ahead) == UInt8(ascii: "-") || byte(at: ahead) == UInt8(ascii: "+") { ahead += 1 }
            if isDigit(byte(at: ahead)) {
                position = ahead
                skipDigits()
            }
        }
        let end = position
        skipWord()
        if position > end { throw badSuffix(of: start..<end) }
        for offset in start..<end where bytes[offset] == UInt8(ascii: "_") && !(isDigit(bytes[offset - 1]) && isDigit(byte(at: offset + 1)))
        {
            throw failure("in a number `_` stands between digits", start..<end, help: "write it like 1_000")
        }
        push(.number, from: start)
    }

    private mutating func skipDigits() {
        while isDigit(byte(at: position)) || byte(at: position) == UInt8(ascii: "_") { position += 1 }
    }

    private func badSuffix(of number: Range<Int>) -> Diagnostic {
        let digits = source[number]
        let suffix = source[number.upperBound..<position]
        let whole = number.lowerBound..<position
        if digits == "0", let base = ["x": 16, "b": 2, "o": 8][suffix.prefix(1).lowercased()],
            let value = Int(suffix.dropFirst().replacing("_", with: ""), radix: base)
        {
            return failure("numbers are written in base ten", whole, help: "write \(value)")
        }
        if suffix == "e" || suffix == "E" {
            return failure("the exponent of `\(digits)\(suffix)` has no digits", whole, help: "write it like 1e-3")
        }
        return failure(
            "`\(digits)\(suffix)` is neither a number nor a name", whole,
            help: "write \(digits) * \(suffix) for a product; a name starts with a letter or _")
    }

    // MARK: Strings

    private mutating func openString() {
        let start = position
        let isBlock = byte(at: position + 1) == UInt8(ascii: "\"") && byte(at: position + 2) == UInt8(ascii: "\"")
        position += isBlock ? 3 : 1
        open.append(Opener(kind: .stringOpen, token: tokens.count, isBlock: isBlock))
        push(.stringOpen, from: start)
    }

    /// The next piece of the string that is open: its end, an interpolation's `\(`, or text.
    private mutating func stringPiece(_ opener: Opener) throws(Diagnostic) {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                if !opener.isBlock || (self.byte(at: position + 1) == byte && self.byte(at: position + 2) == byte) {
                    if position > start { push(.stringText, from: start) }
                    let quote = position
                    position += opener.isBlock ? 3 : 1
                    open.removeLast()
                    push(.stringClose, from: quote)
                    match(opener.token)
                    return
                }
                position += 1
            } else if byte == UInt8(ascii: "\\") {
                if self.byte(at: position + 1) == UInt8(ascii: "(") {
                    if position > start { push(.stringText, from: start) }
                    let mark = position
                    position += 2
                    try openBracket(.interpolation, mark)
                    return
                }
                position += 1
                if position < bytes.count, !isLineEnd(bytes[position]) { position += scalarLength(at: position) }
            } else if isLineEnd(byte), !opener.isBlock {
                break
            } else {
                position += 1
            }
        }
        let quote = Span(source, tokens[opener.token].range)
        if opener.isBlock {
            throw Diagnostic("the string opened here is not closed", at: quote, help: "close it with \"\"\"", kind: .incomplete)
        }
        throw Diagnostic(
            "the string opened here is not closed on its line", at: quote,
            help: "close it with \"; \"\"\" opens a string of many lines, and \\n stands for a newline in one")
    }

    // MARK: Symbols

    private mutating func symbol() throws(Diagnostic) {
        let start = position
        if let remedy = Habit.remedy(at: position, in: bytes) {
            position += remedy.length
            let text = source[start..<position]
            let message = text.hasPrefix("'") ? "single quotes do not make a string" : "`\(text)` is not an operator"
            throw failure(message, start..<position, help: remedy.help)
        }
        if let kind = longSymbol() {
            position += kind.rawValue.utf8.count
            push(kind, from: start)
            return
        }
        guard let kind = Self.symbols[Int(bytes[position])] else { throw strangeCharacter() }
        if kind == .dot, isDigit(byte(at: start + 1)) { throw pointBeforeDigit() }
        position += 1
        switch kind {
        case .leftParenthesis, .leftBracket, .leftBrace: try openBracket(kind, start)
        case .rightParenthesis, .rightBracket, .rightBrace: try closeBracket(kind, start)
        case .colon:
            // Before a colon any word is a name.
            if let last = tokens.indices.last, tokens[last].kind.isKeyword { tokens[last].kind = .name }
            push(kind, from: start)
        default: push(kind, from: start)
        }
    }

    /// The operator of two or three bytes at the position.
    private func longSymbol() -> Token.Kind? {
        switch (bytes[position], byte(at: position + 1)) {
        case (UInt8(ascii: "="), UInt8(ascii: "=")): .equal
        case (UInt8(ascii: "!"), UInt8(ascii: "=")): .notEqual
        case (UInt8(ascii: "<"), UInt8(ascii: "=")): .lessEqual
        case (UInt8(ascii: ">"), UInt8(ascii: "=")): .greaterEqual
        case (UInt8(ascii: "-"), UInt8(ascii: ">")): .arrow
        case (UInt8(ascii: "."), UInt8(ascii: ".")): byte(at: position + 2) == UInt8(ascii: "<") ? .halfOpenRange : .closedRange
        default: nil
        }
    }

    /// The operators, brackets and separators of one byte, by that byte.
    private static let symbols: [Token.Kind?] = {
        let kinds: [Token.Kind] = [
            .leftParenthesis, .rightParenthesis, .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma, .colon, .semicolon, .dot,
            .question,
            .assign, .tilde, .bar, .plus, .minus, .star, .slash, .percent, .at, .caret, .less, .greater,
        ]
        var table = [Token.Kind?](repeating: nil, count: 256)
        for kind in kinds { table[Int(kind.rawValue.utf8.first ?? 0)] = kind }
        return table
    }()

    private mutating func openBracket(_ kind: Token.Kind, _ start: Int) throws(Diagnostic) {
        guard open.count < Self.nestingLimit else {
            throw failure("brackets nest more than \(Self.nestingLimit) deep", start..<position, help: "bind a part to a name of its own")
        }
        open.append(Opener(kind: kind, token: tokens.count))
        push(kind, from: start)
    }

    private mutating func closeBracket(_ kind: Token.Kind, _ start: Int) throws(Diagnostic) {
        guard let opener = open.last else { throw failure("no bracket is open for this `\(kind.rawValue)`", start..<position) }
        let fits =
            switch opener.kind {
            case .leftBracket: kind == .rightBracket
            case .leftBrace: kind == .rightBrace
            default: kind == .rightParenthesis
            }
        guard fits else {
            throw failure("`\(kind.rawValue)` does not close the `\(opener.kind.rawValue)` that is open", start..<position)
                .labelled(Span(source, tokens[opener.token].range), "opened here")
        }
        open.removeLast()
        push(kind, from: start)
        match(opener.token)
    }

    /// Ties an opening token to the closing one just read.
    private mutating func match(_ opener: Int) {
        tokens[opener].partner = Int32(tokens.count - 1)
        tokens[tokens.count - 1].partner = Int32(opener)
    }

    // MARK: Errors

    private func failure(_ message: String, _ range: Range<Int>, help: String? = nil) -> Diagnostic {
        Diagnostic(message, at: Span(source, range), help: help)
    }

    /// `.5`, or `t.0`.
    private func pointBeforeDigit() -> Diagnostic {
        var end = position + 1
        while isDigit(byte(at: end)) { end += 1 }
        let digits = source[position + 1..<end]
        if let last = tokens.last, last.kind.endsExpression, Int(last.end) == position {
            return failure("a field's name cannot be a number", position..<end, help: "entries are counted from 0 in brackets: [\(digits)]")
        }
        return failure("a number cannot start with its point", position..<end, help: "write 0.\(digits)")
    }

    private func strangeCharacter() -> Diagnostic {
        let found = scalar(at: position)
        let range = position..<position + UTF8.width(found)
        let code =
            "U+" + String(repeating: "0", count: max(0, 4 - String(found.value, radix: 16).count))
            + String(found.value, radix: 16, uppercase: true)
        switch found.value {
        case 0x201C, 0x201D, 0x201E, 0x00AB, 0x00BB:
            return failure("`\(found)` is not the quote of a string", range, help: "strings stand in straight quotes: \"...\"")
        case 0x2018, 0x2019:
            return failure("`\(found)` is not the quote of a string", range, help: "strings stand in straight double quotes: \"...\"")
        case 0x2212, 0x2013, 0x2014: return failure("`\(found)` (\(code)) is not a minus sign", range, help: "write -")
        case 0x00D7, 0x22C5, 0x00B7: return failure("`\(found)` (\(code)) is not an operator", range, help: "a product is written *")
        case 0x2264, 0x2265, 0x2260:
            return failure(
                "`\(found)` is not an operator", range,
                help: "write " + (found.value == 0x2264 ? "<=" : found.value == 0x2265 ? ">=" : "!="))
        case 0x2192: return failure("`\(found)` is not an operator", range, help: "write ->")
        case 0x2026: return failure("`\(found)` (\(code)) is one character", range, help: "a range takes three points: ...")
        default: break
        }
        let properties = found.properties
        let name = properties.name.map { ", \($0.lowercased())" } ?? ""
        switch properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator:
            return failure("the space \(code)\(name) cannot stand between words", range, help: "replace it with an ordinary space")
        case .control: return failure("the control character \(code) cannot stand here", range, help: "remove it")
        case .format: return failure("the invisible character \(code)\(name) cannot stand here", range, help: "remove it")
        default: return failure("the character `\(found)` (\(code)\(name)) cannot stand here", range)
        }
    }

    // MARK: Bytes

    /// The byte at an offset; 0 past the end.
    private func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private func isWordByte(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_") }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private func isWord(_ word: String, at offset: Int) -> Bool {
        let end = offset + word.utf8.count
        return end <= bytes.count && bytes[offset..<end].elementsEqual(word.utf8) && !isWordByte(byte(at: end)) && byte(at: end) < 0x80
    }

    private func scalarLength(at offset: Int) -> Int {
        switch bytes[offset] {
        case 0..<0xC0: 1
        case 0xC0..<0xE0: 2
        case 0xE0..<0xF0: 3
        default: 4
        }
    }

    private func scalar(at offset: Int) -> Unicode.Scalar {
        source[offset..<offset + scalarLength(at: offset)].unicodeScalars.first ?? "\u{FFFD}"
    }
}
