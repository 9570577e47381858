import Foundation
import Tensors

// Small arithmetic of probabilities that the families share.

/// log of the sum of exponentials, safe against overflow; -inf for nothing.
func logSumExp(_ values: ArraySlice<Double>) -> Double {
    guard let largest = values.max(), largest > -.infinity else { return -.infinity }
    var sum = 0.0
    for value in values { sum += exp(value - largest) }
    return largest + log(sum)
}

/// Turns each row of log weights [rows, columns] into probabilities in place, and returns the log of each row's sum.
///
/// A row without any weight becomes uniform, for its log sum of -inf already says that it cannot be.
func normalizeRows(_ logs: inout [Double], columns: Int) -> [Double] {
    guard columns > 0 else { return [] }
    let rows = logs.count / columns
    var sums = [Double](repeating: 0, count: rows)
    for row in 0..<rows {
        let range = (row * columns)..<((row + 1) * columns)
        let sum = logSumExp(logs[range])
        sums[row] = sum
        for index in range { logs[index] = sum == -.infinity ? 1 / Double(columns) : exp(logs[index] - sum) }
    }
    return sums
}

/// The position of the largest value; the first of equals.
func argmax(_ values: ArraySlice<Double>) -> Int {
    var best = values.startIndex
    for index in values.indices where values[index] > values[best] { best = index }
    return best - values.startIndex
}

extension Generator {
    /// A position, drawn with the probabilities given by weights that need not sum to 1.
    mutating func categorical(_ weights: ArraySlice<Double>) -> Int {
        var left = uniform() * weights.reduce(0, +)
        var last = weights.startIndex
        for index in weights.indices where weights[index] > 0 {
            last = index
            left -= weights[index]
            if left < 0 { break }
        }
        return last - weights.startIndex
    }
}
