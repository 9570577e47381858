import Diagnostics
import Graphs
import Tensors

/// A function of one example (or of a batch of them along axis 0) with weights that are learned.
///
/// A layer is a recipe without numbers: `weights(for:)` says which it needs, and `apply` writes the function with symbols, so that the same
/// lines serve evaluation, gradients and compiled training steps. Images are [height, width, channels].
public protocol Layer: Sendable {
    /// As it is written: `Dense(10)`.
    var name: String { get }
    /// The weights that it needs for an example of some shape.
    ///
    /// Throws where it takes no such example, naming the layer.
    func weights(for input: [Int]) throws(Diagnostic) -> [Weight]
    /// The shape of what it gives for an example of some shape.
    func output(for input: [Int]) throws(Diagnostic) -> [Int]
    /// What it gives for a batch of examples, from its weights in the order of `weights(for:)`.
    func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol
    /// The size of the last axis of what it gives, where that follows from its settings and the size that it takes.
    ///
    /// Throws where it takes no such size, or where its settings make no layer: what can be said before there is an example.
    func width(after width: Int?) throws(Diagnostic) -> Int?
    /// How many rows its table has, where it takes their numbers: 0 ..< vocabulary.
    var vocabulary: Int? { get }
    /// Whether it has weights for any example.
    var hasWeights: Bool { get }
    /// The axes of an example, where only one number of them is taken.
    var inputRank: Int? { get }
    /// The shape of an example that the weights are for, where the layer says it.
    var example: [Int]? { get }
    /// Whether it begins with a layer over the last axis, so that a vector of the right size is one example.
    var isVectorial: Bool { get }
}

extension Layer {
    public var inputRank: Int? { nil }
    public var example: [Int]? { nil }
    public var isVectorial: Bool { false }
    public var vocabulary: Int? { nil }
    public var hasWeights: Bool { true }
    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] { [] }
    public func width(after width: Int?) throws(Diagnostic) -> Int? { width }

    /// The shape of what it gives, which a tensor can have.
    func shape(after input: [Int]) throws(Diagnostic) -> [Int] {
        let output = try output(for: input)
        _ = try Shape.count(output)
        return output
    }

    /// Checks a setting that counts something.
    ///
    /// Throws where it lies outside; the bounds keep products of sizes from overflowing.
    func check(_ what: String, _ value: Int, in range: ClosedRange<Int> = 1...(1 << 30)) throws(Diagnostic) {
        guard range.contains(value) else {
            throw Diagnostic("\(name): \(what) must be from \(range.lowerBound) to \(range.upperBound), and it is \(value)")
        }
    }

    /// The size of the last axis where one is named and another given.
    ///
    /// Throws where they differ.
    func agreed(_ named: Int?, _ given: Int?) throws(Diagnostic) -> Int? {
        if let named { try check("the size that it takes", named) }
        if let named, let given, named != given {
            throw Diagnostic("\(name) takes a last axis of \(named), and gets one of \(given)")
        }
        return named ?? given
    }

    /// The layer's own error, with the shape that it was given.
    func refusal(_ input: [Int], _ expected: String) -> Diagnostic {
        Diagnostic("\(name) takes \(expected), and got examples of shape \(input)")
    }
}

/// A tensor that a layer learns or keeps.
public struct Weight: Hashable, Sendable {
    public var name: String
    public var shape: [Int]
    public var initial: Initial
    /// Whether it follows gradients; running statistics do not.
    public var isTrained: Bool

    public init(_ name: String, _ shape: [Int], _ initial: Initial, isTrained: Bool = true) {
        (self.name, self.shape, self.initial, self.isTrained) = (name, shape, initial, isTrained)
    }
}

/// One application of a network: whether it is being trained, what conditions it, and which running statistics it moves.
public final class Pass {
    public let isTraining: Bool
    /// What a layer that is conditioned reads beside its input: a time step of diffusion, [batch].
    public let condition: Symbol?
    /// New values of weights that do not follow gradients, by their place in the network.
    public internal(set) var updates: [Int: Symbol] = [:]
    /// The place of the first weight of the layer that is being applied.
    var place = 0

    public init(isTraining: Bool, condition: Symbol? = nil) {
        (self.isTraining, self.condition) = (isTraining, condition)
    }
}
