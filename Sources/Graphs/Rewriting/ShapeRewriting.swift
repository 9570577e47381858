// Rules for operations that move elements. All are exact.

extension Rewriter {
    /// A slice of a slice is one slice.
    func sliceOfSlice(_ starts: [Int], _ ends: [Int], _ steps: [Int], _ x: Symbol) -> Symbol? {
        guard case .slice(let firstStarts, _, let firstSteps) = x.node.op else { return nil }
        let newStarts = starts.indices.map { firstStarts[$0] + starts[$0] * firstSteps[$0] }
        let newEnds = starts.indices.map { axis in
            let count = (ends[axis] - starts[axis] + steps[axis] - 1) / steps[axis]
            return count == 0 ? newStarts[axis] : newStarts[axis] + (count - 1) * steps[axis] * firstSteps[axis] + 1
        }
        return builder.add(.slice(starts: newStarts, ends: newEnds, steps: zip(steps, firstSteps).map(*)), [operand(x, 0)])
    }

    /// A slice of a concatenation reads only the parts that it touches.
    func sliceOfConcatenation(_ starts: [Int], _ ends: [Int], _ steps: [Int], _ x: Symbol) -> Symbol? {
        guard case .concatenate(let axis) = x.node.op, steps[axis] == 1 else { return nil }
        var parts: [Symbol] = []
        var offset = 0
        for id in x.node.operands {
            let part = builder.symbol(id)
            let range =
                max(starts[axis], offset) - offset..<max(max(starts[axis], offset), min(ends[axis], offset + part.shape[axis])) - offset
            offset += part.shape[axis]
            if range.isEmpty { continue }
            var (partStarts, partEnds) = (starts, ends)
            (partStarts[axis], partEnds[axis]) = (range.lowerBound, range.upperBound)
            parts.append(builder.add(.slice(starts: partStarts, ends: partEnds, steps: steps), [part]))
        }
        return parts.isEmpty || parts.count == x.node.operands.count ? nil : Symbol.concatenated(parts, axis: axis)
    }

    /// A slice that lies inside what was padded, or among the zeros.
    func sliceOfPad(_ starts: [Int], _ ends: [Int], _ steps: [Int], _ x: Symbol) -> Symbol? {
        guard case .pad(let low, _, let interior) = x.node.op, interior.allSatisfy({ $0 == 0 }) else { return nil }
        let source = operand(x, 0)
        if starts.indices.contains(where: { ends[$0] <= low[$0] || starts[$0] >= low[$0] + source.shape[$0] }) {
            let sizes = starts.indices.map { (ends[$0] - starts[$0] + steps[$0] - 1) / steps[$0] }
            return builder.constant(0, TensorType(x.dtype, sizes))
        }
        guard starts.indices.allSatisfy({ starts[$0] >= low[$0] && ends[$0] <= low[$0] + source.shape[$0] }) else { return nil }
        let (newStarts, newEnds) = (zip(starts, low).map(-), zip(ends, low).map(-))
        return builder.add(.slice(starts: newStarts, ends: newEnds, steps: steps), [source])
    }

    /// Zeros around zeros.
    func padOfPad(_ low: [Int], _ high: [Int], _ interior: [Int], _ x: Symbol) -> Symbol? {
        guard case .pad(let firstLow, let firstHigh, let firstInterior) = x.node.op, (interior + firstInterior).allSatisfy({ $0 == 0 })
        else {
            return nil
        }
        return builder.add(.pad(low: zip(low, firstLow).map(+), high: zip(high, firstHigh).map(+), interior: interior), [operand(x, 0)])
    }

    /// A concatenation of concatenations is one; parts without elements are left out.
    func flatConcatenation(_ axis: Int, _ x: [Symbol]) -> Symbol? {
        let parts = x.flatMap { part -> [Symbol] in
            if part.shape[axis] == 0 { return [] }
            guard part.node.op == .concatenate(axis: axis), readOnce(part) else { return [part] }
            return part.node.operands.map { builder.symbol($0) }
        }
        return parts.isEmpty || parts.map(\.id) == x.map(\.id) ? nil : Symbol.concatenated(parts, axis: axis)
    }

