// Rules for sums and extremes along axes.

extension Rewriter {
    /// An axis of size 1 is reduced by leaving it out.
    func sizeOneReduction(_ reduction: Reduction, _ axes: [Int], _ x: Symbol) -> Symbol? {
        let real = axes.filter { x.shape[$0] != 1 }
        guard real.count < axes.count else { return nil }
        return x.reduced(reduction, axes: real, keep: true).reshaped(rest(x.shape, without: axes))
    }

    /// A sum of sums is a sum over both sets of axes, and so for extremes; sizes of 1 in between do not matter.
    func reductionOfReduction(_ reduction: Reduction, _ axes: [Int], _ x: Symbol) -> Symbol? {
        guard case .reduce(reduction, let first) = x.node.op, readOnce(x) else { return nil }
        let source = operand(x, 0)
        let kept = source.shape.indices.filter { !first.contains($0) }
        return source.reduced(reduction, axes: first + axes.map { kept[$0] })
    }

    /// The sum of n equal numbers is n times one; the largest of them is one.
    func reductionOfBroadcast(_ reduction: Reduction, _ axes: [Int], _ x: Symbol) -> Symbol? {
        guard case .broadcast = x.node.op, x.type.count > 0 else { return nil }
        let source = operand(x, 0)
        let lead = x.rank - source.rank
        func isStretched(_ axis: Int) -> Bool { axis < lead || source.shape[axis - lead] == 1 && x.shape[axis] != 1 }
        let stretched = axes.filter(isStretched)
        guard !stretched.isEmpty, x.dtype.isFloat || reduction != .sum else { return nil }
        let inner = axes.filter { !isStretched($0) }.map { $0 - lead }
        var result = source.reduced(reduction, axes: inner, keep: true)
        if reduction == .sum { result = result * Double(stretched.reduce(1) { $0 * x.shape[$1] }) }
        // What is left of the source's axes, then stretched as before.
        let kept = source.shape.indices.filter { !axes.contains($0 + lead) }.map { result.shape[$0] }
        return result.reshaped(kept).broadcast(to: rest(x.shape, without: axes))
    }

    /// The sum of -x is minus the sum of x.
    func sumOfNegated(_ reduction: Reduction, _ axes: [Int], _ x: Symbol) -> Symbol? {
        reduction == .sum && x.node.op == .unary(.negate) ? -operand(x, 0).sum(axes: axes) : nil
    }

    /// A sum of matrix products A'B over all leading axes is one product of longer matrices: the gradient of weights that many rows share.
    func sumOfProducts(_ reduction: Reduction, _ axes: [Int], _ x: Symbol) -> Symbol? {
        guard case .product(transposeLeft: true, transposeRight: false) = x.node.op, reduction == .sum, readOnce(x), x.rank > 2,
            axes == Array(0..<x.rank - 2)
        else { return nil }
        return operand(x, 0).rows.product(operand(x, 1).rows, transposeLeft: true)
    }

    private func rest(_ shape: [Int], without axes: [Int]) -> [Int] { shape.indices.filter { !axes.contains($0) }.map { shape[$0] } }
}

extension Symbol {
    /// All axes but the last as one.
    var rows: Symbol { reshaped([shape.dropLast().reduce(1, *), shape[rank - 1]]) }
}
