import Diagnostics

/// One index of a tensor, for one axis; a mask may cover several.
public enum Index: Sendable {
    /// One position; negatives count from the end. The axis goes.
    case at(Int)
    /// A range; negatives count from the end, and what is nil reaches to it. An end before the start selects nothing.
    case slice(start: Int?, end: Int?, step: Int = 1, inclusive: Bool = false)
    /// A whole axis.
    case all
    /// A new axis of size 1.
    case newAxis
    /// Where a tensor of bools is true; it covers as many axes as it has. What is missing selects nothing.
    case mask(Tensor)
    /// Positions in any order, of any shape; several such indices go together as in NumPy.
    case positions(Tensor)
}

extension Tensor {
    /// The elements that the indices select; axes without an index are taken whole.
    ///
    /// Throws where there are too many indices or one is out of range.
    public func indexed(_ indices: [Index]) throws(Diagnostic) -> Tensor {
        if let trace = Trace.of(self, indices), let result = try trace.indexed(self, indices) { return result }
        if indices.count == 1, case .at(let i) = indices[0], rank > 0 { return row(try position(i, axis: 0)) }
        let (selection, shape) = try selection(indices)
        return gathered(selection, shape: shape)
    }

    /// `x[i]` along the first axis of a tensor that has one; i is from 0 to its size - 1.
    public func row(_ i: Int) -> Tensor {
        let shape = Array(shape.dropFirst())
        let width = shape.reduce(1, *)
        if let trace = Trace.of(self) { return trace.reshaped(trace.piece(self, i..<i + 1, axis: 0), shape) }
        return gathered(Selection(offset: i * width, [.strided(count: width, step: 1)]), shape: shape)
    }

    /// Changes the elements that the indices select to a value that broadcasts to their shape: in place where no other tensor shares them.
    ///
    /// The type becomes one that holds both: setting a number in a tensor of bools makes numbers of them.
    public mutating func set(_ indices: [Index], to value: Tensor) throws(Diagnostic) {
        let target = try selection(indices)
        let dtype = Tensor.promoted(self, value)
        var value = try value.converted(to: dtype)
        if value.count != 1 || value.rank > target.shape.count { value = try value.fitted(to: target.shape) }
        if let trace = Trace.of(self, value) {
            self = try trace.setting(self, target.selection, to: value, dtype)
            return
        }
        if dtype != self.dtype { self = try converted(to: dtype) }
        if !isConcrete || !isKnownUniquelyReferenced(&storage) { storage = Storage(shape, elements, missing) }
        storage.elements.scatter(value.elements, target.selection)
        guard storage.missing != nil || value.hasMissing else { return }
        var mask = storage.missing ?? [Bool](repeating: false, count: count)
        storage.missing = nil
        var change = 0
        target.selection.forEachRun { _, source, step, count in
            for i in 0..<count where mask[source + i * step] { change -= 1 }
        }
        // A position selected twice counts once.
        target.selection.scatter([false], into: &mask)
        target.selection.scatter(value.missing ?? [false], into: &mask)
        if case .some = target.selection.axes.first(where: { if case .table = $0 { true } else { false } }) {
            storage.missingCount = mask.reduce(0) { $0 + ($1 ? 1 : 0) }
        } else {
            let added = value.missing.map { $0.count == 1 ? target.selection.count : $0.reduce(0) { $0 + ($1 ? 1 : 0) } } ?? 0
            storage.missingCount += change + added
        }
        storage.missing = storage.missingCount > 0 ? mask : nil
    }

