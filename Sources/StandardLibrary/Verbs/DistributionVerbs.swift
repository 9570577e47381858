import Diagnostics
import Distributions
import Language
import Models
import Tensors

/// What is asked of a distribution beyond draws and scores, and what makes new ones of old.
enum DistributionChapter {
    static let name = "Distributions"

    static let rows: [Builtin] = verbs + makers

    private static let verbs: [Builtin] = [
        about("variance(d)", "The variance of a distribution; `var(x)` is that of data.", [.init("variance(Normal(0, 2))", "4")]) {
            (d) throws(Diagnostic) in try d.variance()
        },
        about("mode(d)", "The most probable value.", [.init("mode(Beta(3, 2))", "0.6666666666666666")]) { (d) throws(Diagnostic) in
            try d.mode()
        },
        about("skewness(d)", "The third standardised moment.", [.init("skewness(Exponential(1))", "2")]) { (d) throws(Diagnostic) in
            try d.skewness()
        },
        about("kurtosis(d)", "The excess kurtosis: 0 for a normal distribution.", [.init("kurtosis(Normal(0, 1))", "0")]) {
            (d) throws(Diagnostic) in try d.kurtosis()
        },
        about("entropy(d)", "The entropy, in nats.", [.init("entropy(Bernoulli(0.5))", "0.6931471805599453")]) { (d) throws(Diagnostic) in
            try d.entropy()
        },
        at("pdf(d, x)", "The density or probability of each value.", [.init("pdf(Bernoulli(0.7), 1)", "0.7")]) {
            (d, x) throws(Diagnostic) in try d.density(x)
        },
        at("cdf(d, x)", "The probability of a value up to x.", [.init("cdf(Normal(0, 1), 0)", "0.5")]) { (d, x) throws(Diagnostic) in
            try d.cdf(x)
        },
        at("logcdf(d, x)", "The logarithm of the cdf, exact in the tails.", [.init("round(logcdf(Normal(0, 1), -30), 3)", "-454.321")]) {
            (d, x) throws(Diagnostic) in try d.logCDF(x)
        },
        at("survival(d, x)", "The probability of a value above x.", [.init("survival(Uniform(0, 1), 0.25)", "0.75")]) {
            (d, x) throws(Diagnostic) in try d.survival(x)
        },
        Builtin(
            "support(d)", chapter: name, "The values a distribution can take.",
            examples: [.init("support(Gamma(1, 1))", "(low: 0, high: inf, discrete: false)")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            switch try distribution(call, 0).support {
            case .interval(let low, let high): .record([("low", .number(low)), ("high", .number(high)), ("discrete", .bool(false))])
            case .integers(let low, let high): .record([("low", .number(low)), ("high", .number(high)), ("discrete", .bool(true))])
            case .simplex: .string("probabilities that sum to 1")
            case .counts: .string("vectors of counts")
            case .vectors: .string("vectors of numbers")
            }
        },
        Builtin(
            "kl(p, q, draws: none, seed: none)", chapter: name,
            "The Kullback-Leibler divergence of q from p, in nats, where it is known exactly; with `draws`, an estimate and its standard error.",
            examples: [
                .init("kl(Normal(0, 1), Normal(1, 1))", "0.5"),
                .init("kl(Normal(0, 1), StudentT(3, 0, 1), draws: 10_000, seed: 1).error < 0.01", "true"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (p, q) = (try distribution(call, 0), try distribution(call, 1))
            if call[2].isNone { return .of(try kl(p, q)) }
            let estimate = try kl(p, q, draws: try call.integer(2, in: 2...10_000_000), key: try call.key(seed: 3))
            return .record([("value", .of(estimate.value)), ("error", .of(estimate.error))])
        },
    ]

    private static let makers: [Builtin] = [
        Builtin(
            "iid(d, shape)", chapter: name, "Independent draws of a distribution as one draw: a number or list gives the axes in front.",
            examples: [
                .init("sample(iid(Normal(0, 1), 3)).shape", "[3]"), .init("logp(Bernoulli(0.5).iid(2), [1, 0])", "-1.3862943611198906"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in .distribution(try distribution(call, 0).iid(try call.shape(1))) },
        Builtin(
            "Mixture(components, of: \"MultivariateNormal\", **)", chapter: name,
            "With a number, a family of models to be fitted: `Mixture(3, of: MultivariateNormal, covariance: \"full\")`. With weights, a distribution: `Mixture([0.3, 0.7], [Normal(0, 1), Normal(4, 1)])`, or `Mixture(w, Normal(mu, sd))` with one component an entry.",
            examples: [.init("mean(Mixture([0.25, 0.75], [Normal(0, 1), Normal(4, 1)]))", "3")]
        ) { (call: Call) throws(Diagnostic) -> Value in try mixture(call) },
    ]

    /// A row of a verb of distributions alone.
    private static func about(
        _ signature: String, _ summary: String, _ examples: [Builtin.Example],
        _ verb: @escaping @Sendable (any Distribution) throws(Diagnostic) -> Tensor
    ) -> Builtin {
        Builtin(signature, chapter: name, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            .of(try verb(try distribution(call, 0)))
        }
    }

    /// A row of a verb of a distribution at values.
    private static func at(
        _ signature: String, _ summary: String, _ examples: [Builtin.Example],
        _ verb: @escaping @Sendable (any Distribution, Tensor) throws(Diagnostic) -> Tensor
    ) -> Builtin {
        Builtin(signature, chapter: name, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            .of(try verb(try distribution(call, 0), try call.tensor(1)))
        }
    }

    static func distribution(_ call: Call, _ index: Int) throws(Diagnostic) -> any Distribution {
        guard case .object(let object) = call[index] else {
            throw call.wrong(index, "`\(call.signature.name)` takes a distribution, and this is \(call[index].kindName)")
        }
        if case .distribution(let distribution) = object.kind { return distribution }
        throw unready(object.kind, verb: call.signature.name)
            ?? call.wrong(index, "`\(call.signature.name)` takes a distribution, and this is \(call[index].kindName)")
    }

    private static func mixture(_ call: Call) throws(Diagnostic) -> Value {
        if case .number = call[0] {
            var settings: [(name: String, value: Datum)] = []
            for setting in MixtureModel.family.settings { settings.append((setting.name, setting.value)) }
            var frame = Frame(settings, isTable: false)
            frame["components"] = try call[0].datum()
            if call.spans[1] != nil { frame["of"] = try call[1].datum() }
            for (name, value) in call.others {
                guard frame[name] != nil else {
                    throw Diagnostic(
                        "Mixture has no argument named \(name)", argument: name, help: suggestion(for: name, among: frame.names))
                }
                frame[name] = try value.datum()
            }
            return .object(Object(.recipe(try MixtureModel.family.make(frame))))
        }
        if let (name, _) = call.others.first { throw Diagnostic("a mixture of given distributions takes no \(name)", argument: name) }
        let weights = try call.tensor(0)
        guard case .list(let list) = call[1] else {
            return .distribution(try MixtureDistribution(weights: weights, component: try distribution(call, 1)))
        }
        var components: [any Distribution] = []
        for item in list.items {
            guard case .object(let object) = item, case .distribution(let component) = object.kind else {
                throw call.wrong(1, "the components must be distributions, and one is \(item.kindName)")
            }
            components.append(component)
        }
        return .distribution(try MixtureDistribution(weights: weights, components: components))
    }
}
