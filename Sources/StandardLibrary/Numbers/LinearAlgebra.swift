import Diagnostics
import Language
import Tensors

/// Vectors and matrices.
enum LinearAlgebraChapter {
    static let title = "Linear algebra"

    static let rows: [Builtin] = [
        Builtin(
            "matmul(a, b)", chapter: title, "The matrix product, as `a @ b`.",
            examples: [.init("matmul([[1, 2], [3, 4]], [1, 1])", "[3, 7]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let (a, b) = (try call.tensor(0), try call.tensor(1))
            return .of(try defined(try a.matmul(b), from: [a, b], call.name))
        },
        Builtin(
            "dot(a, b)", chapter: title, "The sum of the products of two vectors' entries.", examples: [.init("dot([1, 2], [3, 4])", "11")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let (a, b) = (try call.vector(0), try call.vector(1))
            return .of(try defined(try a.matmul(b), from: [a, b], call.name))
        },
        Builtin(
            "outer(a, b)", chapter: title, "The products of every entry of one vector with every entry of another.",
            examples: [.init("outer([1, 2], [3, 4])", "[[3, 4],\n [6, 8]]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let (a, b) = (try call.vector(0), try call.vector(1))
            return .tensor(try defined(try a.expandedDims(1) * b, from: [a, b], call.name))
        },
        Builtin(
            "solve(a, b)", chapter: title, "x in `a @ x == b`, for a square matrix a; b is a vector or has a column for each right side.",
            examples: [.init("solve([[2, 0], [0, 4]], [2, 4])", "[1, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).solve(call.tensor(1))) },
        Builtin(
            "lstsq(a, b)", chapter: title, "x for which `a @ x` comes nearest to b: least squares, by the QR factors.",
            examples: [.init("round(lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]), digits: 9)", "[1, 2]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (a, b) = (try call.array(0), try call.array(1))
            guard a.rank == 2, a.shape[0] >= a.shape[1] else { throw call.mustBe(0, "a matrix of at least as many rows as columns") }
            let (q, r) = try a.qr()
            return .of(try r.triangularSolve(q.transposed().matmul(b), lower: false))
        },
        row(
            "inv", "The inverse of a square matrix. `solve(a, b)` is better than `inv(a) @ b`.",
            [.init("inv([[2, 0], [0, 4]])", "[[0.5,  0],\n [0,    0.25]]")]
        ) {
            (x: Tensor) throws(Diagnostic) -> Value in .of(try x.inverse())
        },
        row("det", "The determinant.", [.init("round(det([[1, 2], [3, 4]]), digits: 9)", "-2")]) {
            (x: Tensor) throws(Diagnostic) -> Value in .of(try x.determinant())
        },
        row("logdet", "The logarithm of the determinant's absolute value.", [.init("logdet(eye(3))", "0")]) {
            (x: Tensor) throws(Diagnostic) -> Value in .of(try x.logDeterminant().logarithm)
        },
        row("trace", "The sum of the diagonal.", [.init("trace([[1, 2], [3, 4]])", "5")]) {
            (x: Tensor) throws(Diagnostic) -> Value in .of(try diagonal(x).sum())
        },
        row(
            "diag", "The diagonal of a matrix, or the matrix with a vector as its diagonal.",
            [.init("diag([1, 2])", "[[1, 0],\n [0, 2]]"), .init("diag([[1, 2], [3, 4]])", "[1, 4]")]
        ) {
            (x: Tensor) throws(Diagnostic) -> Value in
            if x.rank == 1 {
                let on = try Tensor.eye(x.count).converted(to: .bool)
                return .tensor(try Tensor.select(on, x, Tensor(0)))
            }
            return .of(try diagonal(x))
        },
        row(
            "cholesky", "The lower triangular L with `L @ transpose(L)` equal to a positive definite matrix.",
            [.init("cholesky([[4, 0], [0, 9]])", "[[2, 0],\n [0, 3]]")]
        ) {
            (x: Tensor) throws(Diagnostic) -> Value in .of(try x.cholesky())
        },
        row(
            "qr", "The record of q, with orthonormal columns, and r, upper triangular, whose product is the matrix.",
            [.init("qr(eye(2)).q.shape", "[2, 2]")]
        ) {
            (x: Tensor) throws(Diagnostic) -> Value in
            let (q, r) = try x.qr()
            return .record([("q", .tensor(q)), ("r", .tensor(r))])
        },
        row(
            "svd", "The singular value decomposition, a record: the matrix is `u @ diag(s) @ vt`, s descending.",
            [.init("svd([[3, 0], [0, 4]]).s", "[4, 3]")]
        ) {
            (x: Tensor) throws(Diagnostic) -> Value in
            let (u, s, vt) = try x.svd()
            return .record([("u", .tensor(u)), ("s", .tensor(s)), ("vt", .tensor(vt))])
        },
        row(
            "eigen",
            "The eigenvalues and eigenvectors of a symmetric matrix, a record: values ascending, vectors as columns. Of any other, the values' real and imaginary parts.",
            [.init("eigen([[2, 0], [0, 1]]).values", "[1, 2]")]
        ) { (x: Tensor) throws(Diagnostic) -> Value in
            if x.rank == 2, x.shape[0] == x.shape[1], isSymmetric(x) {
                let (values, vectors) = try x.eigh()
                return .record([("values", .tensor(values)), ("vectors", .tensor(vectors))])
            }
            let (real, imaginary) = try x.eigenvalues()
            return .record([("real", .tensor(real)), ("imaginary", .tensor(imaginary))])
        },
    ]

    private static func row(
        _ name: String, _ summary: String, _ examples: [Builtin.Example],
        _ function: @escaping @Sendable (Tensor) throws(Diagnostic) -> Value
    ) -> Builtin {
        Builtin("\(name)(x)", chapter: title, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            try function(try call.array(0))
        }
    }

    private static func diagonal(_ x: Tensor) throws(Diagnostic) -> Tensor {
        guard x.rank == 2 else { throw Diagnostic("a matrix has two axes, and this has shape \(x.shape)", argument: "x") }
        let n = Tensor(Array(0..<min(x.shape[0], x.shape[1])))
        return try x.indexed([.positions(n), .positions(n)])
    }

    private static func isSymmetric(_ x: Tensor) -> Bool {
        let n = x.shape[0]
        let values = x.doubles
        let scale = values.reduce(0) { max($0, abs($1)) }
        return (0..<n).allSatisfy { i in (0..<i).allSatisfy { j in abs(values[i * n + j] - values[j * n + i]) <= 1e-12 * scale } }
    }
}
