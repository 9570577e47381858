import COpenBLAS
import Diagnostics
import Glibc

// Matrices are the last two axes; axes before them count matrices. LAPACK reads a row-major matrix as its transpose,
// which is why some routines are asked for the other triangle or the transposed problem.

/// The door to OpenBLAS, single-threaded: its own threads would change the bits of results.
enum OpenBLAS {
    private static let prepared: Void = openblas_set_num_threads(1)
    static func prepare() { _ = prepared }
}

extension Tensor {
    /// The matrices of a tensor as float64, checked for what LAPACK cannot take.
    private func matrices(_ name: String, square: Bool = true) throws(Diagnostic) -> (values: [Double], rows: Int, columns: Int, count: Int)
    {
        guard rank >= 2 else { throw Diagnostic("\(name) needs a matrix, and got a tensor of shape \(shape)") }
        let (rows, columns) = (shape[rank - 2], shape[rank - 1])
        guard !square || rows == columns else { throw Diagnostic("\(name) needs a square matrix, and got shape \(shape)") }
        guard Swift.max(rows, columns) <= 1 << 20 else { throw Diagnostic("a matrix of shape \(shape) is too large for \(name)") }
        guard !hasMissing else { throw Diagnostic("\(name) needs a matrix without missing values") }
        let values = doubles
        if let bad = values.firstIndex(where: { !$0.isFinite }) {
            let place = "[\(bad / Swift.max(1, columns) % Swift.max(1, rows)), \(bad % Swift.max(1, columns))]"
            throw Diagnostic("\(name) needs finite values, and the matrix has \(formatNumber(values[bad])) at \(place)")
        }
        OpenBLAS.prepare()
        return (values, rows, columns, shape.dropLast(2).reduce(1, *))
    }

    private func single(_ name: String, square: Bool = true) throws(Diagnostic) -> (values: [Double], rows: Int, columns: Int) {
        guard rank == 2 else { throw Diagnostic("\(name) needs one matrix, and got a tensor of shape \(shape)") }
        let (values, rows, columns, _) = try matrices(name, square: square)
        return (values, rows, columns)
    }

    private static func failed(_ name: String, _ info: Int32) -> Diagnostic {
        Diagnostic("\(name) did not converge", notes: ["LAPACK's info is \(info)"])
    }

    /// Asks for the best workspace, then runs with it.
    private static func withWorkspace(_ routine: (UnsafeMutablePointer<Double>, Int32) -> Int32) -> Int32 {
        var size = 0.0
        let info = routine(&size, -1)
        if info != 0 { return info }
        var work = [Double](repeating: 0, count: Swift.max(1, Int(size)))
        return routine(&work, Int32(work.count))
    }

    private static func place(_ pivot: Int32, _ matrix: Int, of count: Int) -> String {
        (count > 1 ? "matrix \(matrix), " : "") + "row \(pivot - 1)"
    }

    /// x in `self @ x = b`, by the LU factors with row exchanges. b is a vector or has a column for each right side.
    ///
    /// Throws where the matrix is singular.
    public func solve(_ b: Tensor) throws(Diagnostic) -> Tensor {
        if let trace = Trace.of(self, b) { return try trace.solve(self, b) }
        var (values, n, _, count) = try matrices("solve")
        guard b.rank >= 1, !b.hasMissing else {
            throw Diagnostic(
                b.hasMissing ? "solve needs a right side without missing values" : "solve needs a vector or matrix on the right")
        }
        let isVector = b.rank == 1
        var right = isVector ? b.viewed(as: [b.count, 1]) : b
        guard right.shape[right.rank - 2] == n else {
            throw Diagnostic("shapes \(shape) and \(b.shape) do not go together in solve", help: "b needs \(n) rows")
        }
        let m = right.shape[right.rank - 1]
        let batch = try Shape.broadcast(Array(shape.dropLast(2)), Array(right.shape.dropLast(2)))
        if Array(shape.dropLast(2)) != batch {
            values = try broadcast(to: batch + [n, n]).doubles
            count = batch.reduce(1, *)
        }
        right = try right.broadcast(to: batch + [n, m])
        let swap = Array(0..<batch.count) + [batch.count + 1, batch.count]
        // Columns of b and x one after the other, as LAPACK has them.
        var x = try right.transposed(swap).doubles
        guard !x.isEmpty else { return try b.converted(to: .float64) }
        var pivots = [Int32](repeating: 0, count: n)
        for matrix in 0..<count {
            let info = values.withUnsafeMutableBufferPointer { a in
                x.withUnsafeMutableBufferPointer { x -> Int32 in
                    guard let a = a.baseAddress, let x = x.baseAddress else { return 0 }
                    let info = latent_lu(Int32(n), a + matrix * n * n, &pivots)
                    return info != 0 ? info : latent_lu_solve(1, Int32(n), Int32(m), a + matrix * n * n, pivots, x + matrix * n * m)
                }
            }
            guard info == 0 else {
                throw Diagnostic(
                    "the matrix is singular", notes: ["its elimination finds a zero pivot at \(Tensor.place(info, matrix, of: count))"])
            }
        }
        let solution = try Tensor(x, shape: batch + [m, n]).transposed(swap)
        return isVector ? solution.viewed(as: batch + [n]) : solution
    }

