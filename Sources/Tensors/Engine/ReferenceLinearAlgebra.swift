import Diagnostics
import Graphs

extension ReferenceExecutor {
    /// Row by row, from the lower triangle of the matrix (Cholesky and Banachiewicz).
    static func cholesky(_ x: [Double], _ shape: [Int]) throws(Diagnostic) -> [Double] {
        let n = shape[shape.count - 1]
        var factor = [Double](repeating: 0, count: x.count)
        for start in stride(from: 0, to: x.count, by: max(1, n * n)) {
            for i in 0..<n {
                for j in 0...i {
                    var rest = x[start + i * n + j]
                    for k in 0..<j { rest -= factor[start + i * n + k] * factor[start + j * n + k] }
                    if i == j {
                        guard rest > 0, rest.isFinite else {
                            throw Diagnostic(
                                "the matrix is not positive definite",
                                help:
                                    "a covariance matrix is symmetric with positive eigenvalues; adding a little to its diagonal often helps",
                                notes: ["its Cholesky factor meets \(formatNumber(rest)) on the diagonal at row \(i)"])
                        }
                        factor[start + i * n + i] = rest.squareRoot()
                    } else {
                        factor[start + i * n + j] = rest / factor[start + j * n + j]
                    }
                }
            }
        }
        return factor
    }

    /// Forward or back substitution. Only the triangle named is read. Throws where its diagonal has a zero.
    static func triangularSolve(_ a: [Double], _ b: [Double], _ shape: [Int], _ lower: Bool, _ transposed: Bool) throws(Diagnostic)
        -> [Double]
    {
        let (n, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        let (rowStep, columnStep) = transposed ? (1, n) : (n, 1)
        // A transposed lower triangle is an upper one.
        let forward = lower != transposed
        var x = b
        for matrix in 0..<shape.dropLast(2).reduce(1, *) {
            if columns > 0, let zero = (0..<n).first(where: { a[matrix * n * n + $0 * (n + 1)] == 0 }) { throw .singular(row: zero) }
            for step in 0..<n {
                let i = forward ? step : n - 1 - step
                for column in 0..<columns {
                    let position = (matrix * n + i) * columns + column
                    var rest = x[position]
                    for j in forward ? 0..<i : i + 1..<n {
                        rest -= a[matrix * n * n + i * rowStep + j * columnStep] * x[(matrix * n + j) * columns + column]
                    }
                    x[position] = rest / a[matrix * n * n + i * (rowStep + columnStep)]
                }
            }
        }
        return x
    }
}
