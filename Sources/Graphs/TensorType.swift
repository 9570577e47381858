/// What is known of a tensor before it is computed: the type of its elements and its shape.
public struct TensorType: Hashable, Sendable {
    public var dtype: DType
    public var shape: [Int]

    public init(_ dtype: DType, _ shape: [Int]) {
        self.dtype = dtype
        self.shape = shape
    }

    public var rank: Int { shape.count }
    public var count: Int { shape.reduce(1, *) }
    /// Bytes the elements take, one after the other.
    public var size: Int { count * dtype.size }
}

extension TensorType: CustomStringConvertible {
    /// As the printer writes it: `float32[64, 128]`.
    public var description: String { shape.isEmpty ? dtype.rawValue : "\(dtype.rawValue)\(shape)" }
}