    /// The inverse matrix. Throws where the matrix is singular.
    public func inverse() throws(Diagnostic) -> Tensor {
        if Trace.of(self) != nil, rank >= 2 { return try solve(.eye(shape[rank - 1])) }
        let n = try matrices("inverse").rows
        return try solve(.eye(n))
    }

    /// The sign of the determinant (0 where the matrix is singular) and the logarithm of its absolute value.
    public func logDeterminant() throws(Diagnostic) -> (sign: Tensor, logarithm: Tensor) {
        // The sign does not move with the matrix, so it may be read.
        if let trace = Trace.of(self) { return (try trace.sign(ofDeterminant: self), try trace.logDeterminant(self)) }
        var (values, n, _, count) = try matrices("logDeterminant")
        var signs = [Double](repeating: 1, count: count)
        var logs = [Double](repeating: 0, count: count)
        var pivots = [Int32](repeating: 0, count: n)
        for matrix in 0..<count where n > 0 {
            _ = values.withUnsafeMutableBufferPointer { a in a.baseAddress.map { latent_lu(Int32(n), $0 + matrix * n * n, &pivots) } }
            for i in 0..<n {
                let pivot = values[matrix * n * n + i * n + i]
                let exchanged = pivots[i] != Int32(i + 1)
                signs[matrix] *= (pivot > 0 ? 1 : pivot < 0 ? -1 : 0) * (exchanged ? -1 : 1)
                logs[matrix] += Glibc.log(Swift.abs(pivot))
            }
        }
        let shape = Array(shape.dropLast(2))
        return (Tensor(signs, shape: shape), Tensor(logs, shape: shape))
    }

    /// The determinant, as the product of LU's pivots.
    public func determinant() throws(Diagnostic) -> Tensor {
        if let trace = Trace.of(self) { return try trace.sign(ofDeterminant: self) * trace.logDeterminant(self).exp() }
        var (values, n, _, count) = try matrices("determinant")
        var result = [Double](repeating: 1, count: count)
        var pivots = [Int32](repeating: 0, count: n)
        for matrix in 0..<count where n > 0 {
            _ = values.withUnsafeMutableBufferPointer { a in a.baseAddress.map { latent_lu(Int32(n), $0 + matrix * n * n, &pivots) } }
            for i in 0..<n { result[matrix] *= values[matrix * n * n + i * n + i] * (pivots[i] != Int32(i + 1) ? -1 : 1) }
        }
        return Tensor(result, shape: Array(shape.dropLast(2)))
    }

    /// The lower triangular L with `L @ L' = self`; only the lower triangle is read.
    ///
    /// Throws where the matrix is not positive definite.
    public func cholesky() throws(Diagnostic) -> Tensor {
        if let trace = Trace.of(self) { return try trace.cholesky(self) }
        var (values, n, _, count) = try matrices("cholesky")
        for matrix in 0..<count where n > 0 {
            let info = values.withUnsafeMutableBufferPointer { a in
                a.baseAddress.map { latent_cholesky(Int32(n), $0 + matrix * n * n) } ?? 0
            }
            guard info == 0 else {
                throw Diagnostic(
                    "the matrix is not positive definite", notes: ["its factorisation fails at \(Tensor.place(info, matrix, of: count))"])
            }
            for i in 0..<n { for j in (i + 1)..<Swift.max(i + 1, n) { values[matrix * n * n + i * n + j] = 0 } }
        }
        return Tensor(values, shape: shape)
    }

