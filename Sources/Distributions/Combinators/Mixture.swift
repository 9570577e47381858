import Diagnostics
import Glibc
import Tensors

/// One of several distributions, picked with given probabilities.
public struct MixtureDistribution: Distribution {
    public static let family = DistributionFamily(
        name: "Mixture", summary: "One of several distributions, picked with given probabilities.", parameters: [],
        make: { _ throws(Diagnostic) in
            throw Diagnostic("Mixture needs components", help: "write Mixture([0.3, 0.7], [Normal(0, 1), Normal(4, 1)])")
        })

    public let weights: Tensor
    public let components: [any Distribution]
    public let batchShape: [Int]
    public let eventShape: [Int]

    /// - Parameters:
    ///   - weights: probabilities, shape [batch, k].
    ///   - components: k distributions with one event shape; each has the batch of the others or none.
    public init(weights: Tensor, components: [any Distribution]) throws(Diagnostic) {
        try Parameter("weights", .simplex, rank: 1).check(weights)
        guard let first = components.first, weights.shape[weights.rank - 1] == components.count else {
            throw Diagnostic(
                "a Mixture has a weight for each component, and there are \(weights.shape[weights.rank - 1]) for \(components.count)",
                argument: "weights")
        }
        let batches = ([Array(weights.shape.dropLast())] + components.map(\.batchShape)).filter { !$0.isEmpty }
        for component in components where component.eventShape != first.eventShape {
            throw Diagnostic(
                "the components of a Mixture give values of one shape, and here there are \(first.eventShape) and \(component.eventShape)",
                argument: "components")
        }
        if let other = batches.first(where: { $0 != batches[0] }) {
            throw Diagnostic(
                "the components of a Mixture have one batch shape, and here there are \(batches[0]) and \(other)", argument: "components")
        }
        (self.weights, self.components, eventShape, batchShape) = (weights, components, first.eventShape, batches.first ?? [])
    }

    /// The components are the entries along the last axis of one distribution's batch.
    public init(weights: Tensor, component: any Distribution) throws(Diagnostic) {
        guard let count = component.batchShape.last else {
            throw Diagnostic(
                "the component of a Mixture has a batch of distributions, and \(component.description) is one", argument: "components")
        }
        var components: [any Distribution] = []
        for i in 0..<count { components.append(try component.entry(i, of: count)) }
        try self.init(weights: weights, components: components)
    }

    public var arguments: [(name: String, value: Tensor)] { [(name: "weights", value: weights)] }
    public var description: String {
        "Mixture(\(weights.formatted()), [\(components.map { $0.description }.joined(separator: ", "))])"
    }

    public var support: Support { components.dropFirst().reduce(components[0].support) { $0.hull($1.support) } }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        try combined { component throws(Diagnostic) in try component.logDensity(x) }
    }

    /// log of the weighted sum of what has the logarithms `logs`.
    private func combined(_ logs: (any Distribution) throws(Diagnostic) -> Tensor) throws(Diagnostic) -> Tensor {
        var parts: [Tensor] = []
        var shape = batchShape
        for component in components {
            parts.append(try logs(component))
            shape = try Shape.broadcast(shape, parts[parts.count - 1].shape)
        }
        for i in parts.indices { parts[i] = try parts[i].broadcast(to: shape) }
        return try (Tensor.stacked(parts, axis: shape.count) + weights.log()).logsumexp(axis: -1)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let keys = key.split(components.count + 1)
        let full = shape + batchShape
        var picks = try Categorical(p: weights).sample(weights.rank > 1 ? shape : full, key: keys[0])
        for _ in eventShape { picks = try picks.expandedDims(-1) }
        var draws = try Tensor.zeros(full + eventShape)
        for (i, component) in components.enumerated() {
            let drawn = try component.sample(component.batchShape.isEmpty ? full : shape, key: keys[i + 1])
            draws = try Tensor.select(Tensor.binary(.equal, picks, Tensor(Double(i))), drawn, draws)
        }
        return draws
    }

    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        if statistic == .median { return try quantile(Tensor(0.5)) }
        guard let mean = try averaged({ component throws(Diagnostic) in try component.statistic(.mean) }) else { return nil }
        switch statistic {
        case .mean: return mean
        case .variance:
            return try averaged { component throws(Diagnostic) in
                guard let variance = try component.statistic(.variance), let center = try component.statistic(.mean) else { return nil }
                return try variance + (center - mean).square()
            }
        default: return nil
        }
    }

    /// The weighted mean over the components; nil where one is not known.
    private func averaged(_ value: (any Distribution) throws(Diagnostic) -> Tensor?) throws(Diagnostic) -> Tensor? {
        var sum = try Tensor.zeros(batchShape + eventShape)
        for (i, component) in components.enumerated() {
            guard let part = try value(component) else { return nil }
            var weight = try weight(i)
            for _ in eventShape { weight = try weight.expandedDims(-1) }
            // A component that is never picked counts for nothing, even where its moment is infinite.
            let share = try Tensor.select(Tensor.binary(.equal, weight, Tensor(0)), Tensor(0), weight * part)
            sum = try sum + share
        }
        return sum
    }

    /// The probability of component i, shape [batch] or none.
    func weight(_ i: Int) throws(Diagnostic) -> Tensor {
        try weights.indexed([Index](repeating: .all, count: weights.rank - 1) + [.at(i)])
    }

    public func cumulative(_ kind: Cumulative, at x: Tensor) throws(Diagnostic) -> Tensor? {
        let (logs, isLog): (Cumulative, Bool)
        switch kind {
        case .cdf: (logs, isLog) = (.logCDF, false)
        case .survival: (logs, isLog) = (.logSurvival, false)
        case .logCDF, .logSurvival: (logs, isLog) = (kind, true)
        case .quantile: return try quantile(x)
        }
        guard eventShape.isEmpty else { return nil }
        for component in components where try component.cumulative(logs, at: x) == nil { return nil }
        let value = try combined { component throws(Diagnostic) in try component.cumulative(logs, at: x) ?? x }
        return isLog ? value : value.exp()
    }
}

extension Distribution {
    /// The distributions at position i of the batch's last axis, which has `count` entries.
    func entry(_ i: Int, of count: Int) throws(Diagnostic) -> any Distribution {
        var picked: [String: Tensor] = [:]
        for (name, value) in arguments {
            let rank = Self.family.parameters.first { $0.name == name }?.rank ?? 0
            let axis = value.rank - 1 - rank
            if axis < 0 {
                picked[name] = value
            } else {
                let place = value.shape[axis] == 1 ? 0 : i
                picked[name] = try value.indexed([Index](repeating: .all, count: axis) + [.at(place)])
            }
        }
        return try Self.family.make(picked)
    }
}

extension Support {
    /// The smallest support that holds both; an interval where they differ in kind.
    func hull(_ other: Support) -> Support {
        switch (self, other) {
        case (.interval(let a, let b), .interval(let c, let d)), (.interval(let a, let b), .integers(let c, let d)),
            (.integers(let a, let b), .interval(let c, let d)):
            .interval(low: Swift.min(a, c), high: Swift.max(b, d))
        case (.integers(let a, let b), .integers(let c, let d)): .integers(low: Swift.min(a, c), high: Swift.max(b, d))
        default: self == other ? self : .vectors
        }
    }
}
