import Diagnostics
import Foundation
import Tensors
import Testing

@testable import Models

/// Nats a character on shipped texts.
@Suite struct SequenceFigureTests {
    private func fit(_ family: String, _ settings: [(name: String, value: Datum)], _ x: Datum) throws -> FittedSequences {
        let fitted = try recipe(family, settings).fit(Frame([("x", x)], isTable: true), weights: nil, context())
        return try #require(fitted as? FittedSequences)
    }

    /// Bigrams of the names of Karpathy's makemore: 2.4540 by counting and 2.4546 with one added to each count (as in his lecture); order 0 by a few lines of Python.
    @Test func names() throws {
        let names = try Shipped.text("names.txt").split(separator: "\n").map { Optional(String($0)) }
        for (order, smoothing, nats) in [(1.0, 0.0, 2.4540), (1, 1, 2.4546), (0, 0, 2.8227), (2, 0, 2.1857), (2, 1, 2.2126)] {
            let fitted = try fit(
                "MarkovChain", [("order", .tensor(Tensor(order))), ("smoothing", .tensor(Tensor(smoothing)))], .texts(names))
            let data = Frame([("x", .texts(names))], isTable: true)
            let units = fitted.units(data)
            #expect((units.count * Double(names.count)).rounded() == 228_146 && units.name == "character")
            let logs = try fitted.logDensity(data, given: .empty)
            let loss = -logs.doubles.reduce(0, +) / 228_146
            #expect(abs(loss - nats) < 5e-5, "order \(order) smoothing \(smoothing): \(loss)")
            #expect(abs(number(fitted, "nats") - loss) < 1e-9)
        }
    }

    /// Tiny Shakespeare, the first 90% and the last 10% of its characters; both columns from a separate Python program that follows the recursion of Chen and Goodman (1999).
    @Test func shakespeare() throws {
        let text = Array(try Shipped.text("shakespeare.txt").unicodeScalars)
        let cut = text.count * 9 / 10
        func part(_ slice: ArraySlice<Unicode.Scalar>) -> Datum {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: slice)
            return .text(String(view))
        }
        let held = Frame([("x", part(text[cut...]))], isTable: false)
        let figures = [
            "Witten-Bell": [1: 3.347331, 2: 2.485771, 3: 2.049234, 4: 1.773804, 5: 1.668829, 6: 1.698075],
            "Kneser-Ney": [2: 2.484380, 4: 1.729042, 6: 1.558078],
        ]
        for (smoothing, expected) in figures {
            for (order, nats) in expected {
                let fitted = try fit(
                    "NGram", [("order", .tensor(Tensor(Double(order)))), ("smoothing", .text(smoothing))], part(text[..<cut]))
                let logs = try fitted.logDensity(held, given: .empty)
                #expect(logs.isScalar && fitted.units(held).count == Double(text.count - cut))
                let loss = -logs.double(at: 0) / Double(text.count - cut)
                #expect(abs(loss - nats) < 2e-6, "\(smoothing) \(order): \(loss)")
            }
        }
    }
}
