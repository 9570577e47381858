import Diagnostics
import Tensors

/// The values of a finite variable, such as the classes of y, with their numbering from 0.
///
/// Labels may be texts, numbers or bools, and come back as they were given.
public struct Labels: Sendable {
    enum Values: Sendable {
        case texts([String])
        case numbers([Double], DType)
    }
    let values: Values

    /// The distinct labels of a column, in increasing order.
    ///
    /// - Throws: where the column is no column of labels or holds none.
    init(_ column: Datum, name: String) throws(Diagnostic) {
        switch column {
        case .texts(let texts): values = .texts(Set(texts.compactMap { $0 }).sorted())
        case .tensor(let tensor) where tensor.rank == 1:
            let numbers = tensor.doubles
            var distinct = Set<Double>()
            for (index, number) in numbers.enumerated() where !tensor.isMissing(at: index) {
                guard number.isFinite else { throw Diagnostic("\(name)[\(index)] is \(formatNumber(number)), which is no label") }
                distinct.insert(number)
            }
            values = .numbers(distinct.sorted(), tensor.dtype)
        default: throw Diagnostic("\(name) must be a column of labels: texts or numbers, one an example")
        }
        guard count > 0 else { throw Diagnostic("\(name) holds no label: all are missing", help: "without labels, fit a Mixture") }
    }

    init(values: Values) { self.values = values }

    public var count: Int {
        switch values {
        case .texts(let texts): texts.count
        case .numbers(let numbers, _): numbers.count
        }
    }

    /// All labels, in the order of their numbers.
    public var datum: Datum { decode(Array(0..<count)) }

    /// How they are shown.
    public var names: [String] {
        switch values {
        case .texts(let texts): texts
        case .numbers(let numbers, let type): numbers.map { type == .bool ? ($0 == 0 ? "false" : "true") : formatNumber($0) }
        }
    }

    /// The labels with these numbers.
    func decode(_ codes: [Int]) -> Datum {
        switch values {
        case .texts(let texts): return .texts(codes.map { texts[$0] })
        case .numbers(let numbers, let type):
            let tensor = Tensor(codes.map { numbers[$0] })
            return .tensor((try? tensor.converted(to: type)) ?? tensor)
        }
    }

    /// One label, as a single value.
    func decode(_ code: Int) -> Datum {
        switch values {
        case .texts(let texts): return .text(texts[code])
        case .numbers(let numbers, let type): return .tensor(type == .bool ? Tensor(numbers[code] != 0) : Tensor(numbers[code]))
        }
    }

    /// The numbers of labels, nil where missing; a single value gives one.
    ///
    /// - Throws: where a label was never seen, with the nearest.
    func encode(_ labels: Datum, name: String) throws(Diagnostic) -> [Int?] {
        switch (labels, values) {
        case (.missing, _): return [nil]
        case (.text(let text), .texts): return try encode(.texts([text]), name: name)
        case (.texts(let given), .texts(let known)):
            let positions = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
            var codes: [Int?] = []
            for text in given {
                if let text {
                    guard let code = positions[text] else { throw unseen("\"\(text)\"", name) }
                    codes.append(code)
                } else {
                    codes.append(nil)
                }
            }
            return codes
        case (.tensor(let tensor), .numbers(let known, _)) where tensor.rank <= 1:
            let positions = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
            var codes: [Int?] = []
            for (index, number) in tensor.doubles.enumerated() {
                if tensor.isMissing(at: index) {
                    codes.append(nil)
                } else {
                    guard let code = positions[number] else { throw unseen(formatNumber(number), name) }
                    codes.append(code)
                }
            }
            return codes
        case (.texts(let given), _) where given.allSatisfy({ $0 == nil }): return given.map { _ in nil }
        case (.tensor(let given), _) where given.missing?.allSatisfy({ $0 }) == true: return given.doubles.map { _ in nil }
        default: throw Diagnostic("\(name) must be a label like those it was fitted on: \(known)")
        }
    }

    private var known: String { names.prefix(8).joined(separator: ", ") + (count > 8 ? ", ..." : "") }

    private func unseen(_ label: String, _ name: String) -> Diagnostic {
        Diagnostic("\(label) is not one of the values of \(name) that were fitted", help: "they are \(known)")
    }
}

extension Datum {
    /// Whether it is one value of a label rather than a column of them.
    var isSingleLabel: Bool {
        switch self {
        case .text, .missing: true
        case .tensor(let tensor): tensor.rank == 0
        default: false
        }
    }
}
