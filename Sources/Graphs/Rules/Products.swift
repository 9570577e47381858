/// The gradients of a matrix product, as products with the operands transposed as needed.
func productGradient(_ a: Symbol, _ b: Symbol, _ g: Symbol, _ transposeA: Bool, _ transposeB: Bool, _ wanted: [Bool]) -> [Symbol?] {
    // With A the left factor as it is used (transposed if so marked): dA = g B', dB = A' g.
    let left = transposeA ? b.product(g, transposeLeft: transposeB, transposeRight: true) : g.product(b, transposeRight: !transposeB)
    guard wanted[1] else { return [left, nil] }
    let right = transposeB ? g.product(a, transposeLeft: true, transposeRight: transposeA) : a.product(g, transposeLeft: !transposeA)
    return [wanted[0] ? left : nil, right]
}
