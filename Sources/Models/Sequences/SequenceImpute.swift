import Diagnostics
import Tensors

/// Sequences of which some symbols are missing.
struct GappedSequences {
    let data: SequenceData
    /// nil where a symbol is missing or was never seen.
    let codes: [[Int?]]
    let missing: [[Bool]]
    /// Whether it was given as single characters.
    let isCharacters: Bool
}

extension FittedSequences: Imputes {
    /// Reads sequences with gaps: numbers with missing ones among them, or one sequence as single characters, `["c", missing, "t"]`.
    func gapped(_ x: Datum) throws(Diagnostic) -> GappedSequences {
        if case .texts(let texts) = x, texts.contains(where: { $0 == nil }) {
            guard texts.allSatisfy({ ($0 ?? "?").unicodeScalars.count == 1 }) else {
                throw Diagnostic(
                    "a text that is missing has no length, and cannot be filled",
                    help: "`sample(m)` draws whole texts; `[\"c\", missing, \"t\"]` is a text of which a character is missing")
            }
            // Any character stands in for what is missing.
            let data = try SequenceData(.text(texts.map { $0 ?? "?" }.joined()), name: "x")
            let missing = texts.map { $0 == nil }
            let read = try alphabet.encode(data, name: "x")[0] ?? []
            return GappedSequences(
                data: data, codes: [read.indices.map { missing[$0] ? nil : read[$0] }], missing: [missing], isCharacters: true)
        }
        let data = try SequenceData(x, name: "x", gaps: true)
        let codes = try alphabet.encode(data, name: "x")
        var missing = codes.map { ($0 ?? []).map { _ in false } }
        if case .numbers(let items, _) = data.items { missing = items.map { ($0 ?? []).map(\.isNaN) } }
        return GappedSequences(data: data, codes: codes.map { $0 ?? [] }, missing: missing, isCharacters: false)
    }

    /// Missing symbols get those of the most probable sequence as a whole, given the symbols that are there, before and after.
    public func impute(_ data: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(data, variables: ["x"])
        guard let x = data["x"] else { throw Diagnostic("there is no x to fill") }
        let gapped = try gapped(x)
        var filled: [[Int]] = []
        for (codes, missing) in zip(gapped.codes, gapped.missing) {
            guard missing.contains(true) else {
                filled.append([])
                continue
            }
            let lattice = try GapLattice(
                self, codes, missing: missing, keepsEdges: false, isWhole: true, interrupt: context.interrupt)
            filled.append(lattice.best)
        }
        var result = data
        result["x"] = try fill(x, gapped, filled)
        return result
    }

    /// The data with codes in place of what is missing, in the form in which it was given.
    private func fill(_ x: Datum, _ gapped: GappedSequences, _ filled: [[Int]]) throws(Diagnostic) -> Datum {
        switch x {
        case .texts(let texts) where gapped.isCharacters:
            return .texts(
                texts.indices.map { index in
                    guard texts[index] == nil, case .text(let symbol) = alphabet.decode([filled[0][index]]) else { return texts[index] }
                    return symbol
                })
        case .tensor(let tensor):
            guard tensor.missing != nil, case .numbers(let symbols, _) = alphabet else { return x }
            let codes = filled.enumerated().flatMap { $1.isEmpty ? [Int](repeating: 0, count: gapped.codes[$0].count) : $1 }
            var values = tensor.doubles
            for index in values.indices where tensor.isMissing(at: index) { values[index] = symbols[codes[index]] }
            let whole = Tensor(values, shape: tensor.shape)
            return .tensor((try? whole.converted(to: tensor.dtype)) ?? whole)
        case .list(let items):
            var result = items
            for (index, item) in items.enumerated() where !filled[index].isEmpty {
                let one = GappedSequences(
                    data: gapped.data, codes: [gapped.codes[index]], missing: [gapped.missing[index]], isCharacters: false)
                result[index] = try fill(item, one, [filled[index]])
            }
            return .list(result)
        case .frame(let frame) where frame.columns.count == 1:
            return .frame(Frame([(frame.names[0], try fill(frame.columns[0], gapped, filled))], isTable: frame.isTable))
        default: return x
        }
    }
}
