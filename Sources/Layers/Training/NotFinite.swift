import Diagnostics
import Graphs
import Tensors

/// What is said when a training step gives no numbers.
public enum NotFinite {
    static func diagnostic(step: Int, loss: Double, _ optimizer: any Optimizer) -> Diagnostic {
        let what = loss.isFinite ? "a gradient is not finite" : "the loss is \(formatNumber(loss))"
        let remedy =
            optimizer.clipNorm == nil ? "a lower learning rate, or clip: 1, keeps steps small" : "a lower learning rate keeps steps small"
        return Diagnostic("\(what) at step \(step); the weights are as they were before it", help: remedy)
    }

    /// The first operation of a graph that gives NaN or infinity from numbers that are finite, in words, with its remedy; nil where none does.
    public static func origin(_ graph: Graph, inputs: [Tensor], key: Key) -> (note: String, help: String?)? {
        var all = graph
        let places = graph.nodes.indices.filter { if case .scan = graph.nodes[$0].op { false } else { true } }
        all.outputs = places.map { NodeID($0) }
        guard let values = try? ReferenceExecutor.run(all, inputs: inputs, key: key) else { return nil }
        var isBad = [Bool](repeating: false, count: graph.nodes.count)
        for (place, value) in zip(places, values) where graph.nodes[place].type.dtype.isFloat {
            guard value.doubles.contains(where: { !$0.isFinite }) else { continue }
            let node = graph.nodes[place]
            isBad[place] = true
            // -inf as a start of a maximum, or a mask, is meant.
            if case .constant = node.op { continue }
            if node.operands.contains(where: { isBad[Int($0.index)] }) { continue }
            if case .input = node.op { return ("a tensor that the loss reads holds it, of shape \(node.type.shape)", nil) }
            return ("it comes first out of \(node.op.name), of shape \(node.type.shape)", remedy(node.op))
        }
        return nil
    }

    private static func remedy(_ op: Op) -> String? {
        switch op {
        case .unary(.log), .unary(.log2), .unary(.log10): "keep what log takes above 0, as exp and softplus do"
        case .unary(.log1p): "keep what log1p takes above -1"
        case .unary(.sqrt), .unary(.reciprocal), .binary(.divide): "add a small number to what sqrt takes and to what is divided by"
        case .unary(.exp), .unary(.exp2), .unary(.expm1): "keep what exp takes small: logsumexp, softplus and logits do without it"
        default: nil
        }
    }
}
