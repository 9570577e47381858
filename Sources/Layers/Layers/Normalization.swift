import Diagnostics
import Graphs
import Tensors

/// Standardises each vector along the last axis, then scales and shifts it (Ba, Kiros and Hinton 2016).
public struct LayerNorm: Layer, Hashable {
    public var epsilon: Double
    public var hasBias: Bool
    public init(epsilon: Double = 1e-5, bias: Bool = true) { (self.epsilon, hasBias) = (epsilon, bias) }

    public var name: String { hasBias ? "LayerNorm()" : "LayerNorm(bias: false)" }
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
    return centred * (centred.unary(.square).mean(axes: axes, keep: true) + epsilon).unary(.sqrt).unary(.reciprocal)
}

/// Standardises channels in groups (Wu and He 2018).
public struct GroupNorm: Layer, Hashable {
    public var groups: Int
    public var epsilon: Double
    public init(_ groups: Int, epsilon: Double = 1e-5) { (self.groups, self.epsilon) = (groups, epsilon) }

    public var name: String { "GroupNorm(\(groups))" }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the number of groups", groups)
        if let width, width % groups != 0 { throw Diagnostic("\(name): \(groups) groups do not divide \(width) channels") }
        return width
    }
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
        let size = x.shape[0]
        let image = x.reshaped([size, places, channels])
        // Sums run down the channels; what a group shares is a few numbers an image.
        func shared(_ sums: Symbol) -> Symbol {
            let mean =
                sums.reshaped([size, groups, channels / groups]).sum(axes: [2], keep: true) * (Double(groups) / Double(places * channels))
            return mean.broadcast(to: [size, groups, channels / groups]).reshaped([size, 1, channels])
        }
        let centred = image - shared(image.sum(axes: [1]))
        let variance = shared(centred.unary(.square).sum(axes: [1]))
        let scale = (variance + epsilon).unary(.sqrt).unary(.reciprocal) * weights[0]
        return (centred * scale + weights[1]).reshaped(x.shape)
    }
}

/// Standardises each channel over the batch while training, and by running statistics elsewhere (Ioffe and Szegedy 2015).
///
/// In a step of training every network standardises over its batch, also one that the step only reads: the discriminator in a step of the
/// generator, as in Radford, Metz and Chintala 2016. The running statistics follow, batch after batch, in the network that is trained and in
/// no other. running = (1 - momentum) running + momentum batch, the variance that of a sample, which divides by n - 1.
public struct BatchNorm: Layer, Hashable {
    public var momentum: Double, epsilon: Double
    public init(momentum: Double = 0.1, epsilon: Double = 1e-5) { (self.momentum, self.epsilon) = (momentum, epsilon) }

    public var name: String { momentum == 0.1 ? "BatchNorm()" : "BatchNorm(momentum: \(formatNumber(momentum)))" }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        guard momentum >= 0, momentum <= 1 else {
            throw Diagnostic("BatchNorm: the momentum must be from 0 to 1, and it is \(formatNumber(momentum))")
        }
        return width
    }
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
        let sample = variance.stopped() * (Double(count) / Double(count - 1))
        pass.updates[pass.place + 2] = weights[2] * (1 - momentum) + mean.stopped() * momentum
        pass.updates[pass.place + 3] = weights[3] * (1 - momentum) + sample * momentum
        return centred * ((variance + epsilon).unary(.sqrt).unary(.reciprocal) * weights[0]) + weights[1]
    }
}
