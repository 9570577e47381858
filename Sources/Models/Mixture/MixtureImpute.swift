import Diagnostics
import Distributions
import Foundation
import Tensors

extension FittedMixture: Imputes {
    /// What is missing of x gets its expectation given what is there, E[x | seen] = the sum over k of p(z = k | seen) * E[x | seen, z = k];
    /// a whole number (of components with a discrete support) gets its most probable value. A missing z gets the most probable component.
    public func impute(_ data: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(data, variables: ["x", "z"])
        guard let x = data["x"] else { throw Diagnostic("there is no x to fill") }
        var (matrix, isSingle) = try layout.read(x, name: "x")
        let k = weights.count
        var (shares, _, _) = try jointLogs(x)
        var result = data
        if let z = data["z"] {
            let codes = try codes(z)
            guard codes.count == matrix.rows else { throw Diagnostic("x has \(matrix.rows) examples and z has \(codes.count)") }
            for (row, code) in codes.enumerated() {
                guard let code else { continue }
                for c in 0..<k where c != code { shares[row * k + c] = -.infinity }
            }
            _ = normalizeRows(&shares, columns: k)
            let filled = codes.enumerated().map { row, code in Double(code ?? argmax(shares[(row * k)..<((row + 1) * k)])) }
            result["z"] = .tensor(Tensor(filled, shape: z.isSingleLabel ? [] : [filled.count]))
        } else {
            _ = normalizeRows(&shares, columns: k)
        }
        if matrix.missing != nil {
            switch parts {
            case .gaussian(let gaussian): try gaussian.fill(&matrix, shares: shares, interrupt: context.interrupt)
            case .family(let family): try family.fill(&matrix, shares: shares)
            }
            matrix.missing = nil
        }
        result["x"] = layout.write(matrix, isSingle: isSingle)
        return result
    }
}

extension GaussianComponents {
    /// Fills missing entries with the means of the conditionals, mean_m + S_ms S_ss^-1 (x_s - mean_s), weighted by the shares of the components.
    ///
    /// - Parameter shares: p(z | what is seen), [rows, components].
    func fill(_ matrix: inout NumberMatrix, shares: [Double], interrupt: Interrupt) throws(Diagnostic) {
        let (d, k) = (dimensions, count)
        for row in 0..<matrix.rows {
            try interrupt.check()
            let seen = (0..<d).filter { !matrix.isMissing(row, $0) }
            let lacking = (0..<d).filter { matrix.isMissing(row, $0) }
            guard !lacking.isEmpty else { continue }
            var filled = [Double](repeating: 0, count: lacking.count)
            for c in 0..<k where shares[row * k + c] > 0 {
                let base = c * d * d
                let among = seen.flatMap { i in seen.map { covariances[base + i * d + $0] } }
                let deviation = seen.map { matrix.values[row * d + $0] - means[c * d + $0] }
                guard let solved = solvePositiveDefinite(among, deviation, ridge: 0, tolerance: 0) else {
                    throw Diagnostic("the covariance of component \(c) is not positive definite")
                }
                for (position, i) in lacking.enumerated() {
                    var mean = means[c * d + i]
                    for (j, value) in zip(seen, solved) { mean += covariances[base + i * d + j] * value }
                    filled[position] += shares[row * k + c] * mean
                }
            }
            for (position, i) in lacking.enumerated() { matrix.values[row * d + i] = filled[position] }
        }
    }
}

extension FamilyComponents {
    /// Fills missing numbers; nothing is seen of them, so the shares are the weights, or those of a known z.
    func fill(_ matrix: inout NumberMatrix, shares: [Double]) throws(Diagnostic) {
        let k = weights.count
        let isDiscrete = distributions.allSatisfy(\.support.isDiscrete)
        var centres: [Double] = []
        for distribution in distributions {
            guard let centre = try distribution.statistic(isDiscrete ? .mode : .mean) else {
                throw Diagnostic("the \(isDiscrete ? "mode" : "mean") of \(distribution.description) is not known")
            }
            centres.append(centre.double(at: 0))
        }
        let candidates = isDiscrete ? candidates(modes: centres) : []
        var logs: [[Double]] = []
        if isDiscrete { for distribution in distributions { logs.append(try distribution.logDensity(Tensor(candidates)).doubles) } }
        for row in 0..<matrix.rows where matrix.isMissing(row, 0) {
            let shares = shares[(row * k)..<((row + 1) * k)]
            if isDiscrete {
                let masses = candidates.indices.map { value in
                    zip(shares, logs).reduce(0) { $0 + $1.0 * exp($1.1[value]) }
                }
                matrix.values[row] = candidates[argmax(masses[...])]
            } else {
                matrix.values[row] = zip(shares, centres).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
    }

    /// Where the most probable whole number of a mixture can lie: in a support of few values, or between the modes of components that each rise and fall once.
    private func candidates(modes: [Double]) -> [Double] {
        var (low, high) = (modes.min() ?? 0, modes.max() ?? 0)
        for distribution in distributions {
            guard case .integers(let first, let last) = distribution.support, last - first < 10_000 else { continue }
            (low, high) = (min(low, first), max(high, last))
        }
        guard high - low < 100_000 else { return Set(modes).sorted() }
        return Array(stride(from: low, through: high, by: 1))
    }
}
