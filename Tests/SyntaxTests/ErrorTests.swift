import Diagnostics
import Syntax
import Testing

@Suite struct ErrorTests {
    /// A wrong text, a part of the message, the text under the caret, a part of the help.
    private static let table: [(text: String, message: String, caret: String, help: String)] = [
        ("x[1:3]", "`:` alone", "1:3", "1..<3"), ("x[1:]", "`:` alone", "1:", "1..."), ("x[:n]", "`:` alone", ":n", "..<n"),
        ("x[::2]", "`:` alone", "::2", "0... by 2"),
        ("x[a:b:c]", "`:` alone", "a:b:c", "a..<b by c"), ("x[0, 1:3]", "`:` alone", "1:3", "1..<3"),
        ("x[]", "index is missing", "[]", "x[:]"),
        ("if a = 1 { 2 }", "does not compare", "=", "=="), ("while a = 1 { 2 }", "does not compare", "=", "=="),
        ("if a:\n  b", "stands in { }", ":", "{ ... }"),
        ("for i in x:\n  b", "stands in { }", ":", "{ ... }"), ("if a\n{ 1 }", "no block", "a", "on this line"),
        ("if a b", "expected `{`", "b", "{ }"),
        ("[a\n(b)]", "comma is missing", "(", "commas"), ("f(a\n[b])", "comma is missing", "[", "commas"),
        ("[1 2]", "comma is missing", "2", "commas"), ("(a b)", "comma is missing", "b", "commas"),
        ("!x", "`!` is not", "!", "not"), ("a && b", "`&&`", "&&", "and"), ("a || b", "`||`", "||", "or"), ("a ** b", "`**`", "**", "^"),
        ("a // b", "`//`", "//", "floor"), ("x += 1", "`+=`", "+=", "x = x +"),
        ("x <- 3", "`<-`", "<-", "x = "), ("xs |> f", "`|>`", "|>", "a.f()"), ("x => 1", "`=>`", "=>", "->"), ("x := 1", "`:=`", ":=", "="),
        ("1..5", "`..`", "..", "..<"),
        ("def f(x):", "`def`", "def", "f(x) ="), ("function f(x)", "`function`", "function", "f(x) ="),
        ("let x = 3", "`let`", "let", "x = "), ("var x = 3", "`var`", "var", "x = "),
        ("lambda x: x", "`lambda`", "lambda", "x ->"), ("print x", "`print`", "print", "print(...)"),
        ("import numpy", "file's name", "numpy", "import \""), ("import \"a\\(b)\"", "fixed text", "\"a\\(b)\"", "import"),
        ("if a { 1 } elif b { 2 }", "`elif`", "elif", "else if"), ("'abc'", "single quotes", "'abc'", "\"abc\""),
        ("“abc”", "quote of a string", "“", "straight"), ("a\u{A0}+ b", "U+00A0", "\u{A0}", "ordinary space"),
        ("a \u{200B}", "invisible", "\u{200B}", "remove"), ("a \u{7}", "control character U+0007", "\u{7}", "remove"),
        ("a − b", "minus sign", "−", "-"), ("a → b", "`→`", "→", "->"), ("🎲 = 1", "cannot stand", "🎲", ""),
        (".5", "start with its point", ".5", "0.5"), ("5.", "end with its point", "5.", "5.0"), ("t.0", "field's name", ".0", "[0]"),
        ("3abc", "neither", "3abc", "3 * abc"), ("1e", "no digits", "1e", "1e-3"),
        ("1_", "between digits", "1_", "1_000"), ("1__0", "between digits", "1__0", "1_000"), ("0x1F", "base ten", "0x1F", "31"),
        ("1e999", "too large", "1e999", "inf"),
        (#""a\q""#, "not an escape", "\\q", "\\\\"), (#""\u{D800}""#, "surrogate", "\\u{D800}", "1F600"),
        (#""\u{110000}""#, "no character", "\\u{110000}", "10FFFF"), (#""\u41""#, "in braces", "\\u", "\\u{41}"),
        (#""\u{zz}""#, "hexadecimal", "\\u{zz}", "\\u{41}"),
        (#""\()""#, "empty", "\\()", ""), (#""abc"#, "not closed on its line", "\"", "\"\"\""),
        ("\"abc\nd\"", "not closed on its line", "\"", "\"\"\""),
        ("f(a: 1, 2)", "positional argument follows", "2", "first"), ("f(a: 1, a: 2)", "given twice", "a", ""),
        ("f(a = 1)", "written with `:`", "=", "a: ..."), ("(a: 1, 2)", "record's fields", "2", "(a: 1"),
        ("(1, a: 2)", "record's fields", "a", "(a: 1"),
        ("(a: 1, a: 2)", "two fields", "a", ""), ("f(x, x) = 1", "two parameters", "x", ""), ("(x, x) -> 1", "two parameters", "x", ""),
        ("f(x = 2) = x", "default is written", "=", "x: ..."), ("f(1) = x", "parameter is a name", "1", "f(x"),
        ("f(x: 1, y) = x", "no default", "y", "first"), ("for = 3", "keyword", "for", "another name"),
        ("in = 2", "keyword", "in", "another"), ("true = 1", "keyword", "true", "another"), ("f(if) = 1", "keyword", "if", "another"),
        ("for if in x { }", "keyword", "if", "another"),
        ("1 + x -> x", "operand", "x", "parentheses"), ("m | x -> x", "operand", "x", "parentheses"),
        ("f(x) -> x", "names on its left", "f(x)", "(x, y) ->"), ("-> x", "no parameter", "->", "x ->"),
        ("not x -> x", "operand", "x", "parentheses"),
        ("(1, 2]", "does not close", "]", ""), ("a)", "no bracket is open", ")", ""), ("}", "no bracket is open", "}", ""),
        ("f(x) + 1 = 3", "cannot bind", "f(x) + 1", "=="), ("1 = x", "cannot bind", "1", "name"),
        ("f(x).y ~ d", "cannot draw", "f(x)", "x[t]"),
        ("(a, b) = c", "cannot bind", "(a, b)", "a, b = "), ("a, b ~ d", "one variable", "~", "each"),
        ("_ ~ d", "needs a name", "_", "sample"), ("a = b = 3", "one `=`", "=", "=="), ("x = 1, 2", "parentheses", ",", "(a, b)"),
        ("1, 2", "parentheses", "1, 2", "(1, 2)"),
        ("a b", "cannot follow", "b", "new line"), ("{a: 1}", "do not begin", ":", "(a: 1)"), ("x: int = 3", "do not begin", ":", "(a: 1)"),
        ("[a: 1]", "have no names", "a", "(a: 1)"), ("a ? b : c", "`?`", "?", "if a"), ("f?", "before the name", "?", "?f"),
        ("if a { 1 } + 2", "ends with its `}`", "+", "parentheses"), ("for i in x { } y", "ends with its `}`", "y", "new line"),
        ("if a { 1 }\n.f()", "ends with its `}`", ".", "parentheses"), ("x = for i in y { }", "no value", "for", "map"),
        ("[x for x in xs]", "loop cannot", "for", "map"),
        ("a = = 3", "expression is expected", "=", "=="), ("+3", "nothing on its left", "+", "leave it out"),
        ("a == not b", "looser", "not", "(not"), ("a not in b", "not in", "not", "not (a in b)"),
        ("1... + 2", "nothing on its left", "+", ""), ("f(1...)", "no end", "...", "index"),
        ("a..<b..<c", "two ends", "..<", "by"), ("x[...]", "one of its ends", "...", ":"), ("else { 1 }", "no `if`", "else", "if a"),
        ("model M { x = 1 }", "no parameters", "{", "M()"), ("model M() = 1", "no `=`", "=", "{ ... }"),
        ("learn w ~ d", "not drawn", "~", "learn w ="),
        ("for i = 0..<3 { }", "followed by `in`", "=", "for i in"), ("for i, i in x { }", "two loop", "i", ""),
        ("x.(y)", "name of a field", "(", ""), ("?3", "takes a name", "3", "?Normal"),
    ]

    @Test func mistakes() {
        for (text, message, caret, help) in Self.table {
            do {
                let found = try tree(text)
                Issue.record("\(text) parses to \(found)")
            } catch let error as Diagnostic {
                #expect(error.kind == .error, "\(text)\n\(error)")
                #expect(error.message.contains(message), "\(text)\n\(error)")
                #expect(error.labels.first?.span.text == caret, "\(text)\n\(error)")
                #expect(error.help?.contains(help) ?? help.isEmpty, "\(text)\n\(error)")
            } catch {
                Issue.record(error)
            }
        }
    }

    /// Texts that more lines could complete, with what the error points at.
    @Test func unfinished() {
        let table: [(text: String, caret: String)] = [
            ("(", "("), ("[1,", "["), ("f(x", "("), ("f(a,\n b", "("), ("if x {", "{"), ("f(x) = {\n a = 1\n", "{"), ("a = 1 +", "+"),
            ("a =", "="), ("a = 1 +\n\n# c\n", "+"), ("x ~", "~"), ("x ->", "->"), ("a and", "and"), ("not", "not"), ("a,", ","),
            ("\"\"\"a\nb", "\"\"\""), ("model M(x) {\n y ~ d", "{"), ("if a { 1 } else", "else"), ("if a { 1 } else if", "if"),
            ("x[1:", "["), ("(a: 1,", "("), ("(x, k: 2", "("), ("{ (a", "("), ("for i in", "in"), ("-", "-"), ("2^", "^"),
            ("0...1 by", "by"), ("x.", "."), ("import", "import"),
        ]
        for (text, caret) in table {
            do {
                let found = try tree(text)
                Issue.record("\(text) parses to \(found)")
            } catch let error as Diagnostic {
                #expect(error.kind == .incomplete, "\(text)\n\(error)")
                #expect(error.labels.first?.span.text == caret, "\(text)\n\(error)")
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test func limits() {
        func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        let deep = [
            "1" + times("+1", 20_000), times("-", 20_000) + "1", times("not ", 20_000) + "1", "a" + times(".b", 20_000),
            times("1^", 20_000) + "1", times("x -> ", 20_000) + "1",
            times("if a {1} else ", 10_000) + "{2}", times("(", 20_000), times("{", 20_000), times("[", 300) + times("]", 300),
            times("\"\\(", 300), times("if ", 10_000), "a" + times("[0]", 10_000) + " = 1",
        ]
        for text in deep { #expect(throws: Diagnostic.self, "\(text.prefix(20))") { try tree(text) } }
        for text in [
            "1" + times("+1", 900), times("(", 200) + "1" + times(")", 200), times("{", 200) + "1" + times("}", 200),
            times("for i in x {", 200) + times("}", 200),
        ] {
            #expect(throws: Never.self, "\(text.prefix(20))") { try tree(text) }
        }
    }

    @Test func literalsOnly() throws {
        for text in ["3", "-3", "\"a\"", "[1, -2]", "(a: 1, b: none)", "(1, true)", "missing"] {
            #expect(throws: Never.self, "\(text)") { try Parser.parseLiteral(SourceText(name: "test", text: text)) }
        }
        for text in ["a", "1 + 1", "f()", "\"\\(a)\"", "[a]", "1; 2", "", "-a", "1 2"] {
            #expect(throws: Diagnostic.self, "\(text)") { try Parser.parseLiteral(SourceText(name: "test", text: text)) }
        }
    }
}
