import Diagnostics
import Foundation

/// How the covariances of a Gaussian mixture are restrained.
enum CovarianceKind: String, Sendable, CaseIterable {
    /// Each component its own.
    case full
    /// One for all.
    case tied
    /// Each component its own, without correlations.
    case diagonal
    /// Each component one variance.
    case spherical

    /// The number of free parameters of k components in d dimensions.
    func parameters(components k: Int, dimensions d: Int) -> Int {
        switch self {
        case .full: k * d * (d + 1) / 2
        case .tied: d * (d + 1) / 2
        case .diagonal: k * d
        case .spherical: k
        }
    }
}

/// The Gaussian components of a mixture, with the sums of an EM round over all examples.
struct GaussianComponents: Sendable {
    let kind: CovarianceKind
    let dimensions: Int
    var weights: [Double]
    /// [components, dimensions]
    var means: [Double]
    /// [components, dimensions, dimensions], whatever the kind.
    var covariances: [Double]
    /// Lower Cholesky factors of the covariances, [components, dimensions, dimensions].
    private(set) var factors: [Double] = []

    var count: Int { weights.count }

    /// - Throws: where a covariance is not positive definite.
    init(kind: CovarianceKind, dimensions: Int, weights: [Double], means: [Double], covariances: [Double]) throws(Diagnostic) {
        (self.kind, self.dimensions, self.weights, self.means, self.covariances) = (kind, dimensions, weights, means, covariances)
        try factorize()
    }

    private mutating func factorize() throws(Diagnostic) {
        let d = dimensions
        factors = covariances
        for k in 0..<count {
            let base = k * d * d
            for i in 0..<d {
                for j in 0...i {
                    var sum = factors[base + i * d + j]
                    for m in 0..<j { sum -= factors[base + i * d + m] * factors[base + j * d + m] }
                    if i == j {
                        guard sum > 0, sum.isFinite else {
                            throw Diagnostic(
                                "the covariance of component \(k) is not positive definite",
                                help: "fewer components, or covariance: \"diagonal\", may do")
                        }
                        factors[base + i * d + i] = sum.squareRoot()
                    } else {
                        factors[base + i * d + j] = sum / factors[base + j * d + j]
                    }
                }
                for j in (i + 1)..<max(d, i + 1) { factors[base + i * d + j] = 0 }
            }
        }
    }

    /// What a pass over the data gathers.
    struct Sums {
        /// The log-likelihood of all examples, weighted.
        var logLikelihood = 0.0
        /// [components]
        var counts: [Double]
        /// Sums of x - mean and of its outer products, around the means of the pass: so no digits are lost where means are large.
        var deviations: [Double]
        var products: [Double]

        init(components k: Int, dimensions d: Int) {
            counts = [Double](repeating: 0, count: k)
            deviations = [Double](repeating: 0, count: k * d)
            products = [Double](repeating: 0, count: k * d * d)
        }
    }

    /// Examples a block: small enough for the first-level cache, and long enough for vector instructions.
    private static let block = 256

