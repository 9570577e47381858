import Diagnostics
import Foundation
import Tensors

extension GaussianComponents {
    /// Draws, one for each component number: mean + factor * standard normals.
    func draws(_ chosen: [Int], generator: inout Generator) -> [Double] {
        let d = dimensions
        var values: [Double] = []
        values.reserveCapacity(chosen.count * d)
        var noise = [Double](repeating: 0, count: d)
        for c in chosen {
            for i in 0..<d { noise[i] = generator.normal() }
            for i in 0..<d {
                var value = means[c * d + i]
                for j in 0...i { value += factors[c * d * d + i * d + j] * noise[j] }
                values.append(value)
            }
        }
        return values
    }

    /// log p(observed entries, z) as [rows, components]: the marginal of a Gaussian leaves the missing rows and columns out.
    func marginalLogs(_ matrix: NumberMatrix) throws(Diagnostic) -> [Double] {
        let (d, k) = (dimensions, count)
        var logs = [Double](repeating: 0, count: matrix.rows * k)
        // Rows with the same entries missing share their factors.
        var patterns: [[Int]: GaussianComponents] = [:]
        for row in 0..<matrix.rows {
            let seen = (0..<d).filter { !matrix.isMissing(row, $0) }
            let parts: GaussianComponents
            if let known = patterns[seen] {
                parts = known
            } else {
                parts = try GaussianComponents(
                    kind: kind, dimensions: seen.count, weights: weights, means: (0..<k).flatMap { c in seen.map { means[c * d + $0] } },
                    covariances: (0..<k).flatMap { c in seen.flatMap { i in seen.map { covariances[c * d * d + i * d + $0] } } })
                patterns[seen] = parts
            }
            let example = NumberMatrix(rows: 1, columns: seen.count, values: seen.map { matrix.values[row * d + $0] })
            var out: [Double]? = [Double](repeating: 0, count: k)
            var (sums, densities): (Sums?, [Double]?) = (nil, nil)
            try parts.pass(example, weights: nil, sums: &sums, logs: &out, densities: &densities)
            if let out { for c in 0..<k { logs[row * k + c] = out[c] } }
        }
        return logs
    }
}
