// Rules for matrix products.

extension Rewriter {
    /// A factor whose last two axes were exchanged is used the other way round.
    func transposedFactors(_ left: Bool, _ right: Bool, _ a: Symbol, _ b: Symbol) -> Symbol? {
        let (first, second) = (swappedOperand(a), swappedOperand(b))
        guard first != nil || second != nil else { return nil }
        return (first ?? a).product(second ?? b, transposeLeft: left != (first != nil), transposeRight: right != (second != nil))
    }

    /// (A B)' = B' A'.
    func transposedProduct(_ order: [Int], _ x: Symbol) -> Symbol? {
        guard case .product(let left, let right) = x.node.op, isSwap(order), readOnce(x) else { return nil }
        return operand(x, 1).product(operand(x, 0), transposeLeft: !right, transposeRight: !left)
    }

    /// Products with one matrix that all share are one product of a longer matrix; so is a single product with leading axes of size 1.
    func productOfBroadcast(_ left: Bool, _ right: Bool, _ a: Symbol, _ b: Symbol) -> Symbol? {
        guard a.rank > 2 else { return nil }
        let (m, n) = (a.shape[a.rank - (left ? 1 : 2)], b.shape[b.rank - (right ? 2 : 1)])
        let shape = Array(a.shape.dropLast(2)) + [m, n]
        if a.shape.dropLast(2).allSatisfy({ $0 == 1 }) {
            return a.rows.product(b.rows, transposeLeft: left, transposeRight: right).reshaped(shape)
        }
        if let shared = sharedMatrix(b), !left { return a.rows.product(shared, transposeRight: right).reshaped(shape) }
        // A matrix by each of many columns: B' A'.
        if let shared = sharedMatrix(a), n == 1 {
            let columns = b.reshaped([b.shape.dropLast(2).reduce(1, *), b.type.count / max(1, b.shape.dropLast(2).reduce(1, *))])
            return columns.product(shared, transposeRight: !left).reshaped(shape)
        }
        return nil
    }

    /// Rows of a table by number, times a matrix, are rows of the product, which is smaller where rows occur often: gather(E) W =
    /// gather(E W), and gather(E)' B = E' scatter(B).
    func productOfRows(_ left: Bool, _ right: Bool, _ a: Symbol, _ b: Symbol) -> Symbol? {
        guard a.rank == 2 else { return nil }
        if !left, let (table, positions) = takenRows(a) {
            return builder.add(.gather, [table.product(b, transposeRight: right), positions])
        }
        guard left, !right else { return nil }
        if let (table, positions) = takenRows(a) {
            return table.product(builder.add(.scatterAdd(rows: table.shape[0]), [positions, b]), transposeLeft: true)
        }
        if let (table, positions) = takenRows(b) {
            return builder.add(.scatterAdd(rows: table.shape[0]), [positions, a]).product(table, transposeLeft: true)
        }
        return nil
    }

    /// scatter(G W) = scatter(G) W, which is smaller where rows occur often.
    func scatterOfProduct(_ rows: Int, _ positions: Symbol, _ values: Symbol) -> Symbol? {
        let product = values.beforeReshape
        guard case .product(transposeLeft: false, let right) = product.node.op, product.rank == 2, values.rank == positions.rank + 1,
            rows < positions.type.count, readOnce(product), readOnce(values)
        else { return nil }
        let flat = positions.reshaped([positions.type.count])
        return builder.add(.scatterAdd(rows: rows), [flat, operand(product, 0)]).product(operand(product, 1), transposeRight: right)
    }

    /// A column times a row is a multiplication.
    func outerProduct(_ left: Bool, _ right: Bool, _ a: Symbol, _ b: Symbol) -> Symbol? {
        guard a.shape[a.rank - (left ? 2 : 1)] == 1 else { return nil }
        let (m, n) = (a.shape[a.rank - (left ? 1 : 2)], b.shape[b.rank - (right ? 2 : 1)])
        return a.reshaped(a.shape.dropLast(2) + [m, 1]) * b.reshaped(b.shape.dropLast(2) + [1, n])
    }

    private func isSwap(_ order: [Int]) -> Bool {
        order.count >= 2 && order == Array(0..<order.count - 2) + [order.count - 1, order.count - 2]
    }

    private func swappedOperand(_ x: Symbol) -> Symbol? {
        guard case .transpose(let order) = x.node.op, isSwap(order) else { return nil }
        return operand(x, 0)
    }

    /// The matrix that was repeated along all leading axes.
    private func sharedMatrix(_ x: Symbol) -> Symbol? {
        guard case .broadcast = x.node.op else { return nil }
        let source = operand(x, 0)
        guard source.rank >= 2, source.shape.suffix(2) == x.shape.suffix(2), source.shape.dropLast(2).allSatisfy({ $0 == 1 }) else {
            return nil
        }
        return source.reshaped(Array(source.shape.suffix(2)))
    }

    /// The table and the flat positions of a matrix whose rows were taken from a smaller table, with a reshape in between or without.
    private func takenRows(_ x: Symbol) -> (Symbol, Symbol)? {
        let rows = x.beforeReshape
        guard rows.node.op == .gather else { return nil }
        let (table, positions) = (operand(rows, 0), operand(rows, 1))
        guard table.rank == 2, table.shape[1] == x.shape[1], table.shape[0] < positions.type.count else { return nil }
        return (table, positions.reshaped([positions.type.count]))
    }
}

extension Symbol {
    /// What was reshaped, if it was, without a change of the last axis.
    fileprivate var beforeReshape: Symbol {
        guard case .reshape = node.op else { return self }
        let source = builder.symbol(node.operands[0])
        return source.shape.last == shape.last ? source : self
    }
}
