import Diagnostics
import Foundation
import Tensors
import Testing

@testable import Models

/// What holds of every model over sequences.
@Suite struct SequencePropertyTests {
    static let recipes: [(family: String, settings: [(name: String, value: Datum)])] = [
        ("MarkovChain", [("order", .tensor(Tensor(0)))]), ("MarkovChain", [("order", .tensor(Tensor(1)))]),
        ("MarkovChain", [("smoothing", .tensor(Tensor(0.5)))]), ("NGram", [("order", .tensor(Tensor(1)))]), ("NGram", []),
        ("NGram", [("smoothing", .text("Kneser-Ney"))]),
        ("NGram", [("order", .tensor(Tensor(3))), ("smoothing", .tensor(Tensor(0.1)))]),
    ]
    static let long = "the cat sat on the mat and the rat sat on the hat that the cat had"
    static let many: [String?] = ["anna", "hannah", "ann", "nan", nil, "a", "hanna"]
    static let numbers = Datum.list([.tensor(Tensor([0, 1, 2, 1.0])), .tensor(Tensor([2, 1.0])), .tensor(Tensor([1.0]))])

    private func fit(_ index: Int, _ x: Datum, weights: Tensor? = nil) throws -> FittedSequences {
        let (family, settings) = Self.recipes[index]
        let fitted = try recipe(family, settings).fit(Frame([("x", x)], isTable: true), weights: weights, context())
        return try #require(fitted as? FittedSequences)
    }

    private func data(_ x: Datum) -> Frame { Frame([("x", x)], isTable: false) }

    @Test func whatFollowsSumsToOne() throws {
        for index in Self.recipes.indices {
            for (x, beginnings) in [
                (Datum.text(Self.long), ["", "th", "the cat", "zzzz", "qat", "ttttttt"]), (.texts(Self.many), ["", "han", "xx", "hhh"]),
            ] {
                let fitted = try fit(index, x)
                let symbols = try #require(fitted.alphabet.datum.texts)
                for beginning in beginnings {
                    // Of every symbol by its own log density, with one that stands for all unknown ones where there is such.
                    let codes = try #require(try fitted.alphabet.encode(SequenceData(.text(beginning), name: "x"), name: "x")[0])
                    let place = fitted.context(after: codes)
                    var sum = (0..<fitted.choices).reduce(0.0) { $0 + fitted.counts.probability(of: $1, after: place) }
                    if fitted.plan.hasUnknown { sum += fitted.counts.probability(of: nil, after: place) }
                    #expect(abs(sum - 1) < 1e-12, "\(Self.recipes[index]) after \(beginning): \(sum)")
                    // The whole distribution agrees with the single probabilities.
                    let all = fitted.counts.distribution(after: place, count: fitted.choices)
                    for code in all.indices { #expect(abs(all[code] - fitted.counts.probability(of: code, after: place)) < 1e-14) }
                    let posterior = try fitted.posterior(given: data(.text(beginning)), context())
                    #expect(abs(posterior.probabilities.doubles.reduce(0, +) - 1) < 1e-12)
                    #expect(posterior.probabilities.count == symbols.count + (fitted.hasEnds ? 1 : 0))
                }
            }
        }
    }

    /// 20,000 draws of first symbols and of those after "an", to 5 standard errors.
    @Test func drawsFollowTheProbabilities() throws {
        let draws = 20_000
        for index in Self.recipes.indices {
            let fitted = try fit(index, .texts(Self.many))
            for beginning in ["", "an"] {
                let given = data(.text(beginning))
                let expected = try fitted.posterior(given: given, context())
                let options = Frame([("length", .tensor(Tensor(1)))], isTable: false)
                let drawn = try fitted.sample(draws, given: given, options: options, context(5))
                let texts = try #require(drawn["x"]?.texts)
                #expect(drawn.isTable && texts.allSatisfy { $0.hasPrefix(beginning) })
                for (code, symbol) in try #require(expected.values.texts).enumerated() {
                    let p = expected.probabilities.double(at: code)
                    let share = Double(texts.filter { $0 == beginning + symbol }.count) / Double(draws)
                    #expect(
                        abs(share - p) <= 5 * (p * (1 - p) / Double(draws)).squareRoot(), "\(Self.recipes[index]) \(beginning)|\(symbol)")
                }
            }
        }
    }

    /// Over all sequences the probabilities sum to one: those of up to 12 of two symbols, with what is left over bounded by the chance of a longer one.
    @Test func wholeSequencesSumToOne() throws {
        let fitted = try fit(1, .texts(["ab", "b", "a", "ba", "", "aab"]))
        var sequences = [""]
        var sum = 0.0
        for _ in 0...12 {
            sum += try fitted.logDensity(data(.texts(sequences)), given: .empty).doubles.reduce(0) { $0 + exp($1) }
            sequences = sequences.flatMap { [$0 + "a", $0 + "b"] }
        }
        // The end follows a in 2 of 5 and b in 3 of 4 places, so a longer sequence has at most probability (3/5)^12.
        #expect(sum <= 1 + 1e-12 && sum >= 1 - pow(3.0 / 5, 12))
    }

    @Test func archivesKeepEverything() throws {
        for index in Self.recipes.indices {
            for x in [Datum.text(Self.long), .texts(Self.many), Self.numbers, .tensor(Tensor([0, 1, 0, 0, 1, 1.0]))] {
                let fitted = try fit(index, x)
                let bytes = try Archive.encode(.fitted(fitted))
                let restored = try #require(try Archive.decode(bytes).fitted as? FittedSequences)
                let logs = try fitted.logDensity(data(x), given: .empty).doubles
                #expect(try restored.logDensity(data(x), given: .empty).doubles == logs)
                #expect(logs.allSatisfy { $0.isFinite } && !fitted.summary().text.isEmpty)
                #expect(restored.summary().text == fitted.summary().text)
                // What was damaged is refused, or can still be used without a crash.
                var generator = Key(seed: 9).generator()
                for _ in 0..<60 {
                    var damaged = bytes
                    damaged[generator.below(bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
                    guard let model = try? Archive.decode(damaged).fitted as? FittedSequences else { continue }
                    _ = try? model.sample(3, given: .empty, options: .empty, context())
                    _ = model.fields
                }
            }
        }
    }
}

extension Datum {
    /// Texts of a column that has none missing.
    fileprivate var texts: [String]? {
        if case .texts(let texts) = self { return texts.compactMap { $0 } }
        return nil
    }
}
