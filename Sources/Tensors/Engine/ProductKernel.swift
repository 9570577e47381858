import Diagnostics
import Kernels

/// A matrix product made ready for its shape.
///
/// It is cut into chunks that threads may do in any order; each writes rows of C of its own.
final class MatrixProduct: Sendable {
    let description: ProductDescription
    /// Pieces of work, 0 ..< chunks.
    let chunks: Int
    /// Bytes of scratch memory, 64-byte aligned, that each thread needs.
    let scratch: Int
    /// The product of one whole chunk, and how many chunks C has down and across.
    private let whole: lk_gemm
    private let down: Int, across: Int
    /// Products of the batch that one chunk does.
    private let products: Int
    private let dtype: Int32, elementSize: Int

    /// - Parameter workers: how many threads may work on it at the same time.
    /// Throws a `Diagnostic` where sizes are out of bounds.
    init(_ description: ProductDescription, workers: Int) throws(Diagnostic) {
        try description.check()
        let p = description
        let chunk = p.chunk
        self.description = p
        (dtype, elementSize) = p.dtype == .float32 ? (Int32(LK_FLOAT32.rawValue), 4) : (Int32(LK_FLOAT64.rawValue), 8)
        whole = lk_gemm(
            m: Int64(chunk.rows), n: Int64(chunk.columns), k: Int64(p.k), a_row: Int64(p.transposeA ? 1 : p.lda),
            a_column: Int64(p.transposeA ? p.lda : 1), b_row: Int64(p.transposeB ? 1 : p.ldb), b_column: Int64(p.transposeB ? p.ldb : 1),
            ldc: Int64(p.ldc), accumulate: p.accumulates ? 1 : 0, relu: p.activation == .relu ? 1 : 0)
        down = (p.m + chunk.rows - 1) / chunk.rows
        across = (p.n + chunk.columns - 1) / chunk.columns
        products = chunk.products
        chunks = down * across * ((p.count + products - 1) / products)
        scratch = withUnsafePointer(to: whole) { [dtype] in lk_gemm_scratch(dtype, $0) }
    }

    /// Does one chunk on the calling thread.
    ///
    /// - Parameters:
    ///   - worker: the thread's number.
    ///   - bias: n elements, or nil where the description has none.
    ///   - scratch: memory of the calling thread alone.
    func run(
        chunk: Int, worker: Int, a: UnsafeRawPointer, b: UnsafeRawPointer, c: UnsafeMutableRawPointer, bias: UnsafeRawPointer?,
        scratch: UnsafeMutableRawPointer
    ) {
        let (group, part) = chunk.quotientAndRemainder(dividingBy: down * across)
        let (row, column) = (part / across * Int(whole.m), part % across * Int(whole.n))
        var product = whole
        product.m = min(whole.m, Int64(description.m - row))
        product.n = min(whole.n, Int64(description.n - column))
        let (fromA, fromB) = (row * Int(whole.a_row), column * Int(whole.b_column))
        for index in group * products..<min(description.count, (group + 1) * products) {
            let at = description.offsets(index)
            lk_gemm_run(
                dtype, &product, a + (at.a + fromA) * elementSize, b + (at.b + fromB) * elementSize,
                c + (at.c + row * description.ldc + column) * elementSize,
                description.hasBias ? bias.map { $0 + column * elementSize } : nil, scratch)
        }
    }
}
