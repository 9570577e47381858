import Diagnostics
import Dispatch
import Tensors

extension GaussianComponents {
    /// Rounds of EM until the likelihood rises by no more than the tolerance.
    ///
    /// - Returns: the log-likelihood at the beginning of each round.
    mutating func improve(
        _ matrix: NumberMatrix, weights: [Double]?, rounds: Int, tolerance: Double, regularization: Double, interrupt: Interrupt,
        progress: (_ round: Int, _ logLikelihood: Double) -> Void
    ) throws(Diagnostic) -> [Double] {
        var history: [Double] = []
        for round in 0..<rounds {
            let sums = try gatheredSums(matrix, weights: weights, interrupt: interrupt)
            history.append(sums.logLikelihood)
            progress(round + 1, sums.logLikelihood)
            if round > 0, sums.logLikelihood - history[round - 1] < tolerance { break }
            self = try maximized(sums, regularization: regularization)
        }
        return history
    }

    /// The sums of a pass over all examples, on all cores. The parts are of one size and added in their order, whatever the number of cores, so that the result is always the same.
    private func gatheredSums(_ matrix: NumberMatrix, weights: [Double]?, interrupt: Interrupt) throws(Diagnostic) -> Sums {
        let size = 4096
        let parts = (matrix.rows + size - 1) / size
        let empty = Sums(components: count, dimensions: dimensions)
        var results = [Result<Sums, Diagnostic>](repeating: .success(empty), count: parts)
        results.withUnsafeMutableBufferPointer { buffer in
            // Each part writes its own element.
            nonisolated(unsafe) let results = buffer
            DispatchQueue.concurrentPerform(iterations: parts) { part in
                var sums: Sums? = empty
                var (logs, densities): ([Double]?, [Double]?) = (nil, nil)
                do throws(Diagnostic) {
                    let range = (part * size)..<min(matrix.rows, (part + 1) * size)
                    try pass(
                        matrix, weights: weights, sums: &sums, logs: &logs, densities: &densities, range: range, interrupt: interrupt)
                    results[part] = .success(sums ?? empty)
                } catch {
                    results[part] = .failure(error)
                }
            }
        }
        var total = empty
        for result in results { total.add(try result.get()) }
        return total
    }
}

extension GaussianComponents.Sums {
    fileprivate mutating func add(_ other: Self) {
        logLikelihood += other.logLikelihood
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in deviations.indices { deviations[index] += other.deviations[index] }
        for index in products.indices { products[index] += other.products[index] }
    }
}

/// A given number of EM rounds for Gaussians with full covariances, from given means, equal weights and the mean variance of the columns: to be measured.
///
/// - Parameters:
///   - x: [examples, dimensions].
///   - means: [components, dimensions].
/// - Returns: the log-likelihood at the beginning of each round.
package func roundsOfEM(_ x: Tensor, means: Tensor, rounds: Int) throws(Diagnostic) -> [Double] {
    guard x.rank == 2, means.rank == 2, x.shape[0] > 0, x.shape[1] == means.shape[1] else { throw Diagnostic("the shapes do not fit") }
    let (n, d, k) = (x.shape[0], x.shape[1], means.shape[0])
    let matrix = NumberMatrix(rows: n, columns: d, values: x.doubles)
    var variance = 0.0
    for column in 0..<d {
        let values = stride(from: column, to: n * d, by: d).map { matrix.values[$0] }
        let mean = values.reduce(0, +) / Double(n)
        variance += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n) / Double(d)
    }
    var covariances = [Double](repeating: 0, count: k * d * d)
    for c in 0..<k { for i in 0..<d { covariances[c * d * d + i * d + i] = variance } }
    var parts = try GaussianComponents(
        kind: .full, dimensions: d, weights: [Double](repeating: 1 / Double(k), count: k), means: means.doubles, covariances: covariances)
    return try parts.improve(
        matrix, weights: nil, rounds: rounds, tolerance: -.infinity, regularization: 1e-6, interrupt: Interrupt()
    ) { _, _ in }
}
