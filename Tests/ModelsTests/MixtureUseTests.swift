import Foundation
import Tensors
import Testing

@testable import Models

/// Mixtures that fill what is missing, and what stands beside a model when it is measured.
@Suite struct MixtureUseTests {
    /// Two components in three dimensions, as they were given to NumPy.
    private func given() throws -> FittedMixture {
        let model = try #require(try recipe("Mixture", [("components", .tensor(Tensor(2)))]) as? MixtureModel)
        let covariances = [2, 0.5, 0.3, 0.5, 1, 0.2, 0.3, 0.2, 1.5, 1, -0.4, 0.1, -0.4, 2, 0.6, 0.1, 0.6, 1]
        let parts = try GaussianComponents(
            kind: .full, dimensions: 3, weights: [0.3, 0.7], means: [0, 1, 2, 3, -1, 0.5], covariances: covariances)
        return FittedMixture(recipe: model, layout: NumericLayout(shape: [3]), parts: .gaussian(parts), history: [], examples: 1)
    }

    @Test func gaussianMixturesImputeByTheirConditionals() throws {
        // The weighted means of the conditionals, by numpy.linalg.solve and scipy.stats.multivariate_normal.
        let cases: [(seen: [Double?], filled: [Double])] = [
            ([1, nil, 0.4], [1, 0.278898224143, 0.4]),
            ([nil, nil, 0.4], [2.558727595068, -0.819390823432, 0.4]),
            // Nothing seen: the mean of the mixture.
            ([nil, nil, nil], [2.1, -0.4, 0.95]),
            ([1, 2, 3], [1, 2, 3]),
        ]
        let x = Tensor(cases.flatMap { $0.seen.map { $0 ?? 0 } }, shape: [4, 3], missing: cases.flatMap { $0.seen.map { $0 == nil } })
        let result = try given().impute(Frame([("x", .tensor(x))], isTable: true), context())
        let filled = tensor(result["x"])
        #expect(filled.shape == [4, 3] && filled.missing == nil)
        for (value, expected) in zip(filled.doubles, cases.flatMap(\.filled)) { #expect(abs(value - expected) < 1e-10) }

        // With z known only its component counts: 1.099656357388 is the conditional mean in component 0.
        let one = Frame([("x", .tensor(x.rows([0]))), ("z", .tensor(Tensor([0])))], isTable: true)
        #expect(abs(tensor(try given().impute(one, context())["x"]).double(at: 1) - 1.099656357388) < 1e-10)
    }

    @Test func baselinesAreOfTheTrainingData() throws {
        // One Gaussian on iris: -n/2 (d log 2 pi + log det S + d) for n = 150, by numpy.linalg.slogdet; -2.5327642 nats an example.
        var data = try Shipped.labelled("iris.csv")
        data["y"] = nil
        let fitted = try recipe("Mixture", [("components", .tensor(Tensor(3)))]).fit(data, weights: nil, context())
        let simple = try #require(try evaluate([fitted], on: data, context()).results.last)
        #expect(simple.isBaseline && simple.name == "one Gaussian")
        #expect(abs((simple.nats ?? 0) + 2.5327642008) < 1e-4)

        // First names without context, each with its end: 2.8227 nats a transition.
        let names = try Shipped.text("names.txt").split(separator: "\n").map { String($0) }
        let chain = try recipe("MarkovChain").fit(Frame([("x", .texts(names))], isTable: true), weights: nil, context())
        let result = try evaluate([chain], on: Frame([("x", .texts(names))], isTable: true), context())
        let unigram = try #require(result.results.last)
        let transitions = Double(names.reduce(0) { $0 + $1.unicodeScalars.count + 1 })
        #expect(unigram.name == "unigram" && abs((unigram.nats ?? 0) * Double(names.count) / transitions + 2.8227) < 1e-4)

        // The mean is that of the training data, and so is the majority class.
        let line = Frame([("x", .tensor(Tensor([0, 1, 2, 3]))), ("y", .tensor(Tensor([1.5, 2.5, 4.5, 7.5])))], isTable: true)
        let regression = try recipe("LinearRegression").fit(line, weights: nil, context())
        let elsewhere = Frame([("x", .tensor(Tensor([0, 1]))), ("y", .tensor(Tensor([5, 6])))], isTable: true)
        let mean = try #require(try evaluate([regression], on: elsewhere, context()).results.last)
        // Its mean is 4: errors of 1 and 2.
        #expect(mean.name == "mean" && abs((mean.rmse ?? 0) - 2.5.squareRoot()) < 1e-12)
    }

    @Test func oneTextIsOneExample() throws {
        let text = Datum.text("the cat sat on the mat and the dog sat on the log")
        let fitted = try recipe("NGram", [("order", .tensor(Tensor(2)))]).fit(Frame([("x", text)], isTable: false), weights: nil, context())
        let result = try evaluate([fitted], on: Frame([("x", text)], isTable: false), context())
        let logs = try #require(fitted as? any Scores).logDensity(Frame([("x", text)], isTable: false), given: .empty)
        #expect(result.examples == 1 && logs.isScalar)
        #expect(abs((result.results[0].nats ?? 0) - logs.double(at: 0)) < 1e-9)
    }
}
