import Diagnostics
import Tensors

/// The symbols of sequences, numbered from 0 in increasing order: characters (Unicode code points) or numbers.
enum Alphabet: Sendable {
    case characters([UInt32])
    case numbers([Double], DType)

    var count: Int {
        switch self {
        case .characters(let scalars): scalars.count
        case .numbers(let numbers, _): numbers.count
        }
    }

    /// Whether no symbol comes twice.
    var isDistinct: Bool {
        switch self {
        case .characters(let scalars): Set(scalars).count == scalars.count
        case .numbers(let numbers, _): Set(numbers).count == numbers.count
        }
    }

    /// What one symbol is called.
    var unit: String { if case .characters = self { "character" } else { "symbol" } }

    var datum: Datum {
        switch self {
        case .characters(let scalars): .texts(scalars.map { text([$0]) })
        case .numbers: decode(Array(0..<count))
        }
    }

    /// How the symbols are shown.
    var names: [String] {
        switch self {
        case .characters(let scalars):
            scalars.map { $0 == 10 ? "\\n" : $0 == 9 ? "\\t" : $0 == 32 ? "space" : text([$0]) }
        case .numbers(let numbers, _): numbers.map { formatNumber($0) }
        }
    }

    /// One sequence: a text, or a tensor.
    func decode(_ codes: [Int]) -> Datum {
        switch self {
        case .characters(let scalars): return .text(text(codes.map { scalars[$0] }))
        case .numbers(let numbers, let type):
            let tensor = Tensor(codes.map { numbers[$0] })
            return .tensor((try? tensor.converted(to: type)) ?? tensor)
        }
    }

    private func text(_ scalars: [UInt32]) -> String {
        var view = String.UnicodeScalarView()
        for scalar in scalars { if let scalar = Unicode.Scalar(scalar) { view.append(scalar) } }
        return String(view)
    }
}

extension Alphabet {
    /// The distinct symbols of sequences.
    ///
    /// - Throws: where there are none, or more than a million.
    init(_ data: SequenceData, name: String) throws(Diagnostic) {
        switch data.items {
        case .characters(let items):
            var seen = Set<UInt32>()
            for item in items { seen.formUnion(item ?? []) }
            self = .characters(seen.sorted())
        case .numbers(let items, let type):
            var seen = Set<Double>()
            for item in items { seen.formUnion(item ?? []) }
            self = .numbers(seen.sorted(), type)
        }
        guard count > 0 else {
            throw Diagnostic("\(name) holds no symbol to learn from", help: "give a text, or texts, that are not empty")
        }
        guard count <= 1_000_000 else {
            throw Diagnostic(
                "\(name) holds \(count) different numbers", help: "a sequence model needs symbols that come again, such as 0, 1, 2")
        }
    }

    /// Sequences as the numbers of their symbols; a symbol that is not in the alphabet is nil.
    func encode(_ data: SequenceData, name: String) throws(Diagnostic) -> [[Int?]?] {
        switch (self, data.items) {
        case (.characters(let scalars), .characters(let items)): return Self.positions(of: items, in: scalars)
        case (.numbers(let numbers, _), .numbers(let items, _)): return Self.positions(of: items, in: numbers)
        case (.characters, .numbers): throw Diagnostic("\(name) holds numbers, and the model was fitted on texts")
        case (.numbers, .characters): throw Diagnostic("\(name) holds texts, and the model was fitted on numbers")
        }
    }

    private static func positions<S: Hashable>(of items: [[S]?], in symbols: [S]) -> [[Int?]?] {
        let codes = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
        return items.map { item in item?.map { codes[$0] } }
    }
}
