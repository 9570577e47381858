import Diagnostics
import Language
import Tensors

/// What values are ordered by: numbers among themselves, strings by code point; missing comes last.
enum SortKey {
    case number(Double)
    case text(String)
    case missing

    init(_ value: Value) throws(Diagnostic) {
        switch value {
        case .number(let number): self = .number(number)
        case .bool(let bool): self = .number(bool ? 1 : 0)
        case .text(let text): self = .text(text.value)
        case .missing: self = .missing
        default: throw Diagnostic("\(value.kindName) has no place in an order", help: "`by: x -> ...` gives a number or a string for each")
        }
    }

    fileprivate var isMissing: Bool { if case .missing = self { true } else { false } }

    fileprivate func precedes(_ other: SortKey) throws(Diagnostic) -> Bool {
        switch (self, other) {
        case (.number(let a), .number(let b)): return a < b
        case (.text(let a), .text(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.missing, _), (_, .missing): return false
        default: throw Diagnostic("numbers and strings cannot be put in one order")
        }
    }

    /// The positions in order. Equal keys keep theirs; what is missing comes last in either direction.
    static func order(_ keys: [SortKey], descending: Bool = false) throws(Diagnostic) -> [Int] {
        if let first = keys.first(where: { !$0.isMissing }) {
            // Two kinds are found before sorting, whose comparison then cannot fail.
            for key in keys where !key.isMissing { _ = try first.precedes(key) }
        }
        let known = keys.indices.filter { !keys[$0].isMissing }
        let sorted = known.sorted { a, b in
            let (first, second) = descending ? (b, a) : (a, b)
            if (try? keys[first].precedes(keys[second])) == true { return true }
            if (try? keys[second].precedes(keys[first])) == true { return false }
            return a < b
        }
        return sorted + keys.indices.filter { keys[$0].isMissing }
    }
}

/// The different values among some, and how often each occurs. Numbers and strings come in their order, others as they first occur. What
/// is missing is left out.
struct Distinct {
    /// What makes two values the same.
    enum Identity: Hashable {
        case number(Double)
        case text([UInt8])
        case missing
        case tensor(shape: [Int], [Double], missing: [Bool]?)
        case items([String], [Identity])
        case other(String)

        init(_ value: Value) {
            switch value {
            case .number(let number): self = .number(number)
            case .bool(let bool): self = .number(bool ? 1 : 0)
            case .text(let text): self = .text(Array(text.value.utf8))
            case .missing: self = .missing
            case .tensor, .range:
                let tensor = value.asTensor ?? Tensor(0)
                self = .tensor(shape: tensor.shape, tensor.doubles, missing: tensor.missing)
            case .list(let list), .tuple(let list): self = .items([], list.items.map { Identity($0) })
            case .record(let record), .table(let record): self = .items(record.names, record.values.map { Identity($0) })
            default: self = .other(value.shown())
            }
        }
    }

    var values: [Value] = []
    var counts: [Int] = []

    init(_ items: [Value]) throws(Diagnostic) {
        var places: [Identity: Int] = [:]
        var isOrdered = true
        for item in items {
            if case .missing = item { continue }
            let identity = Identity(item)
            if let place = places[identity] {
                counts[place] += 1
                continue
            }
            places[identity] = values.count
            values.append(item)
            counts.append(1)
            switch identity {
            case .number, .text: break
            default: isOrdered = false
            }
        }
        guard isOrdered, let order = try? SortKey.order(values.map { (value) throws(Diagnostic) in try SortKey(value) }) else { return }
        let (unordered, sizes) = (values, counts)
        values = order.map { unordered[$0] }
        counts = order.map { sizes[$0] }
    }
}

extension Value {
    /// The items at some positions, in the kind of the whole: entries of a list, slices of a tensor's first axis, rows of a table, and so in
    /// each field of a record.
    func selecting(_ positions: [Int]) throws(Diagnostic) -> Value {
        switch self {
        case .tensor, .range:
            guard let tensor = asTensor else { return self }
            return .tensor(try tensor.indexed([.positions(Tensor(positions))]))
        case .list(let list): return gathered(positions.map { list.items[$0] })
        case .tuple(let list): return .tuple(List(positions.map { list.items[$0] }))
        case .table(let table): return .table(try tableRows(table, positions))
        case .record(let record):
            return .record(Record(record.names, try record.values.map { (value) throws(Diagnostic) in try value.selecting(positions) }))
        case .text(let text):
            let scalars = Array(text.value.unicodeScalars)
            var chosen = String.UnicodeScalarView()
            for position in positions { chosen.append(scalars[position]) }
            return .string(String(chosen))
        default: throw Diagnostic("\(kindName) has no items to select from")
        }
    }
}
