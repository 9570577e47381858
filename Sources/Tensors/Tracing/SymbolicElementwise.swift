import Diagnostics

// What tensor operations write where an operand is symbolic. They follow the concrete ones in shapes, types and errors.

extension Trace {
    func unary(_ op: UnaryOp, _ x: Tensor) -> Tensor {
        recover(like: x) { () throws(Diagnostic) in
            var operand = try symbol(x)
            let isKept: Bool
            switch op {
            case .floor, .ceil, .round, .trunc, .sign, .relu, .negate, .abs: isKept = operand.dtype == .int32
            default: isKept = false
            }
            if op == .not, operand.dtype != .bool { return operand.compared(.equal, 0) }
            if !operand.dtype.isFloat, !op.isTest, !isKept { operand = operand.converted(to: .float64) }
            return try builder.apply(.unary(op), [operand])
        }
    }

    func binary(_ op: BinaryOp, _ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
        let shape = try Shape.broadcast(a.shape, b.shape)
        _ = try Shape.count(shape)
        var dtype = Tensor.promoted(a, b)
        if !op.isTest {
            switch op {
            case .add, .subtract, .multiply, .minimum, .maximum: if dtype == .bool { dtype = .float64 }
            default: if !dtype.isFloat { dtype = .float64 }
            }
        }
        return tensor(try builder.apply(.binary(op), [try operand(a, dtype, shape), try operand(b, dtype, shape)]))
    }

    func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
        let shape = try Shape.broadcast(Shape.broadcast(condition.shape, a.shape), b.shape)
        _ = try Shape.count(shape)
        let dtype = Tensor.promoted(a, b)
        var test = try symbol(condition)
        if test.dtype != .bool { test = test.compared(.notEqual, 0) }
        return tensor(try builder.apply(.select, [test.broadcast(to: shape), try operand(a, dtype, shape), try operand(b, dtype, shape)]))
    }

    func converted(_ x: Tensor, to dtype: DType) throws(Diagnostic) -> Tensor {
        let operand = try symbol(x)
        return tensor(dtype == .bool ? operand.compared(.notEqual, 0) : operand.converted(to: dtype))
    }

    /// An operand in the type and shape in which it meets the others.
    func operand(_ x: Tensor, _ dtype: DType, _ shape: [Int]) throws(Diagnostic) -> Symbol {
        try symbol(x).converted(to: dtype).broadcast(to: shape)
    }

    /// For operations that cannot throw: a mistake is kept in `failure`.
    func recover(like x: Tensor, _ body: () throws(Diagnostic) -> Symbol) -> Tensor {
        do throws(Diagnostic) {
            return tensor(try body())
        } catch {
            fail(error)
            return x
        }
    }

    // MARK: Reductions

    func reduced(_ op: Reduction, _ x: Tensor, axis: Int?, keep: Bool) throws(Diagnostic) -> Tensor? {
        var operand = try symbol(x)
        let axes = try axis.map { (axis) throws(Diagnostic) in [try x.resolved(axis: axis)] } ?? Array(0..<x.rank)
        let count = axes.reduce(1) { $0 * x.shape[$1] }
        func isTrue() -> Symbol { operand.dtype == .bool ? operand : operand.compared(.notEqual, 0) }
        func float() -> Symbol { operand.dtype.isFloat ? operand : operand.converted(to: .float64) }
        switch op {
        case .sum: return tensor(float().sum(axes: axes, keep: keep))
        case .mean: return tensor(float().mean(axes: axes, keep: keep))
        case .variance, .sd:
            operand = float()
            let centred = operand - operand.mean(axes: axes, keep: true)
            let variance = centred.unary(.square).sum(axes: axes, keep: keep) * (1 / Double(count - 1))
            return tensor(op == .sd ? variance.unary(.sqrt) : variance)
        case .min, .max:
            if operand.dtype == .bool { operand = operand.converted(to: .int32) }
            let result = operand.reduced(op == .max ? .maximum : .minimum, axes: axes, keep: keep)
            return tensor(x.dtype == .bool ? result.compared(.notEqual, 0) : result)
        case .any, .all:
            let flags = isTrue().converted(to: .int32)
            return tensor(flags.reduced(op == .any ? .maximum : .minimum, axes: axes, keep: keep).compared(.greater, 0))
        case .count: return tensor(isTrue().converted(to: .float64).sum(axes: axes, keep: keep))
        case .logsumexp: return tensor(float().logSumExp(axes: axes, keep: keep))
        case .argmin, .argmax:
            // Over all elements they stand in one axis.
            var lane = float()
            var place = axes.first ?? 0
            if axis == nil { (lane, place) = (lane.reshaped([count]), 0) }
            let position = try builder.apply(.argmax(axis: place), [op == .argmin ? -lane : lane]).converted(to: .float64)
            return tensor(keep ? position.reshaped(x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }) : position)
        // No operation of graphs: the product of numbers that may be 0 and the middle one are read and computed.
        case .product, .median: return nil
        }
    }

    /// The running sum; nil for what graphs have no operation for.
    func cumulative(_ op: Accumulation, _ x: Tensor, axis: Int?) throws(Diagnostic) -> Tensor? {
        guard op == .sum else { return nil }
        var operand = try symbol(x)
        if !operand.dtype.isFloat { operand = operand.converted(to: .float64) }
        guard let axis else { return tensor(try builder.apply(.cumulativeSum(axis: 0, reverse: false), [operand.reshaped([x.count])])) }
        return tensor(try builder.apply(.cumulativeSum(axis: try x.resolved(axis: axis), reverse: false), [operand]))
    }

    // MARK: Products

    func matmul(_ a: Tensor, _ b: Tensor, batch: [Int], sizes: (n: Int, k: Int, m: Int)) throws(Diagnostic) -> Tensor {
        let dtype: DType = a.dtype == .float32 && b.dtype == .float32 ? .float32 : .float64
        let (left, right) = (try symbol(a).converted(to: dtype), try symbol(b).converted(to: dtype))
        let (n, k, m) = sizes
        var shape = batch + [n, m]
        if b.rank == 1 { shape.removeLast() }
        if a.rank == 1 { shape.remove(at: shape.count - (b.rank == 1 ? 1 : 2)) }
        // A batch of rows against one matrix is one product of all the rows.
        if b.rank <= 2, a.rank > 2 {
            let rows = batch.reduce(n, *)
            return tensor(try product(left.reshaped([rows, k]), right.reshaped([k, m])).reshaped(shape))
        }
        let x = left.reshaped(a.rank == 1 ? [1, k] : a.shape).broadcast(to: batch + [n, k])
        let y = right.reshaped(b.rank == 1 ? [k, 1] : b.shape).broadcast(to: batch + [k, m])
        return tensor(try product(x, y).reshaped(shape))
    }

    private func product(_ x: Symbol, _ y: Symbol) throws(Diagnostic) -> Symbol {
        try builder.apply(.product(transposeLeft: false, transposeRight: false), [x, y])
    }
}
