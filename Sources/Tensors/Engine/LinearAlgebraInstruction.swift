import COpenBLAS
import Diagnostics
import Glibc
import Graphs

// LAPACK and BLAS over matrices, cut by matrix. The cuts depend on the shapes alone, and each piece is done by one thread.

/// The lower factors of positive definite matrices, from their lower triangles.
final class CholeskyInstruction: LoopInstruction, @unchecked Sendable {
    private let from: Address, to: Address
    private let type: TensorType
    private let n: Int

    init(_ type: TensorType, from: Address, to: Address) {
        let n = type.shape[type.rank - 1]
        self.type = type
        self.from = from
        self.to = to
        self.n = n
        super.init(
            length: n == 0 ? 0 : type.count / (n * n), work: type.count * max(4, n / 3), summary: "Cholesky factors of \(type)")
        OpenBLAS.prepare()
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        type.dtype == .float32 ? factor(range, memory, latent_cholesky_single) : factor(range, memory, latent_cholesky)
    }

    @inline(__always)
    private func factor<T: BinaryFloatingPoint>(
        _ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ routine: (Int32, UnsafeMutablePointer<T>) -> Int32
    ) -> Int {
        let (from, to) = (from.pointer(memory).assumingMemoryBound(to: T.self), to.pointer(memory).assumingMemoryBound(to: T.self))
        for matrix in range {
            let (source, target) = (from + matrix * n * n, to + matrix * n * n)
            for row in 0..<n {
                (target + row * n).update(from: source + row * n, count: row + 1)
                (target + row * n + row + 1).update(repeating: 0, count: n - row - 1)
            }
            let info = routine(Int32(n), target)
            // NaN passes through LAPACK.
            guard info == 0, (0..<n).allSatisfy({ target[$0 * (n + 1)] > 0 && target[$0 * (n + 1)].isFinite }) else { return matrix }
        }
        return -1
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic {
        let matrix = Tensor(copying: from.pointer(frame) + place * n * n * type.dtype.size, TensorType(type.dtype, [n, n]))
        // Said as the definition says it; what only rounding to float32 spoils, it factors.
        do throws(Diagnostic) { _ = try ReferenceExecutor.cholesky(matrix.doubles, [n, n]) } catch { return error }
        return Diagnostic(
            "the matrix is not positive definite in float32", help: "adding a little to its diagonal, or computing in float64, often helps")
    }
}

/// Triangular systems, cut by matrix and by columns of their right sides.
final class TriangularSolveInstruction: LoopInstruction, @unchecked Sendable {
    private let matrix: Address, right: Address, to: Address
    private let type: TensorType
    private let lower: Bool, transposed: Bool
    private let n: Int, columns: Int
    /// Columns of a piece, and pieces of a matrix.
    private let width: Int, panels: Int

    /// - Parameter type: of the right sides.
    init(_ type: TensorType, lower: Bool, transposed: Bool, matrix: Address, right: Address, to: Address) {
        let (rows, columns) = (type.shape[type.rank - 2], type.shape[type.rank - 1])
        // Narrower pieces of a wide right side would not pay for reading the triangle again.
        let width = max(1, min(columns, 64))
        let panels = (columns + width - 1) / width
        self.type = type
        self.lower = lower
        self.transposed = transposed
        self.matrix = matrix
        self.right = right
        self.to = to
        n = rows
        self.columns = columns
        self.width = width
        self.panels = panels
        var pieces = panels
        for size in type.shape.dropLast(2) { pieces *= size }
        let name = lower ? "lower" : "upper"
        super.init(
            length: pieces, work: type.count * max(4, rows / 2),
            summary: "\(name) triangular systems\(transposed ? ", transposed" : "") of \(type)")
        OpenBLAS.prepare()
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let triangle = lower ? CblasLower : CblasUpper
        let transposition = transposed ? CblasTrans : CblasNoTrans
        let (n32, lead) = (Int32(n), Int32(columns))
        if type.dtype == .float32 {
            return solve(range, memory) { (a: UnsafePointer<Float>, x, count) in
                cblas_strsm(CblasRowMajor, CblasLeft, triangle, transposition, CblasNonUnit, n32, count, 1, a, n32, x, lead)
            }
        }
        return solve(range, memory) { (a: UnsafePointer<Double>, x, count) in
            cblas_dtrsm(CblasRowMajor, CblasLeft, triangle, transposition, CblasNonUnit, n32, count, 1, a, n32, x, lead)
        }
    }

    @inline(__always)
    private func solve<T: BinaryFloatingPoint>(
        _ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>,
        _ routine: (UnsafePointer<T>, UnsafeMutablePointer<T>, _ columns: Int32) -> Void
    ) -> Int {
        let matrices = matrix.pointer(memory).assumingMemoryBound(to: T.self)
        let (right, to) = (right.pointer(memory).assumingMemoryBound(to: T.self), to.pointer(memory).assumingMemoryBound(to: T.self))
        for piece in range {
            let (index, panel) = piece.quotientAndRemainder(dividingBy: panels)
            let a = matrices + index * n * n
            if let zero = (0..<n).first(where: { a[$0 * (n + 1)] == 0 }) { return index * n + zero }
            let start = index * n * columns + panel * width
            let count = min(width, columns - panel * width)
            for row in 0..<n { (to + start + row * columns).update(from: right + start + row * columns, count: count) }
            if n > 0 { routine(a, to + start, Int32(count)) }
        }
        return -1
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic { .singular(row: place % n) }
}

extension Diagnostic {
    /// A triangular matrix with a zero on its diagonal.
    static func singular(row: Int) -> Diagnostic {
        Diagnostic("the matrix is singular", notes: ["its diagonal is 0 at row \(row)"])
    }
}
