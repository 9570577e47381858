extension Op {
    /// Rows by number for every example: the tables of all are one, and each example's positions are moved to its part of it.
    func batchedIndexing(_ x: [Symbol], _ marks: [Bool], _ batch: Batch) -> Symbol {
        let builder = x[0].builder
        switch self {
        case .gather:
            if !marks[0] { return builder.add(self, x) }
            return builder.add(self, [x[0].folded, batch.positions(batch.lifted(x[1], marks[1]), in: x[0].shape[1])])
        case .scatterAdd(let rows):
            let positions = batch.positions(batch.lifted(x[0], marks[0]), in: rows)
            return builder.add(.scatterAdd(rows: batch.size * rows), [positions, batch.lifted(x[1], marks[1])]).unfolded(batch.size)
        case .dynamicSlice(let axis, let count):
            if !marks[1] { return builder.add(.dynamicSlice(axis: axis + 1, count: count), x) }
            let positions = batch.run(from: x[1], count)
            let rows = x[0].moved(marks[0] ? axis + 1 : axis, to: marks[0] ? 1 : 0)
            let taken = Op.gather.batchedIndexing([rows, positions], [marks[0], true], batch)
            return taken.moved(1, to: axis + 1)
        case .updateSlice(let axis):
            let (whole, part) = (batch.lifted(x[0], marks[0]), batch.lifted(x[1], marks[1]))
            if !marks[2] { return builder.add(.updateSlice(axis: axis + 1), [whole, part, x[2]]) }
            // Each row of the whole is taken from the part where it lies inside.
            let rows = whole.moved(axis + 1, to: 1)
            let (size, count) = (rows.shape[1], x[1].shape[axis + (marks[1] ? 1 : 0)])
            if count == 0 { return whole }
            let offsets = x[2].reshaped([batch.size, 1])
            let place = builder.iota(axis: 1, TensorType(.int32, [batch.size, size])) - offsets
            let inside = Symbol.binary(.and, place.compared(.greaterEqual, 0), place.compared(.less, Double(count)))
            let fits = Symbol.binary(.and, offsets.compared(.greaterEqual, 0), offsets.compared(.lessEqual, Double(size - count)))
            // An offset outside is no position at all.
            let position = fits.select(inside.select(place, place.like(0)), place.like(-1))
            let taken = Op.gather.batchedIndexing([part.moved(axis + 1, to: 1), position], [true, true], batch)
            let mask = inside.reshaped([batch.size, size] + Array(repeating: 1, count: rows.rank - 2))
            return mask.select(taken, rows).moved(1, to: axis + 1)
        default: return x[0]
        }
    }
}

extension Batch {
    /// Positions [size, ...] into tables of so many rows each, as positions into all the tables one after the other. Those outside stay outside.
    func positions(_ x: Symbol, in rows: Int) -> Symbol {
        let fits = Symbol.binary(.and, x.compared(.greaterEqual, 0), x.compared(.less, Double(rows)))
        return fits.select(x + x.builder.iota(axis: 0, x.type) * Double(rows), x.like(-1))
    }

    /// Offsets [size] as the runs of positions [size, count] that begin there.
    func run(from offsets: Symbol, _ count: Int) -> Symbol {
        offsets.builder.iota(axis: 1, TensorType(.int32, [size, count])) + offsets.reshaped([size, 1])
    }
}
