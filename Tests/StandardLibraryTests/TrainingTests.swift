import Diagnostics
import Foundation
import Testing

// What is compared: numbers known in closed form, or differences of the function itself, computed by the program that is tested but
// without its gradients.

private func show(_ code: String) throws -> String { try Runner().run(code) }
private func failure(_ code: String) -> String { Runner().failure(code) ?? "no error" }

@Test func gradientsOfPrograms() throws {
    let cases: [(String, String)] = [
        ("gradient(x -> x^3)(2)", "12"),
        ("gradient(w -> sum(w^2))([1, 2])", "[2, 4]"),
        ("gradient((x, y) -> x * y)(2, 5)", "5"),
        ("gradient(p -> p.a * p.b + p.c[0]^2)((a: 2, b: 3, c: [1, 1]))", "(a: 3, b: 2, c: [2, 0])"),
        ("gradient(t -> t[0] * t[1])((2, 3))", "(3, 2)"),
        ("gradient(gradient(x -> x^4))(2)", "48"),
        ("hessian(x -> x^3)(2)", "12"),
        ("hessian(x -> x[0]^2 * x[1])([1, 2])", "[[4, 2],\n [2, 0]]"),
        ("gradient(x -> if x > 0 { x^2 } else { -x })(3)", "6"),
        ("gradient(x -> if x > 0 { x^2 } else { -x })(-3)", "-1"),
        ("gradient(x -> x * detach(x))(3)", "3"),
        ("gradient(x -> 1)(3)", "0"),
        ("gradient(x -> fold(x, 0, (a, b) -> a + b^2))([1, 2, 3])", "[2, 4, 6]"),
        ("gradient(x -> { s = 0\n for i in 0..<4 { s = s + x[i]^i }\n s })([1, 2, 3, 4])", "[0, 1, 6, 48]"),
        ("gradient(x -> { y = x\n y[0] = y[1]^2\n sum(y) })([1, 2, 3])", "[0, 5, 1]"),
        ("gradient(x -> { while sum(x) < 100 { x = x * 2 }\n sum(x) })([1, 2])", "[64, 64]"),
        ("n = 3\ngradient(x -> sum(x[0..<n]))([1, 2, 3, 4])", "[1, 1, 1, 0]"),
    ]
    for (code, shows) in cases { #expect(try show(code) == shows, "\(code)") }
}

@Test func gradientsMatchDifferences() throws {
    let functions = [
        "sum(exp(x) * sin(x))", "mean(x^2) / (1 + sum(x))", "logsumexp(x)", "sum(softplus(x) * x)", "var(x)", "sd(x) * max(x)",
        "sum(cumsum(x)^2)", "sum(x @ [[1, 2, 3], [4, 5, 6], [7, 8, 10]] * x)", "sum(where(x > 0.5, x^3, -x))",
        "sum(logp(Normal(0, 2), x))", "sum(logp(Gamma(x, 2), 1.5))", "sum(logp(Beta(x, 2), 0.3))", "sum(logp(StudentT(x, 0, 1), 0.7))",
        "sum(logp(Poisson(x), 2))", "logp(Categorical(logits: x), 1)", "sum(logp(Bernoulli(logits: x), 1))",
        "sum(logp(Mixture([0.3, 0.7], Normal(stack(x[0], x[1]), 1)), 0.4))", "sum(inv(eye(3) * 2 + outer(x, x)))",
        "logp(MultivariateNormal(x, eye(3) + 0.5), [1, 0, 2])", "logp(MultivariateNormal([0, 1, 2], cholesky: eye(3) * x), [1, 0, 2])",
        "sum(logp(MultivariateNormal(zeros(3), outer(x, x) + eye(3)), stack(x, [1, 2, 3])))",
        "log(det(eye(3) + outer(x, x)))", "sum(cholesky(eye(3) + outer(x, x)))", "sum(reshape(concat(x, x), 2, 3)[1] * x)",
    ]
    for f in functions {
        let code = """
            f(x) = \(f)
            x = [0.3, 0.8, 1.4]
            differences = map(0..<3, i -> {
              up = x
              up[i] = up[i] + 1e-6
              down = x
              down[i] = down[i] - 1e-6
              (f(up) - f(down)) / 2e-6
            })
            max(abs(gradient(f)(x) - differences)) < 1e-6
            """
        #expect(try show(code) == "true", "\(f)")
    }
}

@Test func gradientsPassThroughDraws() throws {
    // The mean over many draws of a function's gradient is the gradient of its expectation.
    let cases: [(family: String, expected: Double, tolerance: Double)] = [
        ("Normal(x, 1)", 1, 1e-9), ("Normal(0, x)", 0, 0.03), ("LogNormal(x, 0.5)", exp(1.5 + 0.125), 0.2),
        ("HalfNormal(x)", (2 / Double.pi).squareRoot(), 0.03), ("Uniform(0, x)", 0.5, 0.02), ("Exponential(x)", -1 / 2.25, 0.03),
        ("Gamma(x, 2)", 0.5, 0.02), ("Beta(x, 2)", 2 / (3.5 * 3.5), 0.01), ("StudentT(9, x, 1)", 1, 1e-9),
        ("Normal(x, 1).iid(2)", 1, 1e-9), ("MultivariateNormal([x, x], [[2, 1], [1, 2]])", 1, 1e-9),
    ]
    for (family, expected, tolerance) in cases {
        let value = try #require(Double(try show("gradient(x -> mean(sample(\(family), 10_000)))(1.5)")))
        #expect(abs(value - expected) <= tolerance, "\(family): \(value) is not \(expected)")
    }
}

@Test func stepsFindWhatClosedFormsGive() throws {
    let line = """
        x = linspace(0, 1, 50)
        y = 2 * x + 1 + 0.1 * sin(40 * x)
        X = stack(x, ones(50), axis: 1)
        best = solve(X.T @ X, X.T @ y)
        """.replacing("X.T", with: "transpose(X)")
    for optimizer in ["SGD(0.3)", "SGD(0.1, momentum: 0.9)", "SGD(0.05, momentum: 0.9, nesterov: true)", "Adam(0.05)", "RMSprop(0.002)"] {
        let code =
            line + "\nw = zeros(2)\nfor i in 0..<3000 { w = step(w, w -> mean((X @ w - y)^2), \(optimizer)) }\nmax(abs(w - best)) < 0.01"
        #expect(try show(code) == "true", "\(optimizer)")
    }
    #expect(try show(line + "\nmax(abs(minimize(w -> mean((X @ w - y)^2), zeros(2)) - best)) < 1e-5") == "true")
    #expect(
        try show("minimize(p -> (p.a - 1)^2 + (p.b - p.a)^2, (a: 0, b: 0)) == minimize(p -> (p.a - 1)^2 + (p.b - p.a)^2, (a: 0, b: 0))")
            == "true")
}

