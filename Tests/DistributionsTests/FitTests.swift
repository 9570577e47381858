import Diagnostics
import Distributions
import Tensors
import Testing

struct FitTests {
    /// Parameters of highest likelihood; those without a formula from scipy.optimize.minimize (BFGS) on scipy.stats' log densities.
    @Test func fitsAgreeWithMaximumLikelihood() throws {
        let cases: [(name: String, x: [Double], expected: [Double])] = [
            ("Normal", [1, 2, 6], [3, 2.160246899469287]),
            ("LogNormal", [1, 1, 2.718281828459045], [1.0 / 3, 0.47140452079103173]),
            ("Uniform", [3, -1, 2], [-1, 3]), ("Exponential", [1, 2, 6], [1.0 / 3]), ("Poisson", [0, 3, 6], [3]),
            ("Bernoulli", [1, 0, 0, 0], [0.25]),
            ("Geometric", [0, 2, 4], [1.0 / 3]), ("HalfNormal", [3, 4], [3.5355339059327378]),
            ("Gamma", [0.3, 1.2, 2.7, 0.9, 4.1, 1.6, 0.2, 2.2], [1.44270991, 0.87436964]),
            ("Beta", [0.1, 0.45, 0.3, 0.62, 0.25, 0.8], [1.62457744, 2.22454944]),
            ("StudentT", [-3.1, 0.2, 0.5, -0.4, 1.1, 8.0, 0.3, -0.8, 0.9, -6.5], [0.85190243, 0.29635736, 0.70472749]),
            ("HalfCauchy", [0.1, 0.5, 2.2, 9.0, 0.7], [0.87760233]),
        ]
        for (name, x, expected) in cases {
            let fit = try #require(DistributionCatalog.family(named: name)?.fit)
            for (values, weights) in [(x, nil), (x + [x[0]], [0.5] + [Double](repeating: 1, count: x.count - 1) + [0.5])] {
                let values = try fit(Tensor(values), weights.map { Tensor($0) }).arguments.map { $0.value.double(at: 0) }
                #expect(values.count == expected.count)
                for (value, number) in zip(values, expected) {
                    #expect(isClose(value, number, 1e-6), "\(name): \(values), not \(expected)")
                }
            }
        }
        let dirichlet = try #require(Dirichlet.family.fit)
        let shares = try dirichlet(
            Tensor([0.2, 0.3, 0.5, 0.1, 0.6, 0.3, 0.25, 0.25, 0.5, 0.3, 0.1, 0.6, 0.15, 0.4, 0.45], shape: [5, 3]), nil)
        for (value, number) in zip(shares.arguments[0].value.doubles, [2.96975788, 4.25745586, 6.60812616]) {
            #expect(isClose(value, number, 1e-6))
        }
    }

    /// The Fisher information bounds the error of a fit to n draws; ten thousand draws leave every parameter within a tenth.
    @Test func fitsRecoverTheParameters() throws {
        let members: [(String, [String: Double])] = [
            ("Gamma", ["shape": 3, "rate": 0.5]), ("Beta", ["a": 0.7, "b": 4]), ("StudentT", ["df": 3, "location": 10, "scale": 2]),
            ("HalfCauchy", ["scale": 2]), ("LogNormal", ["mean": 1, "sd": 0.4]), ("Poisson", ["rate": 12]), ("Geometric", ["p": 0.2]),
        ]
        for (name, numbers) in members {
            let d = try make(name, numbers.mapValues { Tensor($0) })
            let fit = try #require(type(of: d).family.fit)
            for (parameter, value) in try fit(d.sample([10_000], key: Key(seed: 3)), nil).arguments {
                #expect(isClose(value.double(at: 0), numbers[parameter] ?? .nan, 0.1), "\(name): \(parameter) is \(value)")
            }
        }
        let d = try MultivariateNormal(mean: Tensor([1, -2]), covariance: Tensor([2, 0.9, 0.9, 1], shape: [2, 2]))
        let fit = try #require(MultivariateNormal.family.fit)
        let fitted = try fit(d.sample([20_000], key: Key(seed: 4)), nil)
        for (value, number) in zip(fitted.arguments[1].value.doubles, [2, 0.9, 0.9, 1]) { #expect(abs(value - number) < 0.1) }
    }

    @Test func columnsAreFittedApart() throws {
        let fit = try #require(Normal.family.fit)
        let fitted = try fit(Tensor([0, 10, 2, 14, 5, 12], shape: [3, 2], missing: [false, false, false, false, true, false]), nil)
        #expect(fitted.batchShape == [2] && fitted.arguments[0].value.doubles == [1, 12])
    }

    @Test func whatCannotBeFittedIsRefused() throws {
        let cases: [(String, [Double], [Double]?, String)] = [
            ("Normal", [2, 2], nil, "all observations are equal"), ("Gamma", [1, -1], nil, "one is -1"),
            ("Beta", [0.5, 1], nil, "one is 1"),
            ("Poisson", [1.5], nil, "one is 1.5"), ("Normal", [1, .infinity], nil, "x[1] is inf"), ("Normal", [], nil, "no observations"),
            ("Normal", [1, 2], [1, -1], "weights[1] is -1"), ("Normal", [1, 2], [0, 0], "no observations"),
            ("Normal", [1, 2], [1], "a vector of 2"),
        ]
        for (name, x, weights, words) in cases {
            let fit = try #require(DistributionCatalog.family(named: name)?.fit)
            let error = #expect(throws: Diagnostic.self) { try fit(Tensor(x), weights.map { Tensor($0) }) }
            #expect(error?.message.contains(words) == true, "\(name): \(error?.message ?? "")")
        }
    }
}
