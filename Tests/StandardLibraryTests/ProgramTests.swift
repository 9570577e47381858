import Diagnostics
import Testing

/// What calls show, function by function.
@Suite struct ProgramTests {
    @Test func numbers() {
        check([
            ("abs(-3)", "3"), ("sign([-2, 0, 5])", "[-1, 0, 1]"), ("exp(missing)", "missing"), ("sqrt([4, missing])", "[2, missing]"),
            ("log(0)", "-inf"), ("round(-2.5)", "-2"), ("round(0.125, digits: 2)", "0.12"), ("round(1e300, digits: 5)", "1e300"),
            ("[1.26].round(digits: 1)", "[1.3]"), ("clamp(5, high: 3)", "3"), ("clamp([1, 2], low: [2, 0])", "[2, 2]"),
            ("isfinite(inf)", "false"), ("ismissing(missing)", "true"), ("ismissing(1)", "false"),
            ("observed([\"a\", missing])", "[\"a\"]"),
            ("len(observed(table(a: [1, missing], b: [1, 2])))", "1"), ("gamma([1, 0.5])^2", "[1, 3.14159265]"),
            ("gamma(-0.5) < 0", "true"),
            ("gamma(-1.5) > 0", "true"), ("choose(50, 25)", "126410606437752"), ("choose(2, 3)", "0"), ("choose([5, 6], 2)", "[10, 15]"),
            ("factorial(20)", "2.43290200817664e18"), ("softmax([[0, 0], [0, inf]][0])", "[0.5, 0.5]"),
            ("softmax([1000, 1000])", "[0.5, 0.5]"),
            ("relu(float32([1])).type", "\"float32\""), ("sigmoid(-1000)", "0"), ("logit(sigmoid(3)).round(digits: 9)", "3"),
            ("mean(float32([1, 2])).type", "\"float64\""),
        ])
    }

    @Test func reductions() {
        check([
            ("sum([[1, 2], [3, 4]])", "10"), ("sum([[1, 2], [3, 4]], axis: -1)", "[3, 7]"),
            ("sum(zeros(2, 3, 4), axis: [0, 2]).shape", "[3]"),
            ("mean(ones(2, 3, 4), axis: [0, 1], keep: true).shape", "[1, 1, 4]"), ("sum([])", "0"), ("sum(0...10)", "55"),
            ("sum([1, missing])", "missing"),
            ("mean([[1, 2], [3, 5]], axis: 0)", "[2, 3.5]"), ("mean([[1, 2], [3, 6]], axis: 0, weights: [1, 3])", "[2.5, 5]"),
            ("mean([[1, 2], [3, 6]], axis: 1, weights: [1, 3])", "[1.75, 5.25]"),
            ("var([1, 2, 4], weights: [2, 1, 1]) == var([1, 1, 2, 4])", "true"),
            ("var([[1, 2], [3, 6]], weights: [[1, 1], [1, 1]])", "4.666666666666667"),
            ("sd([2, 4, 4, 4, 5, 5, 7, 9]).round(digits: 6)", "2.13809"),
            ("max(3, 5)", "5"), ("max([1, 9], [5, 5], 6)", "[6, 9]"), ("min([[3, 1], [2, 5]], axis: 0)", "[2, 1]"),
            ("max([1, missing])", "missing"),
            ("any([])", "false"), ("all([[true, false], [true, true]], axis: 1)", "[false, true]"),
            ("cumsum([1, missing, 3])", "[1, missing, missing]"),
            ("cumsum([[1, 2], [3, 4]], axis: 0)", "[[1, 2],\n [4, 6]]"), ("norm([3, 4], p: inf)", "4"),
            ("norm([[3, 4], [6, 8]], axis: 1)", "[5, 10]"),
            ("norm([1e200, 1e200]) < inf", "true"), ("norm([0, 0])", "0"), ("median([1, 2, 10])", "2"),
        ])
    }

