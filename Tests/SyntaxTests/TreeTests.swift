import Diagnostics
import Syntax
import Testing

/// What a text parses to, printed.
func tree(_ text: String) throws -> String {
    Printer.print(try Parser.parse(SourceText(name: "test", text: text)))
}

func expectTrees(_ table: [(String, String)], sourceLocation: SourceLocation = #_sourceLocation) {
    for (text, expected) in table {
        do {
            let found = try tree(text)
            #expect(found == expected, "\(text)", sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(text)\n\(error)", sourceLocation: sourceLocation)
        }
    }
}

@Suite struct TreeTests {
    @Test func literals() {
        expectTrees([
            ("3", "3"), ("0.5", "0.5"), ("1e-3", "0.001"), ("1E3", "1000"), ("1_000", "1000"), ("1.exp()", "(.exp 1)"),
            ("1.5.exp()", "(.exp 1.5)"),
            ("1..<n", "(..< 1 n)"), ("1...n", "(... 1 n)"), ("true", "true"), ("false", "false"), ("missing", "missing"), ("none", "none"),
            ("nothing", "none"), ("σ + 标签", "(+ σ 标签)"), ("x₁", "x₁"), ("_a1", "_a1"), ("1.e5", "(. 1 e5)"),
        ])
    }

    @Test func strings() {
        expectTrees([
            (#""a""#, #""a""#), (#""""#, #""""#), (#""\n\t\"\\\u{41}\u{1F600}""#, "\"\\n\t\\\"\\\\A😀\""), (#""a # b""#, #""a # b""#),
            (#""\(x + 1)""#, "(string (code (+ x 1)))"), (#""a\(x)b""#, #"(string "a" (code x) "b")"#),
            (#""\("\(f("a", [1]))")""#, #"(string (code (string (code (call f "a" [1])))))"#), (#""\({ x })""#, "(string (code {x}))"),
            ("\"\"\"\n  a\n    b\n  \"\"\"", #""a\n  b\n""#), ("\"\"\"\n    a\n    b\"\"\"", #""a\nb""#),
            ("\"\"\"a\n  b\"\"\"", #""a\nb""#),
            ("\"\"\"\r\n  a\r\n\r\n  b\r\n  \"\"\"", #""a\n\nb\n""#), ("\"\"\"\n  \\(x)\n    y\n  \"\"\"", #"(string (code x) "\n  y\n")"#),
            ("\"\"\"say \"hi\" now\"\"\"", #""say \"hi\" now""#), ("\"\"\"\n\ta\n\t\tb\n\t\"\"\"", "\"a\\n\tb\\n\""),
            ("\"\"\"\n  a\n b\n  \"\"\"", #"" a\nb\n ""#), ("\"\"\"\"\"\"", #""""#), (#""a".len()"#, #"(.len "a")"#),
        ])
    }

    @Test func precedence() {
        expectTrees([
            ("a + b * c", "(+ a (* b c))"), ("a * b + c", "(+ (* a b) c)"), ("a - b - c", "(- (- a b) c)"),
            ("a / b * c % d @ e", "(@ (% (* (/ a b) c) d) e)"),
            ("-x^2", "(neg (^ x 2))"), ("2^-1", "(^ 2 (neg 1))"), ("2^3^2", "(^ 2 (^ 3 2))"), ("2^-3^2", "(^ 2 (neg (^ 3 2)))"),
            ("-a * b", "(* (neg a) b)"),
            ("a * -b", "(* a (neg b))"), ("- -x", "(neg (neg x))"), ("--x^2", "(neg (neg (^ x 2)))"), ("-x.y", "(neg (. x y))"),
            ("-f(x)[0]^2", "(neg (^ (index (call f x) 0) 2))"),
            ("(-x)^2", "(^ (neg x) 2)"), ("a < b", "(a < b)"), ("a < b <= c", "(a < b <= c)"), ("(a < b) < c", "((a < b) < c)"),
            ("a == b != c", "(a == b != c)"),
            ("x in xs", "(x in xs)"), ("a + 1 < b * 2", "((+ a 1) < (* b 2))"), ("0..<n + 1", "(..< 0 (+ n 1))"),
            ("0...1 by 0.1", "(... 0 1 by 0.1)"),
            ("i in 0..<3", "(i in (..< 0 3))"), ("0..<by by by", "(..< 0 by by by)"), ("not a == b", "(not (a == b))"),
            ("not not a", "(not (not a))"),
            ("not a and b", "(and (not a) b)"), ("a and not b", "(and a (not b))"), ("a or b and c", "(or a (and b c))"),
            ("a and b or c", "(or (and a b) c)"),
            ("m | a or b", "(| m (or a b))"), ("m | a | b", "(| (| m a) b)"), ("m | (y: 1)", "(| m (record y: 1))"),
            ("x -> x + 1", "(-> (x) (+ x 1))"),
            ("x -> y -> x | y", "(-> (x) (-> (y) (| x y)))"), ("(x, y) -> x + y", "(-> (x y) (+ x y))"), ("() -> 1", "(-> () 1)"),
            ("(x, k: 2) -> x", "(-> (x k: 2) x)"),
            ("f(x -> x, 1)", "(call f (-> (x) x) 1)"), ("1 + (x -> x)(2)", "(+ 1 (call (-> (x) x) 2))"), ("a.b.c", "(. (. a b) c)"),
            ("a.f(1).g", "(. (.f a 1) g)"),
            ("f(1)(2)[3]", "(index (call (call f 1) 2) 3)"), ("a - -b", "(- a (neg b))"), ("a @ b'".replacing("'", with: ""), "(@ a b)"),
            ("1 - 2..<3 - 4", "(..< (- 1 2) (- 3 4))"),
        ])
    }

    @Test func brackets() {
        expectTrees([
            ("[]", "[]"), ("[1, 2]", "[1 2]"), ("[1, 2,]", "[1 2]"), ("[[1], [2]]", "[[1] [2]]"), ("()", "(tuple)"), ("(1)", "1"),
            ("(1,)", "(tuple 1)"), ("(1, 2)", "(tuple 1 2)"),
            ("(a: 1)", "(record a: 1)"), ("(a: 1, b: 2,)", "(record a: 1 b: 2)"), ("(if: 1, none: 2)", "(record if: 1 none: 2)"),
            ("x.in.for", "(. (. x in) for)"),
            ("f()", "(call f)"), ("f(1, k: 2)", "(call f 1 k: 2)"), ("f((a: 1))", "(call f (record a: 1))"),
            ("f(in: 3,)", "(call f in: 3)"), ("f (x)", "(call f x)"),
            ("x[0]", "(index x 0)"), ("x[:]", "(index x :)"), ("x[:, 0]", "(index x : 0)"), ("x[0, :]", "(index x 0 :)"),
            ("x[1...]", "(index x (... 1 _))"), ("x[..<-1]", "(index x (..< _ (neg 1)))"),
            ("x[2..<5, none]", "(index x (..< 2 5) none)"), ("x[..<5 by 2]", "(index x (..< _ 5 by 2))"),
            ("x[1... by 2]", "(index x (... 1 _ by 2))"), ("x[x > 0]", "(index x (x > 0))"), ("x[[3, 1]]", "(index x [3 1])"),
            (#"t["a", "b"]"#, #"(index t "a" "b")"#), ("x[1..., 2]", "(index x (... 1 _) 2)"),
            ("x[f(1)...]", "(index x (... (call f 1) _))"), ("x[...5]", "(index x (... _ 5))"),
        ])
    }

    @Test func statements() {
        expectTrees([
            ("a = 1", "(= a 1)"), ("a, b = f()", "(= a b (call f))"), ("_, b = e", "(= _ b e)"),
            ("a, x[0], t.c = e", "(= a (index x 0) (. t c) e)"), ("x[i] = v", "(= (index x i) v)"),
            ("a.b = v", "(= (. a b) v)"), ("a.b[i, :] = v", "(= (index (. a b) i :) v)"), ("x ~ Normal(0, 1)", "(~ x (call Normal 0 1))"),
            ("x[t] ~ d", "(~ (index x t) d)"), ("z[0] ~ d", "(~ (index z 0) d)"),
            ("f(x) = x^2 + 1", "(def f (x) (+ (^ x 2) 1))"), ("f() = 1", "(def f () 1)"),
            ("g(x, k: 2) = {\n y = x^k\n y / (1 + y)\n}", "(def g (x k: 2) {(= y (^ x k)) (/ y (+ 1 y))})"),
            ("f(x) = x -> x", "(def f (x) (-> (x) x))"), ("a = x -> x", "(= a (-> (x) x))"),
            ("if a > 0 { 1 } else { 2 }", "(if (a > 0) {1} {2})"), ("if a { 1 }", "(if a {1})"),
            ("if a { 1 } else if b { 2 } else { 3 }", "(if a {1} (if b {2} {3}))"),
            ("b = if a { 1 } else { 2 } + 1", "(= b (+ (if a {1} {2}) 1))"),
            ("for i in 0..<3 { print(i) }", "(for i in (..< 0 3) {(call print i)})"),
            ("for a, _ in pairs { a; b }", "(for a _ in pairs {a; b})"), ("while a < 10 { a = a * 2 }", "(while (a < 10) {(= a (* a 2))})"),
            ("while true { break\ncontinue }", "(while true {(break) (continue)})"),
            ("f(x) = { return x }", "(def f (x) {(return x)})"), ("{ return }", "{(return)}"),
            (#"import "helpers.latent""#, #"(import "helpers.latent")"#), ("?Normal", "(? Normal)"), ("?", "(?)"), ("?if", "(? if)"),
            ("1;", "1;"), ("a = 1; b", "(= a 1);\nb"), (";;a\n;", "a"),
            (
                "model Line(x) {\n  s ~ Normal(0, 10)\n  y ~ Normal(s * x, 1)\n}",
                "(model Line (x) {(~ s (call Normal 0 10)) (~ y (call Normal (* s x) 1))})"
            ),
            ("guide Digits(x) { z ~ f(x) }", "(guide Digits (x) {(~ z (call f x))})"),
            ("model M(a, k: 2) { learn w = zeros(10) }", "(model M (a k: 2) {(learn w (call zeros 10))})"), ("learn w = 1", "(learn w 1)"),
            ("model = 3\nguide = 1\nlearn = 2\nby = 4", "(= model 3)\n(= guide 1)\n(= learn 2)\n(= by 4)"),
            ("model(x) = x", "(def model (x) x)"), ("model\nx", "model\nx"), ("{}", "{}"), ("a = { 1 }", "(= a {1})"),
            ("{ x = 1; x }.y", "(. {(= x 1); x} y)"), ("a == b", "(a == b)"), ("a = b == c", "(= a (b == c))"),
            ("x ~ f(y) | (z: 1)", "(~ x (| (call f y) (record z: 1)))"), ("a, b,\n c = e", "(= a b c e)"),
        ])
    }

    @Test func lines() {
        expectTrees([
            ("a\nb", "a\nb"), ("a\r\nb\r\n", "a\nb"), ("a +\n\n # c\n b", "(+ a b)"), ("a =\n 1", "(= a 1)"), ("x ~\n d", "(~ x d)"),
            ("x ->\n x", "(-> (x) x)"), ("a and\nb", "(and a b)"), ("i in\nxs", "(i in xs)"),
            ("a\n  .f()\n  .g", "(. (.f a) g)"), ("m\n  | (y: 1)\n\n  # c\n  | (z: 2)", "(| (| m (record y: 1)) (record z: 2))"),
            ("if a { 1 }\n\n# c\nelse { 2 }", "(if a {1} {2})"), ("if a { 1 }\nelse if b { 2 }\nelse { 3 }", "(if a {1} (if b {2} {3}))"),
            ("(a\n + b)", "(+ a b)"), ("[1,\n 2\n]", "[1 2]"), ("f(\n  a,\n  b\n)", "(call f a b)"), ("f\n(x)", "f\nx"),
            ("f\n[x]", "f\n[x]"), ("a\n-b", "a\n(neg b)"), ("f({\n a\n b\n})", "(call f {a b})"),
            ("{ (a\n + b)\n c }", "{(+ a b) c}"), ("# only a comment", ""), ("", ""), ("\u{FEFF}a", "a"), ("a # c", "a"),
            ("x.\n y", "(. x y)"), ("a = [\n # c\n 1\n]", "(= a [1])"), ("0..<10 by\n 2", "(..< 0 10 by 2)"), ("a ..<\n 3", "(..< a 3)"),
        ])
    }
}
