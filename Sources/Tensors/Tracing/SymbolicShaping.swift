import Diagnostics

extension Trace {
    /// The same elements in a shape of as many.
    func reshaped(_ x: Tensor, _ shape: [Int]) -> Tensor {
        recover(like: x) { () throws(Diagnostic) in try symbol(x).reshaped(shape) }
    }

    /// The elements that a selection picks: slices, transposes, flips and tiles are copies, picking by positions is a gather.
    func gathered(_ x: Tensor, _ selection: Selection, shape: [Int]) -> Tensor {
        recover(like: x) { () throws(Diagnostic) in
            var positions: [Double] = []
            positions.reserveCapacity(selection.count)
            selection.forEachRun { _, source, step, count in for i in 0..<count { positions.append(Double(source + i * step)) } }
            let table = builder.constant(Literal(positions, TensorType(.int32, shape)))
            return try builder.apply(.gather, [try symbol(x).reshaped([x.count]), table])
        }
    }

    func transposed(_ x: Tensor, _ order: [Int]) -> Tensor {
        recover(like: x) { () throws(Diagnostic) in try symbol(x).transposed(order) }
    }

    func broadcast(_ x: Tensor, to shape: [Int]) throws(Diagnostic) -> Tensor { tensor(try symbol(x).broadcast(to: shape)) }

    func flipped(_ x: Tensor, _ axes: [Int]) throws(Diagnostic) -> Tensor {
        var result = try symbol(x)
        for axis in axes { result = try builder.apply(.reverse(axis: axis), [result]) }
        return tensor(result)
    }

    func concatenated(_ parts: [Tensor], axis: Int, _ dtype: DType) throws(Diagnostic) -> Tensor {
        tensor(
            try builder.apply(
                .concatenate(axis: axis), try parts.map { (part) throws(Diagnostic) in try symbol(part).converted(to: dtype) }))
    }

    func piece(_ x: Tensor, _ range: Range<Int>, axis: Int) -> Tensor {
        recover(like: x) { () throws(Diagnostic) in try symbol(x).slice(axis: axis, range) }
    }

    /// Indexing, where each index is a position, a range with a step forward, a whole axis, or one tensor of positions in the lead; nil else.
    func indexed(_ x: Tensor, _ indices: [Index]) throws(Diagnostic) -> Tensor? {
        // A tensor of positions over the first axis, the usual way to pick a batch or look up an embedding, may itself be symbolic.
        if case .positions(let positions)? = indices.first, x.rank > 0,
            indices.dropFirst().allSatisfy({ if case .all = $0 { true } else { false } }), indices.count <= x.rank
        {
            return tensor(try builder.apply(.gather, [try symbol(x), try wholePositions(positions, of: x)]))
        }
        var starts: [Int] = []
        var ends: [Int] = []
        var steps: [Int] = []
        var shape: [Int] = []
        var axis = 0
        for index in indices {
            if case .newAxis = index {
                shape.append(1)
                continue
            }
            guard axis < x.rank else { return nil }
            let size = x.shape[axis]
            switch index {
            case .at(let i):
                let position = try x.position(i, axis: axis)
                (starts, ends, steps) = (starts + [position], ends + [position + 1], steps + [1])
            case .slice(let start, let end, let step, let inclusive):
                let range = try x.range(start, end, step, inclusive, axis: axis)
                guard step > 0 else { return nil }
                let first = Swift.min(range.start, size)
                let last = range.count == 0 ? first : first + (range.count - 1) * step + 1
                (starts, ends, steps) = (starts + [first], ends + [last], steps + [step])
                shape.append(range.count)
            case .all:
                (starts, ends, steps) = (starts + [0], ends + [size], steps + [1])
                shape.append(size)
            case .newAxis, .mask, .positions: return nil
            }
            axis += 1
        }
        while axis < x.rank {
            (starts, ends, steps) = (starts + [0], ends + [x.shape[axis]], steps + [1])
            shape.append(x.shape[axis])
            axis += 1
        }
        return tensor(try builder.apply(.slice(starts: starts, ends: ends, steps: steps), [try symbol(x)]).reshaped(shape))
    }

    /// Positions as int32, counted from the front.
    private func wholePositions(_ positions: Tensor, of x: Tensor) throws(Diagnostic) -> Symbol {
        // Those known now are checked now, those that are not when they are used.
        if positions.isConcrete {
            for value in positions.doubles {
                guard let whole = Int(exactly: value) else {
                    throw Diagnostic("an index must be whole, and one is \(formatNumber(value))")
                }
                _ = try x.position(whole, axis: 0)
            }
        }
        let given = try symbol(positions)
        let whole = given.dtype == .int32 ? given : given.converted(to: .int32)
        return whole.compared(.less, 0).select(whole + Double(x.shape[0]), whole)
    }

    /// A copy in which the elements of a selection are those of a value that fills it.
    func setting(_ x: Tensor, _ selection: Selection, to value: Tensor, _ dtype: DType) throws(Diagnostic) -> Tensor {
        var positions = (0..<x.count).map(Double.init)
        var next = Double(x.count)
        let advance: Double = value.count == 1 ? 0 : 1
        selection.forEachRun { _, source, step, count in
            for i in 0..<count {
                positions[source + i * step] = next
                next += advance
            }
        }
        // The old elements and the new ones in a row, of which each place takes one.
        let old = try symbol(x).converted(to: dtype).reshaped([x.count])
        let new = try symbol(value).converted(to: dtype).reshaped([value.count])
        let row = try builder.apply(.concatenate(axis: 0), [old, new])
        return tensor(try builder.apply(.gather, [row, builder.constant(Literal(positions, TensorType(.int32, x.shape)))]))
    }
}