    /// Quantiles and correlations as NumPy 2 gives them.
    @Test func statistics() {
        check([
            ("quantile([1, 3, 7, 20], 0.9).round(digits: 9)", "16.1"), ("quantile([[1, 2], [3, 4]], 0.5, axis: 0)", "[2, 3]"),
            ("cov([[1, 2], [3, 5], [4, 4]])", "[[2.33333333, 1.83333333],\n [1.83333333, 2.33333333]]"),
            ("cor([1, 3, 4], [2, 5, 4]).round(digits: 6)", "0.785714"),
            ("cor(table(a: [1, 2], b: [2, 1]))", "[[ 1, -1],\n [-1,  1]]"), ("standardize([[1, 5], [3, 9]]).mean(axis: 0)", "[0, 0]"),
            ("standardize(table(a: [1, 2, 3], k: [\"x\", \"y\", \"z\"])).a", "[-1, 0, 1]"), ("count([3, 1, 3, missing]).value", "[1, 3]"),
            ("count([true, false, true], true)", "2"), ("count([\"a\", \"b\"], \"a\")", "1"),
            ("count(table(k: [2, 1, 2], x: [0, 0, 0]), \"k\")[0]", "(k: 1, count: 1)"),
            ("bincount([1, 1, 3], weights: [1, 2, 5])", "[0, 3, 0, 5]"), ("codes([\"b\", missing, \"a\"]).codes", "[1, missing, 0]"),
            ("codes([\"x\", \"y\"], [\"y\", \"x\"]).codes", "[1, 0]"), ("one_hot([1, 0], 3)", "[[0, 1, 0],\n [1, 0, 0]]"),
            ("codes([5, 3, 5]).levels", "[3, 5]"),
            ("histogram_counts([0, 1, 2, 5], [0, 1, 2])", "[1, 2]"),
        ])
    }

    @Test func shapes() {
        check([
            ("zeros(2, 0).shape", "[2, 0]"), ("fill(1, 2, 2)", "[[1, 1],\n [1, 1]]"), ("fill(true, 2)", "[true, true]"),
            ("fill((a: 1), 2)", "[(a: 1), (a: 1)]"),
            ("arange(2, 5)", "[2, 3, 4]"), ("arange(1e308, -3).shape", "[0]"), ("logsumexp(zeros(3, 0), axis: 0).shape", "[0]"),
            ("linspace(0, 1, 3)", "[0, 0.5, 1]"), ("tensor([(1, 2), (3, 4)])", "[[1, 2],\n [3, 4]]"),
            ("tensor([1, 2], type: \"int32\").type", "\"int32\""), ("bool(2)", "true"), ("list(0..<2)", "[0, 1]"),
            ("reshape(0..<6, [2, -1])", "[[0, 1, 2],\n [3, 4, 5]]"),
            ("flatten([[1, 2], [3]])", "[1, 2, 3]"), ("flatten([\"ab\", [\"c\"]])", "[\"ab\", \"c\"]"),
            ("concat([1], 2, [3, 4])", "[1, 2, 3, 4]"),
            ("concat([], [1])", "[1]"), ("concat(\"a\", \"b\")", "\"ab\""), ("concat([[1], [2, 3]])", "[1, 2, 3]"),
            ("concat([[1, 2]], [[3, 4]]).shape", "[2, 2]"),
            ("concat(table(a: [1]), table(a: [2])).a", "[1, 2]"), ("stack([[1, 2], [3, 4]]).shape", "[2, 2]"),
            ("insert([\"a\"], 0, \"b\")", "[\"b\", \"a\"]"),
            ("delete([1, 2, 3], -1)", "[1, 2]"), ("repeat([[1], [2]], 2, axis: 0)", "[[1],\n [1],\n [2],\n [2]]"),
            ("repeat([\"a\"], 2)", "[\"a\", \"a\"]"),
            ("tile([1, 2], 2, 2)", "[[1, 2, 1, 2],\n [1, 2, 1, 2]]"), ("reverse([[1, 2], [3, 4]], axis: 1)", "[[2, 1],\n [4, 3]]"),
            ("reverse(0..<3)", "[2, 1, 0]"),
            ("meshgrid([1, 2], [5, 6])[1]", "[[5, 5],\n [6, 6]]"), ("append([[1, 2]], [3, 4])", "[[1, 2],\n [3, 4]]"),
            ("append([1], \"a\")", "[1, \"a\"]"),
        ])
    }

