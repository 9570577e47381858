// Rules for operations element by element. All are exact.

extension Rewriter {
    /// What does not mind a sign: |-x| = |x|, (-x)^2 = x^2, |x|^2 = x^2, ||x|| = |x|; -(a - b) = b - a; not not x = x.
    func simplerUnary(_ op: UnaryOp, _ x: Symbol) -> Symbol? {
        switch (op, x.node.op) {
        case (.abs, .unary(.negate)), (.square, .unary(.negate)), (.square, .unary(.abs)): return operand(x, 0).unary(op)
        case (.abs, .unary(.abs)), (.abs, .unary(.square)): return x
        case (.negate, .binary(.subtract)) where readOnce(x): return operand(x, 1) - operand(x, 0)
        case (.negate, .binary(.multiply)) where readOnce(x):
            guard let (factor, rest) = knownFactor(x) else { return nil }
            return rest * -factor
        case (.not, .unary(.not)) where operand(x, 0).dtype == .bool: return operand(x, 0)
        case (.floor, .unary(.floor)), (.ceil, .unary(.ceil)), (.round, .unary(.round)), (.trunc, .unary(.trunc)), (.sign, .unary(.sign)):
            return x
        default: return nil
        }
    }

    /// Signs go into sums: a + -b = a - b, a - -b = a + b, (-a)(-b) = ab, (-a) / (-b) = a / b; the larger of x and x is x. A power of two goes
    /// into another factor that is known.
    func simplerBinary(_ op: BinaryOp, _ a: Symbol, _ b: Symbol) -> Symbol? {
        func isNegated(_ x: Symbol) -> Bool { x.node.op == .unary(.negate) }
        switch op {
        case .add where isNegated(b): return a - operand(b, 0)
        case .add where isNegated(a): return b - operand(a, 0)
        case .subtract where isNegated(b): return a + operand(b, 0)
        case .multiply where isNegated(a) && isNegated(b), .divide where isNegated(a) && isNegated(b):
            return Symbol.binary(op, operand(a, 0), operand(b, 0))
        case .multiply:
            guard let second = a.fill ?? b.fill, case let x = a.fill != nil ? b : a, readOnce(x), x.node.op == .binary(.multiply),
                let (first, rest) = knownFactor(x), isPowerOfTwo(first) || isPowerOfTwo(second)
            else { return nil }
            return (first * second).isNormal ? rest * (first * second) : nil
        case .minimum where a.id == b.id, .maximum where a.id == b.id: return a
        case .and where a.id == b.id && a.dtype == .bool, .or where a.id == b.id && a.dtype == .bool: return a
        default: return nil
        }
    }

    /// A choice inside the same choice is decided already; a choice by `not` is the other choice.
    func simplerSelect(_ test: Symbol, _ a: Symbol, _ b: Symbol) -> Symbol? {
        if test.node.op == .unary(.not), operand(test, 0).dtype == .bool { return operand(test, 0).select(b, a) }
        if a.node.op == .select, operand(a, 0).id == test.id { return test.select(operand(a, 1), b) }
        if b.node.op == .select, operand(b, 0).id == test.id { return test.select(a, operand(b, 2)) }
        return nil
    }

    /// A conversion through a type that holds every value of the first leaves no trace.
    func simplerConversion(_ dtype: DType, _ x: Symbol) -> Symbol? {
        guard case .convert(let between) = x.node.op else { return nil }
        let first = operand(x, 0).dtype
        let isExact = first <= between && !(first == .int32 && between == .float32)
        return isExact ? operand(x, 0).converted(to: dtype) : nil
    }

    /// A function of values broadcast from one shape is computed before it is broadcast. What fills the whole is as good as broadcast.
    func functionOfBroadcast(_ op: Op, _ x: [Symbol]) -> Symbol? {
        var source: [Int]?
        for symbol in x where symbol.fill == nil {
            guard case .broadcast = symbol.node.op else { return nil }
            let shape = operand(symbol, 0).shape
            guard source == nil || source == shape else { return nil }
            source = shape
        }
        guard let source, source.reduce(1, *) < x[0].type.count else { return nil }
        let small = x.map { symbol in
            symbol.fill.map { builder.constant($0, TensorType(symbol.dtype, source)) } ?? operand(symbol, 0)
        }
        return rewritten(Node(op: op, operands: [], type: x[0].type), small).broadcast(to: x[0].shape)
    }

    /// The number that fills one factor of a product, and the other factor.
    private func knownFactor(_ x: Symbol) -> (Double, Symbol)? {
        let (a, b) = (operand(x, 0), operand(x, 1))
        return a.fill.map { ($0, b) } ?? b.fill.map { ($0, a) }
    }

    private func isPowerOfTwo(_ x: Double) -> Bool { x.isNormal && Swift.abs(x.significand) == 1 }

    func operand(_ x: Symbol, _ position: Int) -> Symbol { builder.symbol(x.node.operands[position]) }
}
