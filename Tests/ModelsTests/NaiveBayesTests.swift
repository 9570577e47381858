import Foundation
import Tensors
import Testing

@testable import Models

/// Naive Bayes over what people give it.
@Suite struct NaiveBayesTests {
    @Test func logLikelihoodIsOfTheTrainingData() throws {
        for item in ConformanceTests.cases() where item.family == "NaiveBayes" {
            let fitted = try recipe("NaiveBayes").fit(item.data, weights: nil, context())
            let logs = try #require(fitted as? any Scores).logDensity(item.data, given: .empty).doubles
            #expect(abs(number(fitted, "log_likelihood") - logs.reduce(0, +)) < 1e-7)
        }
    }

    @Test func weightsAreRepetitions() throws {
        let data = try Shipped.labelled("iris.csv")
        let weights = (0..<150).map { Double($0 % 3) }
        let repeated = data.rows((0..<150).flatMap { row in [Int](repeating: row, count: row % 3) })
        let weighted = try recipe("NaiveBayes").fit(data, weights: Tensor(weights), context())
        let plain = try recipe("NaiveBayes").fit(repeated, weights: nil, context())
        for name in ["prior", "means", "log_likelihood"] {
            let a = tensor(weighted.fields.first { $0.name == name }?.value).doubles
            let b = tensor(plain.fields.first { $0.name == name }?.value).doubles
            #expect(a.count == b.count && !a.isEmpty, "\(name)")
            // The smoothing of variances looks at all rows, with weight or without.
            for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-6 * max(1, abs(y)), "\(name): \(x) \(y)") }
        }
    }

    @Test func imagesStayImages() throws {
        let digits = try Shipped.labelled("digits8x8.csv")
        let images = try tensor(digits["x"]).reshaped([1797, 8, 8])
        let data = Frame([("x", .tensor(images)), ("y", digits["y"] ?? .none)], isTable: true)
        let fitted = try #require(try recipe("NaiveBayes").fit(data, weights: nil, context()) as? any Generates & Scores)
        let three = Frame([("y", .text("3"))], isTable: false)
        let one = try fitted.sample(nil, given: three, options: .empty, context())
        #expect(tensor(one["x"]).shape == [8, 8])
        let many = try fitted.sample(5, given: three, options: .empty, context())
        #expect(tensor(many["x"]).shape == [5, 8, 8])
        // Flat digits score as their images do.
        let flat = try recipe("NaiveBayes").fit(digits, weights: nil, context())
        #expect(abs(number(flat, "log_likelihood") - number(fitted, "log_likelihood")) < 1e-6)
    }

    @Test func chineseTextsAreCountedByCharacters() throws {
        // Sentences on weather and on food, without spaces.
        let weather = ["今天天气很好", "明天会下大雨", "昨天刮风下雨", "天气预报说有雪"]
        let food = ["这家餐厅很好吃", "我喜欢吃面条", "晚饭吃米饭", "他做的菜很香"]
        let x = Datum.texts(weather + food)
        let y = Datum.texts(weather.map { _ in "天气" } + food.map { _ in "食物" })
        let fitted = try recipe("NaiveBayes").fit(Frame([("x", x), ("y", y)], isTable: true), weights: nil, context())
        let predicts = try #require(fitted as? any Predicts & Generates)
        guard case .texts(let found) = try predicts.predict(.texts(["后天下雪", "米饭和菜好吃"]), context()) else {
            Issue.record("no labels")
            return
        }
        #expect(found == ["天气", "食物"])
        let drawn = try predicts.sample(nil, given: Frame([("y", .text("食物"))], isTable: false), options: .empty, context())
        guard case .text(let text)? = drawn["x"] else {
            Issue.record("no text")
            return
        }
        #expect(!text.isEmpty && !text.contains(" "))
    }
}
