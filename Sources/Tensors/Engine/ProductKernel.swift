import COpenBLAS
import Diagnostics
import Glibc
import Kernels

/// A matrix product made ready for its shape: float32 by oneDNN, float64 by OpenBLAS.
///
/// It is cut into chunks that threads may do in any order; each writes rows of C of its own.
final class MatrixProduct: @unchecked Sendable {
    let description: ProductDescription
    /// Pieces of work, 0 ..< chunks.
    let chunks: Int
    /// Bytes of scratch memory, 64-byte aligned, that each thread needs.
    let scratch: Int
    private let rows: Int, chunksEach: Int
    /// Made for all rows of a chunk, and for those of the last one where they are fewer.
    private let full: OneDNNPrimitive?, last: OneDNNPrimitive?
    private let elementSize: Int

    /// - Parameter workers: how many threads may work on it at the same time.
    /// Throws a `Diagnostic` where sizes are out of bounds or oneDNN is missing.
    init(_ description: ProductDescription, workers: Int) throws(Diagnostic) {
        try description.check()
        self.description = description
        elementSize = description.dtype == .float32 ? 4 : 8
        rows = description.chunkRows
        let isEmpty = description.m == 0 || description.n == 0 || description.count == 0
        chunksEach = (description.m + rows - 1) / rows
        chunks = isEmpty ? 0 : chunksEach * description.count
        let rest = description.m - (chunksEach - 1) * rows
        if description.dtype == .float32, chunks > 0, description.k > 0 {
            full = try .product(description, rows: rows, workers: workers)
            last = rest == rows ? full : try .product(description, rows: rest, workers: workers)
        } else {
            (full, last) = (nil, nil)
            OpenBLAS.prepare()
        }
        scratch = max(full?.scratch ?? 0, last?.scratch ?? 0)
    }

    /// Does one chunk on the calling thread.
    ///
    /// - Parameters:
    ///   - worker: the thread's number, below `workers`.
    ///   - bias: n elements; read only where the description has one.
    ///   - scratch: memory of the calling thread alone.
    func run(
        chunk: Int, worker: Int, a: UnsafeRawPointer, b: UnsafeRawPointer, c: UnsafeMutableRawPointer, bias: UnsafeRawPointer?,
        scratch: UnsafeMutableRawPointer?
    ) {
        var (first, offset) = (chunk, (a: 0, b: 0, c: 0))
        if chunks > chunksEach {
            let (index, row) = chunk.quotientAndRemainder(dividingBy: chunksEach)
            (first, offset) = (row, description.offsets(index))
        }
        first *= rows
        let a = a + (offset.a + first * (description.transposeA ? 1 : description.lda)) * elementSize
        let b = b + offset.b * elementSize
        let c = c + (offset.c + first * description.ldc) * elementSize
        let count = min(rows, description.m - first)
        if let primitive = count == rows ? full : last {
            if primitive.run(
                worker: worker, UnsafeMutableRawPointer(mutating: a), UnsafeMutableRawPointer(mutating: b), c,
                UnsafeMutableRawPointer(mutating: bias), scratch: scratch)
            {
                return
            }
        }
        if description.dtype == .float32 {
            multiply(Float.self, count, a, b, c, bias)
        } else {
            multiply(Double.self, count, a, b, c, bias)
        }
    }

    /// The definition of what a chunk computes, by BLAS and plain loops: float64, inner size 0, and where oneDNN found no memory.
    private func multiply<T: BinaryFloatingPoint>(
        _: T.Type, _ rows: Int, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutableRawPointer, _ bias: UnsafeRawPointer?
    ) {
        let p = description
        let (m, n, k) = (Int32(rows), Int32(p.n), Int32(p.k))
        let (left, right) = (p.transposeA ? CblasTrans : CblasNoTrans, p.transposeB ? CblasTrans : CblasNoTrans)
        let (lda, ldb, ldc) = (Int32(p.lda), Int32(p.ldb), Int32(p.ldc))
        let c = c.assumingMemoryBound(to: T.self)
        if p.k == 0 {
            for row in 0..<rows where !p.accumulates { (c + row * p.ldc).update(repeating: 0, count: p.n) }
        } else if T.self == Float.self {
            cblas_sgemm(
                CblasRowMajor, left, right, m, n, k, 1, a.assumingMemoryBound(to: Float.self), lda, b.assumingMemoryBound(to: Float.self),
                ldb,
                p.accumulates ? 1 : 0, UnsafeMutableRawPointer(c).assumingMemoryBound(to: Float.self), ldc)
        } else {
            cblas_dgemm(
                CblasRowMajor, left, right, m, n, k, 1, a.assumingMemoryBound(to: Double.self), lda,
                b.assumingMemoryBound(to: Double.self), ldb, p.accumulates ? 1 : 0,
                UnsafeMutableRawPointer(c).assumingMemoryBound(to: Double.self), ldc)
        }
        let bias = p.hasBias ? bias?.assumingMemoryBound(to: T.self) : nil
        guard bias != nil || p.activation != nil else { return }
        for row in 0..<rows {
            for column in 0..<p.n {
                let i = row * p.ldc + column
                let x = c[i] + (bias?[column] ?? 0)
                switch p.activation {
                case nil: c[i] = x
                case .relu: c[i] = x > 0 ? x : x == x ? 0 : x
                case .tanh: c[i] = T(tanh(Double(x)))
                case .sigmoid: c[i] = T(1 / (1 + exp(-Double(x))))
                case .gelu: c[i] = T(0.5 * Double(x) * (1 + erf(Double(x) / 2.0.squareRoot())))
                }
            }
        }
    }
}
