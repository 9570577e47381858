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
    enum Activation: Hashable, Sendable { case relu }

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
            dtype.isFloat && batch.count <= 2 && batch.allSatisfy { $0.count >= 0 } && [m, n, k].allSatisfy { (0...limit).contains($0) }
            && [lda, ldb, ldc].allSatisfy { (1...limit).contains($0) }
            && lda >= (transposeA ? m : k) && ldb >= (transposeB ? k : n) && ldc >= n
        guard sound else { throw Diagnostic("a product of \(m) x \(k) and \(k) x \(n) matrices is outside what the engine multiplies") }
    }

    /// The part of C that one chunk of work computes; and, where that is all of C, how many products of the batch one chunk does.
    ///
    /// A function of the shape alone, so that results do not depend on the number of threads. A chunk is worth at least two microseconds
    /// of one core, beside which handing it out costs little; reading B costs as much as multiplying it by 16 rows. There are no more chunks than keep 16 threads busy, in powers of two, so that
    /// two threads finish together; and the longer side is cut first, since a chunk reads its rows of A and its columns of B. Columns of a
    /// transposed B are copied by each chunk that reads them, so that these are cut sooner.
    var chunk: (rows: Int, columns: Int, products: Int) {
        let least = Double(1 << 19)
        let work = 2 * Double(max(m, min(16, 16 * m))) * Double(n) * Double(max(1, k))
        if work < 2 * least || count >= 32 {
            let products = min(least / max(1, work), Double(count) / 32)
            return (max(1, m), max(1, n), max(1, Int(products)))
        }
        let wanted = min(32 / Double(max(1, count)), work / least)
        let vector = dtype == .float32 ? 16 : 8
        let favour = transposeB ? 4 : 1
        var (rows, columns) = (1, 1)
        while Double(2 * rows * columns) <= wanted {
            let (canCutRows, canCutColumns) = (m / rows >= 32, n / columns >= (m < 16 ? 8 : 4) * vector)
            if canCutRows, m / rows >= favour * (n / columns) || !canCutColumns {
                rows *= 2
            } else if canCutColumns {
                columns *= 2
            } else {
                break
            }
        }
        func size(_ all: Int, _ parts: Int, _ grain: Int) -> Int { min(all, ((all + parts - 1) / parts + grain - 1) / grain * grain) }
        return (size(m, rows, 8), size(n, columns, vector), 1)
    }
}
