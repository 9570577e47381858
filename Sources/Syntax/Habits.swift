/// What people write out of habit from other languages, and what to write instead.
enum Habit {
    /// Operators of other languages; longer ones come before their beginnings.
    private static let operators: [(text: [UInt8], help: String)] = [
        ("===", "equality is written =="), ("!==", "write !="), ("**=", "write x = x ^ ..."), ("//=", "write x = floor(x / ...)"),
        ("**", "a power is written ^"), ("//", "write floor(a / b); # starts a comment"), ("&&", "write `and`"), ("||", "write `or`"),
        ("+=", "write x = x + ..."), ("-=", "write x = x - ..."), ("*=", "write x = x * ..."), ("/=", "write x = x / ..."),
        ("%=", "write x = x % ..."), ("^=", "write x = x ^ ..."), ("@=", "write x = x @ ..."), ("|>", "write a.f() for f(a)"),
        ("=>", "a function is written x -> ..., at least >="), (":=", "write ="),
        ("<>", "write !="), ("\\", "a function is written x -> ..., a fraction a / b"), ("&", "write `and`"),
        ("$", "names start with a letter or _"),
        ("`", "strings stand in double quotes: \"...\""),
    ].map { (Array($0.0.utf8), $0.1) }

    private static let beginnings = Set(operators.map { $0.text[0] })
    private static let continuations = Set(operators.compactMap { $0.text.dropFirst().first })
    private static let alone = Set(operators.filter { $0.text.count == 1 }.map { $0.text[0] })

    /// The foreign operator at an offset, if one stands there, and its remedy.
    static func remedy(at offset: Int, in bytes: [UInt8]) -> (length: Int, help: String)? {
        func byte(_ ahead: Int) -> UInt8 { offset + ahead < bytes.count ? bytes[offset + ahead] : 0 }
        switch bytes[offset] {
        case UInt8(ascii: "!") where byte(1) != UInt8(ascii: "="): return (1, "write `not`")
        case UInt8(ascii: "'"): return quoted(at: offset, in: bytes)
        case UInt8(ascii: ".") where byte(1) == UInt8(ascii: ".") && byte(2) != UInt8(ascii: ".") && byte(2) != UInt8(ascii: "<"):
            return (2, "a..<b leaves the end out, a...b takes it in")
        case UInt8(ascii: "<") where byte(1) == UInt8(ascii: "-") && byte(2) == UInt8(ascii: " "):
            return (2, "`x = ...` binds a name, `x ~ ...` draws; a comparison with a negative number is written x < -1")
        default: break
        }
        guard beginnings.contains(bytes[offset]) else { return nil }
        if !continuations.contains(byte(1)), !alone.contains(bytes[offset]) { return nil }
        for (text, help) in operators where text[0] == bytes[offset] && bytes[offset...].starts(with: text) { return (text.count, help) }
        return nil
    }

    /// Text in single quotes.
    private static func quoted(at offset: Int, in bytes: [UInt8]) -> (length: Int, help: String) {
        var end = offset + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "'"), bytes[end] != UInt8(ascii: "\n"), end - offset < 80 { end += 1 }
        let isClosed = end < bytes.count && bytes[end] == UInt8(ascii: "'")
        guard isClosed else { return (1, "strings stand in double quotes: \"...\"") }
        return (end + 1 - offset, "strings stand in double quotes: \"" + String(decoding: bytes[offset + 1..<end], as: UTF8.self) + "\"")
    }

    /// What a word that begins a statement means elsewhere; told where the statement makes no sense otherwise.
    static func remedy(forWord word: String) -> String? {
        switch word {
        case "def", "function", "fn", "func", "fun": "a function is written f(x) = ..., with { } for many lines"
        case "let", "var", "const", "val", "local", "global", "mut", "auto": "a name is bound with = alone: x = ..."
        case "lambda": "a function without a name is written x -> ..."
        case "elif", "elseif", "elsif": "write `else if`, after the }"
        case "class", "struct", "type": "a record holds named values: (mean: 0, sd: 1); a model is written model Line(x) { ... }"
        case "from", "using", "library", "require", "include": "a file's definitions come with import \"helpers.latent\""
        case "print", "echo", "puts": "a function takes its arguments in parentheses: \(word)(...)"
        case "end", "begin", "do", "then": "a block stands in { }"
        case "try", "with", "switch", "match", "case", "assert", "raise", "throw", "pass", "del", "async", "await", "yield":
            "Latent has no `\(word)`"
        default: nil
        }
    }
}
