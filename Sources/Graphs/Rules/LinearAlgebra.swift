extension Symbol {
    /// The last two axes where the row is not above (lower) or not below (upper) the column, with a weight on the diagonal; zeros elsewhere.
    func triangle(lower: Bool, diagonal: Double = 1) -> Symbol {
        let type = TensorType(.int32, shape)
        let (row, column) = (builder.iota(axis: rank - 2, type), builder.iota(axis: rank - 1, type))
        let inside = row.compared(lower ? .greater : .less, column).select(self, like(0))
        return diagonal == 0 ? inside : row.compared(.equal, column).select(diagonal == 1 ? self : self * diagonal, inside)
    }
}

/// The gradient of a Cholesky factor L in its symmetric matrix: the symmetric part of L^-T P L^-1, where P is the lower triangle of L' g with its
/// diagonal halved (Murray, Differentiation of the Cholesky decomposition, 2016).
func choleskyGradient(_ factor: Symbol, _ g: Symbol) -> Symbol {
    let builder = factor.builder
    let half = factor.product(g, transposeLeft: true).triangle(lower: true, diagonal: 0.5)
    let solve = { (right: Symbol) in builder.add(.triangularSolve(lower: true, transposed: true), [factor, right]) }
    let inner = solve(solve(half).swapped)
    return (inner + inner.swapped) * 0.5
}

/// The gradients of the solution x of A x = b, A a triangle or its transpose: in b it is A^-T g, in A minus its product with x'.
func triangularSolveGradient(_ a: Symbol, _ x: Symbol, _ g: Symbol, _ lower: Bool, _ transposed: Bool) -> [Symbol?] {
    let right = a.builder.add(.triangularSolve(lower: lower, transposed: !transposed), [a, g])
    let left = transposed ? x.product(right, transposeRight: true) : right.product(x, transposeRight: true)
    return [-left.triangle(lower: lower), right]
}