    /// One pass over examples: log p(x, z = k) by forward substitution, a block of examples at a time, with the sums that the M step needs.
    ///
    /// - Parameters:
    ///   - weights: of the examples.
    ///   - sums: where the M step's sums are gathered; nil leaves them out.
    ///   - logs: where log p(x, z) is written, [rows, components]; nil leaves it out.
    ///   - densities: where log p(x) is written, [rows].
    ///   - range: of the examples; all where it is nil.
    func pass(
        _ matrix: NumberMatrix, weights exampleWeights: [Double]?, sums: inout Sums?, logs: inout [Double]?, densities: inout [Double]?,
        range: Range<Int>? = nil, interrupt: Interrupt? = nil
    ) throws(Diagnostic) {
        let range = range ?? 0..<matrix.rows
        let (n, d, k, size) = (range.upperBound, dimensions, count, Self.block)
        let diagonalOnly = kind == .diagonal || kind == .spherical
        var constants = [Double](repeating: 0, count: k)
        for c in 0..<k {
            var logDeterminant = 0.0
            for i in 0..<d { logDeterminant += log(factors[c * d * d + i * d + i]) }
            constants[c] = log(weights[c]) - logDeterminant - 0.5 * Double(d) * log(2 * .pi)
        }
        // Columns of a block: the examples of one dimension lie together.
        var x = [Double](repeating: 0, count: d * size)
        var deviation = [Double](repeating: 0, count: k * d * size)
        var solved = [Double](repeating: 0, count: d * size)
        var joint = [Double](repeating: 0, count: k * size)
        for start in stride(from: range.lowerBound, to: n, by: size) {
            try interrupt?.check()
            let rows = min(size, n - start)
            for row in 0..<rows {
                for i in 0..<d { x[i * size + row] = matrix.values[(start + row) * d + i] }
            }
            // Hot loop: plain pointers, so that the inner loops over examples become vector instructions.
            x.withUnsafeBufferPointer { x in
                deviation.withUnsafeMutableBufferPointer { deviation in
                    solved.withUnsafeMutableBufferPointer { solved in
                        joint.withUnsafeMutableBufferPointer { joint in
                            factors.withUnsafeBufferPointer { factors in
                                for c in 0..<k {
                                    let out = joint.baseAddress! + c * size
                                    for row in 0..<size { out[row] = 0 }
                                    for i in 0..<d {
                                        let from = x.baseAddress! + i * size
                                        let centred = deviation.baseAddress! + (c * d + i) * size
                                        let target = solved.baseAddress! + i * size
                                        let mean = means[c * d + i]
                                        for row in 0..<size {
                                            centred[row] = from[row] - mean
                                            target[row] = centred[row]
                                        }
                                        let line = c * d * d + i * d
                                        if !diagonalOnly {
                                            for j in 0..<i {
                                                let other = solved.baseAddress! + j * size
                                                let factor = factors[line + j]
                                                for row in 0..<size { target[row] -= factor * other[row] }
                                            }
                                        }
                                        let inverse = 1 / factors[line + i]
                                        for row in 0..<size {
                                            target[row] *= inverse
                                            out[row] += target[row] * target[row]
                                        }
                                    }
                                    for row in 0..<size { out[row] = constants[c] - 0.5 * out[row] }
                                }
                            }
                        }
                    }
                }
            }
            for row in 0..<rows {
                var largest = -Double.infinity
                for c in 0..<k { largest = max(largest, joint[c * size + row]) }
                if logs != nil { for c in 0..<k { logs?[(start + row) * k + c] = joint[c * size + row] } }
                var total = 0.0
                for c in 0..<k {
                    let value = largest == -.infinity ? 1 : exp(joint[c * size + row] - largest)
                    joint[c * size + row] = value
                    total += value
                }
                let density = largest + log(total)
                densities?[start + row] = density
                let weight = exampleWeights?[start + row] ?? 1
                if weight > 0 { sums?.logLikelihood += weight * density }
                let scale = weight / total
                for c in 0..<k { joint[c * size + row] *= scale }
            }
            guard sums != nil else { continue }
            for row in rows..<max(size, rows) { for c in 0..<k { joint[c * size + row] = 0 } }
            gather(&sums, joint: joint, deviation: deviation, solved: &solved, diagonalOnly: diagonalOnly)
        }
    }

    private func gather(_ sums: inout Sums?, joint: [Double], deviation: [Double], solved: inout [Double], diagonalOnly: Bool) {
        let (d, k, size) = (dimensions, count, Self.block)
        guard var totals = sums else { return }
        sums = nil
        // Hot loop, as above; sums go by eight lanes so that they are vector instructions too.
        joint.withUnsafeBufferPointer { joint in
            deviation.withUnsafeBufferPointer { deviation in
                solved.withUnsafeMutableBufferPointer { scaled in
                    for c in 0..<k {
                        let membership = joint.baseAddress! + c * size
                        var count = SIMD8<Double>()
                        for row in stride(from: 0, to: size, by: 8) { count += load(membership + row) }
                        totals.counts[c] += count.sum()
                        for i in 0..<d {
                            let left = deviation.baseAddress! + (c * d + i) * size
                            let product = scaled.baseAddress! + i * size
                            var sum = SIMD8<Double>()
                            for row in stride(from: 0, to: size, by: 8) {
                                let value = load(membership + row) * load(left + row)
                                UnsafeMutableRawPointer(product + row).storeBytes(of: value, as: SIMD8<Double>.self)
                                sum += value
                            }
                            totals.deviations[c * d + i] += sum.sum()
                            for j in (diagonalOnly ? i : 0)...i {
                                let right = deviation.baseAddress! + (c * d + j) * size
                                var sum = SIMD8<Double>()
                                for row in stride(from: 0, to: size, by: 8) { sum += load(product + row) * load(right + row) }
                                totals.products[c * d * d + i * d + j] += sum.sum()
                            }
                        }
                    }
                }
            }
        }
        sums = totals
    }