@Test func whatALossReadsIsAnInput() throws {
    // Each round reads another batch, another number, and what another step changed.
    let code = """
        a = (w: 0, kept: "name")
        b = 5
        target = 0
        for i in 0..<50 {
          target = i
          a = step(a, a -> (a.w - target)^2 + 0 * b, SGD(0.5))
          b = step(b, b -> (b - a.w)^2, SGD(0.5))
        }
        (a.w, b, a.kept, a.steps, b.loss > 0)
        """
    // Each step with this rate goes all the way.
    #expect(try show(code) == "(49, 49, \"name\", 50, true)")
    let local = """
        f() = {
          w = 0
          for i in 0..<10 {
            shift = i
            w = step(w, w -> (w - shift)^2, SGD(0.5))
          }
          w
        }
        f()
        """
    #expect(try show(local) == "9")
}

@Test func olderValuesStay() throws {
    let code = """
        w = [1, 2]
        w = step(w, w -> sum(w^2), SGD(0.25))
        old = w
        for i in 0..<3 { w = step(w, w -> sum(w^2), SGD(0.25)) }
        v = step(old, w -> sum(w^2), SGD(0.25))
        (old, w, v)
        """
    #expect(try show(code) == "([0.5, 1], [0.0625, 0.125], [0.25, 0.5])")
}

@Test func stepsThatCannotBeCompiledAreTraced() throws {
    let code = """
        w = 4
        for i in 0..<20 { w = step(w, w -> if w > 1 { w^2 } else { (w - 0.5)^2 }, SGD(0.25)) }
        abs(w - 0.5) < 1e-3
        """
    #expect(try show(code) == "true")
}

@Test func gradientsInsideSteps() throws {
    // A penalty on the gradient of the loss's own function, which is differentiated once more.
    let code = """
        f(w, x) = w * x^2
        w = 5
        slope = 3
        for i in 0..<100 { w = step(w, w -> (gradient(x -> f(w, x))(2) - slope)^2, SGD(0.03)) }
        abs(w - 0.75) < 1e-6
        """
    #expect(try show(code) == "true")
}

@Test func timeSaysWhatWasTraced() throws {
    let loop = { (loss: String) in "w = 4\ntime(() -> { v = w\nfor i in 0..<5 { v = step(v, v -> \(loss), SGD(0.01)) }\nv });" }
    #expect(try show(loop("v^2")).contains("5 steps, 1 traced"))
    #expect(try show(loop("if v > 1 { v^2 } else { v }")).contains("a number that it computes decides"))
}

