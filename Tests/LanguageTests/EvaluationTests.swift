import Diagnostics
import Language
import Testing

/// What programs show, construct by construct (LANGUAGE 2 to 4).
@Test func programsShow() {
    let cases: [(String, String)] = [
        // Numbers and operators
        ("1 + 2 * 3", "7"), ("2^10", "1024"), ("2^-1", "0.5"), ("-2^2", "-4"), ("2^3^2", "512"), ("7 % 3", "1"), ("-7 % 3", "2"),
        ("7 % -3", "-2"), ("1/0", "inf"), ("-1/0", "-inf"), ("0.1 + 0.2", "0.30000000000000004"), ("1e15", "1e15"),
        ("999999999999999", "999999999999999"),
        ("1_000", "1000"), ("1.5 % 1", "0.5"), ("true + true", "2"), ("5.5e-7", "5.5e-7"), ("1 < 2 < 3", "true"), ("1 < 3 < 2", "false"),
        ("not 1 == 2", "true"), ("true and false or true", "true"), ("1 and 0", "false"), ("2 in [1, 2]", "true"),
        ("\"a\" in \"cat\"", "true"),
        // Strings
        ("\"a\" + \"b\"", "\"ab\""), ("\"x is \\(1 + 1)\"", "\"x is 2\""), ("\"\\u{41}\\n\"", "\"A\\n\""), ("len(\"日本語\")", "3"),
        ("\"日本語\"[1]", "\"本\""),
        ("\"hello\"[1..<3]", "\"el\""), ("\"hello\"[-1]", "\"o\""), ("\"b\" > \"a\"", "true"), ("\"a\" == \"a\"", "true"),
        // Tensors, lists, ranges
        ("[1, 2, 3] * 2", "[2, 4, 6]"), ("[[1, 2], [3, 4]] @ [1, 1]", "[3, 7]"), ("[true, false]", "[true, false]"),
        ("[\"a\", none, [1, 2]]", "[\"a\", none, [1, 2]]"),
        ("[1, 2, 3] > 1", "[false, true, true]"), ("(0..<3) + 1", "[1, 2, 3]"), ("0..<3", "0...2"), ("len(0...1 by 0.1)", "11"),
        ("len(0..<-1e308)", "0"), ("len(-1e308..<-1e308)", "0"),
        ("x = [1, 2, 3]; x[x > 1]", "[2, 3]"),
        ("x = [1, 2, 3]; x[[2, 0]]", "[3, 1]"), ("x = [1, 2, 3]; x[-1]", "3"), ("x = [1, 2, 3, 4]; x[1..<-1]", "[2, 3]"),
        ("x = [1, 2, 3]; x[1...]", "[2, 3]"),
        ("x = [[1, 2], [3, 4]]; x[:, 0]", "[1, 3]"), ("x = [1, 2]; x[:, none].shape", "[2, 1]"), ("[1, missing, 3] + 1", "[2, missing, 4]"),
        ("[].shape", "[0]"),
        ("(1, \"a\")", "(1, \"a\")"), ("(1,)", "(1,)"), ("()", "()"), ("(mean: 0, sd: 1)", "(mean: 0, sd: 1)"),
        ("(mean: 0, sd: 1).sd", "1"), ("t = (1, 2); t[0]", "1"),
        ("[\"a\", \"b\"] == [\"a\", \"c\"]", "[true, false]"), ("(1, 2) == (1, 2)", "true"), ("(a: 1) == (a: 2)", "false"),
        ("none == none", "true"), ("missing == 1", "missing"),
        ("missing and false", "false"), ("[1, 2] == [1, 3]", "[true, false]"),
        // Binding and changing
        ("a = 1; a = a + 1; a", "2"), ("a, b = (1, 2); b", "2"), ("a, _ = [5, 6]; a", "5"), ("x = [1, 2]; y = x; x[0] = 9; y", "[1, 2]"),
        ("x = [1, 2]; x[0] = 9; x", "[9, 2]"), ("x = [1, 2]; x[1] = missing; x", "[1, missing]"),
        ("x = [true, false]; x[0] = 3; x", "[3, 0]"),
        ("r = (a: 1); s = r; r.a = 2; (r.a, s.a)", "(2, 1)"), ("r = (a: [1, 2]); r.a[1] = 5; r.a", "[1, 5]"),
        ("r = (a: 1); r.b = 2; r", "(a: 1, b: 2)"),
        ("x = [1, 2, 3]; x[x > 1] = 0; x", "[1, 0, 0]"), ("xs = [\"a\"]; ys = xs; xs[0] = \"b\"; ys", "[\"a\"]"),
        ("x = []; for i in 0..<3 { x = append(x, i) }; x", "[0, 1, 2]"),
        ("t = table(x: [1, 2]); t.y = [3, 4]; t[1]", "(x: 2, y: 4)"), ("t = table(x: [1, 2, 3]); t[t.x > 1].x", "[2, 3]"),
        ("t = table(x: [1], y: [2]); t[\"y\"]", "[2]"),
        ("t = table(x: table(a: [1, 2], b: [3, 4]), z: [5, 6]); t[1]", "(x: (a: 2, b: 4), z: 6)"),
        ("table(x: table(a: [1, 2]))[[1]].x.a", "[2]"),
        ("str(table(x: table(a: [1]))) == str(table(x: table(a: [2])))", "false"),
        // Functions
        ("f(x) = x^2; f(3)", "9"), ("f(x, k: 2) = x^k; (f(3), f(3, k: 3), f(3, 1))", "(9, 27, 3)"), ("(x -> x + 1)(2)", "3"),
        ("((x, y) -> x * y)(3, 4)", "12"),
        ("g(x) = {\n  y = x\n  y / (1 + y)\n}\ng(1)", "0.5"), ("f(n) = if n < 2 { n } else { f(n - 1) + f(n - 2) }; f(15)", "610"),
        ("[1, 2].map(x -> x * 10)", "[10, 20]"),
        ("add(n) = x -> x + n; add(2)(3)", "5"), ("f(x, y: x + 1) = y; f(4)", "5"),
        ("f(x) = { if x > 0 { return \"positive\" }; \"not\" }; f(1) + f(-1)", "\"positivenot\""),
        ("r = (f: x -> x + 1); r.f(2)", "3"), ("len = len([1, 2]); len([1, 2, 3])", "3"),
        ("f(x) = { y = if x { return 1 } else { 2 }; y + 10 }; (f(true), f(false))", "(1, 12)"),
        // Scope
        ("x = 1; f() = { x = 2; x }; f(); x", "1"), ("x = 1; f() = { y = x; x = 5; (y, x) }; f()", "(1, 5)"),
        ("x = 1; f() = x; x = 2; f()", "2"),
        ("fs = []; for i in 0..<3 { fs = append(fs, () -> i) }; fs.map(f -> f())", "[0, 1, 2]"),
        ("make() = { fs = []; for i in 0..<3 { fs = append(fs, () -> i) }; fs }; make().map(f -> f())", "[0, 1, 2]"),
        (
            "counter() = { n = 0; even(k) = if k == 0 { true } else { odd(k - 1) }; odd(k) = if k == 0 { false } else { even(k - 1) }; even(10) }; counter()",
            "true"
        ),
        ("f(x) = { g(y) = x + y; x = 100; g(1) }; f(1)", "101"), ("f(a) = () -> () -> a; f(7)()()", "7"),
        // Control
        ("if 1 > 2 { \"a\" } else if 2 > 1 { \"b\" } else { \"c\" }", "\"b\""), ("s = 0; for i in 1...4 { s = s + i }; s", "10"),
        ("a = 0; while a < 10 { a = a * 2 + 1 }; a", "15"),
        ("s = 0; for i in 0..<10 { if i == 3 { continue }; if i == 6 { break }; s = s + i }; s", "12"),
        ("s = \"\"; for c in \"abc\" { s = c + s }; s", "\"cba\""),
        ("s = 0; for a, b in [[1, 2], [3, 4]] { s = s + a * b }; s", "14"), ("for r in table(x: [1, 2]) { last = r.x }; last", "2"),
        ("s = \"\"; for i in 0..<3 { s = s + str(i) + \",\" }; s", "\"0,1,2,\""),
        ("import \"helpers.latent\"; twice(4)", "8"), ("f() = { for i in 0..<5 { if i == 2 { return i } }; -1 }; f()", "2"),
        // What is not shown
        ("1;", ""), ("x = 1", ""), ("none", ""), ("f(x) = x", ""), ("for i in 0..<3 { i }", ""),
    ]
    for (program, shows) in cases {
        switch evaluate(program) {
        case .success(let shown): #expect(shown == shows, "\(program)")
        case .failure(let error): Issue.record("\(program): \(error)")
        }
    }
}

