import Diagnostics
import Displays
import Foundation
import Tensors

/// A fitted `MarkovChain` or `NGram`.
///
/// A symbol that was never seen has probability 0, under every smoothing: the model does not know that it exists.
/// Under maximum likelihood a context that was never seen is shortened until it was.
struct FittedChain: Generates, Scores, Archivable {
    let model: any Model
    let predictor: Predictor
    let alphabet: Alphabet
    /// Starts and ends were seen: the index `alphabet.count` stands for both.
    let hasEnds: Bool
    /// On the data it was fitted to.
    private(set) var nats = 0.0
    let transitionCount: Int

    private var tree: ContextTree { predictor.tree }
    private var boundary: Int { alphabet.count }

    init(model: any Model, order: Int, smoothing: Smoothing, _ data: Frame, _ weights: Tensor?, _ context: Context) throws(Diagnostic) {
        guard weights == nil else { throw Diagnostic("a chain takes no weights", argument: "weights") }
        guard let x = data["x"] else { throw Diagnostic("the family needs x: texts or sequences") }
        let read = try SequenceData(x)
        guard read.sequences.contains(where: { !$0.isEmpty }) else {
            throw Diagnostic("there is nothing to learn from: the \(read.sequences.count == 1 ? "text is" : "texts are") empty", help: "give a text, or a list of texts")
        }
        var alphabet = Alphabet(read.kind)
        var tree = ContextTree(order: order)
        var coded: [[Int]] = []
        for sequence in read.sequences { coded.append(sequence.map { alphabet.add($0) }) }
        var transitions = 0
        for sequence in coded {
            let whole = read.hasEnds ? [alphabet.count] + sequence + [alphabet.count] : sequence
            try tree.count(whole, from: read.hasEnds ? 1 : 0) { () throws(Diagnostic) in try context.interrupt.check() }
            transitions += sequence.count + (read.hasEnds ? 1 : 0)
        }
        self.model = model
        self.alphabet = alphabet
        hasEnds = read.hasEnds
        transitionCount = transitions
        predictor = Predictor(tree, smoothing, symbolCount: alphabet.count + (read.hasEnds ? 1 : 0))
        var total = 0.0
        for sequence in coded { total += try logProbability(sequence, context.interrupt) }
        nats = -total / Double(transitions)
    }

    // MARK: Scoring

    var isBound: Bool { false }

    private func logProbability(_ sequence: [Int], _ interrupt: Interrupt? = nil) throws(Diagnostic) -> Double {
        var walk = ContextWalk(tree)
        if hasEnds { walk.advance(boundary) }
        var total = 0.0
        for (position, symbol) in (hasEnds ? sequence + [boundary] : sequence).enumerated() {
            if position % 4096 == 0 { try interrupt?.check() }
            guard symbol >= 0 else { return -.infinity }
            total += log(predictor.probability(symbol, walk.contexts))
            walk.advance(symbol)
        }
        return total
    }

    /// The symbols' indices, -1 for those never seen.
    private func encoded(_ x: Datum) throws(Diagnostic) -> [[Int]] {
        let read = try SequenceData(x)
        guard read.kind == alphabet.kind else {
            throw Diagnostic("the model learned \(alphabet.kind == .characters ? "texts" : "numbers"), and x is \(read.kind == .characters ? "text" : "numbers")", argument: "x")
        }
        return read.sequences.map { $0.map { alphabet.index(of: $0) ?? -1 } }
    }

    func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor {
        try refuseUnknown(data, variables: ["x"])
        guard given.isEmpty else { throw Diagnostic("x is fixed already: nothing is left to score", help: "score the whole text: `logp(m, x)`") }
        guard let x = data["x"] else { throw Diagnostic("x is needed to be scored", argument: "x") }
        var result: [Double] = []
        for sequence in try encoded(x) { result.append(try logProbability(sequence)) }
        if case .texts = x { return Tensor(result) }
        if case .list = x { return Tensor(result) }
        return result.count == 1 ? Tensor(result[0]) : Tensor(result)
    }

