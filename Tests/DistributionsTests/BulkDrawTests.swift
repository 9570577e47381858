import Diagnostics
import Testing

@testable import Distributions
@testable import Tensors

/// Many draws at once, against the distribution functions of their families.
@Suite struct BulkDrawTests {
    private func continuous() throws -> [any Distribution] {
        [
            try Normal(mean: Tensor(3), sd: Tensor(0.5)), try LogNormal(mean: Tensor(0.3), sd: Tensor(0.7)), try HalfNormal(sd: Tensor(2)),
            try Uniform(low: Tensor(-1), high: Tensor(4)), try Exponential(rate: Tensor(2.5)),
            try Gamma(shape: Tensor(2.5), rate: Tensor(3)),
            try Gamma(shape: Tensor(0.2), rate: Tensor(0.1)), try Beta(a: Tensor(2), b: Tensor(0.6)),
            try Beta(a: Tensor(0.05), b: Tensor(0.1)),
            try StudentT(df: Tensor(3), location: Tensor(1), scale: Tensor(2)), try HalfCauchy(scale: Tensor(1.5)),
        ]
    }

    /// Kolmogorov's distance times the root of n: above 2.2 once in 8,000.
    @Test func continuousFamilies() throws {
        let n = 50_000
        for (place, distribution) in try continuous().enumerated() {
            let draws = try distribution.sample([n], key: Key(seed: UInt64(place))).doubles.sorted()
            let heights = try distribution.cdf(Tensor(draws)).doubles
            var largest = 0.0
            for (i, p) in heights.enumerated() {
                largest = max(largest, abs(p - Double(i) / Double(n)), abs(Double(i + 1) / Double(n) - p))
            }
            #expect(largest * Double(n).squareRoot() < 2.2, "\(distribution.description)")
        }
    }

    /// Chi-squared over the values that are expected 20 times or more, the rest together: five standard deviations above its mean at most.
    @Test func discreteFamilies() throws {
        let n = 100_000
        let families: [any Distribution] = [
            try Poisson(rate: Tensor(4)), try Poisson(rate: Tensor(250)), try Poisson(rate: Tensor(0)), try Bernoulli(p: Tensor(0.3)),
            try Binomial(count: Tensor(40), p: Tensor(0.7)), try Geometric(p: Tensor(0.2)),
            try Categorical(p: Tensor([0.1, 0, 0.2, 0.3, 0.4])), try Categorical(p: Tensor([1.0])),
        ]
        for (place, distribution) in families.enumerated() {
            let draws = try distribution.sample([n], key: Key(seed: 100 + UInt64(place))).doubles
            var counts: [Double: Double] = [:]
            for draw in draws { counts[draw, default: 0] += 1 }
            let values = (0...400).map(Double.init)
            let expected = try distribution.logDensity(Tensor(values)).exp().doubles.map { $0 * Double(n) }
            var (sum, cells, rest, restFound) = (0.0, 0.0, Double(n), Double(n))
            for (value, mean) in zip(values, expected) where mean >= 20 {
                let found = counts[value] ?? 0
                sum += (found - mean) * (found - mean) / mean
                (cells, rest, restFound) = (cells + 1, rest - mean, restFound - found)
            }
            if rest >= 20 { sum += (restFound - rest) * (restFound - rest) / rest }
            let freedom = max(0, cells - (rest >= 20 ? 0 : 1))
            #expect(sum <= freedom + 5 * (2 * freedom).squareRoot() + 1e-6, "\(distribution.description): \(sum) of \(freedom)")
            #expect(zip(values, expected).allSatisfy { $1 > 0 || counts[$0] == nil }, "\(distribution.description)")
        }
    }

    /// The first draws are the same, however many follow: for the laws that fill each place alone, and for inversion.
    @Test func howManyFollowDoesNotMatter() throws {
        let inverted: [any Distribution] = [try Poisson(rate: Tensor(4)), try Categorical(p: Tensor([0.1, 0.2, 0.7]))]
        for distribution in try continuous().filter({ !($0 is HalfCauchy) }) + inverted {
            let key = Key(seed: 5)
            let few = try distribution.sample([300], key: key).doubles
            #expect(try Array(distribution.sample([200_001], key: key).doubles[..<300]) == few, "\(distribution.description)")
        }
    }

    @Test func dirichletRows() throws {
        for a in [[1.0, 1, 1], [0.01, 0.02, 0.03], [3, 0.5, 10]] {
            let n = 50_000
            let draws = try Dirichlet(a: Tensor(a)).sample([n], key: Key(seed: 8))
            #expect(draws.shape == [n, 3])
            let sums = try draws.sum(axis: -1).doubles
            #expect(sums.allSatisfy { abs($0 - 1) < 1e-12 })
            let total = a.reduce(0, +)
            for (mean, a) in zip(try draws.mean(axis: 0).doubles, a) {
                let share = a / total
                #expect(abs(mean - share) < 5 * (share * (1 - share) / (total + 1) / Double(n)).squareRoot(), "\(a) of \(total)")
            }
        }
    }

    /// Log densities of many values, put off and summed in one pass, are those of the values one by one.
    @Test func deferredLogDensities() throws {
        let x = Tensor(normal(70_000, Key(seed: 6)).map { 0.3 + 1.7 * $0 })
        // Values outside of the support, or at its ends, among them.
        let y = Tensor(x.doubles.enumerated().map { $0 % 1000 == 7 ? Double($0 % 3 - 1) : Swift.abs($1) + 0.01 })
        let cases: [(distribution: any Distribution, data: Tensor)] = [
            (try Normal(mean: Tensor(0.3), sd: Tensor(1.7)), x),
            (try StudentT(df: Tensor(5), location: Tensor(0.3), scale: Tensor(1.7)), x),
            (try StudentT(df: Tensor(80), location: Tensor(0), scale: Tensor(1)), x), (try Gamma(shape: Tensor(2.5), rate: Tensor(1.3)), y),
            (try Gamma(shape: Tensor(1), rate: Tensor(1.3)), y), (try Gamma(shape: Tensor(0.5), rate: Tensor(2)), y),
            (try Gamma(shape: Tensor(30), rate: Tensor(20)), y), (try Exponential(rate: Tensor(2)), y),
        ]
        for (distribution, data) in cases {
            let name = distribution.description
            let now = try distribution.logDensity(data).doubles
            let later = try data.deferring { (x) throws(Diagnostic) in try distribution.logDensity(x) }
            #expect(!later.isConcrete, "\(name)")
            let sum = now.reduce(0, +)
            let total = try later.sum().double(at: 0)
            #expect(
                total == sum || (total.isNaN && sum.isNaN) || Swift.abs(total - sum) < 1e-11 * Swift.abs(sum), "\(name): \(total), \(sum)")
            for (a, b) in zip(now, later.doubles) { #expect(a == b || Swift.abs(a - b) <= 1e-12 * (1 + Swift.abs(a)), "\(name)") }
        }
    }
}
