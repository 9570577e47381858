import Diagnostics
import Tensors

/// Data in small parts, epoch after epoch: a loop goes through it and makes each part as it comes to it.
public struct Batches: Sendable {
    let data: Value
    let rows: Int
    let size: Int
    let epochs: Int
    /// Fixes the order; nil where rows stay in theirs.
    let key: Key?

    /// - Parameter data: a tensor, list or table, or a tuple or record of them with as many rows each.
    ///
    /// Throws where there are no rows, or not as many in each part.
    public init(_ data: Value, size: Int, epochs: Int, key: Key?) throws(Diagnostic) {
        guard let rows = try Batches.rows(data) else {
            throw Diagnostic("batches are taken of tensors, lists and tables, and this is \(data.kindName)", argument: "x")
        }
        guard rows > 0 else { throw Diagnostic("there is nothing to take batches of: the data has no rows", argument: "x") }
        (self.data, self.rows, self.size, self.epochs, self.key) = (data, rows, Swift.min(size, rows), epochs, key)
    }

    public var countPerEpoch: Int { (rows + size - 1) / size }
    public var count: Int { epochs * countPerEpoch }

    private static func rows(_ value: Value) throws(Diagnostic) -> Int? {
        func common(_ parts: [Value]) throws(Diagnostic) -> Int? {
            var result: Int?
            for part in parts {
                guard let count = try rows(part) else { return nil }
                guard count == result ?? count else {
                    throw Diagnostic("the parts of the data have \(result ?? 0) and \(count) rows", argument: "x", help: "all need as many")
                }
                result = count
            }
            return result
        }
        switch value {
        case .tensor(let tensor): return tensor.shape.first
        case .range(let range): return range.count
        case .list(let list): return list.items.count
        case .table(let table): return rowCount(table)
        case .tuple(let list): return try common(list.items)
        case .record(let record): return try common(record.values)
        default: return nil
        }
    }

    /// Calls a body with each batch until it asks to stop.
    func visit(_ body: (Value) throws(Diagnostic) -> Bool) throws(Diagnostic) {
        for epoch in 0..<epochs {
            var generator = key?.folded(UInt64(epoch)).generator()
            let order = generator?.permutation(rows)
            for start in stride(from: 0, to: rows, by: size) {
                let range = start..<Swift.min(start + size, rows)
                if try body(Batches.taken(data, range, order)) { return }
            }
        }
    }

    private static func taken(_ value: Value, _ range: Range<Int>, _ order: [Int]?) throws(Diagnostic) -> Value {
        func each(_ values: [Value]) throws(Diagnostic) -> [Value] {
            try values.map { (value) throws(Diagnostic) in try taken(value, range, order) }
        }
        switch value {
        case .tensor(let tensor):
            guard let order else { return .tensor(try tensor.indexed([.slice(start: range.lowerBound, end: range.upperBound)])) }
            return .tensor(try tensor.indexed([.positions(Tensor(order[range].map(Double.init)))]))
        case .range(let numbers): return .tensor(Tensor(range.map { numbers.number(at: order?[$0] ?? $0) }))
        case .list(let list): return .list(List(range.map { list.items[order?[$0] ?? $0] }))
        case .table(let table): return .table(try tableRows(table, order.map { Array($0[range]) } ?? Array(range)))
        case .tuple(let list): return .tuple(List(try each(list.items)))
        case .record(let record): return .record(Record(record.names, try each(record.values)))
        default: return value
        }
    }
}
