import Testing

/// What wrong calls say: the message holds every one of the words, the value among them.
@Test func wrongCallsSayWhatIsWrong() {
    let cases: [(String, [String])] = [
        // Numbers
        ("log(-1)", ["log", "-1"]), ("sqrt([4, -9])", ["-9", "[1]"]), ("log([[1, 2], [3, -4]])", ["-4", "[1, 1]"]),
        ("logit(2)", ["logit", "2"]),
        ("exp(\"a\")", ["string"]), ("factorial(1.5)", ["1.5"]), ("choose(-1, 2)", ["-1"]), ("choose(inf, 2)", ["inf"]),
        ("gamma(0)", ["gamma", "0"]),
        ("sum([inf, -inf])", ["sum"]),
        ("round(1, digits: 0.5)", ["whole", "0.5"]), ("round(1, digit: 2)", ["digit", "digits"]),
        // Reductions
        ("mean([])", ["at least 1"]), ("sum([1], axis: 3)", ["axis"]), ("sum(zeros(2, 2), axis: [0, 5])", ["axis"]),
        ("mean([1, 2], weights: [1, -1])", ["negative", "-1"]),
        ("mean([1, 2], weights: [1, 1, 1])", ["weights", "[3]"]), ("max()", ["needs"]),
        ("quantile([1, 2], 1.5)", ["1.5", "between 0 and 1"]), ("norm([1], p: 0)", ["p"]),
        ("cor([1, 1], [1, 2])", ["constant"]), ("cov([1, 2], [1])", ["2", "1"]), ("standardize([1, 1])", ["constant"]),
        ("bincount([0.5])", ["0.5"]), ("bincount([-1])", ["-1"]),
        ("codes([\"a\"], [\"b\"])", ["\"a\"", "levels"]), ("one_hot([3], 2)", ["3"]),
        // Tensors
        ("zeros(-1)", ["-1"]), ("zeros(1e12)", ["memory"]), ("fill(0, 1e9, 1e9)", ["memory"]),
        ("tensor([\"a\"])", ["string", "number(x)"]), ("tensor([[1, 2], [3]])", ["rectangle"]),
        ("tensor([1], type: \"float16\")", ["float16", "float32"]), ("reshape(0..<6, 4)", ["6"]), ("stack([1, 2], [3])", ["shape"]),
        ("concat([1], \"a\")", ["string"]),
        ("concat([[1, 2]], [[1]])", ["axis"]), ("eye(-1)", ["at least 0"]), ("eye(1e9)", ["memory"]), ("bincount([1e14])", ["memory"]),
        ("one_hot([0], 1e14)", ["memory"]), ("linspace(0, 1, -1)", ["-1"]),
        ("repeat(\"abc\", 1e12)", ["memory"]), ("delete([1], 3)", ["3"]),
        ("inv([[1, 1], [1, 1]])", ["singular"]), ("cholesky([[1, 2], [2, 1]])", ["positive definite"]), ("dot([1], [1, 2])", ["1", "2"]),
        ("trace([1])", ["matrix"]),
        // Collections
        ("map([1], 3)", ["function"]), ("map(3, x -> x)", ["number"]), ("filter([1], x -> \"a\")", ["true or false", "string"]),
        ("sort([1, \"a\"])", ["numbers and strings"]),
        ("sort([none])", ["order"]), ("sort(table(a: [1]))", ["by: \"a\""]), ("sort(table(alpha: [1]), by: \"alpa\")", ["alpa", "alpha"]),
        ("first([])", ["first"]), ("len(3)", ["number"]),
        ("where([true], 1)", ["where(condition, a, b)"]), ("[1, 2].where([true])", ["1", "2"]), ("take([1, 2], [5])", ["5", "2"]),
        ("zip(3)", ["number"]),
        // Strings
        ("number(\"three\")", ["\"three\"", "no number"]), ("number([\"1\", \"x\"])", ["position 1"]), ("upper(3)", ["string"]),
        ("split(\"a\", \"\")", ["empty", "chars"]), ("split(\"a b\")", ["separates"]),
        ("replace(\"a\", \"\", \"b\")", ["empty"]), ("str(\"a\", digits: 2)", ["number"]), ("chr(55296)", ["55296"]),
        ("join([1], 2)", ["string"]),
        // Tables
        ("table(a: [1, 2], b: [1, 2, 3])", ["b", "3", "2"]), ("table([1, 2])", ["records"]), ("table(a: (b: 1))", ["column a"]),
        ("group_by(table(a: [1]), \"b\")", ["b", "a"]), ("head(3)", ["number"]),
        ("merge(table(a: [1]), table(a: [1]), \"a\", how: \"outer\")", ["outer", "inner"]),
        ("rename(table(a: [1], b: [2]), a: \"b\")", ["same name"]), ("drop(table(a: [1]), \"z\")", ["z"]),
        ("concat(table(a: [1]), table(b: [1]))", ["same columns"]), ("summary(3)", ["number"]),
        // Data
        ("dataset(\"iriss\")", ["iriss", "`iris`"]), ("split([1, 2], 1.5)", ["1.5", "0.8"]),
        ("split((a: [1], b: [1, 2]), 0.5)", ["a", "b"]), ("load(\"no.csv\")", ["no.csv"]),
        ("save(3, \"x.xyz\")", ["format", ".csv"]), ("save(sum, \"x.json\")", ["function"]), ("save([1], \"x.svg\")", ["picture"]),
        // Pictures
        ("plot(3)", ["vector"]), ("plot([1, 2], [1, 2, 3])", ["2", "3"]), ("plot(x -> x)", ["range"]),
        ("plot(x -> \"a\", 0...1)", ["number", "string"]), ("plot([1], log: \"z\")", ["\"z\""]),
        ("scatter([1, 2])", ["two columns"]), ("scatter([1, 2], [1, 2], color: [\"a\"])", ["2", "1"]),
        ("bar([\"a\"], [1, 2])", ["1", "2"]), ("heatmap([1])", ["matrix"]),
        ("heatmap([[1]], rows: [\"a\", \"b\"])", ["1 rows", "2"]), ("images([1, 2, 3])", ["3"]), ("images(zeros(2, 7), height: 2)", ["7"]),
        ("audio([1], 0)", ["rate"]), ("layers(1)", ["charts"]),
        ("plot(Normal(zeros(2, 2), 1))", ["one number"]), ("histogram([1], bins: 0)", ["bins"]),
        // Session
        ("error(\"no\")", ["no"]), ("assert(1 > 2)", ["does not hold"]), ("assert([1, 2] > 1)", ["[0]"]),
        ("assert(false, \"told\")", ["told"]), ("help(\"summ\")", ["summ", "sum"]), ("input()", ["nobody"]),
        ("time(3)", ["function"]), ("seed(0.5)", ["whole"]),
    ]
    for (code, parts) in cases {
        guard let message = Runner().failure(code) else {
            Issue.record("\(code) gives no error")
            continue
        }
        for part in parts { #expect(message.contains(part), "\(code): \(message)") }
    }
}
