import Diagnostics
import Graphs
import Tensors

/// One layer after the other.
public struct Chain: Layer {
    public var layers: [any Layer]
    /// The shape of an example, where it is given with the layers.
    public var input: [Int]?
    /// The last axis of what it takes, where that is all that is known.
    var size: Int?
    /// A name of its own.
    var label: String?
    public init(_ layers: [any Layer], input: [Int]? = nil) { (self.layers, self.input) = (layers, input) }

    public var name: String { label ?? "Chain(\(layers.map(\.name).joined(separator: ", ")))" }
    public var isVectorial: Bool { layers.first(where: \.hasWeights)?.isVectorial ?? false }
    public var hasWeights: Bool { layers.contains(where: \.hasWeights) }
    /// What the first layer says of examples, where all weights follow from that: those for longer sequences would be the same.
    public var example: [Int]? {
        if let input { return input }
        guard let first = layers.first?.example, let weights = try? weights(for: first) else { return nil }
        let longer = first.count > 1 ? first.dropLast().map { 2 * $0 } + first.suffix(1) : first.map { 2 * $0 }
        if let others = try? self.weights(for: longer), others != weights { return nil }
        return first
    }
    public var vocabulary: Int? { layers.first { !($0 is Flatten || $0 is Reshape) }?.vocabulary }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        var width = width ?? input?.last ?? size
        for (index, layer) in layers.enumerated() {
            do throws(Diagnostic) {
                width = try layer.width(after: width)
            } catch {
                guard index > 0, error.notes.isEmpty else { throw error }
                throw error.noting("it comes after \(layers[index - 1].name)")
            }
        }
        return width
    }
    public var inputRank: Int? { layers.lazy.compactMap(\.inputRank).first }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        var (shape, weights) = (input, [Weight]())
        for (index, layer) in layers.enumerated() {
            weights += try layer.weights(for: shape).map { $0.inside("\(index)") }
            shape = try layer.shape(after: shape)
        }
        return weights
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        var shape = input
        for layer in layers { shape = try layer.shape(after: shape) }
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
        var chain = Chain([
            Residual(Chain([LayerNorm(bias: bias), Attention(heads: heads, causal: causal, bias: bias)] + drop)),
            Residual(
                Chain(
                    [LayerNorm(bias: bias), Dense(size, 4 * size, bias: bias), Activation.gelu, Dense(4 * size, size, bias: bias)] + drop)),
        ])
        chain.size = size
        let settings =
            (causal ? "" : ", causal: false") + (bias ? "" : ", bias: false") + (dropout > 0 ? ", dropout: \(formatNumber(dropout))" : "")
        chain.label = "TransformerBlock(\(size), \(heads)\(settings))"
        return chain
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
    public var hasWeights: Bool { inner.hasWeights }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        let result = try inner.width(after: width)
        if let width, let result, width != result {
            throw Diagnostic("\(name) adds what its layer gives, a last axis of \(result), to what it takes, one of \(width)")
        }
        return result ?? width
    }
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
