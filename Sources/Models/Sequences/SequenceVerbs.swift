import Diagnostics
import Tensors

extension FittedSequences {
    /// Where an end was learned, how many symbols a sequence has at most; it is cut there.
    private static let runaway = 10_000
    /// How many symbols are drawn where no end was learned.
    private static let usualLength = 200

    private func read(_ datum: Datum) throws(Diagnostic) -> (sequences: [[Int?]?], data: SequenceData) {
        let data = try SequenceData(datum, name: "x")
        return (try alphabet.encode(data, name: "x"), data)
    }

    /// log p of each sequence, with its end where ends were learned; a missing one has 0. `given` x is how the sequences begin.
    public func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor {
        try refuseUnknown(data, variables: ["x"])
        try refuseUnknown(given, variables: ["x"])
        guard let x = data["x"] else { return Tensor(0) }
        let (sequences, read) = try read(x)
        var prefixes: [[Int?]?] = [[]]
        if let start = given["x"] { prefixes = try self.read(start).sequences }
        guard prefixes.count == 1 || prefixes.count == sequences.count else {
            throw Diagnostic("there are \(prefixes.count) beginnings for \(sequences.count) sequences")
        }
        let logs = sequences.enumerated().map { index, sequence -> Double in
            guard let sequence else { return 0 }
            let prefix = prefixes[prefixes.count == 1 ? 0 : index] ?? []
            guard sequence.starts(with: prefix) else { return -.infinity }
            return logProbability(sequence, after: prefix.count)
        }
        return Tensor(logs, shape: read.isSingle ? [] : [logs.count])
    }

    /// The mean number of symbols scored of a sequence, with its end where ends were learned.
    public func units(_ data: Frame) -> (count: Double, name: String) {
        guard let x = data["x"], let (sequences, _) = try? read(x) else { return (1, alphabet.unit) }
        let there = sequences.compactMap { $0 }
        let total = there.reduce(0) { $0 + $1.count + (hasEnds ? 1 : 0) }
        return (max(1, Double(total) / Double(max(1, sequences.count))), alphabet.unit)
    }

    /// The distribution of the next symbol after a beginning, over the alphabet, and the end where it was learned, named as the empty text or as a missing number.
    public func posterior(given: Frame, _ context: Context) throws(Diagnostic) -> FinitePosterior {
        try refuseUnknown(given, variables: ["x"])
        var sequences: [[Int?]?] = [[]]
        var isSingle = true
        if let x = given["x"] {
            let (codes, data) = try read(x)
            (sequences, isSingle) = (codes, data.isSingle)
        }
        let rows = sequences.map { sequence -> [Double] in
            let weights = counts.distribution(after: self.context(after: sequence ?? []), count: choices)
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        }
        return FinitePosterior(
            variable: "next", values: outcomeValues,
            probabilities: Tensor(rows.flatMap { $0 }, shape: isSingle ? [choices] : [rows.count, choices]))
    }

    private var outcomeValues: Datum {
        guard hasEnds else { return alphabet.datum }
        switch alphabet.datum {
        case .texts(let texts): return .texts(texts + [""])
        case .tensor(let tensor):
            let isMissing = [Bool](repeating: false, count: alphabet.count) + [true]
            return .tensor(Tensor(tensor.doubles + [0], shape: [choices], missing: isMissing))
        default: return .none
        }
    }

    /// Draws whole sequences, symbol by symbol. `given` x is how they begin; what is drawn has it at its front.
    ///
    /// Options: `length`, how many symbols are drawn at most (until the end where ends were learned, at most 10,000; else 200), and
    /// `temperature`: probabilities are raised to its inverse, and 0 takes the most probable symbol.
    public func sample(_ count: Int?, given: Frame, options: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(given, variables: ["x"])
        let options = try SequenceOptions(options, length: hasEnds ? Self.runaway : Self.usualLength)
        let (rows, isSingle) = try drawCount(count)
        // Both factors are bounded: the product cannot overflow.
        guard hasEnds || rows * options.length <= 1_000_000_000 else {
            throw Diagnostic("cannot draw \(rows) sequences of \(options.length) symbols")
        }
        var beginnings: [[Int]] = [[]]
        // Of beginnings with missing symbols: those are drawn too.
        var lattices: [GapLattice?] = [nil]
        if let x = given["x"] {
            let gapped = try gapped(x)
            for (index, sequence) in gapped.codes.enumerated() { try refuseUnseen(sequence, gapped, index) }
            lattices = try gapped.codes.enumerated().map { (index, codes) throws(Diagnostic) in
                let missing = gapped.missing[index]
                guard missing.contains(true) else { return nil }
                return try GapLattice(self, codes, missing: missing, keepsEdges: true, isWhole: false, interrupt: context.interrupt)
            }
            beginnings = gapped.codes.map { $0.map { $0 ?? 0 } }
        }
        guard beginnings.count == 1 || beginnings.count == rows else {
            throw Diagnostic("there are \(beginnings.count) beginnings for \(rows) draws")
        }
        var generator = context.key.generator()
        var drawn: [[Int]] = []
        var steps = 0
        for row in 0..<rows {
            let from = beginnings.count == 1 ? 0 : row
            var codes = lattices[from]?.draw(&generator) ?? beginnings[from]
            var place = self.context(after: codes)
            for _ in 0..<options.length {
                steps += 1
                if steps % 1024 == 0 { try context.interrupt.check() }
                let code = options.draw(counts.distribution(after: place, count: choices), &generator)
                if hasEnds && code == end { break }
                codes.append(code)
                place = counts.advance(place, by: code)
            }
            drawn.append(codes)
        }
        let values = drawn.map { alphabet.decode($0) }
        guard !isSingle else { return Frame([("x", values[0])], isTable: false) }
        if case .characters = alphabet {
            let texts = values.map { value -> String? in if case .text(let text) = value { text } else { nil } }
            return Frame([("x", .texts(texts))], isTable: true)
        }
        return Frame([("x", .list(values))], isTable: true)
    }

    /// Refuses a beginning that has symbols that were never seen.
    private func refuseUnseen(_ sequence: [Int?], _ gapped: GappedSequences, _ index: Int) throws(Diagnostic) {
        guard let position = sequence.indices.first(where: { sequence[$0] == nil && !gapped.missing[index][$0] }) else { return }
        throw Diagnostic(
            "x begins with \(gapped.data.symbolName(index, position)), which was not in the training data",
            help: "the symbols are \(alphabet.names.prefix(20).joined(separator: " "))\(alphabet.count > 20 ? " ..." : "")")
    }
}