    @Test func choosing() {
        check([
            ("where([[true, false], [false, true]])", "[[0, 0],\n [1, 1]]"), ("where(true, 1, 2)", "1"),
            ("where([true, missing], 1, 0)", "[1, missing]"),
            ("where([1, 2] > 1, [10, 20], 0)", "[0, 20]"), ("where([true, false], [\"a\", \"b\"], \"c\")", "[\"a\", \"c\"]"),
            ("[1, 2, 3].where([true, false, missing])", "[1]"),
            ("[\"a\", \"b\"].where([false, true])", "[\"b\"]"), ("take([[1, 2], [3, 4]], [1], axis: 1)", "[[2],\n [4]]"),
            ("take(\"abc\", [2, 0])", "\"ca\""),
            ("take([5, 6], [-1])", "[6]"), ("first(\"ab\")", "\"a\""), ("last([(1, 2), (3, 4)])", "(3, 4)"), ("indexof([1, 2], 5)", ""),
            ("contains((a: 1), \"a\")", "true"),
            ("sort([2, missing, 1])", "[1, 2, missing]"), ("sort([2, missing, 1], descending: true)", "[2, 1, missing]"),
            ("sort([\"b\", missing, \"a\"])", "[\"a\", \"b\", missing]"),
            ("sort([[3, 1], [2, 4]])", "[[1, 3],\n [2, 4]]"), ("sort([[3, 1], [2, 4]], axis: 0, descending: true)", "[[3, 4],\n [2, 1]]"),
            ("sort([\"bb\", \"a\", \"cc\"], by: len)", "[\"a\", \"bb\", \"cc\"]"),
            ("t = sort(table(a: [1, 1, 0], b: [2, 1, 5]), by: [\"a\", \"b\"]); t.b", "[5, 1, 2]"),
            ("argsort([\"b\", \"a\"])", "[1, 0]"), ("unique([2, missing, 1, 2])", "[1, 2]"), ("unique([(1, 2), (1, 2)])", "[(1, 2)]"),
            ("a = zeros(2000); b = zeros(2000); b[1000] = 1; len(unique([\"x\", a, b, a]))", "3"), ("repeat(\"\", 1e15)", "\"\""),
            ("sum(shuffle([1, 2, 3]))", "6"), ("all(shuffle(0..<50, seed: 3) == shuffle(0..<50, seed: 3))", "true"),
            ("diff([[1, 4], [2, 8]], axis: 0)", "[[1, 4]]"),
            ("lag([1, 2], 5)", "[missing, missing]"),
        ])
    }

    @Test func linearAlgebra() {
        check([
            ("a = [[4, 1], [1, 3]]; round(a @ inv(a), digits: 9) == eye(2)", "[[true, true],\n [true, true]]"),
            ("norm(solve([[4, 1], [1, 3]], [1, 2]) - [1, 7] / 11) < 1e-12", "true"),
            ("r = eigen([[2, 1], [1, 2]]); r.values.round(digits: 9)", "[1, 3]"), ("eigen([[0, -1], [1, 0]]).imaginary.abs()", "[1, 1]"),
            ("a = [[1, 2], [3, 4], [5, 6]]; s = svd(a); norm(s.u @ diag(s.s) @ s.vt - a) < 1e-12", "true"),
            ("a = [[1, 2], [3, 4]]; f = qr(a); norm(f.q @ f.r - a) < 1e-12", "true"),
            ("l = cholesky([[4, 2], [2, 3]]); norm(l @ transpose(l) - [[4, 2], [2, 3]]) < 1e-12", "true"),
            ("logdet([[2, 0], [0, 3]]).exp().round(digits: 9)", "6"),
        ])
    }

