import Tensors
import Testing

@testable import Models

/// Data whose x is a table of columns.
@Suite struct ColumnsTests {
    private func flowers() throws -> (data: Frame, columns: Datum) {
        let data = try Shipped.labelled("iris.csv")
        guard case .tensor(let x)? = data["x"] else { return (data, .missing) }
        let layout = NumericLayout(shape: [4], names: ["a", "b", "c", "d"])
        let (matrix, _) = try layout.read(.tensor(x), name: "x")
        return (data, layout.write(matrix, isSingle: false))
    }

    @Test func naiveBayesTakesNumbersInTheOrderOfItsColumns() throws {
        var (data, columns) = try flowers()
        let x = try #require(data["x"])
        let plain = try recipe("NaiveBayes").fit(data, weights: nil, context())
        data["x"] = columns
        let named = try #require(try recipe("NaiveBayes").fit(data, weights: nil, context()) as? any Scores)
        // The same flowers score the same, however they are written, and as without names.
        let expected = tensor(.tensor(try #require(plain as? any Scores).logDensity(Frame([("x", x)], isTable: true), given: .empty)))
            .doubles
        for written in [x, columns] {
            let scores = try named.logDensity(Frame([("x", written)], isTable: true), given: .empty).doubles
            #expect(scores.count == 150 && zip(scores, expected).allSatisfy { abs($0 - $1) < 1e-9 })
        }
        #expect(throws: (any Error).self) {
            try named.logDensity(Frame([("x", .tensor(Tensor([1, 2, 3])))], isTable: false), given: .empty)
        }
    }

    @Test func aTableOfColumnsAloneCanBeMeasured() throws {
        let data = Frame([("x", try flowers().columns)], isTable: true)
        #expect(data.rowCount == 150)
        let model = try recipe("Mixture", [("components", .tensor(Tensor(2.0)))])
        let fitted = try model.fit(data, weights: nil, context())
        let nats = try #require(try evaluate([fitted], on: data, context()).results[0].nats)
        #expect(abs(nats * 150 - number(fitted, "log_likelihood")) < 1e-6)
        #expect(try crossValidate(model, data, folds: 5, context()).scores.count == 5)
    }
}
