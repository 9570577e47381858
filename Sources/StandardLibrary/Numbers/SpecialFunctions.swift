import Diagnostics
import Language
import Tensors

/// Functions of statistics and networks.
enum SpecialFunctionChapter {
    static let title = "Functions of statistics and networks"

    static let rows: [Builtin] = [
        ElementwiseChapter.row(
            "sigmoid", .sigmoid, "1 / (1 + exp(-x)): a probability from its log odds.", [.init("sigmoid(0)", "0.5")], chapter: title),
        ElementwiseChapter.row(
            "logit", "The log odds of a probability, log(p / (1 - p)).", [.init("logit(0.5)", "0")], chapter: title
        ) { (p: Tensor) throws(Diagnostic) -> Tensor in try p.log() - (-p).log1p() },
        ElementwiseChapter.row("softplus", .softplus, "log(1 + exp(x)).", [.init("softplus(0) == log(2)", "true")], chapter: title),
        ElementwiseChapter.row("relu", .relu, "x where it is positive, else 0.", [.init("relu([-1, 2])", "[0, 2]")], chapter: title),
        ElementwiseChapter.row(
            "gelu", "x times the probability that a standard normal is below it (Hendrycks and Gimpel 2016).", [.init("gelu(0)", "0")],
            chapter: title
        ) { (x: Tensor) throws(Diagnostic) -> Tensor in try x * (((x / 2.0.squareRoot()).erf() + 1) / 2) },
        ElementwiseChapter.row("silu", "x sigmoid(x), also called swish.", [.init("silu(0)", "0")], chapter: title) {
            (x: Tensor) throws(Diagnostic) -> Tensor in try x * x.sigmoid()
        },
        Builtin(
            "softmax(x, axis: -1)", chapter: title, "exp(x) over its sum along an axis: probabilities from logits.",
            examples: [.init("softmax([0, 0])", "[0.5, 0.5]"), .init("softmax([0, log(3)])", "[0.25, 0.75]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.array(0)
            return .of(try defined(try (x - x.logsumexp(axis: try call.integer(1), keep: true)).exp(), from: [x], call.name))
        },
        Builtin(
            "log_softmax(x, axis: -1)", chapter: title, "The logarithm of softmax.",
            examples: [.init("exp(log_softmax([0, log(3)]))", "[0.25, 0.75]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.array(0)
            return .of(try defined(try x - x.logsumexp(axis: try call.integer(1), keep: true), from: [x], call.name))
        },
        ElementwiseChapter.row("erf", .erf, "The error function.", [.init("erf(0)", "0"), .init("erf(inf)", "1")], chapter: title),
        ElementwiseChapter.row("erfc", .erfc, "1 - erf(x), exact where erf is near 1.", [.init("erfc(0)", "1")], chapter: title),
        ElementwiseChapter.row(
            "gamma", "The gamma function; gamma(n + 1) is n factorial.", [.init("gamma(5)", "24")], chapter: title, gammaFunction),
        ElementwiseChapter.row(
            "lgamma", .lgamma, "The logarithm of the absolute value of the gamma function.", [.init("round(exp(lgamma(5)))", "24")],
            chapter: title),
        ElementwiseChapter.row(
            "digamma", .digamma, "The derivative of lgamma.", [.init("round(digamma(1), digits: 6)", "-0.577216")], chapter: title),
        Builtin(
            "lbeta(a, b)", chapter: title, "The logarithm of the beta function.", examples: [.init("round(exp(-lbeta(2, 3)))", "12")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (a, b) = (try call.tensor(0), try call.tensor(1))
            return .of(try defined(try a.lgamma() + b.lgamma() - (a + b).lgamma(), from: [a, b], call.name))
        },
        ElementwiseChapter.row("factorial", "The product of the whole numbers from 1 to n.", [.init("factorial(5)", "120")], chapter: title)
        {
            (n: Tensor) throws(Diagnostic) -> Tensor in
            if let bad = n.doubles.first(where: { $0 < 0 || $0 != $0.rounded() || $0 > 1e15 }) {
                throw Diagnostic("factorial takes whole numbers that are not negative, and this is \(formatNumber(bad))", argument: "x")
            }
            return try gammaFunction(n + 1)
        },
        Builtin(
            "choose(n, k)", chapter: title, "How many ways there are to choose k of n things.",
            examples: [.init("choose(5, 2)", "10"), .init("choose(4, 0...4)", "[1, 4, 6, 4, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (n, k) = (try call.tensor(0), try call.tensor(1))
            for (index, tensor) in [n, k].enumerated() {
                if let bad = tensor.doubles.first(where: { $0 < 0 || $0 != $0.rounded() || $0 > 1e15 }) {
                    throw call.wrong(index, "choose takes whole numbers that are not negative, and this is \(formatNumber(bad))")
                }
            }
            let shape = try Shape.broadcast(n.shape, k.shape)
            let (all, chosen) = (try n.broadcast(to: shape), try k.broadcast(to: shape))
            let ways = zip(all.doubles, chosen.doubles).map(binomial)
            guard all.hasMissing || chosen.hasMissing else { return .of(Tensor(ways, shape: shape)) }
            return .of(Tensor(ways, shape: shape, missing: (0..<ways.count).map { all.isMissing(at: $0) || chosen.isMissing(at: $0) }))
        },
    ]

    /// By the logarithm, the sign from the number of negative factors.
    private static let gammaFunction: @Sendable (Tensor) throws(Diagnostic) -> Tensor = { (x: Tensor) throws(Diagnostic) -> Tensor in
        // Where gradients are taken the argument is above 0.
        if x.isSymbolic { return x.lgamma().exp() }
        let values = x.doubles.map { x -> Double in
            guard x > 0 || x != x.rounded() else { return .nan }
            if x == x.rounded(), x <= 171 { return stride(from: 2, to: x, by: 1).reduce(1, *) }
            let size = UnaryOp.exp.apply(Tensors.lgamma(x))
            return x > 0 || x.rounded(.down).truncatingRemainder(dividingBy: 2) == 0 ? size : -size
        }
        return Tensor(values, shape: x.shape, missing: x.missing)
    }

    /// The binomial coefficient of whole numbers, exact while it is below 2^53.
    private static func binomial(_ n: Double, _ k: Double) -> Double {
        guard k <= n else { return 0 }
        let few = min(k, n - k)
        guard few <= 10_000 else { return UnaryOp.exp.apply(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)) }
        return stride(from: 1, through: few, by: 1).reduce(1) { $0 * (n - few + $1) / $1 }
    }
}
