import Diagnostics
import Foundation
import Tensors
import Testing

@testable import Models

/// The verbs and the data of sequence models as they are used.
@Suite struct SequenceUseTests {
    private func fit(_ family: String, _ x: Datum, _ settings: [(name: String, value: Datum)] = [], weights: Tensor? = nil) throws
        -> FittedSequences
    {
        let fitted = try recipe(family, settings).fit(Frame([("x", x)], isTable: true), weights: weights, context())
        return try #require(fitted as? FittedSequences)
    }

    private func data(_ x: Datum) -> Frame { Frame([("x", x)], isTable: false) }
    private func options(_ entries: [(name: String, value: Datum)]) -> Frame { Frame(entries, isTable: false) }

    /// By hand: of abab, ab and b, a starts two of three and b always follows a; b ends three times in four.
    @Test func countedByHand() throws {
        let fitted = try fit("MarkovChain", .texts(["abab", "ab", "b"]), [("order", .tensor(Tensor(1)))])
        let transitions = tensor(fitted.fields.first { $0.name == "transitions" }?.value)
        #expect(transitions.shape == [3, 3])
        let expected = [0, 1, 0, 0.25, 0, 0.75, 2.0 / 3, 1.0 / 3, 0]
        for (value, right) in zip(transitions.doubles, expected) { #expect(abs(value - right) < 1e-15) }
        #expect(tensor(fitted.fields.first { $0.name == "transition_counts" }?.value).doubles == [0, 3, 0, 1, 0, 3, 2, 1, 0])
        #expect(tensor(fitted.fields.first { $0.name == "counts" }?.value).doubles == [3, 4])
        let logs = try fitted.logDensity(data(.texts(["ab", "ba", "c", nil])), given: .empty).doubles
        #expect(abs(logs[0] - log(0.5)) < 1e-15 && logs[1] == -.infinity && logs[2] == -.infinity && logs[3] == 0)
        // p(abab | begins ab) = p(a|b) p(b|a) p(end|b)
        let given = try fitted.logDensity(data(.text("abab")), given: data(.text("ab"))).double(at: 0)
        #expect(abs(given - log(0.25 * 0.75)) < 1e-15)
        #expect(try fitted.logDensity(data(.text("abab")), given: data(.text("b"))).double(at: 0) == -.infinity)
        // A weight of 2 is the example twice.
        let weighted = try fit("NGram", .texts(["abab", "b"]), weights: Tensor([2, 1.0]))
        let twice = try fit("NGram", .texts(["abab", "abab", "b"]))
        let probe = data(.texts(["abab", "ba", "c", ""]))
        #expect(try weighted.logDensity(probe, given: .empty).doubles == twice.logDensity(probe, given: .empty).doubles)
    }

    /// With 3 letters and the unknown one, an unseen symbol has, by Witten and Bell's formula, 3/(6 + 3) of 1/4.
    @Test func unseenSymbols() throws {
        let fitted = try fit("NGram", .text("aabacb"), [("order", .tensor(Tensor(1)))])
        #expect(abs(try fitted.logDensity(data(.text("x")), given: .empty).double(at: 0) - log(1.0 / 12)) < 1e-14)
        #expect(try fitted.logDensity(data(.text("b")), given: .empty).double(at: 0) == log((2 + 3.0 / 4) / 9))
    }

    @Test func chineseTexts() throws {
        let poem = "床前明月光，疑是地上霜。舉頭望明月，低頭思故鄉。"
        let fitted = try fit("NGram", .texts([poem]), [("order", .tensor(Tensor(4)))])
        let drawn = try fitted.sample(nil, given: data(.text("床")), options: options([("temperature", .tensor(Tensor(0)))]), context())
        guard case .text(let text)? = drawn["x"] else { throw Diagnostic("no text") }
        #expect(text == poem && !drawn.isTable)
        #expect(fitted.units(data(.text(poem))).count == Double(poem.count + 1))
    }

    @Test func lengthsAndTemperatures() throws {
        let endless = try fit("MarkovChain", .text("abracadabra"), [("order", .tensor(Tensor(3)))])
        for (entries, length) in [
            ([(name: String, value: Datum)](), 200), ([("length", .tensor(Tensor(7)))], 7), ([("length", .tensor(Tensor(0)))], 0),
        ] {
            guard case .texts(let texts)? = try endless.sample(3, given: .empty, options: options(entries), context())["x"] else {
                throw Diagnostic("no texts")
            }
            #expect(texts.allSatisfy { $0?.count == length } && texts.count == 3)
        }
        let cold = try endless.sample(20, given: data(.text("abra")), options: options([("temperature", .tensor(Tensor(1e-9)))]), context())
        guard case .texts(let texts)? = cold["x"] else { throw Diagnostic("no texts") }
        #expect(Set(texts).count == 1 && texts[0]?.hasPrefix("abracadabra") == true)
    }

    @Test func numbersComeBackAsNumbers() throws {
        let fitted = try fit(
            "MarkovChain", .list([.tensor(Tensor([3, 4, 3.5])), .tensor(Tensor([3, 3.5]))]), [("order", .tensor(Tensor(1)))])
        guard case .list(let items)? = try fitted.sample(50, given: .empty, options: .empty, context())["x"] else {
            throw Diagnostic("no list")
        }
        #expect(items.count == 50 && Set(items.map { tensor($0).doubles }) == [[3, 4, 3.5], [3, 3.5]])
        #expect(fitted.units(data(.tensor(Tensor([3, 3.5])))).name == "symbol")
    }

    @Test func badInputIsRefused() throws {
        let empties: [Datum] = [
            .text(""), .texts([]), .texts([nil]), .texts([""]), .list([]), .tensor(Tensor([Double]())), .tensor(Tensor(1)), .none,
        ]
        for x in empties { #expect(throws: Diagnostic.self) { _ = try fit("MarkovChain", x) } }
        let bad: [(String, String, Datum)] = [
            ("MarkovChain", "order", .tensor(Tensor(-1))), ("MarkovChain", "order", .tensor(Tensor(1.5))),
            ("NGram", "order", .tensor(Tensor(0))),
            ("NGram", "smoothing", .text("Kneser")), ("MarkovChain", "smoothing", .tensor(Tensor(-1))),
            ("MarkovChain", "smoothing", .text("Witten-Bell")),
        ]
        for (family, name, value) in bad { #expect(throws: Diagnostic.self) { _ = try fit(family, .text("ab"), [(name, value)]) } }
        #expect(throws: Diagnostic.self) {
            _ = try fit("NGram", .texts(["a", "b"]), [("smoothing", .text("Kneser-Ney"))], weights: Tensor([1, 2.0]))
        }
        let fitted = try fit("NGram", .texts(["ab", "b"]))
        for entries in [[("lenght", Datum.tensor(Tensor(3)))], [("temperature", .tensor(Tensor(-1)))], [("length", .tensor(Tensor(2.5)))]] {
            let entries = entries.map { (name: $0.0, value: $0.1) }
            #expect(throws: Diagnostic.self) { _ = try fitted.sample(1, given: .empty, options: options(entries), context()) }
        }
        #expect(throws: Diagnostic.self) { _ = try fitted.sample(1, given: data(.text("q")), options: .empty, context()) }
        #expect(throws: Diagnostic.self) { _ = try fitted.logDensity(data(.tensor(Tensor([1, 2.0]))), given: .empty) }
    }
}
