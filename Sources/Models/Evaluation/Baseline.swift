import Diagnostics
import Foundation
import Tensors

/// What a model of one idea less says, learned from the same training data.
public enum Baseline: Sendable {
    /// The share of each class, in the order of the model's posterior.
    case shares([Double])
    /// The mean of y.
    case mean(Double)
    /// log p of each example under a simpler joint model.
    case logs(name: String, [Double])
}

/// It keeps enough of its training data to say how a simpler model would have done.
public protocol Compares: FittedModel {
    /// - Parameter data: the examples to measure on.
    func baseline(_ data: Frame) throws(Diagnostic) -> Baseline
}

extension FittedNaiveBayes: Compares {
    public func baseline(_ data: Frame) -> Baseline { .shares(prior) }
}

extension FittedLogisticRegression: Compares {
    public func baseline(_ data: Frame) -> Baseline { .shares(shares) }
}

extension FittedLinearRegression: Compares {
    public func baseline(_ data: Frame) -> Baseline { .mean(targetMean) }
}

extension FittedMixture: Compares {
    /// One component in place of many.
    public func baseline(_ data: Frame) throws(Diagnostic) -> Baseline {
        let single: Parts
        switch parts {
        case .gaussian(let gaussian): single = .gaussian(try gaussian.pooled())
        case .family(let family): single = .family(FamilyComponents(weights: [1], distributions: [family.single], single: family.single))
        }
        let model = FittedMixture(recipe: recipe, layout: layout, parts: single, history: [], examples: examples)
        let x = Frame(data["x"].map { [("x", $0)] } ?? [], isTable: data.isTable)
        let family: String = if case .family(let family) = parts { type(of: family.single).family.name } else { "Gaussian" }
        return .logs(name: "one \(family)", try model.logDensity(x, given: .empty).doubles)
    }
}

extension GaussianComponents {
    /// The one Gaussian of highest likelihood, of the same kind: rounds of EM keep the mean and the covariance of the data, so both are told by the components.
    func pooled() throws(Diagnostic) -> GaussianComponents {
        let d = dimensions
        var mean = [Double](repeating: 0, count: d)
        for c in 0..<count { for i in 0..<d { mean[i] += weights[c] * means[c * d + i] } }
        var covariance = [Double](repeating: 0, count: d * d)
        for c in 0..<count {
            for i in 0..<d {
                for j in 0..<d where kind == .full || kind == .tied || i == j {
                    let between = (means[c * d + i] - mean[i]) * (means[c * d + j] - mean[j])
                    covariance[i * d + j] += weights[c] * (covariances[c * d * d + i * d + j] + between)
                }
            }
        }
        if kind == .spherical {
            let variance = (0..<d).reduce(0) { $0 + covariance[$1 * d + $1] / Double(d) }
            for i in 0..<d { covariance[i * d + i] = variance }
        }
        return try GaussianComponents(kind: kind, dimensions: d, weights: [1], means: mean, covariances: covariance)
    }
}

extension FittedSequences: Compares {
    /// Symbols without context: their counts in the training data, smoothed as the model is, or by Witten and Bell where that needs contexts.
    public func baseline(_ data: Frame) throws(Diagnostic) -> Baseline {
        guard let x = data["x"] else { throw Diagnostic("evaluate needs x, a text or sequences") }
        let tree = counts.tree
        let seen = (0..<choices).map { code in tree.child(ContextTree.root, code).map { tree.count[$0] } ?? 0 }
        let total = seen.reduce(0, +)
        let types = Double(seen.lazy.filter { $0 > 0 }.count)
        let outcomes = Double(counts.outcomes)
        func logProbability(_ code: Int?) -> Double {
            if code == nil && !plan.hasUnknown { return -.infinity }
            let count = code.map { seen[$0] } ?? 0
            if case .added(let k) = plan.smoothing { return log((count + k) / (total + k * outcomes)) }
            return log((count + types / outcomes) / (total + types))
        }
        let sequences = try alphabet.encode(try SequenceData(x, name: "x"), name: "x")
        let logs = sequences.map { sequence -> Double in
            guard let sequence else { return 0 }
            return sequence.reduce(hasEnds ? logProbability(end) : 0) { $0 + logProbability($1) }
        }
        return .logs(name: "unigram", logs)
    }
}
