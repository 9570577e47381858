import Diagnostics
import Graphs

/// What training makes small: one number for a batch, the mean over its examples' numbers.
public enum Losses {
    /// The mean of squared differences.
    public static func squared(_ x: Symbol, _ target: Symbol) -> Symbol { (x - target.converted(to: x.dtype)).unary(.square).mean() }

    /// The mean of absolute differences, rounded off to a square below `width` (Huber 1964).
    public static func huber(_ x: Symbol, _ target: Symbol, width: Double = 1) -> Symbol {
        let distance = (x - target.converted(to: x.dtype)).unary(.abs)
        return distance.compared(.less, width).select(distance.unary(.square) * (0.5 / width), distance - width / 2).mean()
    }

    /// The mean of minus the log probability of bits (or of probabilities of bits), from logits: log(1 + e^x) - x target.
    public static func binaryCrossEntropy(_ logits: Symbol, _ target: Symbol) -> Symbol {
        (logits.unary(.softplus) - logits * target.converted(to: logits.dtype)).mean()
    }

    /// The mean of minus the log probability of classes, from logits along the last axis; the target holds whole numbers from 0
    /// to below their number: at any other the run stops.
    ///
    /// Throws where the shapes do not go together.
    public static func crossEntropy(_ logits: Symbol, _ target: Symbol) throws(Diagnostic) -> Symbol {
        guard logits.rank >= 1, Array(logits.shape.dropLast()) == target.shape else {
            throw Diagnostic(
                "crossentropy takes logits [..., classes] and a class for each, and got the shapes \(logits.shape) and \(target.shape)",
                help: "classes are whole numbers from 0; for bits use bce")
        }
        let axis = logits.rank - 1
        let classes = logits.builder.iota(axis: axis, TensorType(.int32, logits.shape))
        let labels = try target.positions(below: logits.shape[axis])
        let hit = classes.compared(.equal, labels.reshaped(target.shape + [1]))
        let chosen = hit.select(logits, logits.builder.constant(0, TensorType(logits.dtype, []))).sum(axes: [axis])
        return (logits.logSumExp(axes: [axis]) - chosen).mean()
    }

    /// The divergence of independent normals from the standard normal, summed over the last axis and averaged over the others.
    public static func standardDivergence(_ mean: Symbol, _ logVariance: Symbol) -> Symbol {
        let each = (mean.unary(.square) + logVariance.unary(.exp) - logVariance - 1) * 0.5
        return each.sum(axes: [each.rank - 1]).mean()
    }
}
