import Diagnostics

extension Trace {
    func cholesky(_ x: Tensor) throws(Diagnostic) -> Tensor { tensor(try builder.apply(.cholesky, [try square(x, "cholesky")])) }

    func triangularSolve(_ a: Tensor, _ b: Tensor, lower: Bool, transposed: Bool) throws(Diagnostic) -> Tensor {
        let matrix = try square(a, "triangularSolve")
        guard matrix.rank == 2, b.rank == 1 || b.rank == 2, b.shape[0] == matrix.shape[0] else {
            throw Diagnostic(
                "shapes \(a.shape) and \(b.shape) do not go together in triangularSolve",
                help: "b is a vector or matrix of \(matrix.shape[0]) rows, none missing")
        }
        let right = try symbol(b).converted(to: matrix.dtype).reshaped([b.shape[0], b.rank == 1 ? 1 : b.shape[1]])
        return tensor(try builder.apply(.triangularSolve(lower: lower, transposed: transposed), [matrix, right]).reshaped(b.shape))
    }

    /// x in A x = b, by the normal equations A' A x = A' b and two rounds of refinement, which give back the digits that squaring A costs
    /// (Björck, Numerical Methods for Least Squares Problems, 2.9): graphs factor symmetric matrices only.
    func solve(_ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
        var matrix = try square(a, "solve")
        let n = matrix.shape[matrix.rank - 1]
        guard b.rank >= 1, (b.rank == 1 ? b.count : b.shape[b.rank - 2]) == n else {
            throw Diagnostic("shapes \(a.shape) and \(b.shape) do not go together in solve", help: "b needs \(n) rows")
        }
        var right = try symbol(b).converted(to: matrix.dtype)
        if b.rank == 1 { right = right.reshaped([n, 1]) }
        let m = right.shape[right.rank - 1]
        let batch = try Shape.broadcast(Array(matrix.shape.dropLast(2)), Array(right.shape.dropLast(2)))
        (matrix, right) = (matrix.broadcast(to: batch + [n, n]), right.broadcast(to: batch + [n, m]))
        let factor = try builder.apply(.cholesky, [matrix.product(matrix, transposeLeft: true)])
        func step(_ residual: Symbol) throws(Diagnostic) -> Symbol {
            let half = try builder.apply(
                .triangularSolve(lower: true, transposed: false), [factor, matrix.product(residual, transposeLeft: true)])
            return try builder.apply(.triangularSolve(lower: true, transposed: true), [factor, half])
        }
        var x = try step(right)
        for _ in 0..<2 { x = x + (try step(right - matrix.product(x))) }
        return tensor(b.rank == 1 ? x.reshaped(batch + [n]) : x)
    }

    /// The logarithm of the determinant's absolute value: half that of A' A.
    func logDeterminant(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let matrix = try square(x, "logDeterminant")
        let factor = try builder.apply(.cholesky, [matrix.product(matrix, transposeLeft: true)])
        return tensor(diagonal(factor).unary(.log).sum(axes: [matrix.rank - 2]))
    }

    /// The sign of the determinant, read: it is the same for all matrices near by.
    func sign(ofDeterminant x: Tensor) throws(Diagnostic) -> Tensor {
        try tensor(try symbol(x).stopped()).settled().logDeterminant().sign
    }

    /// The elements of the last two axes' diagonal.
    private func diagonal(_ x: Symbol) -> Symbol {
        let type = TensorType(.int32, x.shape)
        let onDiagonal = builder.iota(axis: x.rank - 2, type).compared(.equal, builder.iota(axis: x.rank - 1, type))
        return onDiagonal.select(x, x.builder.constant(0, x.type)).sum(axes: [x.rank - 1])
    }

    private func square(_ x: Tensor, _ name: String) throws(Diagnostic) -> Symbol {
        guard x.rank >= 2, x.shape[x.rank - 1] == x.shape[x.rank - 2] else {
            throw Diagnostic("\(name) needs a square matrix, and got shape \(x.shape)")
        }
        return try symbol(x).converted(to: x.dtype == .float32 ? .float32 : .float64)
    }
}
