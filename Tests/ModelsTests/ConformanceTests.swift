import Diagnostics
import Foundation
import Tensors
import Testing

@testable import Models

/// What must hold of every family, over small data made for it.
@Suite struct ConformanceTests {
    struct Case {
        let family: String
        var settings: [(name: String, value: Datum)] = []
        let data: Frame
        /// The finite variable to be inferred.
        var hidden = "y"
    }

    static func cases() -> [Case] {
        var generator = Key(seed: 7).generator()
        let labels = (0..<60).map { $0 % 3 == 0 ? "a" : "b" }
        let numbers = labels.flatMap { [generator.normal() + ($0 == "a" ? 2 : 0), generator.normal()] }
        let x = Tensor(numbers, shape: [60, 2])
        let words = ["red apple pie", "green tree leaf", "red apple leaf", "green apple tree"]
        let texts = labels.indices.map { labels[$0] == "a" ? words[$0 % 2 * 2] : words[1 + $0 % 2 * 2] }
        let y = Datum.texts(labels)
        let mixed = Frame(
            [
                ("height", .tensor(Tensor(stride(from: 0, to: 120, by: 2).map { numbers[$0] }))),
                ("likes", .tensor(Tensor(labels.indices.map { $0 % 4 == 0 }))),
                ("colour", .texts(labels.indices.map { ["red", "blue", nil][$0 % 3] })),
                ("note", .texts(texts)),
            ], isTable: true)
        let flags = Tensor(numbers.map { $0 > 0 }, shape: [60, 2])
        let xy = { (x: Datum) in Frame([("x", x), ("y", y)], isTable: true) }
        let k = ("components", Datum.tensor(Tensor(2)))
        return [
            Case(family: "NaiveBayes", data: xy(.tensor(x))),
            Case(family: "NaiveBayes", data: xy(.tensor(flags))),
            Case(family: "NaiveBayes", data: xy(.texts(texts))),
            Case(family: "NaiveBayes", data: xy(.frame(mixed))),
            Case(family: "Mixture", settings: [k], data: Frame([("x", .tensor(x))], isTable: true), hidden: "z"),
            Case(
                family: "Mixture", settings: [k, ("of", .text("Normal"))], data: Frame([("x", mixed.columns[0])], isTable: true),
                hidden: "z"),
            Case(family: "LogisticRegression", data: xy(.tensor(x))),
            Case(family: "LogisticRegression", data: xy(.texts(texts))),
            Case(
                family: "LinearRegression",
                data: Frame([("x", .tensor(x)), ("y", .tensor(Tensor((0..<60).map { numbers[2 * $0] * 3 })))], isTable: true)),
        ]
    }

    @Test func everyFamilyIsHeldToItsPromises() throws {
        for item in Self.cases() {
            let label = Comment(rawValue: "\(item.family) \(item.data.columns[0])".prefix(60).description)
            let fitted = try recipe(item.family, item.settings).fit(item.data, weights: nil, context())
            #expect(!fitted.summary().text.isEmpty, label)
            let scores = try #require(fitted as? any Scores)
            let logs = try scores.logDensity(item.data, given: .empty)
            #expect(logs.shape == [60] && logs.doubles.allSatisfy(\.isFinite), label)

            // Draws have the data's form: they can be scored and fitted again.
            if let generates = fitted as? any Generates {
                let drawn = try generates.sample(500, given: .empty, options: .empty, context(3))
                #expect(drawn.isTable && drawn.rowCount == 500, label)
                let scored = try scores.logDensity(drawn, given: .empty)
                #expect(scored.count == 500 && scored.doubles.allSatisfy(\.isFinite), label)
                var again = drawn
                if item.hidden == "z" { again["z"] = nil }
                _ = try recipe(item.family, item.settings).fit(again, weights: nil, context())
                let record = try generates.sample(nil, given: .empty, options: .empty, context(4))
                let one = try scores.logDensity(record, given: .empty)
                #expect(!record.isTable && one.isScalar, label)
            } else {
                #expect(Capability.generates.missing(in: fitted).message.contains("no p(x) to sample from"), label)
            }

            // Bayes' rule: the posterior is the normalised joint, and the marginal is the sum of the joint.
            if let infers = fitted as? any Infers {
                let x = try #require(item.data["x"])
                let given = Frame([("x", x)], isTable: true)
                let posterior = try infers.posterior(given: given, context())
                let k = posterior.probabilities.shape[1]
                var joints: [[Double]] = []
                for value in 0..<k {
                    var one = given
                    one[item.hidden] = posterior.values.rows([value]).single
                    joints.append(try scores.logDensity(one, given: .empty).doubles)
                }
                let marginal =
                    fitted is any Generates ? try scores.logDensity(given, given: .empty).doubles : [Double](repeating: 0, count: 60)
                for row in 0..<60 {
                    let total = logSumExp(joints.map { $0[row] }[...])
                    #expect(abs(total - marginal[row]) < 1e-9, label)
                    for value in 0..<k {
                        #expect(abs(exp(joints[value][row] - total) - posterior.probabilities.double(at: row * k + value)) < 1e-9, label)
                    }
                }
            }

            // Written and read back, it gives the same numbers; damaged, it is refused without a crash.
            let bytes = try Archive.encode(.fitted(fitted))
            let restored = try #require(try Archive.decode(bytes).fitted as? any Scores)
            #expect(try restored.logDensity(item.data, given: .empty).doubles == logs.doubles, label)
            for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 97)) {
                #expect(throws: Diagnostic.self, label) { try Archive.decode(Array(bytes[..<cut])) }
            }
            var generator = Key(seed: 9).generator()
            for _ in 0..<200 {
                var damaged = bytes
                damaged[generator.below(bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
                _ = try? Archive.decode(damaged)
            }
        }
    }

