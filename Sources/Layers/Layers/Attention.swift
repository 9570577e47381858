import Diagnostics
import Graphs

/// Lets each place of a sequence [length, size] read all others, or those before it (Vaswani and others 2017).
///
/// softmax(Q K' / sqrt(d)) V in each head, on slices of one product; then an output product.
public struct Attention: Layer, Hashable {
    public var heads: Int
    public var isCausal: Bool
    public var hasBias: Bool
    public init(heads: Int, causal: Bool = false, bias: Bool = true) { (self.heads, isCausal, hasBias) = (heads, causal, bias) }

    public var name: String { "MultiHeadAttention(\(heads)\(isCausal ? ", causal: true" : "")\(hasBias ? "" : ", bias: false"))" }
    public var inputRank: Int? { 2 }

    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the number of heads", heads)
        if let width, width % heads != 0 { throw Diagnostic("\(name): \(heads) heads do not divide vectors of \(width) numbers") }
        return width
    }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        guard input.count == 2, heads > 0, input[1] % heads == 0 else {
            throw refusal(input, "sequences [length, size] of a size that \(heads) heads divide")
        }
        let size = input[1]
        let matrices = [Weight("qkv", [size, 3 * size], .glorot(size, size)), Weight("out", [size, size], .glorot(size, size))]
        return hasBias ? matrices + [Weight("qkvBias", [3 * size], .constant(0)), Weight("outBias", [size], .constant(0))] : matrices
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try weights(for: input)
        return input
    }

    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        _ = try output(for: Array(x.shape.dropFirst()))
        let (batch, length, size) = (x.shape[0], x.shape[1], x.shape[2])
        var joint = x.reshaped([batch * length, size]).product(weights[0])
        if hasBias { joint = joint + weights[2] }
        let depth = size / heads
        func part(_ index: Int) -> Symbol {
            joint.slice(axis: 1, index * size..<(index + 1) * size).reshaped([batch, length, heads, depth]).transposed([0, 2, 1, 3])
        }
        var scores = part(0).product(part(1), transposeRight: true) * (1 / Double(depth).squareRoot())
        if isCausal {
            let places = TensorType(.int32, [length, length])
            let allowed = x.builder.iota(axis: 0, places).compared(.greaterEqual, x.builder.iota(axis: 1, places))
            scores = allowed.select(scores, x.builder.constant(-.infinity, TensorType(x.dtype, [])))
        }
        let mixed = Activation.softmax(scores).product(part(2)).transposed([0, 2, 1, 3]).reshaped([batch * length, size])
        let result = mixed.product(weights[1])
        return (hasBias ? result + weights[3] : result).reshaped([batch, length, size])
    }
}