    /// Adds one row along the first axis: in place, at a cost that does not grow, where no other tensor shares the elements.
    public mutating func append(_ row: Tensor) throws(Diagnostic) {
        guard rank > 0 else { throw Diagnostic("a single number has no axis to append to") }
        if shape == [0], !row.isScalar {
            self = try row.expandedDims(0)
            return
        }
        guard row.shape == Array(shape.dropFirst()) else {
            throw Diagnostic(
                "a row of shape \(row.shape) does not fit a tensor of shape \(shape)",
                help: "its rows have shape \(Array(shape.dropFirst()))")
        }
        if Trace.of(self, row) != nil {
            self = try Tensor.concatenated([self, try row.expandedDims(0)])
            return
        }
        let dtype = shape == [0] ? row.dtype : Tensor.promoted(self, row)
        let row = try row.converted(to: dtype)
        if dtype != self.dtype { self = try converted(to: dtype) }
        if !isConcrete || !isKnownUniquelyReferenced(&storage) { storage = Storage(shape, elements, missing) }
        if storage.missing != nil || row.hasMissing {
            var mask = storage.missing ?? [Bool](repeating: false, count: count)
            storage.missing = nil
            let added = row.missing ?? [Bool](repeating: false, count: row.count)
            mask += added
            storage.missingCount += added.reduce(0) { $0 + ($1 ? 1 : 0) }
            storage.missing = mask
        }
        storage.elements.append(row.elements)
        storage.shape[0] += 1
    }

    /// The elements that a mask selects, or those that are not missing, in one axis.
    public func observed() -> Tensor {
        guard let missing else { return flattened() }
        let table = missing.indices.filter { !missing[$0] }
        return gathered(Selection([.table(table)]), shape: [table.count])
    }

    /// Broadcast to the shape of a selection, leading axes of size 1 dropped where there are too many.
    private func fitted(to shape: [Int]) throws(Diagnostic) -> Tensor {
        var own = self.shape
        while own.count > shape.count, own.first == 1 { own.removeFirst() }
        let value = viewed(as: own)
        guard let stretched = try? Shape.broadcast(own, shape), stretched == shape else {
            throw Diagnostic("a value of shape \(self.shape) does not fit the selected shape \(shape)")
        }
        return try value.broadcast(to: shape)
    }

    func position(_ index: Int, axis: Int) throws(Diagnostic) -> Int {
        let size = shape[axis]
        guard index >= -size, index < size else {
            throw Diagnostic(
                "index \(index) is out of range for axis \(axis) of size \(size)",
                help: size == 0 ? "the axis is empty" : "indices go from 0 to \(size - 1), or from -1 back to -\(size)")
        }
        return index < 0 ? index + size : index
    }

    private func selection(_ indices: [Index]) throws(Diagnostic) -> (selection: Selection, shape: [Int]) {
        let strides = Shape.strides(shape)
        var offset = 0
        var axes: [(axis: Selection.Axis, size: Int)] = []
        // The indices by position: what they add to the offset, and the shape they broadcast to.
        var picks: (offsets: Tensor, place: Int, adjacent: Bool)?
        var axis = 0
        func need(_ count: Int) throws(Diagnostic) {
            guard axis + count <= rank else {
                throw Diagnostic(
                    "too many indices for a tensor of shape \(shape)",
                    help: rank == 0 ? "a single number has no axes" : "it has \(rank) \(rank == 1 ? "axis" : "axes")")
            }
        }
        func pick(_ offsets: Tensor) throws(Diagnostic) {
            guard let before = picks else {
                picks = (offsets, axes.count, true)
                return
            }
            picks = (try before.offsets + offsets, before.place, before.adjacent && before.place == axes.count)
        }
        for index in indices {
            switch index {
            case .at(let i):
                try need(1)
                offset += try position(i, axis: axis) * strides[axis]
                axis += 1
            case .slice(let start, let end, let step, let inclusive):
                try need(1)
                let range = try range(start, end, step, inclusive, axis: axis)
                offset += range.count == 0 ? 0 : range.start * strides[axis]
                axes.append((.strided(count: range.count, step: step * strides[axis]), range.count))
                axis += 1
            case .all:
                try need(1)
                axes.append((.strided(count: shape[axis], step: strides[axis]), shape[axis]))
                axis += 1
            case .newAxis:
                axes.append((.strided(count: 1, step: 0), 1))
            case .mask(let mask):
                guard mask.rank > 0 else { throw Diagnostic("a mask must be a tensor of bools, and this is a single one") }
                try need(mask.rank)
                let covered = Array(shape[axis..<axis + mask.rank])
                guard mask.shape == covered else {
                    throw Diagnostic(
                        "a mask of shape \(mask.shape) does not fit axes of shape \(covered)",
                        help: "a mask has one bool for each element it chooses from")
                }
                let step = strides[axis + mask.rank - 1]
                let test = mask.bools
                try pick(Tensor(test.indices.filter { test[$0] && !mask.isMissing(at: $0) }.map { Double($0 * step) }))
                axis += mask.rank
            case .positions(let positions):
                try need(1)
                guard !positions.hasMissing else { throw Diagnostic("an index is missing", help: "observed(x) drops what is missing") }
                var offsets: [Double] = []
                offsets.reserveCapacity(positions.count)
                for value in positions.doubles {
                    guard let whole = Int(exactly: value) else {
                        throw Diagnostic("an index must be whole, and one is \(formatNumber(value))")
                    }
                    offsets.append(Double(try position(whole, axis: axis) * strides[axis]))
                }
                try pick(Tensor(offsets, shape: positions.shape))
                axis += 1
            }
        }
        for rest in axis..<Swift.max(axis, rank) { axes.append((.strided(count: shape[rest], step: strides[rest]), shape[rest])) }
        var selected = axes.map(\.axis)
        var sizes = axes.map(\.size)
        if let picks {
            let place = picks.adjacent ? picks.place : 0
            selected.insert(.table(picks.offsets.doubles.map { Int($0) }), at: place)
            sizes.insert(contentsOf: picks.offsets.shape, at: place)
        }
        _ = try Shape.count(sizes)
        return (Selection(offset: offset, selected), sizes)
    }

