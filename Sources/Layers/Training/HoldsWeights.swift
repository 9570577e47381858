import Tensors

/// What training changes: anything with tensors that are learned.
public protocol HoldsWeights: Sendable {
    /// The weights with the paths they are known by, always in the same order.
    var weights: [(path: String, tensor: Tensor)] { get }
    /// The same with other weights, in that order and of the same shapes and types.
    func replacingWeights(_ tensors: [Tensor]) -> Self
    /// Whether another is the same but for its weights' numbers, so that what was compiled for one serves the other.
    func hasStructure(of other: any HoldsWeights) -> Bool
}
