import Graphs

extension Tensor {
    /// A tensor of the elements that lie densely in memory.
    init(copying memory: UnsafeMutableRawPointer, _ type: TensorType) {
        func read<T>(_: T.Type) -> [T] { Array(UnsafeBufferPointer(start: memory.assumingMemoryBound(to: T.self), count: type.count)) }
        switch type.dtype {
        case .bool: self.init(.bool(read(Bool.self)), shape: type.shape)
        case .int32: self.init(.int32(read(Int32.self)), shape: type.shape)
        case .float32: self.init(.float32(read(Float.self)), shape: type.shape)
        case .float64: self.init(.float64(read(Double.self)), shape: type.shape)
        }
    }

    /// Copies the elements to memory, densely.
    func copy(to memory: UnsafeMutableRawPointer) {
        withAddress { memory.copyMemory(from: $0, byteCount: count * dtype.size) }
    }

    /// The address of the elements, for as long as the call lasts.
    func withAddress<R>(_ body: (UnsafeRawPointer) -> R) -> R {
        func call<T>(_ values: [T]) -> R { values.withUnsafeBytes { body($0.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!) } }
        return switch elements {
        case .bool(let values): call(values)
        case .int32(let values): call(values)
        case .float32(let values): call(values)
        case .float64(let values): call(values)
        }
    }
}
