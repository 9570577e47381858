/// Gives a tensor's elements when they are first read.
open class TensorSource: @unchecked Sendable {
    public init() {}
    open func elements() -> Elements { .float64([]) }
}

extension DType {
    /// No elements, of the type.
    var noElements: Elements {
        switch self {
        case .bool: .bool([])
        case .int32: .int32([])
        case .float32: .float32([])
        case .float64: .float64([])
        }
    }
}

extension Tensor {
    /// Whether the elements are at hand: neither a node of a trace nor in the memory of a training run.
    public var isConcrete: Bool { storage.source == nil }
    /// What gives its elements when they are read, where they are not at hand.
    public var source: TensorSource? { storage.source }
    /// Whether it stands for a node of a trace.
    public var isSymbolic: Bool { storage.source != nil && storage.source is Traced }

    /// Whether two tensors are one: a quick test that may say no to equal ones.
    public func isIdentical(to other: Tensor) -> Bool { storage === other.storage }
}