@Test func optimisersAgreeOnTheirOptions() throws {
    // Two half batches accumulated are one whole batch.
    let code = """
        x = [1, 2, 3, 4]
        w = 0
        v = 0
        for i in 0..<10 {
          for part in batches(x, 2, shuffle: false) { w = step(w, w -> mean((w - part)^2), SGD(0.1, accumulate: 2)) }
          v = step(v, v -> mean((v - x)^2), SGD(0.1))
        }
        abs(w - v) < 1e-12
        """
    #expect(try show(code) == "true")
    #expect(try show("w = [3, 4]\nw = step(w, w -> sum(w^2) / 2, SGD(1, clip: 1))\nmax(abs(w - [2.4, 3.2])) < 1e-6") == "true")
    #expect(try show("w = 1\nfor i in 0..<2 { w = step(w, w -> w, SGD(1, schedule: staircase(1, factor: 0.5))) }\nw") == "-0.5")
}

@Test func batchesGoThroughTheRows() throws {
    #expect(try show("s = []\nfor b in batches([1, 2, 3, 4, 5], 2, shuffle: false) { s = append(s, sum(b)) }\ns") == "[3, 7, 5]")
    #expect(try show("s = 0\nfor x, y in batches(([1, 2, 3], [2, 4, 6]), 2, epochs: 3) { s = s + sum(y - 2 * x) + len(x) }\ns") == "9")
    #expect(try show("len(batches(table(a: [1, 2, 3], b: [\"x\", \"y\", \"z\"]), 2, epochs: 4))") == "8")
}

@Test func mistakesInTraining() throws {
    let cases: [(String, String)] = [
        ("gradient(x -> sum(sort(x)))([2, 1])", "sort has no gradient here"),
        ("gradient(x -> median(x))([1, 2, 3])", "median has no gradient here"),
        ("gradient(w -> sum(w @ [1, 2, 3]))([1, 2])", "cannot be multiplied"),
        ("gradient(w -> w * 2)([1, 2])", "a tensor of shape [2]"),
        ("gradient(x -> \"a\")(2)", "a string"),
        ("gradient(x -> x)(\"a\")", "none that are floats"),
        ("gradient(x -> sample(Poisson(x)))(2)", "draws from Poisson have no gradient in rate"),
        ("w = step([true], w -> sum(w), SGD(1))", "bool"),
        ("w = step(1, w -> log(w - 2), SGD(1))", "the loss is nan at step 1"),
        ("step(1, w -> w, 3)", "an optimiser is needed"),
        ("step(1, sin, SGD(1))", "the loss must be a function of the value"),
        ("Adam(-1)", "must be above 0"), ("Adam(1e-3, beta1: 1)", "beta1 must be from 0 to below 1, and it is 1"),
        ("AdamW(1e-3, beta2: -0.1)", "beta2 must be from 0"), ("Adam(1e-3, epsilon: -1)", "epsilon must be a number from 0, and it is -1"),
        ("AdamW(1e-3, decay: -1)", "decay"), ("SGD(1, momentum: 1)", "momentum"), ("RMSprop(1, smoothing: 1)", "smoothing"),
        ("Lion(1, beta1: 2)", "beta1"), ("SGD(1, clip: 0)", "clip"), ("SGD(1, average: 1)", "average"),
        ("staircase(1, factor: -1)", "factor"),
        ("batches([], 2)", "nothing to take batches of"),
        ("batches(([1, 2], [1]), 2)", "rows"),
    ]
    for (code, message) in cases { #expect(failure(code).contains(message), "\(code): \(failure(code))") }
    #expect(failure("averaged(3)").contains("no average"))
}

@Test func theLastGoodWeightsStay() throws {
    // A later step would leave the root's domain: names hold what the one before gave, with the bits of a run that ends there.
    let runner = Runner()
    let update = { (name: String) in "\(name) = step(\(name), \(name) -> mean(sqrt(\(name))), SGD(0.9, momentum: 0.5))" }
    let error = try #require(runner.failure("w = [1, 2]\nfor i in 0..<50 { \(update("w")) }"))
    #expect(error.contains("the weights are as they were"))
    let steps = try #require(Double(try runner.run("w.steps")))
    #expect(steps >= 1 && error.contains("at step \(Int(steps) + 1)"))
    #expect(try runner.run("v = [1, 2]\nfor i in 0..<\(Int(steps)) { \(update("v")) }\nv == w") == "[true, true]")
}
