import Diagnostics
import Graphs
import Kernels

/// Fills a memory with one number.
final class FillInstruction: Instruction {
    private let to: Address, count: Int, dtype: DType, value: Double
    let scratch = 0
    let isParallel = false
    let summary: String

    init(_ value: Double, _ type: TensorType, to: Address) {
        (self.to, count, dtype, self.value) = (to, type.count, type.dtype, value)
        summary = "fill \(type) with \(value)"
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        var size = Int64(count)
        var stride: Int64 = 1
        lk_fill(1, &size, dtype.kernel, to.pointer(frame), &stride, value)
    }
}

/// Copies a slice to or from an offset along an axis that is only known when the plan runs.
final class OffsetCopyInstruction: Instruction {
    private let large: Address, small: Address, offset: Address
    private let outer: Int, largeAxis: Int, smallAxis: Int, inner: Int, dtype: DType
    private let reads: Bool
    let scratch = 0
    let isParallel = false
    let summary: String

    /// - Parameter reads: from the large tensor into the small one, else the other way.
    init(large: Address, _ type: TensorType, small: Address, axis: Int, count: Int, offset: Address, reads: Bool) {
        (self.large, self.small, self.offset, self.reads) = (large, small, offset, reads)
        outer = type.shape[..<axis].reduce(1, *)
        (largeAxis, smallAxis) = (type.shape[axis], count)
        inner = type.shape[(axis + 1)...].reduce(1, *)
        dtype = type.dtype
        summary = "\(reads ? "read" : "write") \(count) along axis \(axis) of \(type) at an offset"
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        let start = Int(offset.pointer(frame).assumingMemoryBound(to: Int32.self).pointee)
        guard start >= 0, start + smallAxis <= largeAxis else { throw .outside(start, count: smallAxis, axis: largeAxis) }
        let bytes = inner * dtype.size
        let (large, small) = (large.pointer(frame) + start * bytes, small.pointer(frame))
        if smallAxis * bytes == 4 {
            // One number at each step of the outer axes, as when a column is written.
            let (column, list) = (large.assumingMemoryBound(to: UInt32.self), small.assumingMemoryBound(to: UInt32.self))
            for index in 0..<outer {
                if reads { list[index] = column[index * largeAxis] } else { column[index * largeAxis] = list[index] }
            }
            return
        }
        for index in 0..<outer {
            let there = large + index * largeAxis * bytes
            let here = small + index * smallAxis * bytes
            if reads {
                here.copyMemory(from: there, byteCount: smallAxis * bytes)
            } else {
                there.copyMemory(from: here, byteCount: smallAxis * bytes)
            }
        }
    }
}