    @Test func functions() {
        check([
            ("map(0..<3, x -> [x, x^2])", "[[0, 0],\n [1, 1],\n [2, 4]]"), ("map(\"ab\", c -> c + c)", "[\"aa\", \"bb\"]"),
            ("map([[1, 2], [3, 4]], sum)", "[3, 7]"),
            ("map(table(a: [1, 2]), r -> r.a * 10)", "[10, 20]"), ("map([], x -> x)", "[]"),
            ("zip(1...2, 3...4).map((a, b) -> a * b)", "[3, 8]"),
            ("filter([[1, 2], [3, 4]], r -> r[0] > 1)", "[[3, 4]]"), ("filter(table(a: [1, 2]), r -> r.a > 1).a", "[2]"),
            ("filter([1, missing], x -> x > 0)", "[1]"),
            ("fold([\"a\", \"b\"], \"\", (s, x) -> s + x)", "\"ab\""), ("scan([1, 2], [0, 0], (s, x) -> s + x)", "[[1, 1],\n [3, 3]]"),
            ("enumerate(\"ab\")[1]", "(1, \"b\")"),
            ("len((a: 1, b: 2))", "2"), ("len(table(a: [1, 2, 3]))", "3"), ("apply(max, [1, 2])", "2"),
            ("map([\"1\", \"2\"], number)", "[1, 2]"),
        ])
    }

    @Test func strings() {
        check([
            ("str([1, 2])", "\"[1, 2]\""), ("str([0.5, 1], digits: 2)", "[\"0.50\", \"1.00\"]"), ("number(\"-1e3\")", "-1000"),
            ("number(\" 7 \")", "7"), ("number(true)", "1"),
            ("trim([\" a\", missing])", "[\"a\", missing]"), ("lines(\"a\\r\\nb\\n\")", "[\"a\", \"b\"]"), ("lines(\"\")", "[]"),
            ("words(\" a\\n b \")", "[\"a\", \"b\"]"),
            ("split(\"a--b\", \"--\")", "[\"a\", \"b\"]"), ("split(\"\", \",\")", "[\"\"]"),
            ("join(split(\"a,b\", \",\"), \",\")", "\"a,b\""), ("replace(\"aaa\", \"a\", \"aa\")", "\"aaaaaa\""),
            ("find(\"日本語\", \"語\")", "2"), ("find(\"a\", \"b\")", ""), ("endswith(\"ab\", \"\")", "true"),
            ("startswith([\"ab\", \"b\"], \"a\")", "[true, false]"), ("count(\"aaa\", \"aa\")", "1"),
            ("pad(\"日\", 4) + \"|\"", "\"日  |\""), ("chr(ord(\"é\"))", "\"é\""), ("len(chars(\"e\\u{301}\"))", "2"),
            ("join(\"abc\", \"-\")", "\"a-b-c\""),
        ])
    }