    func units(_ data: Frame) -> (count: Double, name: String) {
        guard let x = data["x"], let read = try? SequenceData(x), !read.sequences.isEmpty else { return (1, "character") }
        let symbols = read.sequences.reduce(0) { $0 + $1.count + (hasEnds ? 1 : 0) }
        return (Double(symbols) / Double(read.sequences.count), alphabet.kind == .characters ? "character" : "symbol")
    }

    // MARK: Sampling

    func sample(_ count: Int?, given: Frame, options: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(given, variables: ["x"])
        for name in options.names where name != "length" && name != "temperature" {
            throw Diagnostic("sampling a chain has no option \(name)", argument: name, help: suggestion(for: name, among: ["length", "temperature"]) ?? "it takes `length:` and `temperature:`")
        }
        func number(_ name: String, _ otherwise: Double, _ range: ClosedRange<Double>) throws(Diagnostic) -> Double {
            guard let value = options[name] else { return otherwise }
            guard case .tensor(let tensor) = value, tensor.isScalar, range.contains(tensor.double(at: 0)) else {
                throw Diagnostic("\(name) must be a number from \(formatNumber(range.lowerBound)) to \(formatNumber(range.upperBound))", argument: name)
            }
            return tensor.double(at: 0)
        }
        // Texts whose end was learned end by themselves; the bound is for chains that hardly ever do.
        let length = Int(try number("length", hasEnds ? 10_000 : 200, 0...10_000_000))
        let temperature = try number("temperature", 1, 1e-3...1e3)
        var beginning: [Int] = []
        if let x = given["x"] {
            beginning = try encoded(x).first ?? []
            if let unknown = beginning.firstIndex(of: -1) {
                let symbol = try SequenceData(x).sequences[0][unknown]
                let name = alphabet.kind == .characters ? "\"\(SequenceData.text([symbol]))\"" : formatNumber(symbol)
                throw Diagnostic("the beginning holds \(name), which the model has never seen", argument: "x")
            }
        }
        let (rows, isSingle) = try drawCount(count)
        var drawn: [[Int]] = []
        for key in context.key.split(rows) {
            var generator = key.generator()
            drawn.append(try draw(beginning, length, temperature, &generator, context.interrupt))
        }
        if alphabet.kind == .characters {
            let texts = drawn.map { SequenceData.text($0.map { alphabet.symbols[$0] }) }
            return Frame([("x", isSingle ? .text(texts[0]) : .texts(texts))], isTable: !isSingle)
        }
        let sequences = drawn.map { Datum.tensor(Tensor($0.map { alphabet.symbols[$0] })) }
        return Frame([("x", isSingle ? sequences[0] : .list(sequences))], isTable: !isSingle)
    }

    private func draw(
        _ beginning: [Int], _ length: Int, _ temperature: Double, _ generator: inout Generator, _ interrupt: Interrupt
    ) throws(Diagnostic) -> [Int] {
        var sequence = hasEnds ? [boundary] + beginning : beginning
        let skipped = hasEnds ? 1 : 0
        var walk = ContextWalk(tree)
        for symbol in sequence { walk.advance(symbol) }
        while sequence.count - skipped < length {
            if sequence.count % 256 == 0 { try interrupt.check() }
            var p = predictor.probabilities(walk.contexts)
            if temperature != 1 { p = p.map { $0 > 0 ? pow($0, 1 / temperature) : 0 } }
            let total = p.reduce(0, +)
            guard total > 0 else { break }
            var u = generator.uniform() * total
            var symbol = p.lastIndex { $0 > 0 } ?? 0
            for (index, probability) in p.enumerated() where probability > 0 {
                u -= probability
                if u < 0 {
                    symbol = index
                    break
                }
            }
            if hasEnds, symbol == boundary { break }
            sequence.append(symbol)
            walk.advance(symbol)
        }
        return Array(sequence.dropFirst(skipped))
    }

    // MARK: What was learned

    /// The symbols in reading order, and their indices.
    private var sorted: [Int] { (0..<alphabet.count).sorted { alphabet.symbols[$0] < alphabet.symbols[$1] } }

