/// The gradients of a matrix product, as products with the operands transposed as needed.
func productGradient(_ a: Symbol, _ b: Symbol, _ g: Symbol, _ transposeA: Bool, _ transposeB: Bool, _ wanted: [Bool]) -> [Symbol?] {
    // With A the left factor as it is used (transposed if so marked): dA = g B', dB = A' g.
    let left = transposeA ? b.product(g, transposeLeft: transposeB, transposeRight: true) : g.product(b, transposeRight: !transposeB)
    guard wanted[1] else { return [left, nil] }
    let right = transposeB ? g.product(a, transposeLeft: true, transposeRight: transposeA) : a.product(g, transposeLeft: !transposeA)
    return [wanted[0] ? left : nil, right]
}

extension Op {
    /// One product over all examples: both operands of their own, or a matrix shared by all, beside which the examples are rows of one matrix.
    func batchedProduct(_ x: [Symbol], _ marks: [Bool], _ batch: Batch, _ left: Bool, _ right: Bool) -> Symbol {
        let (a, b) = (x[0], x[1])
        switch (marks[0], marks[1]) {
        case (true, false) where b.rank == 2:
            return (left ? a.swapped : a).folded.product(b, transposeRight: right).unfolded(batch.size)
        case (false, true) where a.rank == 2:
            // (A B)' = B' A'.
            return (right ? b : b.swapped).folded.product(a, transposeRight: !left).unfolded(batch.size).swapped
        default:
            return a.builder.add(self, batch.lifted(x, marks))
        }
    }
}
