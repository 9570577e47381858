import Diagnostics
import Graphs
import Tensors

/// What training changes: anything with tensors that are learned.
public protocol HoldsWeights: Sendable {
    /// The weights with the paths they are known by, always in the same order; running statistics are kept, but not trained.
    var namedWeights: [(path: String, tensor: Tensor, isTrained: Bool)] { get }
    /// The same with other weights, in that order and of the same shapes and types.
    func replacingWeights(_ tensors: [Tensor]) -> Self
    /// Whether another is the same but for its weights' numbers, so that what was compiled for one serves the other.
    func hasStructure(of other: any HoldsWeights) -> Bool
}

extension Network: HoldsWeights {
    public var namedWeights: [(path: String, tensor: Tensor, isTrained: Bool)] {
        zip(descriptions, weights).map { (path: $0.name, tensor: $1, isTrained: $0.isTrained) }
    }
    public func replacingWeights(_ tensors: [Tensor]) -> Network { (try? replacing(weights: tensors)) ?? self }
    public func hasStructure(of other: any HoldsWeights) -> Bool {
        guard let other = other as? Network else { return false }
        return layer.name == other.layer.name && input == other.input && descriptions == other.descriptions
    }

    /// What the network gives inside a trace. Weights that the trace trains put the layers into training: they drop out, use the batch's
    /// statistics, and hand in new running ones.
    func traced(_ x: Tensor, condition: Tensor?, in trace: Trace) throws(Diagnostic) -> Tensor {
        let symbols = try weights.map { (weight) throws(Diagnostic) in try trace.symbol(weight) }
        let isTraining = trace.isTraining && weights.contains { trace.isActive($0) }
        let pass = Pass(
            isTraining: isTraining, condition: try condition.map { (c) throws(Diagnostic) in try trace.symbol(c).converted(to: .float32) })
        let result = try layer.apply(try trace.symbol(x).converted(to: .float32), symbols, pass)
        for (place, update) in pass.updates {
            if let position = trace.position(of: weights[place]) { trace.replacements[position] = update }
        }
        return trace.tensor(result)
    }
}
