import Diagnostics
import Graphs

/// One matrix product, or a batch of them, by its sizes: C (+)= A B, then a bias for each column, then an activation.
///
/// A is m x k, B is k x n and C is m x n, row-major; a transposed operand lies in memory as k x m or n x k.
struct ProductDescription: Hashable, Sendable {
    /// A leading axis: how many products there are along it, and elements from one to the next (0 repeats an operand).
    struct Batch: Hashable, Sendable {
        var count: Int
        var a: Int, b: Int, c: Int
    }

    /// What may follow the product, element by element.
    enum Activation: Hashable, Sendable { case relu, tanh, sigmoid, gelu }

    /// `.float32` or `.float64`.
    var dtype: DType
    var m: Int, n: Int, k: Int
    var transposeA = false, transposeB = false
    /// Elements from one row in memory to the next.
    var lda: Int, ldb: Int, ldc: Int
    /// Leading axes, outermost first, at most two.
    var batch: [Batch] = []
    /// Whether the product is added to what C holds.
    var accumulates = false
    /// Whether a vector of n elements is added to each row.
    var hasBias = false
    var activation: Activation?

    /// A product of contiguous matrices.
    init(_ dtype: DType, m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false) {
        (self.dtype, self.m, self.n, self.k) = (dtype, m, n, k)
        (self.transposeA, self.transposeB) = (transposeA, transposeB)
        lda = max(1, transposeA ? m : k)
        ldb = max(1, transposeB ? k : n)
        ldc = max(1, n)
    }

    /// Products in the batch.
    var count: Int { batch.reduce(1) { $0 * $1.count } }

    /// Elements from the first product's operands to those of product `index`.
    func offsets(_ index: Int) -> (a: Int, b: Int, c: Int) {
        var rest = index
        var result = (a: 0, b: 0, c: 0)
        for axis in batch.reversed() {
            let i = rest % axis.count
            rest /= axis.count
            result = (result.a + i * axis.a, result.b + i * axis.b, result.c + i * axis.c)
        }
        return result
    }

    /// Throws a `Diagnostic` for sizes that no caller should give: negative, past 2^31 or with rows that overlap.
    func check() throws(Diagnostic) {
        let limit = Int(Int32.max)
        let sound =
            dtype.isFloat && batch.count <= 2 && batch.allSatisfy { $0.count >= 0 } && (activation == nil || Self.fuses(activation, dtype))
            && [m, n, k].allSatisfy { (0...limit).contains($0) } && [lda, ldb, ldc].allSatisfy { (1...limit).contains($0) }
            && lda >= (transposeA ? m : k) && ldb >= (transposeB ? k : n) && ldc >= n
        guard sound else { throw Diagnostic("a product of \(m) x \(k) and \(k) x \(n) matrices is outside what the engine multiplies") }
    }

    /// Whether an activation can follow a product of that type in one go.
    static func fuses(_ activation: Activation?, _ dtype: DType) -> Bool { dtype == .float32 || activation == nil || activation == .relu }

    /// Rows of C that one chunk of work computes.
    ///
    /// A function of the shape alone, so that results do not depend on the number of threads. A chunk is worth at least a few microseconds
    /// beside which handing it out costs nothing; there are no more chunks than keep 16 threads busy; and their number is even where there
    /// are few, so that two threads finish together.
    var chunkRows: Int {
        let least = 1 << 19  // operations, about 2 us of one core
        let work = 2 * Double(m) * Double(n) * Double(k)
        let wanted = min(32.0 / Double(max(1, min(32, count))), (work / Double(least)).rounded(.down))
        guard wanted >= 2, m > 16 else { return max(1, m) }
        let chunks = Int(wanted) & ~1
        let grain = m >= 512 ? 32 : 8
        let rows = (m + chunks - 1) / chunks
        return min(m, max(16, (rows + grain - 1) / grain * grain))
    }
}