    @Test func tables() {
        check([
            ("table(x: [1, 2], k: \"a\").k", "[\"a\", \"a\"]"), ("len(table((a: [1, 2], b: 0)))", "2"),
            ("table([(a: 1), (a: 2, b: 3)]).b", "[missing, 3]"),
            ("t = table(a: [1, 2]); t.b = t.a * 2; t[1]", "(a: 2, b: 4)"), ("tail(table(a: [1, 2, 3]), 1).a", "[3]"),
            ("len(head([1, 2], 5))", "2"), ("columns((p: 1))", "[\"p\"]"),
            ("drop_missing(table(a: [1, missing], b: [missing, 2]), \"a\").a", "[1]"),
            ("len(group_by(table(k: [1, 2, 1], j: [1, 1, 1]), [\"k\", \"j\"]))", "2"),
            ("group_by(table(k: [\"b\", \"a\"]), \"k\")[0].key", "\"a\""),
            ("merge(table(k: [1, 2]), table(k: [2, 2], y: [5, 6]), \"k\").y", "[5, 6]"),
            ("merge(table(k: [1], x: [3]), table(k: [1], x: [4]), \"k\")[0]", "(k: 1, x: 3, x_2: 4)"),
            ("s = summary(table(a: [1, missing, 3])); (s.count[0], s.missing[0], s.sd[0] == sqrt(2))", "(2, 1, true)"),
            ("summary([\"a\", \"b\", \"a\"]).levels", "[\"a (2), b (1)\"]"), ("summary([[1, 2], [3, 4]]).mean", "[2, 3]"),
            ("rename(table(a: [1], b: [2]), a: \"c\")[0]", "(c: 1, b: 2)"),
            ("rows(table(a: [1, 2]))[0].a", "1"),
        ])
    }

    @Test func data() {
        check([
            ("a, b = split(0..<10, 0.75); (len(a), len(b), sum(a) + sum(b))", "(7, 3, 45)"),
            ("a, b = split((x: [1, 2, 3, 4], y: [\"a\", \"b\", \"c\", \"d\"]), 0.5, shuffle: false); b", "(x: [3, 4], y: [\"c\", \"d\"])"),
            ("a, b = split(0..<100, 0.29); len(a)", "29"), ("a, b = split([\"a\", \"b\"], 0); (len(a), len(b))", "(0, 2)"),
            ("a, b = split(table(x: 0..<20, y: 0..<20), 0.8, seed: 1); all(a.x == a.y)", "true"), ("columns(dataset())[0]", "\"name\""),
            ("x = dataset(\"digits\").x; (min(x), max(x))", "(0, 1)"), ("kind(dataset(\"shakespeare\"))", "\"string\""),
            ("sum(ismissing(dataset(\"co2\").co2))", "59"),
        ])
    }

    @Test func sessions() throws {
        check([
            ("print()", ""), ("print(\"a\", \"b\", sep: \"-\", end: \"\")", "a-b"), ("kind(Normal(0, 1))", "\"distribution\""),
            ("kind(none)", "\"none\""), ("time(() -> 1); 2", "*2"),
            ("pi > 3", "true"), ("-inf < 0", "true"), ("a = 1; b = [1, 2]; vars().size", "[\"1\", \"[2]\"]"), ("assert(true); 1", "1"),
        ])
        let runner = Runner()
        runner.interpreter.machine.surroundings.readLine = { prompt in prompt + "Ada" }
        #expect(try runner.run("input(\"name? \")") == "\"name? Ada\"")
    }

    @Test func help() throws {
        let runner = Runner()
        for (code, part) in [
            ("help(\"sum\")", "sum(x, axis: none"), ("?sort", "sort(xs"), ("help(sum)", "sum([1, 2, 3])"), ("help()", "Linear algebra"),
            ("help(\"Normal\")", "sd: positive"),
            ("help(\"pi\")", "3.14159"), ("t = table(a: [1]); help(t)", "columns: a"),
            ("mean = 3\nhelp(\"mean\")", "The builtin of that name"), ("f(x, k: 2) = x; help(f)", "f(x, k: 2)"),
            ("help(\"NaiveBayes\")", "smoothing"),
        ] {
            #expect(try runner.run(code).contains(part), "\(code)")
        }
    }

    /// Programs and what they show; `*` at the start stands for anything printed before.
    private func check(_ cases: [(String, String)]) {
        for (code, expected) in cases {
            do throws(Diagnostic) {
                let shown = try Runner().run(code)
                if expected.hasPrefix("*") {
                    #expect(shown.hasSuffix(String(expected.dropFirst())), "\(code)")
                } else {
                    #expect(shown == expected, "\(code)")
                }
            } catch {
                Issue.record("\(code): \(error)")
            }
        }
    }
}
