import Diagnostics

extension Op {
    /// The type of what an operation gives.
    ///
    /// Throws where the operands do not fit it, with their shapes, or the result would not fit in memory.
    func type(of operands: [Node]) throws(Diagnostic) -> TensorType {
        let type = try rule(operands)
        _ = try Shape.count(type.shape)
        return type
    }

    private func rule(_ operands: [Node]) throws(Diagnostic) -> TensorType {
        let types = operands.map(\.type)
        try expect(operands: types.count)
        switch self {
        case .input: throw Diagnostic("an input has no type rule")
        case .constant(let literal): return literal.type
        case .iota(let axis, let type):
            guard type.shape.indices.contains(axis) else { throw misfit(types) }
            return type
        case .random(let draw):
            guard draw.type.dtype.isFloat, types.allSatisfy({ $0 == draw.type }) else { throw misfit(types) }
            return draw.type
        case .unary(let op):
            if op.isTest { return TensorType(.bool, types[0].shape) }
            guard types[0].dtype.isFloat || op.keepsWhole && types[0].dtype == .int32 else { throw misfit(types) }
            return types[0]
        case .binary(let op):
            guard types[0] == types[1] else { throw misfit(types) }
            if op.isTest { return TensorType(.bool, types[0].shape) }
            guard types[0].dtype.isFloat || op.keepsWhole && types[0].dtype == .int32 else { throw misfit(types) }
            return types[0]
        case .select:
            guard types[0].dtype == .bool, types[0].shape == types[1].shape, types[1] == types[2] else { throw misfit(types) }
            return types[1]
        case .convert(let dtype): return TensorType(dtype, types[0].shape)
        case .stopGradient: return types[0]
        case .reduce(_, let axes):
            guard axes == Set(axes).sorted(), axes.allSatisfy(types[0].shape.indices.contains), types[0].dtype != .bool else {
                throw misfit(types)
            }
            return TensorType(types[0].dtype, types[0].shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
        case .argmax(let axis):
            guard types[0].shape.indices.contains(axis) else { throw misfit(types) }
            guard types[0].shape[axis] > 0 else {
                throw Diagnostic("no largest value along an axis without elements: the shape is \(types[0].shape)")
            }
            var shape = types[0].shape
            shape.remove(at: axis)
            return TensorType(.int32, shape)
        case .cumulativeSum(let axis, _):
            guard types[0].shape.indices.contains(axis), types[0].dtype != .bool else { throw misfit(types) }
            return types[0]
        case .product(let left, let right): return try productType(types[0], types[1], left, right)
        case .convolution, .convolutionImage, .convolutionKernel, .pool, .poolGradient: return try convolutionType(types)
        case .gather:
            guard types[0].rank >= 1, types[1].dtype == .int32 else { throw misfit(types) }
            return TensorType(types[0].dtype, types[1].shape + types[0].shape.dropFirst())
        case .scatterAdd(let rows):
            // Operands: positions, rows.
            guard types[0].dtype == .int32, Array(types[1].shape.prefix(types[0].rank)) == types[0].shape else { throw misfit(types) }
            return TensorType(types[1].dtype, [rows] + types[1].shape.dropFirst(types[0].rank))
        case .reshape(let shape):
            guard try Shape.count(shape) == types[0].count else {
                throw Diagnostic("\(types[0].count) elements of shape \(types[0].shape) do not fill the shape \(shape)")
            }
            return TensorType(types[0].dtype, shape)
        case .transpose(let order):
            guard order.sorted() == Array(types[0].shape.indices) else { throw misfit(types) }
            return TensorType(types[0].dtype, order.map { types[0].shape[$0] })
        case .broadcast(let shape):
            guard try Shape.broadcast(types[0].shape, shape) == shape else {
                throw Diagnostic("a tensor of shape \(types[0].shape) does not broadcast to \(shape)")
            }
            return TensorType(types[0].dtype, shape)
        case .slice(let starts, let ends, let steps):
            var shape: [Int] = []
            guard starts.count == types[0].rank, ends.count == types[0].rank, steps.count == types[0].rank else { throw misfit(types) }
            for axis in starts.indices {
                guard 1...1 << 28 ~= steps[axis], starts[axis] >= 0, starts[axis] <= ends[axis], ends[axis] <= types[0].shape[axis] else {
                    throw misfit(types)
                }
                shape.append((ends[axis] - starts[axis] + steps[axis] - 1) / steps[axis])
            }
            return TensorType(types[0].dtype, shape)
        case .pad(let low, let high, let interior):
            guard [low.count, high.count, interior.count].allSatisfy({ $0 == types[0].rank }),
                (low + high + interior).allSatisfy({ $0 >= 0 })
            else { throw misfit(types) }
            for axis in low.indices {
                let size = Double(low[axis]) + Double(high[axis]) + Double(types[0].shape[axis]) * (Double(interior[axis]) + 1)
                guard size <= Double(Shape.maximumCount) else { throw Shape.tooLarge([Int(min(size, 0x1p62))]) }
            }
            let shape = types[0].shape.indices.map {
                low[$0] + high[$0] + types[0].shape[$0] + max(0, types[0].shape[$0] - 1) * interior[$0]
            }
            return TensorType(types[0].dtype, shape)
        case .concatenate(let axis):
            var shape = types[0].shape
            guard shape.indices.contains(axis) else { throw misfit(types) }
            shape[axis] = 0
            for type in types {
                var rest = type.shape
                guard rest.count == shape.count, type.dtype == types[0].dtype else { throw misfit(types) }
                shape[axis] += rest[axis]
                rest[axis] = types[0].shape[axis]
                guard rest == types[0].shape else { throw misfit(types) }
            }
            return TensorType(types[0].dtype, shape)
        case .reverse(let axis):
            guard types[0].shape.indices.contains(axis) else { throw misfit(types) }
            return types[0]
        case .updateSlice(let axis):
            guard types[0].rank == types[1].rank, types[0].dtype == types[1].dtype, types[2] == TensorType(.int32, []),
                types[0].shape.indices.contains(axis),
                types[0].shape.indices.allSatisfy({
                    $0 == axis ? types[1].shape[$0] <= types[0].shape[$0] : types[1].shape[$0] == types[0].shape[$0]
                })
            else { throw misfit(types) }
            return types[0]
        case .dynamicSlice(let axis, let count):
            guard types[0].shape.indices.contains(axis), 0...types[0].shape[axis] ~= count, types[1] == TensorType(.int32, []) else {
                throw misfit(types)
            }
            var shape = types[0].shape
            shape[axis] = count
            return TensorType(types[0].dtype, shape)
        case .cholesky:
            guard types[0].rank >= 2, types[0].shape[types[0].rank - 1] == types[0].shape[types[0].rank - 2], types[0].dtype.isFloat else {
                throw Diagnostic("a Cholesky factor needs square matrices, not the shape \(types[0].shape)")
            }
            return types[0]
        case .triangularSolve:
            let (a, b) = (types[0], types[1])
            guard a.rank >= 2, a.rank == b.rank, a.dtype == b.dtype, a.dtype.isFloat, a.shape[a.rank - 1] == a.shape[a.rank - 2],
                a.shape.dropLast(2) == b.shape.dropLast(2), a.shape[a.rank - 1] == b.shape[b.rank - 2]
            else { throw misfit(types) }
            return b
        case .scan(let scan): return try scanType(scan, types)
        case .result(let index):
            guard case .scan(let scan) = operands[0].op, scan.resultTypes.indices.contains(index) else { throw misfit(types) }
            return scan.resultTypes[index]
        }
    }

    /// The number of operands, where it is fixed.
    var arity: Int? {
        switch self {
        case .input, .constant, .iota: 0
        case .random(let draw): draw.law == .gamma ? 1 : 0
        case .unary, .convert, .stopGradient, .reduce, .argmax, .cumulativeSum, .pool, .reshape, .transpose, .broadcast, .slice, .pad,
            .reverse,
            .cholesky, .result:
            1
        case .binary, .product, .convolution, .convolutionImage, .convolutionKernel, .gather, .scatterAdd, .triangularSolve, .dynamicSlice:
            2
        case .select, .poolGradient, .updateSlice: 3
        case .concatenate, .scan: nil
        }
    }

    private func expect(operands count: Int) throws(Diagnostic) {
        if let arity, arity != count { throw Diagnostic("\(name) takes \(arity) operands, not \(count)") }
        if case .concatenate = self, count == 0 { throw Diagnostic("concat needs at least one tensor") }
    }

    func misfit(_ types: [TensorType]) -> Diagnostic {
        Diagnostic("\(name) does not take \(types.map(\.description).joined(separator: ", "))")
    }

    private func productType(_ a: TensorType, _ b: TensorType, _ transposeA: Bool, _ transposeB: Bool) throws(Diagnostic) -> TensorType {
        guard a.rank >= 2, a.rank == b.rank, a.dtype == b.dtype, a.dtype.isFloat, a.shape.dropLast(2) == b.shape.dropLast(2) else {
            throw misfit([a, b])
        }
        let (left, right) = (Array(a.shape.suffix(2)), Array(b.shape.suffix(2)))
        let (m, k) = transposeA ? (left[1], left[0]) : (left[0], left[1])
        let (inner, n) = transposeB ? (right[1], right[0]) : (right[0], right[1])
        guard k == inner else {
            throw Diagnostic("shapes \(a.shape) and \(b.shape) do not multiply: the inner sizes are \(k) and \(inner)")
        }
        let shape = a.shape.dropLast(2) + [m, n]
        return TensorType(a.dtype, Array(shape))
    }
}

extension UnaryOp {
    /// Whether int32 stays int32.
    var keepsWhole: Bool {
        switch self {
        case .negate, .abs, .sign, .square, .relu, .floor, .ceil, .round, .trunc: true
        default: false
        }
    }
}

extension BinaryOp {
    /// Whether int32 with int32 stays int32.
    var keepsWhole: Bool {
        switch self {
        case .add, .subtract, .multiply, .minimum, .maximum, .remainder: true
        default: false
        }
    }
}

extension Scan {
    /// The types of its results: last carried values, then stacked ones.
    public var resultTypes: [TensorType] {
        body.outputTypes.enumerated().map { $0.offset < carried ? $0.element : TensorType($0.element.dtype, [length] + $0.element.shape) }
    }
}

private func scanType(_ scan: Scan, _ types: [TensorType]) throws(Diagnostic) -> TensorType {
    let body = scan.body
    guard scan.length >= 0, scan.carried >= 0, scan.sequences >= 0 else {
        throw Diagnostic("a scan of \(scan.length) rounds that carries \(scan.carried) values over \(scan.sequences) sequences")
    }
    func fits() -> Bool {
        guard types.count == body.inputs.count, scan.carried + scan.sequences <= types.count, body.outputs.count >= scan.carried,
            Array(body.outputTypes.prefix(scan.carried)) == Array(body.inputs.prefix(scan.carried))
        else { return false }
        for (position, type) in types.enumerated() {
            let inner = body.inputs[position]
            if scan.carried..<scan.carried + scan.sequences ~= position {
                guard type == TensorType(inner.dtype, [scan.length] + inner.shape) else { return false }
            } else if type != inner {
                return false
            }
        }
        return true
    }
    guard fits() else {
        throw Diagnostic(
            "a scan's body takes \(body.inputs.map(\.description)) and gives \(body.outputTypes.map(\.description)), but is run on \(types.map(\.description))"
        )
    }
    for type in scan.resultTypes { _ = try Shape.count(type.shape) }
    return scan.resultTypes.first ?? TensorType(.float64, [])
}
