import Diagnostics
import Tensors

/// Sequences as they were given; nil is missing.
struct SequenceData: Sendable {
    enum Items: Sendable {
        case characters([[UInt32]?])
        case numbers([[Double]?], DType)
    }
    let items: Items
    /// One sequence rather than a column of them.
    let isSingle: Bool

    var count: Int {
        switch items {
        case .characters(let items): items.count
        case .numbers(let items, _): items.count
        }
    }

    /// - Parameters:
    ///   - datum: a text, texts, numbers [time] or [examples, time], or a list of texts or of numbers [time].
    ///   - gaps: whether numbers may be missing; they are then NaN.
    init(_ datum: Datum, name: String, gaps: Bool = false) throws(Diagnostic) {
        switch datum {
        case .text(let text): (items, isSingle) = (.characters([text.unicodeScalars.map(\.value)]), true)
        case .texts(let texts): (items, isSingle) = (.characters(texts.map { $0?.unicodeScalars.map(\.value) }), false)
        case .tensor(let tensor) where tensor.rank == 1:
            (items, isSingle) = (.numbers([try Self.numbers(tensor, name: name, gaps: gaps)], tensor.dtype), true)
        case .tensor(let tensor) where tensor.rank == 2:
            let (values, length) = (try Self.numbers(tensor, name: name, gaps: gaps), tensor.shape[1])
            (items, isSingle) = (
                .numbers((0..<tensor.shape[0]).map { Array(values[($0 * length)..<(($0 + 1) * length)]) }, tensor.dtype), false
            )
        case .list(let list):
            var parts: [SequenceData?] = []
            for (index, item) in list.enumerated() {
                if case .missing = item {
                    parts.append(nil)
                    continue
                }
                let part = try SequenceData(item, name: "\(name)[\(index)]", gaps: gaps)
                guard part.isSingle else { throw Diagnostic("\(name)[\(index)] is no single sequence") }
                parts.append(part)
            }
            (items, isSingle) = (try Self.joined(parts, name: name), false)
        case .frame(let frame) where frame.columns.count == 1: self = try SequenceData(frame.columns[0], name: frame.names[0], gaps: gaps)
        default:
            throw Diagnostic(
                "\(name) holds no sequences", help: "it may be a text, a column of texts, numbers [time] or a list of such")
        }
    }

    private static func numbers(_ tensor: Tensor, name: String, gaps: Bool) throws(Diagnostic) -> [Double] {
        var values = tensor.doubles
        if gaps { for index in values.indices where tensor.isMissing(at: index) { values[index] = .nan } }
        for (index, value) in values.enumerated() where gaps ? value.isInfinite : !value.isFinite || tensor.isMissing(at: index) {
            throw Diagnostic("\(name) holds a value that is missing or not finite, at position \(index)", help: "symbols must be known")
        }
        return values
    }

    private static func joined(_ parts: [SequenceData?], name: String) throws(Diagnostic) -> Items {
        var texts: [[UInt32]?] = []
        var numbers: [[Double]?] = []
        var type = DType.bool
        for part in parts {
            switch part?.items {
            case nil:
                texts.append(nil)
                numbers.append(nil)
            case .characters(let items): texts += items
            case .numbers(let items, let dtype):
                numbers += items
                if dtype != .bool { type = type == .bool || type == dtype ? dtype : .float64 }
            }
        }
        let (hasTexts, hasNumbers) = (texts.contains { $0 != nil }, numbers.contains { $0 != nil })
        guard !hasTexts || !hasNumbers else { throw Diagnostic("\(name) mixes texts and numbers") }
        return !hasNumbers ? .characters(texts) : .numbers(numbers, type)
    }
}

extension SequenceData {
    /// One symbol as it is shown in an error.
    func symbolName(_ item: Int, _ position: Int) -> String {
        switch items {
        case .characters(let texts):
            guard let value = texts[item]?[position], let scalar = Unicode.Scalar(value) else { return "?" }
            return "\"\(Character(scalar))\""
        case .numbers(let numbers, _): return numbers[item].map { formatNumber($0[position]) } ?? "?"
        }
    }
}
