import Diagnostics
import Foundation
import Tensors
import Testing

@testable import Models

/// Figures that scikit-learn gives on the same data.
@Suite struct FigureTests {
    @Test func gaussianNaiveBayesInFiveFolds() throws {
        // cross_val_score(GaussianNB(), X, y, cv=StratifiedKFold(5)) of scikit-learn, mean accuracy.
        let cases = [("iris.csv", 0.9533), ("wine.csv", 0.9663), ("breast_cancer.csv", 0.9385), ("digits8x8.csv", 0.8069)]
        for (name, accuracy) in cases {
            let result = try crossValidate(try recipe("NaiveBayes"), try Shipped.labelled(name), folds: 5, context())
            #expect(result.measure == "accuracy")
            #expect(abs(result.mean - accuracy) < 0.00006, "\(name): \(result.mean)")
        }
    }

    @Test func gaussianMixturesOfIris() throws {
        // GaussianMixture(k, covariance_type, n_init=10).score(X) * 150 of scikit-learn; BIC as mclust's VVV with its sign changed.
        let cases: [(Double, String, Double, Double?)] = [
            (2, "full", -214.355, 574.02), (3, "full", -180.185, 580.84), (3, "tied", -256.354, nil), (3, "diagonal", -307.178, nil),
            (3, "spherical", -384.314, nil),
        ]
        var data = try Shipped.labelled("iris.csv")
        data["y"] = nil
        for (k, covariance, likelihood, bic) in cases {
            let model = try recipe("Mixture", [("components", .tensor(Tensor(k))), ("covariance", .text(covariance))])
            let fitted = try model.fit(data, weights: nil, context())
            #expect(abs(number(fitted, "log_likelihood") - likelihood) < 0.002, "\(covariance) \(k): \(number(fitted, "log_likelihood"))")
            if let bic { #expect(abs(number(fitted, "bic") - bic) < 0.01) }
            let history = tensor(fitted.fields.first { $0.name == "history" }?.value).doubles
            // Adding 1e-6 to the variances may cost a little at the end.
            for (before, after) in zip(history, history.dropFirst()) { #expect(after > before - 1e-4) }
            let density = try #require(fitted as? any Scores).logDensity(data, given: .empty)
            #expect(abs(density.doubles.reduce(0, +) - number(fitted, "log_likelihood")) < 1e-8)
        }
    }

    @Test func spam() throws {
        let (train, test) = try split(.frame(try Shipped.messages()), fraction: 0.8, shuffle: true, key: Key(seed: 1))
        guard case .frame(let train) = train, case .frame(let test) = test else { return }
        let bayes = try recipe("NaiveBayes").fit(train, weights: nil, context())
        let logistic = try recipe("LogisticRegression").fit(train, weights: nil, context())
        let result = try evaluate([bayes, logistic], on: test, context())
        for each in result.results where !each.isBaseline {
            #expect((each.accuracy ?? 0) > 0.93 && (each.auc ?? 0) > 0.97, "\(each.name): \(each.accuracy ?? 0) \(each.auc ?? 0)")
        }
        #expect(result.results.count == 3)
        let written = try #require(bayes as? any Generates).sample(
            5, given: Frame([("y", .text("spam"))], isTable: false), options: .empty, context())
        guard case .texts(let texts)? = written["x"] else {
            Issue.record("no texts")
            return
        }
        #expect(texts.count == 5 && texts.contains { ($0 ?? "").count > 20 })
    }

    @Test func areaUnderTheCurve() throws {
        // sklearn.metrics.roc_auc_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) = 0.75, from its documentation.
        #expect(areaUnderROC([0.1, 0.4, 0.35, 0.8], positive: [false, false, true, true]) == 0.75)
        #expect(areaUnderROC([1, 1], positive: [false, true]) == 0.5)
        #expect(areaUnderROC([1, 2], positive: [true, true]) == nil)
    }
}