    @inline(__always) private func load(_ pointer: UnsafePointer<Double>) -> SIMD8<Double> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Double>.self)
    }

    /// The M step: the components of highest likelihood under the sums of a pass.
    ///
    /// - Parameter regularization: added to each variance, so that none can shrink to nothing.
    func maximized(_ sums: Sums, regularization: Double) throws(Diagnostic) -> GaussianComponents {
        let (d, k) = (dimensions, count)
        var next = self
        let total = sums.counts.reduce(0, +)
        var pooled = [Double](repeating: 0, count: d * d)
        for c in 0..<k {
            let members = max(sums.counts[c], 10 * Double.ulpOfOne)
            next.weights[c] = members / (total + Double(k) * 10 * Double.ulpOfOne)
            for i in 0..<d {
                let shift = sums.deviations[c * d + i] / members
                next.means[c * d + i] = means[c * d + i] + shift
                for j in 0...i {
                    let otherShift = sums.deviations[c * d + j] / members
                    let value = sums.products[c * d * d + i * d + j] / members - shift * otherShift
                    next.covariances[c * d * d + i * d + j] = value
                    next.covariances[c * d * d + j * d + i] = value
                    pooled[i * d + j] += value * members / total
                    if j < i { pooled[j * d + i] += value * members / total }
                }
            }
        }
        for c in 0..<k {
            let base = c * d * d
            var mean = 0.0
            for i in 0..<d { mean += next.covariances[base + i * d + i] / Double(d) }
            for i in 0..<d {
                for j in 0..<d {
                    switch kind {
                    case .full: break
                    case .tied: next.covariances[base + i * d + j] = pooled[i * d + j]
                    case .diagonal: if i != j { next.covariances[base + i * d + j] = 0 }
                    case .spherical: next.covariances[base + i * d + j] = i == j ? mean : 0
                    }
                }
                // Rounding can leave a variance of -1e-17.
                next.covariances[base + i * d + i] = max(next.covariances[base + i * d + i], 0) + regularization
            }
        }
        try next.factorize()
        return next
    }

    /// The components that a hard assignment of examples gives.
    static func assigned(
        _ matrix: NumberMatrix, clusters: [Int], components k: Int, weights: [Double]?, kind: CovarianceKind, regularization: Double
    ) throws(Diagnostic) -> GaussianComponents {
        let d = matrix.columns
        var centre = [Double](repeating: 0, count: d)
        for row in 0..<matrix.rows { for i in 0..<d { centre[i] += matrix.values[row * d + i] / Double(matrix.rows) } }
        var identity = [Double](repeating: 0, count: k * d * d)
        for c in 0..<k { for i in 0..<d { identity[c * d * d + i * d + i] = 1 } }
        let start = try GaussianComponents(
            kind: kind, dimensions: d, weights: [Double](repeating: 1 / Double(k), count: k), means: (0..<k).flatMap { _ in centre },
            covariances: identity)
        var sums = Sums(components: k, dimensions: d)
        for row in 0..<matrix.rows {
            let c = clusters[row]
            let weight = weights?[row] ?? 1
            sums.counts[c] += weight
            for i in 0..<d {
                let left = weight * (matrix.values[row * d + i] - centre[i])
                sums.deviations[c * d + i] += left
                for j in 0...i { sums.products[c * d * d + i * d + j] += left * (matrix.values[row * d + j] - centre[j]) }
            }
        }
        return try start.maximized(sums, regularization: regularization)
    }
}
