import Diagnostics
import Graphs

/// One layer after the other.
public struct Chain: Layer {
    public var layers: [any Layer]
    /// The shape of an example, where it is given with the layers.
    public var input: [Int]?
    /// A name of its own.
    var label: String?
    public init(_ layers: [any Layer], input: [Int]? = nil) { (self.layers, self.input) = (layers, input) }

    public var name: String { label ?? "Chain(\(layers.map(\.name).joined(separator: ", ")))" }
    public var isVectorial: Bool { layers.first { (try? $0.weights(for: [1, 1, 1]).isEmpty) != true }?.isVectorial ?? false }
    /// What the first layer says of examples, where all weights follow from that.
    public var example: [Int]? {
        if let input { return input }
        guard let first = layers.first?.example, (try? weights(for: first)) != nil else { return nil }
        return first
    }
    public var inputRank: Int? { layers.lazy.compactMap(\.inputRank).first }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        var (shape, weights) = (input, [Weight]())
        for (index, layer) in layers.enumerated() {
            weights += try layer.weights(for: shape).map { $0.inside("\(index)") }
            shape = try layer.output(for: shape)
            // What grows from layer to layer must not overflow.
            _ = try Shape.count(shape)
        }
        return weights
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        var shape = input
        for layer in layers {
            shape = try layer.output(for: shape)
            _ = try Shape.count(shape)
        }
        return shape
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        var (value, used) = (x, 0)
        for layer in layers {
            let count = try layer.weights(for: Array(value.shape.dropFirst())).count
            value = try pass.inside(used) { () throws(Diagnostic) in try layer.apply(value, Array(weights[used..<used + count]), pass) }
            used += count
        }
        return value
    }

    /// Dense layers of some sizes with an activation between them.
    public static func mlp(_ sizes: [Int], activation: Activation = .relu) -> Chain {
        var layers: [any Layer] = []
        for (index, pair) in zip(sizes, sizes.dropFirst()).enumerated() {
            if index > 0 { layers.append(activation) }
            layers.append(Dense(pair.0, pair.1))
        }
        var chain = Chain(layers)
        chain.label =
            "MLP(\(sizes.map(String.init).joined(separator: ", "))\(activation == .relu ? "" : ", activation: \(activation.name)"))"
        return chain
    }

    /// A block of a transformer, with the norms before its parts (Xiong and others 2020).
    public static func transformerBlock(size: Int, heads: Int, causal: Bool = true, bias: Bool = true, dropout: Double = 0) -> Chain {
        let drop: [any Layer] = dropout > 0 ? [Dropout(dropout)] : []
        return Chain([
            Residual(Chain([LayerNorm(bias: bias), Attention(heads: heads, causal: causal, bias: bias)] + drop)),
            Residual(
                Chain(
                    [LayerNorm(bias: bias), Dense(size, 4 * size, bias: bias), Activation.gelu, Dense(4 * size, size, bias: bias)] + drop)),
        ])
    }
}

extension Weight {
    /// The weight of a part, under the part's name.
    func inside(_ part: String) -> Weight {
        var result = self
        result.name = "\(part).\(name)"
        return result
    }
}

extension Layer {
    /// The layer that a weight belongs to, as it is written: one of a chain, or the whole.
    public func name(ofOwner weight: String) -> String {
        guard let layers = (self as? Chain)?.layers, let index = weight.split(separator: ".").first.flatMap({ Int($0) }),
            layers.indices.contains(index)
        else { return name }
        return layers[index].name
    }

    /// Whether it has no weights, whatever the shape of an example.
    public var isWeightless: Bool {
        switch self {
        case let chain as Chain: chain.layers.allSatisfy { $0.isWeightless }
        case let residual as Residual: residual.inner.isWeightless
        default: (try? weights(for: []))?.isEmpty == true
        }
    }
}

extension Pass {
    /// Applies a part whose weights begin so many places after the whole's.
    func inside(_ offset: Int, _ body: () throws(Diagnostic) -> Symbol) throws(Diagnostic) -> Symbol {
        place += offset
        defer { place -= offset }
        return try body()
    }
}

/// What a layer gives, added to what it was given (He, Zhang, Ren and Sun 2016).
public struct Residual: Layer {
    public var inner: any Layer
    public init(_ inner: any Layer) { self.inner = inner }

    public var name: String { "Residual(\(inner.name))" }
    public var inputRank: Int? { inner.inputRank }
    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] { try inner.weights(for: input) }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        let result = try inner.output(for: input)
        guard result == input else { throw refusal(input, "examples that its layer gives back in the same shape, not as \(result)") }
        return result
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        _ = try output(for: Array(x.shape.dropFirst()))
        return x + (try inner.apply(x, weights, pass))
    }
}
