import Diagnostics
import Graphs

/// Standardises each vector along the last axis, then scales and shifts it (Ba, Kiros and Hinton 2016).
public struct LayerNorm: Layer, Hashable {
    public var epsilon: Double
    public var hasBias: Bool
    public init(epsilon: Double = 1e-5, bias: Bool = true) { (self.epsilon, hasBias) = (epsilon, bias) }

    public var name: String { "LayerNorm()" }
    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        guard let size = input.last else { throw refusal(input, "at least one axis") }
        return [Weight("scale", [size], .constant(1))] + (hasBias ? [Weight("shift", [size], .constant(0))] : [])
    }
    public func output(for input: [Int]) -> [Int] { input }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        let scaled = standardized(x, axes: [x.rank - 1], epsilon) * weights[0]
        return hasBias ? scaled + weights[1] : scaled
    }
}

/// (x - mean) / sqrt(variance + epsilon) over some axes; the variance divides by n.
func standardized(_ x: Symbol, axes: [Int], _ epsilon: Double) -> Symbol {
    let centred = x - x.mean(axes: axes, keep: true)
    return centred / (centred.unary(.square).mean(axes: axes, keep: true) + epsilon).unary(.sqrt)
}

/// Standardises channels in groups (Wu and He 2018).
public struct GroupNorm: Layer, Hashable {
    public var groups: Int
    public var epsilon: Double
    public init(_ groups: Int, epsilon: Double = 1e-5) { (self.groups, self.epsilon) = (groups, epsilon) }

    public var name: String { "GroupNorm(\(groups))" }
    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        guard let size = input.last, groups > 0, size % groups == 0 else {
            throw refusal(input, "a number of channels that \(groups) divides")
        }
        return [Weight("scale", [size], .constant(1)), Weight("shift", [size], .constant(0))]
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try weights(for: input)
        return input
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        let channels = x.shape[x.rank - 1]
        let places = x.shape[1..<x.rank - 1].reduce(1, *)
        let grid = x.reshaped([x.shape[0], places, groups, channels / groups])
        return standardized(grid, axes: [1, 3], epsilon).reshaped(x.shape) * weights[0] + weights[1]
    }
}

/// Standardises each channel over the batch while training, and by running statistics afterwards (Ioffe and Szegedy 2015).
public struct BatchNorm: Layer, Hashable {
    public var momentum: Double, epsilon: Double
    public init(momentum: Double = 0.1, epsilon: Double = 1e-5) { (self.momentum, self.epsilon) = (momentum, epsilon) }

    public var name: String { "BatchNorm()" }
    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        guard let size = input.last else { throw refusal(input, "at least one axis") }
        return [
            Weight("scale", [size], .constant(1)), Weight("shift", [size], .constant(0)),
            Weight("mean", [size], .constant(0), isTrained: false), Weight("variance", [size], .constant(1), isTrained: false),
        ]
    }
    public func output(for input: [Int]) -> [Int] { input }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        guard pass.isTraining else {
            return (x - weights[2]) / (weights[3] + epsilon).unary(.sqrt) * weights[0] + weights[1]
        }
        let axes = Array(0..<x.rank - 1)
        let count = axes.reduce(1) { $0 * x.shape[$1] }
        guard count > 1 else {
            throw Diagnostic("BatchNorm() cannot be trained on a batch of one number a channel", help: "use larger batches, or LayerNorm()")
        }
        let mean = x.mean(axes: axes)
        let centred = x - mean
        let variance = centred.unary(.square).mean(axes: axes)
        // The running variance is that of a sample, which divides by n - 1.
        let sample = variance.stopped() * (Double(count) / Double(count - 1))
        pass.updates[pass.place + 2] = weights[2] * (1 - momentum) + mean.stopped() * momentum
        pass.updates[pass.place + 3] = weights[3] * (1 - momentum) + sample * momentum
        return centred / (variance + epsilon).unary(.sqrt) * weights[0] + weights[1]
    }
}
