import Diagnostics
import Distributions
import Foundation
import Tensors
import Testing

/// What holds for every member the reference lists, with no number from outside.
struct PropertyTests {
    private var members: [(text: String, distribution: any Distribution)] {
        get throws {
            try Reference.all.filter { $0.kind == "statistic" }.map { ($0.text, try $0.family.make($0.arguments)) }
        }
    }

    /// The integral of the density between two quantiles is the probability between them.
    @Test func densitiesIntegrateToProbabilities() throws {
        for (text, d) in try members {
            // No rule of fixed steps follows a density that is infinite at its upper end.
            if case .interval(_, let end) = d.support, end.isFinite, try d.density(Tensor(end)).double(at: 0) == .infinity { continue }
            let (low, high) = (try d.quantile(Tensor(0.01)).double(at: 0), try d.quantile(Tensor(0.99)).double(at: 0))
            let expected: Double
            let sum: Double
            if d.support.isDiscrete {
                let points = (0...Int(high - low)).map { low + Double($0) }
                sum = try d.density(Tensor(points)).sum().double(at: 0)
                expected = try d.cdf(Tensor(high)).double(at: 0) - d.cdf(Tensor(low - 1)).double(at: 0)
            } else {
                // Simpson's rule over the logarithm's scale where all is positive and spread wide.
                let isWide = low > 0 && high / low > 10
                let (a, b) = isWide ? (log(low), log(high)) : (low, high)
                let n = 20_000
                let grid = (0...n).map { a + (b - a) * Double($0) / Double(n) }
                let x = isWide ? grid.map { exp($0) } : grid
                let density = try d.density(Tensor(x)).doubles
                let terms = (0...n).map { i -> Double in
                    let weight: Double = i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2
                    return weight * density[i] * (isWide ? x[i] : 1)
                }
                sum = terms.reduce(0, +) * (b - a) / Double(n) / 3
                expected = try d.cdf(Tensor(x[n])).double(at: 0) - d.cdf(Tensor(x[0])).double(at: 0)
            }
            #expect(abs(sum - expected) < 1e-6, "\(text): \(sum), not \(expected)")
        }
    }

    /// Draws against the distribution function (Kolmogorov and Smirnov; for discrete ones the bound is conservative). The bound is passed
    /// once in 10^8 tests.
    @Test func drawsFollowTheDistributionFunction() throws {
        let n = 20_000
        for (i, (text, d)) in try members.enumerated() {
            let draws = try d.sample([n], key: Key(seed: 7).folded(UInt64(i))).sorted()
            let below = try d.cdf(draws).doubles
            let values = draws.doubles
            var gap = 0.0
            for j in 0..<n where j == n - 1 || values[j] != values[j + 1] { gap = max(gap, abs(below[j] - Double(j + 1) / Double(n))) }
            #expect(gap < 3.1 / Double(n).squareRoot(), "\(text): the greatest gap is \(gap)")
            #expect(try d.logDensity(draws).doubles.allSatisfy { $0 > -.infinity }, "\(text): a draw outside the support")
        }
    }

    @Test func quantilesUndoTheDistributionFunction() throws {
        for (text, d) in try members {
            for q in [1e-9, 0.04, 0.35, 0.5, 0.81, 0.9999] {
                let x = try d.quantile(Tensor(q))
                let reached = try d.cdf(x).double(at: 0)
                if d.support.isDiscrete {
                    let before = try d.cdf(x - 1).double(at: 0)
                    #expect(reached >= q * (1 - 1e-12) && before < q, "\(text): quantile of \(q)")
                } else {
                    // The quantile is the closest of the numbers there are.
                    let point = x.double(at: 0)
                    let ends = try d.cdf(Tensor([point.nextDown, point.nextUp])).doubles
                    #expect(
                        ends[0] <= q * (1 + 1e-11) && q <= ends[1] * (1 + 1e-11), "\(text): the cdf at the quantile of \(q) is \(reached)")
                }
            }
        }
    }

    @Test func nothingLiesOutsideTheSupport() throws {
        for (text, d) in try members {
            guard case .interval(let low, let high) = d.support else {
                #expect(try d.logDensity(Tensor([-1, 0.5, .infinity])).doubles == [-.infinity, -.infinity, -.infinity], "\(text)")
                continue
            }
            for x in [low - 1, high + 1] where x.isFinite {
                #expect(try d.logDensity(Tensor(x)).double(at: 0) == -.infinity, "\(text) at \(x)")
            }
            #expect(try d.logDensity(Tensor([0, 0.5], shape: [2], missing: [true, false])).missing == [true, false], "\(text)")
        }
    }

    /// The mean of log p - log q over draws of p against the exact divergence, within five standard errors.
    @Test func divergencesAgreeWithDraws() throws {
        let pairs: [(String, [String: Double], [String: Double])] = [
            ("Normal", ["mean": 0, "sd": 1], ["mean": 1, "sd": 2]), ("Gamma", ["shape": 2, "rate": 1], ["shape": 3, "rate": 2.5]),
            ("Beta", ["a": 2, "b": 3], ["a": 1.5, "b": 1]), ("Poisson", ["rate": 3], ["rate": 5]), ("Bernoulli", ["p": 0.3], ["p": 0.6]),
            ("Exponential", ["rate": 2], ["rate": 0.7]), ("Uniform", ["low": 0, "high": 1], ["low": -1, "high": 3]),
            ("Geometric", ["p": 0.4], ["p": 0.2]), ("Binomial", ["count": 9, "p": 0.4], ["count": 9, "p": 0.6]),
            ("HalfNormal", ["sd": 1], ["sd": 2]), ("LogNormal", ["mean": 0, "sd": 1], ["mean": 0.5, "sd": 0.8]),
        ]
        let n = 20_000
        for (name, left, right) in pairs {
            let (p, q) = (try make(name, left.mapValues { Tensor($0) }), try make(name, right.mapValues { Tensor($0) }))
            let exact = try kl(p, q).double(at: 0)
            let x = try p.sample([n], key: Key(seed: 11))
            let ratios = try p.logDensity(x) - q.logDensity(x)
            let error = try ratios.sd().double(at: 0) / Double(n).squareRoot()
            #expect(try abs(ratios.mean().double(at: 0) - exact) <= 5 * error + 1e-12, "\(name): \(exact)")
            #expect(try kl(p, p).double(at: 0) == 0, "\(name)")
        }
    }
}
