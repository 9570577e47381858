import Diagnostics
import Distributions
import Tensors
import Testing

struct ParameterTests {
    @Test func parametersOutOfRangeAreRefused() throws {
        let one = Tensor(1)
        let matrix = { (values: [Double]) in Tensor(values, shape: [2, 2]) }
        let pair = Tensor([0.0, 0.0])
        let cases: [(String, [String: Tensor], message: String, argument: String?)] = [
            ("Normal", ["mean": Tensor(0), "sd": Tensor(-1)], "sd must be positive, and it is -1", "sd"),
            ("Normal", ["mean": Tensor(0), "sd": Tensor([1, 0])], "sd must be positive, and sd[1] is 0", "sd"),
            ("Normal", ["mean": Tensor(Double.nan), "sd": one], "mean must be finite, and it is nan", "mean"),
            (
                "Normal", ["mean": Tensor([1, 2], shape: [2], missing: [false, true]), "sd": one],
                "mean must be finite, and mean[1] is missing", "mean"
            ),
            ("Normal", ["mean": one], "Normal needs sd", "sd"),
            ("Normal", ["mean": one, "sd": one, "mu": one], "Normal has no parameter mu", nil),
            (
                "Normal", ["mean": Tensor([1, 2]), "sd": Tensor([1, 2, 3])],
                "the parameters of Normal do not go together: sd has shape [3], those before it [2]", "sd"
            ),
            ("Uniform", ["low": one, "high": one], "low must be below high, and low is 1 and high 1", "high"),
            ("Bernoulli", ["p": Tensor(1.5)], "p must be between 0 and 1, and it is 1.5", "p"),
            ("Bernoulli", [:], "Bernoulli needs p or logits", nil),
            ("Bernoulli", ["p": one, "logits": one], "Bernoulli takes p or logits, and got p and logits", "logits"),
            ("Binomial", ["count": Tensor(2.5), "p": one], "count must be a whole number, 0 or more, and it is 2.5", "count"),
            ("Geometric", ["p": Tensor(0)], "p must be above 0, and it is 0", "p"),
            ("Categorical", ["p": Tensor([0.5, 0.6])], "p must sum to 1, and the sum is 1.1", "p"),
            ("Categorical", ["p": one], "p must be a vector, and it has shape []", "p"),
            ("Dirichlet", ["a": Tensor([Double]())], "a must not be empty", "a"),
            (
                "MultivariateNormal", ["mean": pair, "covariance": matrix([1, 2, 2, 1])], "covariance must be positive definite",
                "covariance"
            ),
            (
                "MultivariateNormal", ["mean": pair, "covariance": matrix([1, 0.5, 0.4, 1])],
                "covariance must be symmetric, and covariance[1, 0] is 0.4 and covariance[0, 1] is 0.5", "covariance"
            ),
            (
                "MultivariateNormal", ["mean": pair, "diagonal": Tensor([1, 1, 1])],
                "diagonal must have shape [2], as mean has 2 entries, and its shape is [3]", "diagonal"
            ),
            (
                "MultivariateNormal", ["mean": pair, "cholesky": matrix([1, 2, 0, 1])],
                "cholesky must be lower triangular with a positive diagonal, and cholesky[0, 1] is 2", "cholesky"
            ),
        ]
        for (name, arguments, message, argument) in cases {
            let error = #expect(throws: Diagnostic.self) { try make(name, arguments) }
            #expect(error?.message == message)
            #expect(error?.argument == argument, "\(message)")
        }
    }

    @Test func whatIsNotKnownSaysSo() throws {
        let t = try make("StudentT", ["df": Tensor([3, 1]), "location": Tensor(0), "scale": Tensor(1)])
        let dirichlet = try Dirichlet(a: Tensor([1, 2]))
        let normal = try Normal(mean: Tensor(0), sd: Tensor(1))
        let cases: [(String, () throws -> Tensor)] = [
            ("the cdf of Dirichlet is not known exactly", { try dirichlet.cdf(Tensor([0.5, 0.5])) }),
            ("the log survival of Dirichlet is not known exactly", { try dirichlet.logSurvival(Tensor([0.5, 0.5])) }),
            ("the median of Dirichlet is not known exactly", { try dirichlet.median() }),
            ("the mean of StudentT, entry [1] of the batch does not exist for these parameters", { try t.mean() }),
            ("the kl of Normal and Dirichlet is not known exactly", { try kl(normal, dirichlet) }),
            ("q must be between 0 and 1, and q[1] is 1.2", { try normal.quantile(Tensor([0.1, 1.2])) }),
        ]
        for (message, work) in cases {
            let error = #expect(throws: Diagnostic.self) { try work() }
            #expect(error?.message == message)
        }
    }

    @Test func batchesBroadcast() throws {
        let d = try Normal(mean: Tensor([0, 1, 2]), sd: Tensor([1, 2], shape: [2, 1]))
        #expect(d.batchShape == [2, 3] && d.arguments.map(\.name) == ["mean", "sd"])
        #expect(try d.sample([4], key: Key(seed: 1)).shape == [4, 2, 3])
        #expect(try d.logDensity(Tensor(0)).shape == [2, 3] && d.cdf(Tensor([0, 0, 0])).shape == [2, 3] && d.mean().shape == [2, 3])
        #expect(try d.cdf(Tensor(1)).doubles[4] == 0.5)
        #expect(d.description == "Normal(mean: [0, 1, 2], sd: [[1], [2]])" || d.description.hasPrefix("Normal(mean: [0, 1, 2], sd: ["))
        let scalar = try Normal(mean: Tensor(0), sd: Tensor(2))
        #expect(scalar.description == "Normal(mean: 0, sd: 2)" && scalar.batchShape == [])
        #expect(throws: Diagnostic.self) { try scalar.sample([1 << 40, 1 << 40], key: Key(seed: 1)) }
        #expect(throws: Diagnostic.self) { try scalar.sample([-1], key: Key(seed: 1)) }
    }

    @Test func catalogIsWhole() {
        for family in DistributionCatalog.all {
            #expect(DistributionCatalog.family(named: family.name)?.parameters.map(\.name) == family.parameters.map(\.name))
            #expect(family.summary.hasSuffix("."))
        }
        #expect(DistributionCatalog.family(named: "normal") == nil)
    }
}
