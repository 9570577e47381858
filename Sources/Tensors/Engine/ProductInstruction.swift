import Diagnostics
import Graphs
import Kernels

/// A matrix product, with what follows it, cut into chunks of rows.
final class ProductInstruction: Instruction, @unchecked Sendable {
    private let product: MatrixProduct
    private let a: Address, b: Address, c: Address, bias: Address?
    let summary: String
    var scratch: Int { product.scratch }
    var isParallel: Bool { product.chunks > 1 }

    init(_ description: ProductDescription, a: Address, b: Address, c: Address, bias: Address?) throws(Diagnostic) {
        product = try MatrixProduct(description, workers: WorkerPool.shared.threads)
        (self.a, self.b, self.c, self.bias) = (a, b, c, bias)
        let batch = description.batch.map { "\($0.count) x " }.joined()
        summary =
            "product \(batch)\(description.m) x \(description.k) x \(description.n) \(description.dtype), \(product.chunks) chunks"
            + (description.hasBias ? ", plus bias" : "") + (description.activation.map { ", \($0)" } ?? "")
    }

    private struct Call {
        var product: Unmanaged<MatrixProduct>
        var a: UnsafeMutableRawPointer, b: UnsafeMutableRawPointer, c: UnsafeMutableRawPointer
        var bias: UnsafeMutableRawPointer?
        var scratch: UnsafeMutableRawPointer
        var scratchStride: Int
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        guard product.chunks > 0 else { return }
        var call = Call(
            product: .passUnretained(product), a: a.pointer(frame), b: b.pointer(frame), c: c.pointer(frame), bias: bias?.pointer(frame),
            scratch: frame.scratch,
            scratchStride: frame.scratchStride)
        frame.parallel(
            product.chunks,
            { context, chunk, worker in
                guard let call = context?.assumingMemoryBound(to: Call.self) else { return }
                call.pointee.product._withUnsafeGuaranteedRef {
                    $0.run(
                        chunk: Int(chunk), worker: Int(worker), a: call.pointee.a, b: call.pointee.b, c: call.pointee.c,
                        bias: call.pointee.bias,
                        scratch: call.pointee.scratch + Int(worker) * call.pointee.scratchStride)
                }
            }, &call)
    }
}

extension ProductDescription {
    /// How a matrix lies in memory: rows or columns one after the other, and how far apart.
    private struct Lie {
        var isTransposed: Bool
        var leading: Int

        /// For the last two axes of a view; nil where neither walks element by element.
        init?(_ view: View) {
            let (rows, columns) = (view.shape[view.shape.count - 2], view.shape[view.shape.count - 1])
            let (down, across) = (view.strides[view.strides.count - 2], view.strides[view.strides.count - 1])
            if across == 1 || columns == 1, down >= columns || rows == 1 {
                self.init(isTransposed: false, leading: rows == 1 ? max(1, columns) : down)
            } else if down == 1 || rows == 1, across >= rows || columns == 1 {
                self.init(isTransposed: true, leading: columns == 1 ? max(1, rows) : across)
            } else {
                return nil
            }
        }
        private init(isTransposed: Bool, leading: Int) { (self.isTransposed, self.leading) = (isTransposed, leading) }
    }

    /// The product of two views; nil where one of them has to be copied first.
    ///
    /// The result is dense, or lies as `c` says.
    init?(_ dtype: DType, _ a: View, _ b: View, transposeLeft: Bool, transposeRight: Bool) {
        let rank = a.shape.count
        let swap = { (view: View, swaps: Bool) in swaps ? view.transposed(Array(0..<rank - 2) + [rank - 1, rank - 2]) : view }
        let (left, right) = (swap(a, transposeLeft), swap(b, transposeRight))
        guard let lieA = Lie(left), let lieB = Lie(right) else { return nil }
        self.init(dtype, m: left.shape[rank - 2], n: right.shape[rank - 1], k: left.shape[rank - 1])
        (transposeA, transposeB) = (lieA.isTransposed, lieB.isTransposed)
        (lda, ldb) = (lieA.leading, lieB.leading)
        // Leading axes that all three walk as one are one.
        let c = View(dense: Array(left.shape.prefix(rank - 2)) + [m, n])
        var axes: [Batch] = []
        for axis in stride(from: rank - 3, through: 0, by: -1) where c.shape[axis] != 1 {
            let next = Batch(count: c.shape[axis], a: left.strides[axis], b: right.strides[axis], c: c.strides[axis])
            if let last = axes.last, next.a == last.a * last.count, next.b == last.b * last.count {
                axes[axes.count - 1].count *= next.count
            } else {
                axes.append(next)
            }
        }
        guard axes.count <= 2 else { return nil }
        batch = axes.reversed()
    }
}
