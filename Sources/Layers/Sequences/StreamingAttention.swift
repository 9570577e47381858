import Diagnostics
import Graphs

// Attention with the keys and values of the places before kept (Pope and others, Efficiently Scaling Transformer Inference, 2022).
extension Attention: Streaming {
    public var longest: Int? { nil }

    /// Keys [heads, depth, length] and values [heads, length, depth], as the products read them.
    public func memory(for input: [Int]) throws(Diagnostic) -> [[Int]] {
        _ = try weights(for: input)
        guard isCausal else {
            throw Diagnostic("\(name) reads places that are still to come", help: "say causal: true, and train it so")
        }
        let (length, depth) = (input[0], input[1] / heads)
        return [[heads, depth, length], [heads, length, depth]]
    }

    public func advance(_ x: Symbol, _ weights: [Symbol], _ stream: Stream) throws(Diagnostic) -> Symbol {
        let (batch, size) = (x.shape[0], x.shape[2])
        let depth = size / heads
        var joint = x.reshaped([batch, size]).product(weights[0])
        if hasBias { joint = joint + weights[2] }
        func part(_ index: Int, _ shape: [Int]) -> Symbol {
            joint.slice(axis: 1, index * size..<(index + 1) * size).reshaped([batch, heads] + shape)
        }
        var mixed = x
        try stream.updatePair { (keys, values) throws(Diagnostic) in
            let keys = try x.builder.apply(.updateSlice(axis: 3), [keys, part(1, [depth, 1]), stream.place])
            let values = try x.builder.apply(.updateSlice(axis: 2), [values, part(2, [1, depth]), stream.place])
            let scores = part(0, [1, depth]).product(keys) * (1 / Double(depth).squareRoot())
            let places = x.builder.iota(axis: 3, TensorType(.int32, scores.shape))
            let seen = places.compared(.lessEqual, stream.place)
            mixed = Activation.softmax(seen.select(scores, x.builder.constant(-.infinity, TensorType(x.dtype, [])))).product(values)
            return (keys, values)
        }
        let result = mixed.reshaped([batch, size]).product(weights[1])
        return (hasBias ? result + weights[3] : result).reshaped([batch, 1, size])
    }
}