    var fields: [(name: String, value: Datum)] {
        let order = sorted
        var fields: [(name: String, value: Datum)] = [
            ("symbols", alphabet.kind == .characters ? .texts(order.map { alphabet.name($0) }) : .tensor(Tensor(order.map { alphabet.symbols[$0] }))),
            ("nats", .tensor(Tensor(nats))), ("count", .tensor(Tensor(Double(transitionCount)))),
        ]
        if tree.order == 1, alphabet.count <= 1000 {
            let rows = order + (hasEnds ? [boundary] : [])
            let matrix = rows.flatMap { row in
                var walk = ContextWalk(tree)
                walk.advance(row)
                let p = predictor.probabilities(walk.contexts)
                return rows.map { p[$0] }
            }
            fields.append(("transitions", .tensor(Tensor(matrix, shape: [rows.count, rows.count]))))
        }
        return fields
    }

    func summary() -> MIMEBundle {
        let what = alphabet.kind == .characters ? "characters" : "symbols"
        let examples = sorted.prefix(40).map { alphabet.name($0) }.joined(separator: alphabet.kind == .characters ? "" : ", ")
        let quotedExamples = examples.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
        return report(
            "\(type(of: model).family.name) of \(what), \(tree.order) given", header: ["learned", "value"],
            rows: [
                ["different \(what)", String(alphabet.count)], ["which", quotedExamples + (alphabet.count > 40 ? " …" : "")],
                ["symbols seen", String(transitionCount)], ["n-grams seen", String(tree.symbols.count - 1)],
                ["starts and ends", hasEnds ? "learned" : "none seen"], ["nats a \(what.dropLast())", shown(nats)],
            ])
    }

    // MARK: Archive

    var state: Frame {
        func tensor(_ values: [Int32]) -> Datum { .tensor(Tensor(.int32(values), shape: [values.count])) }
        return Frame(
            [
                ("kind", .text(alphabet.kind.rawValue)), ("alphabet", .tensor(Tensor(alphabet.symbols))), ("ends", .tensor(Tensor(hasEnds ? 1 : 0))),
                ("nats", .tensor(Tensor(nats))), ("count", .tensor(Tensor(Double(transitionCount)))), ("symbols", tensor(tree.symbols)),
                ("parents", tensor(tree.parents)), ("counts", tensor(tree.counts)), ("predecessors", tensor(tree.predecessors)),
            ], isTable: false)
    }

    init(model: any Model, order: Int, smoothing: Smoothing, state: Frame) throws(Diagnostic) {
        func numbers(_ name: String) throws(Diagnostic) -> [Double] {
            guard case .tensor(let tensor)? = state[name], !tensor.hasMissing else { throw Diagnostic("the saved model is damaged: \(name) is gone") }
            return tensor.doubles
        }
        func whole(_ name: String) throws(Diagnostic) -> [Int32] {
            var result: [Int32] = []
            for number in try numbers(name) {
                guard let value = Int32(exactly: number) else { throw Diagnostic("the saved model is damaged: \(name) holds \(number)") }
                result.append(value)
            }
            return result
        }
        guard case .text(let word)? = state["kind"], let kind = Alphabet.Kind(rawValue: word), let ends = try numbers("ends").first,
            let nats = try numbers("nats").first, let count = try numbers("count").first, count >= 0, count < 1e15
        else { throw Diagnostic("the saved model is damaged") }
        let symbols = try numbers("alphabet")
        guard kind == .numbers || symbols.allSatisfy({ $0 >= 0 && $0 < 0x110000 && $0 == $0.rounded() }), Set(symbols).count == symbols.count else {
            throw Diagnostic("the saved model is damaged: its alphabet is not one")
        }
        let tree = try ContextTree(
            order: order, symbols: whole("symbols"), parents: whole("parents"), counts: whole("counts"), predecessors: whole("predecessors"))
        let symbolCount = symbols.count + (ends != 0 ? 1 : 0)
        guard symbolCount > 0, tree.symbols.allSatisfy({ $0 < Int32(symbolCount) }) else { throw Diagnostic("the saved model is damaged: unknown symbols") }
        self.model = model
        alphabet = Alphabet(kind, symbols: symbols)
        hasEnds = ends != 0
        transitionCount = Int(count)
        predictor = Predictor(tree, smoothing, symbolCount: symbolCount)
        self.nats = nats
    }
}
