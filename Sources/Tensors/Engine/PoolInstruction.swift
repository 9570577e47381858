import Diagnostics
import Graphs
import Kernels

/// Pooling, or its gradient, cut by images.
final class PoolInstruction: LoopInstruction, @unchecked Sendable {
    private var shape = lk_pool_shape()
    private let dtype: DType
    /// Images and result; of the gradient also what pooling gave and its gradient.
    private let images: Address, result: Address, given: (output: Address, gradient: Address)?

    init(_ pooling: Pooling, _ type: TensorType, images: Address, given: (output: Address, gradient: Address)?, result: Address) {
        // A series is an image of one row.
        let isSeries = pooling.window.count == 1
        let sizes = isSeries ? [1] + type.shape[1...] : Array(type.shape[1...])
        let (window, strides) = isSeries ? ([1] + pooling.window, [1] + pooling.strides) : (pooling.window, pooling.strides)
        shape.height = Int64(sizes[0])
        shape.width = Int64(sizes[1])
        shape.channels = Int64(sizes[2])
        shape.out_height = Int64((sizes[0] - window[0]) / strides[0] + 1)
        shape.out_width = Int64((sizes[1] - window[1]) / strides[1] + 1)
        shape.window = (Int64(window[0]), Int64(window[1]))
        shape.strides = (Int64(strides[0]), Int64(strides[1]))
        shape.mean = pooling.kind == .mean ? 1 : 0
        dtype = type.dtype
        (self.images, self.given, self.result) = (images, given, result)
        super.init(
            length: type.shape[0], work: type.count * 4,
            summary: "\(pooling.kind) of windows \(pooling.window) of \(type)\(given == nil ? "" : ", its gradient")")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        var shape = shape
        let (first, end) = (Int64(range.lowerBound), Int64(range.upperBound))
        if let given {
            lk_pool_backward(
                dtype.kernel, &shape, images.pointer(memory), given.output.pointer(memory), given.gradient.pointer(memory),
                result.pointer(memory), first, end)
        } else {
            lk_pool_forward(dtype.kernel, &shape, images.pointer(memory), result.pointer(memory), first, end)
        }
        return -1
    }
}
