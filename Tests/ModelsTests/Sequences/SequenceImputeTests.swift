import Foundation
import Tensors
import Testing

@testable import Models

/// What fills gaps, against every way of filling them.
@Suite struct SequenceImputeTests {
    /// Numbers 0, 1, 2 with a preference for steps of one; one long sequence, or many of length 12.
    private func sequences(many: Bool) -> Datum {
        var generator = Key(seed: 5).generator()
        var symbol = 0
        let symbols = (0..<600).map { _ -> Double in
            symbol = generator.uniform() < 0.7 ? (symbol + 1) % 3 : generator.below(3)
            return Double(symbol)
        }
        return .tensor(Tensor(symbols, shape: many ? [50, 12] : [600]))
    }

    @Test func gapsAreFilledAsEnumerationSays() throws {
        let gaps: [Double?] = [1, nil, nil, 0, nil, 2]
        let cases: [(String, Double, Bool)] = [
            ("MarkovChain", 1, false), ("MarkovChain", 2, true), ("NGram", 1, false), ("NGram", 3, false), ("NGram", 3, true),
        ]
        for (family, order, many) in cases {
            let label = Comment(rawValue: "\(family) of order \(order), many: \(many)")
            let data = Frame([("x", sequences(many: many))], isTable: many)
            let fitted = try #require(
                try recipe(family, [("order", .tensor(Tensor(order)))]).fit(data, weights: nil, context()) as? FittedSequences)
            func weight(_ filled: [Double]) throws -> Double {
                try fitted.logDensity(Frame([("x", .tensor(Tensor(filled)))], isTable: false), given: .empty).double(at: 0)
            }
            var ways: [[Double]] = []
            for code in 0..<27 {
                var digits = [Double(code / 9), Double(code / 3 % 3), Double(code % 3)][...]
                ways.append(gaps.map { $0 ?? digits.removeFirst() })
            }
            let x = Tensor(gaps.map { $0 ?? 0 }, shape: [6], missing: gaps.map { $0 == nil })
            let filled = tensor(try fitted.impute(Frame([("x", .tensor(x))], isTable: false), context())["x"])
            #expect(filled.missing == nil && filled.shape == [6], label)
            let best = try ways.map(weight).max() ?? .nan
            #expect(abs(try weight(filled.doubles) - best) < 1e-9, label)

            // Draws of the gaps follow their posterior given what is before and after: 3000 of them, to 5 standard errors and 3 draws, for rare ones. They go on
            // after the last symbol, so what follows it has no say.
            let given = Frame([("x", .tensor(x))], isTable: false)
            let length = Frame([("length", .tensor(Tensor(1)))], isTable: false)
            let drawn = try fitted.sample(3000, given: given, options: length, context(8))
            guard case .list(let rows)? = drawn["x"] else {
                Issue.record(label)
                continue
            }
            var counts: [[Double]: Double] = [:]
            for row in rows { counts[Array(tensor(row).doubles.prefix(6)), default: 0] += 1 }
            let logs = try ways.map { way -> Double in
                guard many else { return try weight(way) }
                // Without the end: the sum over what may follow is 1.
                return fitted.logProbability(way.map { Int($0) }, after: 0)
                    - log(fitted.counts.probability(of: fitted.end, after: fitted.context(after: way.map { Int($0) })))
            }
            let total = logSumExp(logs[...])
            for (way, log) in zip(ways, logs) {
                let p = exp(log - total)
                #expect(abs((counts[way] ?? 0) / 3000 - p) < 5 * (p * (1 - p) / 3000).squareRoot() + 0.001, label)
            }
        }
    }

    @Test func charactersAndLists() throws {
        let words = ["cat", "cat", "car", "dog", "dot"]
        let fitted = try #require(
            try recipe("NGram", [("order", .tensor(Tensor(3)))]).fit(Frame([("x", .texts(words))], isTable: true), weights: nil, context())
                as? FittedSequences)
        guard case .texts(let filled)? = try fitted.impute(Frame([("x", .texts(["c", nil, "t"]))], isTable: true), context())["x"] else {
            Issue.record("no texts")
            return
        }
        #expect(filled == ["c", "a", "t"])
        // Nothing is missing: nothing changes. A text that is missing as a whole has no length.
        guard case .text("dog")? = try fitted.impute(Frame([("x", .text("dog"))], isTable: false), context())["x"] else {
            Issue.record("changed")
            return
        }
        #expect(throws: (any Error).self) { try fitted.impute(Frame([("x", .texts(["cat", nil]))], isTable: true), context()) }

        let data = Frame([("x", sequences(many: true))], isTable: true)
        let chain = try #require(try recipe("MarkovChain").fit(data, weights: nil, context()) as? FittedSequences)
        let ragged = Datum.list([
            .tensor(Tensor([0, 1, 2])), .tensor(Tensor([0, 0, 2, 0], shape: [4], missing: [false, true, false, false])),
        ])
        guard case .list(let rows)? = try chain.impute(Frame([("x", ragged)], isTable: true), context())["x"] else {
            Issue.record("no list")
            return
        }
        #expect(tensor(rows[0]).doubles == [0, 1, 2] && tensor(rows[1]).doubles == [0, 1, 2, 0])
        // To fit, all must be known.
        #expect(throws: (any Error).self) { try recipe("MarkovChain").fit(Frame([("x", ragged)], isTable: true), weights: nil, context()) }
    }
}
