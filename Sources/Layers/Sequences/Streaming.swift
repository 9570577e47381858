import Diagnostics
import Graphs

/// A layer of sequences that can be applied a place at a time: what it gives at a place follows from that place and those before it alone.
public protocol Streaming: Layer {
    /// The shapes of what it keeps of the places before, for one sequence of some shape; zeros at the beginning.
    ///
    /// Throws where a part of it reads places that are still to come, naming that part.
    func memory(for input: [Int]) throws(Diagnostic) -> [[Int]]
    /// What it gives at one place.
    ///
    /// - Parameter x: that place of a batch of sequences, [batch, 1, ...].
    func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol
    /// The number of places that it has weights for, where that is bounded.
    var longest: Int? { get }
}

/// One place of a pass over sequences: which it is, and what the layers keep of those before it.
public final class Stream {
    /// The number of the place, from 0: an int32 number.
    public let place: Symbol
    private var memory: ArraySlice<Symbol>
    /// What is kept for the next place, in the order in which it was given.
    public private(set) var kept: [Symbol] = []

    public init(place: Symbol, memory: [Symbol]) { (self.place, self.memory) = (place, memory[...]) }

    /// Gives a layer one of its memories, and takes what becomes of it.
    func update(_ change: (Symbol) throws(Diagnostic) -> Symbol) throws(Diagnostic) {
        guard let old = memory.popFirst() else { throw Diagnostic("a layer keeps more of a sequence than it said") }
        kept.append(try change(old))
    }

    /// The same for two at a time.
    func updatePair(_ change: (Symbol, Symbol) throws(Diagnostic) -> (Symbol, Symbol)) throws(Diagnostic) {
        guard let first = memory.popFirst(), let second = memory.popFirst() else {
            throw Diagnostic("a layer keeps more of a sequence than it said")
        }
        let (a, b) = try change(first, second)
        kept += [a, b]
    }
}

/// A layer that looks at each place by itself.
protocol Placewise: Streaming {}

extension Placewise {
    public var longest: Int? { nil }
    public func memory(for input: [Int]) throws(Diagnostic) -> [[Int]] { [] }
    public func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol {
        try apply(x, weights, Pass(isTraining: false))
    }
}

extension Dense: Placewise {}
extension Embedding: Placewise {}
extension LayerNorm: Placewise {}
extension Activation: Placewise {}
extension LeakyRelu: Placewise {}
extension Dropout: Placewise {}

extension Positions: Streaming {
    public var longest: Int? { length }
    public func memory(for input: [Int]) throws(Diagnostic) -> [[Int]] { [] }
    public func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol {
        x + (try x.builder.apply(.dynamicSlice(axis: 0, count: 1), [weights[0], stream.place]))
    }
}

extension Chain: Streaming {
    public var longest: Int? { layers.compactMap { ($0 as? any Streaming)?.longest }.min() }

    public func memory(for input: [Int]) throws(Diagnostic) -> [[Int]] {
        var (shape, memory) = (input, [[Int]]())
        for layer in layers {
            memory += try layer.streaming().memory(for: shape)
            shape = try layer.output(for: shape)
        }
        return memory
    }

    public func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol {
        var (value, rest) = (x, weights[...])
        for layer in layers {
            let count = try layer.weights(for: Array(value.shape.dropFirst())).count
            value = try layer.streaming().advance(value, Array(rest.prefix(count)), stream)
            rest = rest.dropFirst(count)
        }
        return value
    }
}

extension Residual: Streaming {
    public var longest: Int? { (inner as? any Streaming)?.longest }
    public func memory(for input: [Int]) throws(Diagnostic) -> [[Int]] { try inner.streaming().memory(for: input) }
    public func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol {
        x + (try inner.streaming().advance(x, weights, stream))
    }
}

extension Layer {
    /// The layer as one that is applied a place at a time.
    ///
    /// Throws where it is none, naming it.
    func streaming() throws(Diagnostic) -> any Streaming {
        guard let layer = self as? any Streaming else {
            throw Diagnostic(
                "\(name) cannot be applied to a sequence a place at a time",
                help: "embeddings, dense layers, norms of vectors, recurrent layers and causal attention can")
        }
        return layer
    }
}

extension Recurrent: Streaming {
    public var longest: Int? { nil }
    public func memory(for input: [Int]) throws(Diagnostic) -> [[Int]] { cell == .lstm ? [[units], [units]] : [[units]] }
    public func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol {
        let now = x.reshaped([x.shape[0], x.shape[2]]).product(weights[0]) + weights[2]
        let newBias = cell == .gru ? weights[3] : nil
        var output = x
        if cell == .lstm {
            try stream.updatePair { (h, c) throws(Diagnostic) in
                let next = round(now, [h, c], weights[1], newBias)
                output = next[0]
                return (next[0], next[1])
            }
        } else {
            try stream.update { (h) throws(Diagnostic) in
                output = round(now, [h], weights[1], newBias)[0]
                return output
            }
        }
        return output.reshaped([x.shape[0], 1, units])
    }
}
