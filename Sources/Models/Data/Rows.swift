import Diagnostics
import Tensors

// Rows of columns and tables: choosing them and splitting by them.

extension Datum {
    /// Whether it has a row for each example: a column, or a table of columns.
    public var rowCount: Int? {
        if case .frame(let frame) = self { return frame.isTable ? frame.rowCount : nil }
        return exampleCount
    }

    /// The examples at these positions, in this order. Positions must be within the column.
    public func rows(_ positions: [Int]) -> Datum {
        switch self {
        case .tensor(let tensor): .tensor(tensor.rows(positions))
        case .texts(let texts): .texts(positions.map { texts[$0] })
        case .list(let items): .list(positions.map { items[$0] })
        case .frame(let frame) where frame.isTable: .frame(frame.rows(positions))
        default: self
        }
    }
}

extension Tensor {
    /// The entries of the leading axis at these positions.
    func rows(_ positions: [Int]) -> Tensor {
        guard let first = shape.first else { return self }
        let width = first == 0 ? 0 : count / first
        func gather<T>(_ values: [T]) -> [T] {
            var result: [T] = []
            result.reserveCapacity(positions.count * width)
            for position in positions { result += values[(position * width)..<((position + 1) * width)] }
            return result
        }
        let gathered: Elements =
            switch elements {
            case .bool(let values): .bool(gather(values))
            case .int32(let values): .int32(gather(values))
            case .float32(let values): .float32(gather(values))
            case .float64(let values): .float64(gather(values))
            }
        return Tensor(gathered, shape: [positions.count] + shape.dropFirst(), missing: missing.map(gather))
    }
}

extension Frame {
    /// The rows at these positions, in this order; a record is unchanged.
    public func rows(_ positions: [Int]) -> Frame {
        guard isTable else { return self }
        var copy = self
        copy.columns = columns.map { $0.rows(positions) }
        return copy
    }
}

/// Cuts data in two: the first part holds `fraction` of the examples, rounded down.
///
/// - Parameters:
///   - data: a table or a column.
///   - fraction: between 0 and 1.
///   - shuffle: whether the examples are put in random order first.
/// - Throws: where the data has no rows or the fraction is out of range.
public func split(_ data: Datum, fraction: Double, shuffle: Bool = true, key: Key) throws(Diagnostic) -> (Datum, Datum) {
    guard let count = data.rowCount else { throw Diagnostic("split takes a table or a column with one entry an example", argument: "data") }
    guard fraction >= 0, fraction <= 1 else {
        throw Diagnostic("the fraction must be between 0 and 1, not \(formatNumber(fraction))", argument: "fraction")
    }
    var order = Array(0..<count)
    if shuffle {
        var generator = key.generator()
        order.shuffle(using: &generator)
    }
    // 0.8 * 15 is 12.000000000000002 or 11.999999999999998 by luck of rounding; the nudge is far below one example.
    let first = min(count, Int((fraction * Double(count) + 1e-9).rounded(.down)))
    return (data.rows(Array(order[..<first])), data.rows(Array(order[first...])))
}
