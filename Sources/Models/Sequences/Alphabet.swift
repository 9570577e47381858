import Diagnostics
import Tensors

/// The symbols of sequences: the characters (code points) of texts, or numbers.
struct Alphabet: Sendable {
    enum Kind: String, Sendable { case characters, numbers }
    let kind: Kind
    /// Code points or numbers, by the order in which they were first seen.
    private(set) var symbols: [Double] = []
    private var indices: [Double: Int] = [:]

    init(_ kind: Kind, symbols: [Double] = []) {
        self.kind = kind
        for symbol in symbols { _ = add(symbol) }
    }

    var count: Int { symbols.count }

    /// The index of a symbol, which is added where it is new.
    mutating func add(_ symbol: Double) -> Int {
        if let index = indices[symbol] { return index }
        indices[symbol] = symbols.count
        symbols.append(symbol)
        return symbols.count - 1
    }

    func index(of symbol: Double) -> Int? { indices[symbol] }

    /// A symbol as people read it.
    func name(_ index: Int) -> String {
        guard kind == .characters else { return formatNumber(symbols[index]) }
        return Unicode.Scalar(UInt32(symbols[index])).map { String(Character($0)) } ?? "?"
    }
}

/// Sequences as a family takes them: one without known ends, or many, each with its start and end.
struct SequenceData {
    var kind: Alphabet.Kind
    var sequences: [[Double]]
    /// Each sequence is whole, so that its end can be learned.
    var hasEnds: Bool

    /// - Throws: where the data are no sequences, or empty.
    init(_ x: Datum) throws(Diagnostic) {
        switch x {
        case .text(let text): self.init(.characters, [Self.codePoints(text)], hasEnds: false)
        case .texts(let texts):
            var sequences: [[Double]] = []
            for text in texts {
                guard let text else { throw Diagnostic("a text is missing", help: "leave rows without a text out") }
                sequences.append(Self.codePoints(text))
            }
            self.init(.characters, sequences, hasEnds: true)
        case .tensor(let tensor) where tensor.rank == 1:
            guard !tensor.hasMissing else { throw Diagnostic("an entry of the sequence is missing") }
            self.init(.numbers, [tensor.doubles], hasEnds: false)
        case .tensor(let tensor) where tensor.rank == 2:
            guard !tensor.hasMissing else { throw Diagnostic("an entry of a sequence is missing") }
            self.init(.numbers, (0..<tensor.shape[0]).map { tensor.row($0).doubles }, hasEnds: true)
        case .list(let items):
            var sequences: [[Double]] = []
            for item in items {
                guard case .tensor(let tensor) = item, tensor.rank == 1, !tensor.hasMissing else {
                    throw Diagnostic("many sequences are a list of texts, or a list of vectors of numbers")
                }
                sequences.append(tensor.doubles)
            }
            self.init(.numbers, sequences, hasEnds: true)
        default: throw Diagnostic("x must be a text, a list of texts, or sequences of numbers")
        }
    }

    private init(_ kind: Alphabet.Kind, _ sequences: [[Double]], hasEnds: Bool) {
        self.kind = kind
        self.sequences = sequences
        self.hasEnds = hasEnds
    }

    static func codePoints(_ text: String) -> [Double] { text.unicodeScalars.map { Double($0.value) } }
    static func text(_ symbols: [Double]) -> String {
        var text = ""
        for symbol in symbols { if let scalar = Unicode.Scalar(UInt32(symbol)) { text.unicodeScalars.append(scalar) } }
        return text
    }
}
