import Diagnostics
import Distributions
import Tensors
import Testing

struct MultivariateTests {
    private let covariance = Tensor([2, 0.6, 0, 0.6, 1, -0.3, 0, -0.3, 0.5], shape: [3, 3])

    /// Figures of scipy.stats 1.17: multivariate_normal, dirichlet, multinomial, and norm.
    @Test func densitiesAgreeWithSciPy() throws {
        let mean = Tensor([1, -1, 0.5])
        let forms = [
            try MultivariateNormal(mean: mean, covariance: covariance), try MultivariateNormal(mean: mean, cholesky: covariance.cholesky()),
            try MultivariateNormal(mean: mean, precision: covariance.inverse()),
        ]
        for d in forms {
            #expect(isClose(try d.logDensity(Tensor([0.3, 0.2, 1.1])).double(at: 0), -5.463750173299815, 1e-10))
            #expect(isClose(try d.entropy().double(at: 0), 4.033672048299809, 1e-10))
            #expect(try kl(d, forms[0]).double(at: 0) < 1e-12)
        }
        let dirichlet = try Dirichlet(a: Tensor([0.5, 2, 3]))
        #expect(isClose(try dirichlet.logDensity(Tensor([0.2, 0.3, 0.5])).double(at: 0), 0.9067536349052947, 1e-10))
        #expect(isClose(try dirichlet.entropy().double(at: 0), -1.9146769909858068, 1e-10))
        #expect(try dirichlet.logDensity(Tensor([0.2, 0.3, 0.6])).double(at: 0) == -.infinity)
        let multinomial = try Multinomial(count: Tensor(7), p: Tensor([0.2, 0.3, 0.5]))
        #expect(isClose(try multinomial.logDensity(Tensor([1, 2, 4])).double(at: 0), -2.13601189, 1e-8))
        #expect(try multinomial.logDensity(Tensor([1, 2, 3])).double(at: 0) == -.infinity)
        let independent = try MultivariateNormal(mean: Tensor([0, 1]), diagonal: Tensor([4, 9]))
        let parts = try Normal(mean: Tensor([0, 1]), sd: Tensor([2, 3])).logDensity(Tensor([1, 1.5])).sum()
        #expect(isClose(try independent.logDensity(Tensor([1, 1.5])).double(at: 0), parts.double(at: 0), 1e-13))
    }

    /// Means and variances of draws, within five standard errors (for variances, those of a normal distribution, doubled).
    @Test func drawsHaveTheMoments() throws {
        let n = 20_000
        let members: [any Distribution] = [
            try MultivariateNormal(mean: Tensor([1, -1, 0.5]), covariance: covariance), try Dirichlet(a: Tensor([0.5, 2, 3])),
            try Multinomial(count: Tensor(40), p: Tensor([0.2, 0.3, 0.5])), try Multinomial(count: Tensor(3), p: Tensor([0, 1])),
            try Categorical(logits: Tensor([0, 1, -1])), try Normal(mean: Tensor([0, 5]), sd: Tensor([1, 2])).iid([3]),
            try MixtureDistribution(weights: Tensor([0.3, 0.7]), component: Normal(mean: Tensor([0, 4]), sd: Tensor([1, 2]))),
        ]
        for d in members {
            let draws = try d.sample([n], key: Key(seed: 21))
            #expect(draws.shape == [n] + d.batchShape + d.eventShape)
            let (mean, variance) = (try d.mean().doubles, try d.variance().doubles)
            let (center, spread) = (try draws.mean(axis: 0).doubles, try draws.variance(axis: 0).doubles)
            for i in mean.indices {
                let error = (variance[i] / Double(n)).squareRoot()
                #expect(abs(center[i] - mean[i]) <= 5 * error + 1e-12, "\(d): the mean of entry \(i)")
                #expect(
                    abs(spread[i] - variance[i]) <= 10 * variance[i] * (2 / Double(n)).squareRoot() + 1e-12,
                    "\(d): the variance of entry \(i)")
            }
            #expect(try d.logDensity(draws).doubles.allSatisfy { $0.isFinite }, "\(d)")
        }
    }

    @Test func logitsAreProbabilities() throws {
        let logits = try Tensor([0.2, 0.3, 0.5]).log() + 7
        let (a, b) = (try Categorical(p: Tensor([0.2, 0.3, 0.5])), try Categorical(logits: logits))
        for (x, y) in zip(try a.logDensity(Tensor([0, 1, 2])).doubles, try b.logDensity(Tensor([0, 1, 2])).doubles) {
            #expect(isClose(x, y, 1e-13))
        }
        #expect(try a.logDensity(Tensor([3, -1, 0.5])).doubles == [-.infinity, -.infinity, -.infinity])
        #expect(try kl(a, b).double(at: 0) < 1e-14)
        #expect(try a.quantile(Tensor([0, 0.2, 0.21, 1])).doubles == [0, 0, 1, 2])
        // Far logits keep their logarithm: log sigmoid(-800) is -800.
        #expect(try Bernoulli(logits: Tensor(-800)).logDensity(Tensor([1, 0])).doubles == [-800, 0])
    }

    @Test func aMixtureIsTheWeightedSum() throws {
        let parts: [any Distribution] = [try Normal(mean: Tensor(0), sd: Tensor(1)), try Normal(mean: Tensor(4), sd: Tensor(2))]
        let d = try MixtureDistribution(weights: Tensor([0.3, 0.7]), components: parts)
        #expect(isClose(try d.logDensity(Tensor(2.5)).double(at: 0), -2.201323644424206, 1e-12))
        #expect(isClose(try d.cdf(Tensor(2.5)).double(at: 0), 0.4567762470660749, 1e-12))
        #expect(try d.logDensity(Tensor([1, 2, 3])).shape == [3])
        #expect(d.description == "Mixture([0.3, 0.7], [Normal(mean: 0, sd: 1), Normal(mean: 4, sd: 2)])")
        #expect(throws: Diagnostic.self) { try MixtureDistribution(weights: Tensor([0.3, 0.7]), components: [parts[0]]) }
        #expect(throws: Diagnostic.self) {
            try MixtureDistribution(weights: Tensor([0.5, 0.5]), components: [parts[0], Dirichlet(a: Tensor([1, 1]))])
        }
    }

    @Test func anIidHasOneNumberADraw() throws {
        let base = try Normal(mean: Tensor([0, 1]), sd: Tensor(1))
        let d = try base.iid([3])
        let x = try d.sample([5], key: Key(seed: 2))
        #expect(d.eventShape == [3, 2] && d.batchShape == [] && x.shape == [5, 3, 2])
        let (logs, sums) = (try d.logDensity(x), try base.logDensity(x).sum(axis: 2).sum(axis: 1))
        #expect(logs.shape == [5] && logs.doubles == sums.doubles)
        #expect(throws: Diagnostic.self) { try d.logDensity(Tensor([1, 2])) }
        #expect(throws: Diagnostic.self) { try base.iid([1 << 40, 1 << 40]) }
    }
}