    @Test func missingEntriesAreSummedOut() throws {
        // A Bernoulli x of two entries: leaving one missing is the sum over its two values.
        let item = Self.cases()[1]
        let fitted = try #require(try recipe("NaiveBayes").fit(item.data, weights: nil, context()) as? any Scores)
        func density(_ second: Double?) throws -> Double {
            let x = Tensor([1, second ?? 0], shape: [2], missing: [false, second == nil])
            return try fitted.logDensity(Frame([("x", .tensor(x))], isTable: false), given: .empty).double(at: 0)
        }
        #expect(abs(exp(try density(nil)) - exp(try density(0)) - exp(try density(1))) < 1e-12)

        // A Gaussian mixture: the marginal of the first entry is the integral over the second.
        let mixture = try #require(
            try recipe("Mixture", [("components", .tensor(Tensor(2)))]).fit(Self.cases()[4].data, weights: nil, context()) as? any Scores)
        let step = 0.02
        let grid = stride(from: -15.0, to: 15, by: step).flatMap { [0.5, $0] }
        let all = try mixture.logDensity(Frame([("x", .tensor(Tensor(grid, shape: [grid.count / 2, 2])))], isTable: true), given: .empty)
        let one = try mixture.logDensity(
            Frame([("x", .tensor(Tensor([0.5, 0], shape: [2], missing: [false, true])))], isTable: false), given: .empty)
        #expect(abs(exp(one.double(at: 0)) - all.doubles.reduce(0) { $0 + exp($1) * step }) < 1e-6)
    }

    @Test func unlabelledRowsHelp() throws {
        // Labels of nine in ten rows are hidden; EM still finds the two classes' means, 0 and 3, to 4 standard errors of 300 examples each.
        var generator = Key(seed: 2).generator()
        let truth = (0..<600).map { $0 % 2 }
        let x = truth.map { generator.normal() + 3 * Double($0) }
        let y = truth.enumerated().map { $0 % 10 < 2 ? ["low", "high"][$1] : nil }
        let fitted = try recipe("NaiveBayes").fit(
            Frame([("x", .tensor(Tensor(x))), ("y", .texts(y))], isTable: true), weights: nil, context())
        let means = tensor(fitted.fields.first { $0.name == "means" }?.value).doubles
        #expect(abs(means[0] - 3) < 0.3 && abs(means[1]) < 0.3, "\(means)")
    }

    @Test func regressionsAgreeWithClosedForms() throws {
        // y = 1 + 2 x exactly but for residuals of +-0.5 that are orthogonal to x: sd = sqrt(4 * 0.25 / 2).
        let data = Frame([("x", .tensor(Tensor([0, 1, 2, 3]))), ("y", .tensor(Tensor([1.5, 2.5, 4.5, 7.5])))], isTable: true)
        let fitted = try recipe("LinearRegression").fit(data, weights: nil, context())
        #expect(abs(number(fitted, "intercept") - 1) < 1e-9 && abs(number(fitted, "coefficients") - 2) < 1e-9)
        #expect(abs(number(fitted, "sd") - 0.5.squareRoot()) < 1e-9)
    }

    @Test func variablesAreTaken() throws {
        let table = Frame([("a", .tensor(Tensor([1, 2]))), ("class", .texts(["u", "v"]))], isTable: true)
        let taken = try takeVariables(.frame(table), y: "class", for: NaiveBayes.family)
        #expect(taken.names == ["x", "y"])
        #expect(variablesNote(taken, y: "class") == "taking x: a and y: class")
        #expect(try takeVariables(.frame(table), for: NaiveBayes.family).names == ["x"])
        #expect(try takeVariables(.tensor(Tensor([1, 2])), for: MixtureModel.family).names == ["x"])
        #expect(throws: Diagnostic.self) { try takeVariables(.frame(table), y: "clas", for: NaiveBayes.family) }
    }
}

extension Datum {
    /// The first entry of a column, as a single value.
    fileprivate var single: Datum {
        switch self {
        case .texts(let texts): .text(texts[0] ?? "")
        case .tensor(let tensor): .tensor(Tensor(tensor.double(at: 0)))
        default: self
        }
    }
}
