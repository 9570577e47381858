import Distributions
import Foundation
import Tensors
import Testing

@testable import Models

/// Regressions against NumPy's and scikit-learn's.
@Suite struct RegressionTests {
    @Test func leastSquaresAgree() throws {
        // numpy.linalg.lstsq([X[:, :3], 1], X[:, 3]) on iris; sd with 146 degrees of freedom.
        let iris = tensor(try Shipped.labelled("iris.csv")["x"]).doubles
        let x = Tensor(iris.indices.filter { $0 % 4 < 3 }.map { iris[$0] }, shape: [150, 3])
        let y = Tensor(stride(from: 3, to: 600, by: 4).map { iris[$0] })
        let data = Frame([("x", .tensor(x)), ("y", .tensor(y))], isTable: true)
        let fitted = try #require(try recipe("LinearRegression").fit(data, weights: nil, context()) as? FittedLinearRegression)
        let expected = [-0.207266073757, 0.222828543861, 0.524083114778]
        for (coefficient, value) in zip(fitted.coefficients, expected) { #expect(abs(coefficient - value) < 1e-9) }
        #expect(abs(fitted.intercept + 0.240307389112) < 1e-9 && abs(fitted.sd - 0.191967064647) < 1e-9)

        // Given x, y is Normal(mean, sd), and its density is the model's.
        let one = Datum.tensor(Tensor([5, 3.4, 1.5]))
        let given = try #require(try fitted.conditional(on: one) as? Normal)
        #expect(try given.statistic(.mean)?.isScalar == true)
        let mean = try #require(try given.statistic(.mean)).double(at: 0)
        #expect(abs(mean - 0.26710396339541465) < 1e-9)
        let all = try fitted.conditional(on: .tensor(x))
        let direct = try fitted.logDensity(data, given: .empty).doubles
        for (a, b) in zip(try all.logDensity(y).doubles, direct) { #expect(abs(a - b) < 1e-10) }
    }

    @Test func logisticRegressionAgrees() throws {
        // LogisticRegression(C=1, tol=1e-12) behind StandardScaler, of scikit-learn 1.9, on iris; coefficients in the units of x.
        let data = try Shipped.labelled("iris.csv")
        let fitted = try #require(try recipe("LogisticRegression").fit(data, weights: nil, context()) as? FittedLogisticRegression)
        let expected = [
            [-1.30142272, 2.67054726, -1.09735562, -2.38459091], [0.71223693, -0.83294533, -0.20656475, -1.08763693],
            [0.58918579, -1.83760192, 1.30392037, 3.47222783],
        ]
        for (k, name) in ["setosa", "versicolor", "virginica"].enumerated() {
            let row = try #require(fitted.labels.names.firstIndex(of: name))
            for (column, value) in expected[k].enumerated() {
                #expect(abs(fitted.coefficients[row * 4 + column] - value) < 1e-4, "\(name) \(column)")
            }
        }
        // What it says of one flower; intercepts may differ by a constant there.
        let x = tensor(data["x"]).rows([70])
        let posterior = try fitted.posterior(given: Frame([("x", .tensor(x))], isTable: true), context())
        for (name, value) in [("setosa", 0.01201214), ("versicolor", 0.44032622), ("virginica", 0.54766163)] {
            let k = try #require(fitted.labels.names.firstIndex(of: name))
            #expect(abs(posterior.probabilities.double(at: k) - value) < 1e-5, "\(name)")
        }
    }

    @Test func spamOnOneSplit() throws {
        // The first 1391 messages train and the last 348 test. By scikit-learn 1.9: LogisticRegression(C=1) over CountVectorizer
        // 0.97701 and 0.99448; MultinomialNB 0.98851 and 0.98732, which does not count how long messages of each class are.
        let messages = try Shipped.messages()
        #expect(messages.rowCount == 1739)
        let (train, test) = (messages.rows(Array(0..<1391)), messages.rows(Array(1391..<1739)))
        let fitted = try ["NaiveBayes", "LogisticRegression"].map { try recipe($0).fit(train, weights: nil, context()) }
        let result = try evaluate(fitted, on: test, context())
        let expected = [(0.98851, 0.98732), (0.97701, 0.99448)]
        for (each, (accuracy, auc)) in zip(result.results, expected) {
            // One message is 0.0029.
            #expect(abs((each.accuracy ?? 0) - accuracy) < 0.0001, "\(each.name): \(each.accuracy ?? 0)")
            #expect(abs((each.auc ?? 0) - auc) < 0.0002, "\(each.name): \(each.auc ?? 0)")
        }
        let folds = try crossValidate(try recipe("NaiveBayes"), messages, folds: 5, context())
        #expect(folds.measure == "accuracy" && folds.scores.allSatisfy { $0 > 0.96 }, "\(folds.scores)")

        // Pictures: a heat map and a curve a model, and the matrix as a table for text.
        #expect(result.charts()?.charts.count == 4)
        let bundle = result.mimeBundle()
        #expect(bundle.text.contains("spam") && bundle[.png] != nil && bundle[.svg] != nil)
        if let path = ProcessInfo.processInfo.environment["LATENT_PICTURES"], case .bytes(let png)? = bundle[.png] {
            try Data(png).write(to: URL(filePath: path).appending(path: "evaluation.png"))
        }
    }
}