    /// x in `self @ x = b` for a triangular matrix, of which only that triangle is read; `transposed` solves with its transpose.
    ///
    /// Throws where a diagonal element is 0.
    public func triangularSolve(_ b: Tensor, lower: Bool = true, transposed: Bool = false) throws(Diagnostic) -> Tensor {
        if let trace = Trace.of(self, b) { return try trace.triangularSolve(self, b, lower: lower, transposed: transposed) }
        let (values, n, _) = try single("triangularSolve")
        guard b.rank == 1 || b.rank == 2, b.shape[0] == n, !b.hasMissing else {
            throw Diagnostic(
                "shapes \(shape) and \(b.shape) do not go together in triangularSolve",
                help: "b is a vector or matrix of \(n) rows, none missing")
        }
        if let zero = (0..<n).first(where: { values[$0 * n + $0] == 0 }) { throw .singular(row: zero) }
        var x = b.doubles
        let m = b.rank == 1 ? 1 : b.shape[1]
        if n > 0, m > 0 {
            cblas_dtrsm(
                CblasRowMajor, CblasLeft, lower ? CblasLower : CblasUpper, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(n),
                Int32(m), 1, values,
                Int32(n), &x, Int32(m))
        }
        return Tensor(x, shape: b.shape)
    }

    /// The thin QR factors of `[m, n]`: Q with orthonormal columns, `[m, k]`, and R upper triangular, `[k, n]`, where k is the smaller of m and n.
    public func qr() throws(Diagnostic) -> (q: Tensor, r: Tensor) {
        let (_, m, n) = try single("qr", square: false)
        let k = Swift.min(m, n)
        guard k > 0 else { return (try .zeros([m, 0]), try .zeros([0, n])) }
        var a = try transposed().doubles
        var tau = [Double](repeating: 0, count: k)
        var info = Tensor.withWorkspace { latent_qr(Int32(m), Int32(n), &a, &tau, $0, $1) }
        guard info == 0 else { throw Tensor.failed("qr", info) }
        var r = [Double](repeating: 0, count: k * n)
        for i in 0..<k { for j in i..<n { r[i * n + j] = a[j * m + i] } }
        info = Tensor.withWorkspace { latent_qr_q(Int32(m), Int32(k), Int32(k), &a, tau, $0, $1) }
        guard info == 0 else { throw Tensor.failed("qr", info) }
        return (try Tensor(Array(a[..<(m * k)]), shape: [k, m]).transposed(), Tensor(r, shape: [k, n]))
    }

    /// The thin singular value decomposition of `[m, n]`: `u @ diag(s) @ vt`, u `[m, k]`, s `[k]` descending, vt `[k, n]`.
    public func svd() throws(Diagnostic) -> (u: Tensor, s: Tensor, vt: Tensor) {
        var (a, m, n) = try single("svd", square: false)
        let k = Swift.min(m, n)
        guard k > 0 else { return (try .zeros([m, 0]), try .zeros([0]), try .zeros([0, n])) }
        // LAPACK sees the transpose, so its left vectors are our right ones.
        var s = [Double](repeating: 0, count: k)
        var vt = [Double](repeating: 0, count: k * n)
        var u = [Double](repeating: 0, count: m * k)
        var integers = [Int32](repeating: 0, count: 8 * k)
        let info = Tensor.withWorkspace { latent_svd(Int32(n), Int32(m), &a, &s, &vt, &u, $0, $1, &integers) }
        guard info == 0 else { throw Tensor.failed("svd", info) }
        return (Tensor(u, shape: [m, k]), Tensor(s), Tensor(vt, shape: [k, n]))
    }

    /// Eigenvalues, ascending, and orthonormal eigenvectors, as columns, of a symmetric matrix; only the lower triangle is read.
    public func eigh() throws(Diagnostic) -> (values: Tensor, vectors: Tensor) {
        var (a, n, _) = try single("eigh")
        guard n > 0 else { return (try .zeros([0]), try .zeros([0, 0])) }
        var w = [Double](repeating: 0, count: n)
        var integers = [Int32](repeating: 0, count: 3 + 5 * n)
        let info = Tensor.withWorkspace { latent_eigen_symmetric(Int32(n), &a, &w, $0, $1, &integers, $1 < 0 ? -1 : Int32(integers.count)) }
        guard info == 0 else { throw Tensor.failed("eigh", info) }
        return (Tensor(w), try Tensor(a, shape: [n, n]).transposed())
    }

    /// The eigenvalues of a square matrix, as real and imaginary parts.
    public func eigenvalues() throws(Diagnostic) -> (real: Tensor, imaginary: Tensor) {
        var (a, n, _) = try single("eigenvalues")
        guard n > 0 else { return (try .zeros([0]), try .zeros([0])) }
        var real = [Double](repeating: 0, count: n)
        var imaginary = [Double](repeating: 0, count: n)
        let info = Tensor.withWorkspace { latent_eigenvalues(Int32(n), &a, &real, &imaginary, $0, $1) }
        guard info == 0 else { throw Tensor.failed("eigenvalues", info) }
        return (Tensor(real), Tensor(imaginary))
    }
}
