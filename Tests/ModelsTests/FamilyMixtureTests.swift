import Diagnostics
import Distributions
import Foundation
import Tensors
import Testing

@testable import Models

/// Mixtures whose components are single numbers of any family.
@Suite struct FamilyMixtureTests {
    private func model(_ family: String, _ k: Double = 2) throws -> any Model {
        let family = try #require(DistributionCatalog.family(named: family))
        return try recipe(
            "Mixture",
            [("components", .tensor(Tensor(k))), ("of", .distributionFamily(family)), ("restarts", .tensor(Tensor(3)))])
    }

    private func history(_ fitted: any FittedModel) -> [Double] { tensor(fitted.fields.first { $0.name == "history" }?.value).doubles }

    @Test func whatDrewTheDataIsFound() throws {
        // 4000 draws of weight 0.3 from the first and 0.7 from the second, far apart: parameters to about 5 standard errors.
        let cases: [(first: any Distribution, second: any Distribution, tolerance: Double)] = [
            (try Poisson(rate: Tensor(3)), try Poisson(rate: Tensor(25)), 0.06),
            (try Normal(mean: Tensor(-4), sd: Tensor(1)), try Normal(mean: Tensor(3), sd: Tensor(2)), 0.12),
            (try Gamma(shape: Tensor(9), rate: Tensor(9)), try Gamma(shape: Tensor(100), rate: Tensor(10)), 0.25),
        ]
        for (first, second, tolerance) in cases {
            let family = type(of: first).family
            let x = try first.sample([1200], key: Key(seed: 3)).doubles + second.sample([2800], key: Key(seed: 4)).doubles
            let fitted = try model(family.name).fit(Frame([("x", .tensor(Tensor(x)))], isTable: true), weights: nil, context())
            let mixture = try #require(fitted as? FittedMixture)
            var found: [any Distribution] = []
            if case .family(let parts) = mixture.parts { found = parts.distributions }
            if case .gaussian(let parts) = mixture.parts {
                for c in 0..<2 {
                    found.append(try Normal(mean: Tensor(parts.means[c]), sd: Tensor(parts.covariances[c].squareRoot())))
                }
            }
            let means = try found.map { try $0.statistic(.mean)?.double(at: 0) ?? .nan }
            let order = [0, 1].sorted { means[$0] < means[$1] }
            #expect(abs(mixture.weights[order[0]] - 0.3) < 0.04, "\(family.name): \(mixture.weights)")
            for (position, truth) in [first, second].enumerated() {
                for (name, value) in truth.arguments {
                    let got = found[order[position]].arguments.first { $0.name == name }?.value.double(at: 0) ?? .nan
                    #expect(abs(got - value.double(at: 0)) < tolerance * abs(value.double(at: 0)), "\(family.name) \(name): \(got)")
                }
            }
        }
    }

    @Test func flipsAndCategoriesKeepTheirFrequencies() throws {
        // Mixtures of one flip or one category each are one such distribution: what can be told is what each value's share was.
        let flips = Tensor((0..<1000).map { $0 % 4 == 0 ? 1.0 : 0 })
        let kinds = Tensor((0..<1000).map { [0.0, 1, 1, 2, 2, 2, 2, 3, 3, 3][$0 % 10] })
        let cases: [(String, Tensor, [Double])] = [("Bernoulli", flips, [0.75, 0.25]), ("Categorical", kinds, [0.1, 0.2, 0.4, 0.3])]
        for (family, x, shares) in cases {
            let fitted = try model(family).fit(Frame([("x", .tensor(x))], isTable: true), weights: nil, context())
            let values = Tensor(shares.indices.map(Double.init))
            let logs = try #require(fitted as? any Scores).logDensity(Frame([("x", .tensor(values))], isTable: true), given: .empty)
            for (log, share) in zip(logs.doubles, shares) { #expect(abs(exp(log) - share) < 1e-4, "\(family): \(exp(log)) \(share)") }
        }
    }

    /// Numbers in the support of a family, of two kinds.
    private func numbers(of family: DistributionFamily) -> [Double]? {
        let small: [Double] = (0..<60).map { Double($0 % 6) }
        let positive: [Double] = (0..<60).map { (index: Int) -> Double in
            let base: Double = index % 3 == 0 ? 6.2 : 0.2
            return base + Double(index % 7) / 10
        }
        return switch family.name {
        case "Bernoulli": small.map { $0 < 2 ? 1 : 0 }
        case "Beta": positive.map { $0 / 10 }
        case "Poisson", "Geometric", "Categorical", "NegativeBinomial": small
        case "MultivariateNormal", "Multinomial", "Dirichlet": nil
        default: positive
        }
    }

    @Test func everyFamilyOfTheCatalog() throws {
        var fittedFamilies = 0
        for family in DistributionCatalog.all {
            guard family.fit != nil, let x = numbers(of: family) else { continue }
            let data = Frame([("x", .tensor(Tensor(x)))], isTable: true)
            let fitted: any FittedModel
            do { fitted = try model(family.name).fit(data, weights: nil, context()) } catch {
                Issue.record("\(family.name): \(error)")
                continue
            }
            fittedFamilies += 1
            let logs = history(fitted)
            #expect(!logs.isEmpty && logs.allSatisfy(\.isFinite), "\(family.name): \(logs)")
            // EM never lowers the likelihood. Fits that are searched for end within 1e-6 of their maximum.
            for (before, after) in zip(logs, logs.dropFirst()) { #expect(after > before - 1e-5, "\(family.name): \(before) \(after)") }
            let scores = try #require(fitted as? any Scores).logDensity(data, given: .empty).doubles
            #expect(abs(scores.reduce(0, +) - (logs.last ?? .nan)) < 1e-6, "\(family.name)")
            let restored = try #require(try Archive.decode(try Archive.encode(.fitted(fitted))).fitted as? any Scores)
            #expect(try restored.logDensity(data, given: .empty).doubles == scores, "\(family.name)")
        }
        #expect(fittedFamilies >= 10)
    }
}
