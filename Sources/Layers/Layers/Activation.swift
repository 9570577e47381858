import Diagnostics
import Graphs
import Tensors

/// A function of each number, or of each vector along the last axis.
public enum Activation: String, Layer, CaseIterable {
    case relu, tanh, sigmoid, gelu, silu, softplus, leakyRelu, elu, softmax, logSoftmax, identity

    public var name: String { rawValue }
    public var hasWeights: Bool { false }
    public func output(for input: [Int]) -> [Int] { input }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol { self(x) }

    public func callAsFunction(_ x: Symbol) -> Symbol {
        switch self {
        case .relu: x.unary(.relu)
        case .tanh: x.unary(.tanh)
        case .sigmoid: x.unary(.sigmoid)
        // Hendrycks and Gimpel 2016, by the error function.
        case .gelu: x * 0.5 * ((x * 0.7071067811865476).unary(.erf) + 1)
        case .silu: x * x.unary(.sigmoid)
        case .softplus: x.unary(.softplus)
        case .leakyRelu: x.compared(.greater, 0).select(x, x * 0.01)
        case .elu: elu(x)
        case .softmax: softmax(x)
        case .logSoftmax: x - x.logSumExp(axes: [x.rank - 1], keep: true)
        case .identity: x
        }
    }

    /// exp(x) - 1 below 0 (Clevert, Unterthiner and Hochreiter 2016); its slope at 0 is 1, and no overflow of what is above 0 reaches it.
    private func elu(_ x: Symbol) -> Symbol {
        let isBelow = x.compared(.less, 0)
        return isBelow.select(isBelow.select(x, x.builder.constant(0, x.type)).unary(.expm1), x)
    }

    /// Exponentials over their sum along the last axis, without overflow; what is -inf beside a number gets 0.
    private func softmax(_ x: Symbol) -> Symbol {
        let powers = (x - x.reduced(.maximum, axes: [x.rank - 1], keep: true).stopped()).unary(.exp)
        return powers * powers.sum(axes: [x.rank - 1], keep: true).unary(.reciprocal)
    }
}

/// max(x, slope x), for a slope below 1 (Maas, Hannun and Ng 2013).
public struct LeakyRelu: Layer, Hashable {
    public var slope: Double
    public init(_ slope: Double = 0.01) { self.slope = slope }
    public var name: String { "LeakyRelu(\(formatNumber(slope)))" }
    public var hasWeights: Bool { false }
    public func output(for input: [Int]) -> [Int] { input }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        x.compared(.greater, 0).select(x, x * slope)
    }
}

/// An example's numbers in one axis.
public struct Flatten: Layer, Hashable {
    public init() {}
    public var name: String { "Flatten()" }
    public var hasWeights: Bool { false }
    public func width(after width: Int?) -> Int? { nil }
    public func output(for input: [Int]) -> [Int] { [input.reduce(1, *)] }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        x.reshaped([x.shape[0], x.shape.dropFirst().reduce(1, *)])
    }
}

/// An example's numbers under another shape.
public struct Reshape: Layer, Hashable {
    public var shape: [Int]
    public init(_ shape: [Int]) { self.shape = shape }
    public var name: String { "Reshape(\(shape.map(String.init).joined(separator: ", ")))" }
    public var hasWeights: Bool { false }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        for size in shape { try check("a size", size) }
        _ = try Shape.count(shape)
        return shape.last
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try width(after: nil)
        guard input.reduce(1, *) == shape.reduce(1, *) else { throw refusal(input, "examples of \(shape.reduce(1, *)) numbers") }
        return shape
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        x.reshaped([x.shape[0]] + (try output(for: Array(x.shape.dropFirst()))))
    }
}

/// Sets numbers to 0 at random while training, and scales the others up so that the mean stays (Srivastava and others 2014).
public struct Dropout: Layer, Hashable {
    public var rate: Double
    public init(_ rate: Double) { self.rate = rate }
    public var name: String { "Dropout(\(formatNumber(rate)))" }
    public var hasWeights: Bool { false }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        guard rate >= 0, rate < 1 else { throw Diagnostic("a dropout rate lies from 0 to below 1, not at \(formatNumber(rate))") }
        return width
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try width(after: nil)
        return input
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        guard pass.isTraining, rate > 0 else { return x }
        let draw = x.builder.draw(.uniform, x.type)
        return draw.compared(.less, rate).select(x.builder.constant(0, x.type), x * (1 / (1 - rate)))
    }
}
