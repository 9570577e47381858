import Diagnostics
import Graphs
import Kernels

/// Moves the elements of one view to those of another of the same shape.
final class CopyInstruction: Instruction {
    private let from: Address, to: Address
    private let fromType: DType, toType: DType
    private let sizes: [Int64], fromStrides: [Int64], toStrides: [Int64]
    let scratch = 0
    let isParallel = false
    let summary: String

    init(from: Address, _ fromType: DType, _ source: View, to: Address, _ toType: DType, _ target: View, summary: String) {
        (self.from, self.fromType, self.to, self.toType, self.summary) = (from, fromType, to, toType, summary)
        // Neighbouring axes that both walk as one are one.
        var axes: [(size: Int, from: Int, to: Int)] = []
        for axis in source.shape.indices.reversed() where source.shape[axis] != 1 {
            if let last = axes.last, source.strides[axis] == last.from * last.size, target.strides[axis] == last.to * last.size {
                axes[axes.count - 1].size *= source.shape[axis]
            } else {
                axes.append((source.shape[axis], source.strides[axis], target.strides[axis]))
            }
        }
        if axes.isEmpty { axes.append((source.count, 1, 1)) }
        axes.reverse()
        sizes = axes.map { Int64($0.size) }
        fromStrides = axes.map { Int64($0.from) }
        toStrides = axes.map { Int64($0.to) }
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        lk_copy(Int32(sizes.count), sizes, toType.kernel, to.pointer(frame), toStrides, fromType.kernel, from.pointer(frame), fromStrides)
    }
}