    /// Slices that lie side by side in one tensor, put side by side, are a slice.
    func joinedSlices(_ axis: Int, _ x: [Symbol]) -> Symbol? {
        var parts = [x[0]]
        for part in x.dropFirst() {
            if let last = parts.last, case .slice(let starts, let ends, let steps) = last.node.op,
                case .slice(var nextStarts, let nextEnds, steps) = part.node.op, last.node.operands == part.node.operands, steps[axis] == 1,
                nextStarts[axis] == ends[axis]
            {
                var expected = nextEnds
                expected[axis] = ends[axis]
                nextStarts[axis] = starts[axis]
                if expected == ends, nextStarts == starts {
                    parts[parts.count - 1] = builder.add(.slice(starts: starts, ends: nextEnds, steps: steps), [operand(part, 0)])
                    continue
                }
            }
            parts.append(part)
        }
        return parts.count == x.count ? nil : Symbol.concatenated(parts, axis: axis)
    }

    func reversedTwice(_ axis: Int, _ x: Symbol) -> Symbol? { x.node.op == .reverse(axis: axis) ? operand(x, 0) : nil }

    /// Neighbouring rows at known positions are a slice.
    func knownRows(_ table: Symbol, _ positions: Symbol) -> Symbol? {
        guard positions.rank <= 1, positions.type.count > 0 else { return nil }
        let (first, count) = (firstOfRun(positions), positions.type.count)
        guard let first, first >= 0, first + count <= table.shape[0] else { return nil }
        return table.slice(axis: 0, first..<first + count).reshaped(positions.shape + table.shape.dropFirst())
    }

    /// Where positions known when the graph is made begin, if each is one more than the last.
    private func firstOfRun(_ positions: Symbol) -> Int? {
        switch positions.node.op {
        case .iota: return 0
        case .constant(let literal):
            if literal.values.count < positions.type.count { return nil }
            return literal.values.indices.allSatisfy { literal.values[$0] == literal.values[0] + Double($0) } ? Int(literal.values[0]) : nil
        default: return nil
        }
    }

    /// A slice at a known offset.
    func knownSlice(_ axis: Int, _ count: Int, _ x: Symbol, _ offset: Symbol) -> Symbol? {
        guard let start = offset.fill.map({ Int($0) }), start >= 0, start + count <= x.shape[axis] else { return nil }
        return x.slice(axis: axis, start..<start + count)
    }

    // MARK: Sums of padded parts

    /// Parts of one tensor padded with zeros to lie side by side, and added, are a concatenation: the gradient of several slices.
    func joinedPads(_ op: BinaryOp, _ a: Symbol, _ b: Symbol) -> Symbol? {
        guard op == .add, a.rank > 0 else { return nil }
        var rest: [Symbol] = []
        var parts: [Int: [(start: Int, symbol: Symbol)]] = [:]
        for term in terms(a) + terms(b) {
            if let (axis, start) = paddedAlong(term) {
                parts[axis, default: []].append((start, operand(term, 0)))
            } else {
                rest.append(term)
            }
        }
        var isBetter = false
        for (axis, pads) in parts.sorted(by: { $0.key < $1.key }) {
            var joined: [(start: Int, symbol: Symbol)] = []
            for (start, symbol) in pads.sorted(by: { ($0.start, $0.symbol.shape[axis]) < ($1.start, $1.symbol.shape[axis]) }) {
                if let last = joined.last, last.start == start, last.symbol.shape == symbol.shape {
                    joined[joined.count - 1].symbol = last.symbol + symbol
                    isBetter = true
                } else if let last = joined.last, last.start + last.symbol.shape[axis] == start {
                    joined[joined.count - 1].symbol = Symbol.concatenated([last.symbol, symbol], axis: axis)
                    isBetter = true
                } else {
                    joined.append((start, symbol))
                }
            }
            for (start, symbol) in joined {
                var (low, high) = (a.shape.map { _ in 0 }, a.shape.map { _ in 0 })
                (low[axis], high[axis]) = (start, a.shape[axis] - start - symbol.shape[axis])
                rest.append(builder.add(.pad(low: low, high: high, interior: low.map { _ in 0 }), [symbol]))
            }
        }
        guard isBetter, let first = rest.first else { return nil }
        return rest.dropFirst().reduce(first) { $0 + $1 }
    }

    /// What is added up in sums that nobody else reads.
    private func terms(_ x: Symbol) -> [Symbol] {
        guard x.node.op == .binary(.add), readOnce(x) else { return [x] }
        return terms(operand(x, 0)) + terms(operand(x, 1))
    }

    private func paddedAlong(_ x: Symbol) -> (axis: Int, start: Int)? {
        guard case .pad(let low, let high, let interior) = x.node.op, interior.allSatisfy({ $0 == 0 }) else { return nil }
        let padded = low.indices.filter { low[$0] + high[$0] > 0 }
        return padded.count == 1 ? (padded[0], low[padded[0]]) : nil
    }
}