/// What is wrong, and the remedy: a part of the message, what the caret marks, a part of the help.
@Test func errorsExplain() {
    let cases: [(program: String, message: String, marked: String, help: String?)] = [
        ("lenn([1])", "nothing is called lenn", "lenn", "`len`"), ("x = 1\ny = x + foo", "nothing is called foo", "foo", nil),
        ("True", "True", "True", "`true`"),
        ("f(x) = x; f()", "f needs an argument x", "f()", "f(x)"), ("f(x) = x; f(1, 2)", "at most 1", "2", "f(x)"),
        ("f(size) = size; f(sise: 1)", "no argument named sise", "sise", "size"),
        ("3(4)", "cannot be called", "3", nil), ("[1, 2] + [1, 2, 3]", "[2]", "[1, 2] + [1, 2, 3]", nil),
        ("\"a\" + 1", "cannot take a string and a number", "\"a\" + 1", "str"),
        ("if [1, 2] { 1 }", "shape [2]", "[1, 2]", "any"), ("if 3 { 1 }", "true or false", "3", nil),
        ("x = [1, 2, 3]; x[5]", "5", "x[5]", nil), ("x = [1, 2]; x[0.5]", "whole", "x[0.5]", nil),
        ("r = (mean: 1); r.mea", "no field called mea", "mea", "mean"), ("0 / 0", "no value", "0 / 0", nil),
        ("1 % 0", "no value", "1 % 0", nil), ("f(n) = f(n + 1); f(0)", "too deep", "f(n + 1)", nil),
        ("import \"nothing.latent\"", "no file", "import \"nothing.latent\"", nil), ("break", "loop", "break", nil),
        ("return 1", "function", "return 1", nil), ("a, b = (1, 2, 3)", "cannot take 3", "(1, 2, 3)", nil),
        ("for x in 3 { }", "goes through", "3", nil), ("0..<(1/0)", "finite", "0..<(1/0)", nil),
        ("x ~ 3", "must be a distribution", "3", nil), ("learn w = 1", "model", "learn w = 1", nil),
        ("1 | (x: 2)", "fixes variables", "1 | (x: 2)", "or"), ("t = table(abc: [1]); t[\"abd\"]", "no column", "\"abd\"", "abc"),
        ("\"abc\"[7]", "out of range", "7", nil),
        ("[\"a\"][1..<9]", "beyond", "1..<9", nil), ("-\"a\"", "minus", "\"a\"", nil),
        ("x = \"ab\"; x[0] = \"c\"", "characters", "[0]", nil),
    ]
    for each in cases {
        guard case .failure(let error) = evaluate(each.program) else {
            Issue.record("\(each.program) gives no error")
            continue
        }
        #expect(error.message.contains(each.message), "\(each.program): \(error.message)")
        #expect(
            error.labels.first?.span.text.contains(each.marked) == true,
            "\(each.program) marks \(error.labels.first?.span.text ?? "nothing")")
        if let help = each.help { #expect(error.help?.contains(help) == true, "\(each.program): \(error.help ?? "no help")") }
    }
}

@Test func bindingsBeforeAnErrorStay() {
    let result = evaluate("a", cells: ["a = 1"])
    #expect((try? result.get()) == "1")
}

/// A program that grows a string, a list and a tensor in a loop takes time in proportion: a million steps end at once, and would not if each copied.
@Test func growthIsNotQuadratic() {
    for program in [
        "s = \"\"; for i in 0..<300000 { s = s + \"ab\" }; len(s)", "x = []; for i in 0..<300000 { x = append(x, i) }; len(x) * 2",
        "x = zeros(600000); for i in 0..<600000 { x[i] = 1 }; sum(x)", "x = [\"\"]; for i in 0..<599999 { x = append(x, \"a\") }; len(x)",
    ] {
        #expect((try? evaluate(program).get()) == "600000", "\(program)")
    }
}
