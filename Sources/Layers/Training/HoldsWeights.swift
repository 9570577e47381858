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

    /// What the network gives inside a trace.
    ///
    /// In a step of training its layers are in training, whether the step trains it or reads it: they drop out and use the batch's
    /// statistics. Where it is trained they hand in new running ones, each application those that follow from the last.
    func traced(_ x: Tensor, condition: Tensor?, in trace: Trace) throws(Diagnostic) -> Tensor {
        let isTrained = trace.isTraining && weights.contains { trace.isActive($0) }
        let symbols = try weights.map { (weight) throws(Diagnostic) in
            let symbol = try trace.symbol(weight)
            return isTrained ? trace.position(of: weight).flatMap { trace.replacements[$0] } ?? symbol : symbol
        }
        let pass = Pass(
            isTraining: trace.isTraining,
            condition: try condition.map { (c) throws(Diagnostic) in try trace.symbol(c).converted(to: .float32) })
        let given = try trace.symbol(x)
        let result = try layer.apply(layer.vocabulary == nil ? given.converted(to: .float32) : given, symbols, pass)
        if isTrained {
            for (place, update) in pass.updates {
                if let position = trace.position(of: weights[place]) { trace.replacements[position] = update }
            }
        }
        return trace.tensor(result)
    }
}