    func range(_ start: Int?, _ end: Int?, _ step: Int, _ inclusive: Bool, axis: Int) throws(Diagnostic) -> (start: Int, count: Int) {
        let size = shape[axis]
        func bound(_ value: Int, _ most: Int) throws(Diagnostic) -> Int {
            guard value >= -size, value <= most else {
                throw Diagnostic(
                    "the range's bound \(value) is out of range for axis \(axis) of size \(size)",
                    help: "bounds go from -\(size) to \(most)")
            }
            return value < 0 ? value + size : value
        }
        guard step != 0, step.magnitude <= UInt(Shape.maximumCount) else { throw Diagnostic("a range cannot go by \(step)") }
        if step > 0 {
            let first = try start.map { (value) throws(Diagnostic) in try bound(value, size) } ?? 0
            let last =
                try end.map { (value) throws(Diagnostic) in try bound(value, inclusive ? size - 1 : size) + (inclusive ? 1 : 0) } ?? size
            return (first, Swift.max(0, (last - first + step - 1) / step))
        }
        let first = try start.map { (value) throws(Diagnostic) in try bound(value, size - 1) } ?? size - 1
        let last = try end.map { (value) throws(Diagnostic) in try bound(value, size) - (inclusive ? 1 : 0) } ?? -1
        return (first, Swift.max(0, (first - last - step - 1) / -step))
    }
}

extension Elements {
    /// Writes elements of the same type over the selected ones. Each array is moved out and back, so that it is not copied.
    mutating func scatter(_ values: Elements, _ selection: Selection) {
        switch self {
        case .bool(var target):
            guard case .bool(let values) = values else { return }
            self = .bool([])
            selection.scatter(values, into: &target)
            self = .bool(target)
        case .int32(var target):
            guard case .int32(let values) = values else { return }
            self = .bool([])
            selection.scatter(values, into: &target)
            self = .int32(target)
        case .float32(var target):
            guard case .float32(let values) = values else { return }
            self = .bool([])
            selection.scatter(values, into: &target)
            self = .float32(target)
        case .float64(var target):
            guard case .float64(let values) = values else { return }
            self = .bool([])
            selection.scatter(values, into: &target)
            self = .float64(target)
        }
    }

    /// Adds elements of the same type at the end, at amortised cost.
    mutating func append(_ values: Elements) {
        switch self {
        case .bool(var target):
            guard case .bool(let values) = values else { return }
            self = .bool([])
            target += values
            self = .bool(target)
        case .int32(var target):
            guard case .int32(let values) = values else { return }
            self = .bool([])
            target += values
            self = .int32(target)
        case .float32(var target):
            guard case .float32(let values) = values else { return }
            self = .bool([])
            target += values
            self = .float32(target)
        case .float64(var target):
            guard case .float64(let values) = values else { return }
            self = .bool([])
            target += values
            self = .float64(target)
        }
    }
}
