import Diagnostics

extension Tensor {
    /// The same elements in another shape of the same count; one size may be -1, and is then what fits.
    public func reshaped(_ shape: [Int]) throws(Diagnostic) -> Tensor {
        var shape = shape
        if let unknown = shape.firstIndex(of: -1) {
            shape[unknown] = 1
            guard !shape.contains(-1) else { throw Diagnostic("only one size of a shape may be -1", argument: "shape") }
            let known = try Shape.count(shape)
            guard known > 0, count % known == 0 else {
                shape[unknown] = -1
                throw Diagnostic("\(count) elements cannot take shape \(shape): they do not divide evenly", argument: "shape")
            }
            shape[unknown] = count / known
        }
        guard try Shape.count(shape) == count else {
            throw Diagnostic(
                "a tensor of shape \(self.shape) has \(count) \(count == 1 ? "element" : "elements") and cannot take shape \(shape)",
                argument: "shape",
                help: "-1 stands for the size that fits")
        }
        return viewed(as: shape)
    }

    /// The same elements in a shape known to hold as many.
    func viewed(as shape: [Int]) -> Tensor {
        if let trace = Trace.of(self) { return trace.reshaped(self, shape) }
        return Tensor(elements, shape: shape, missing: missing)
    }

    /// The elements in one axis, row-major.
    public func flattened() -> Tensor { viewed(as: [count]) }

    /// A new axis of size 1, so that it becomes the given axis of the result.
    public func expandedDims(_ axis: Int) throws(Diagnostic) -> Tensor {
        let position = axis < 0 ? axis + rank + 1 : axis
        guard position >= 0, position <= rank else {
            throw Diagnostic(
                "a tensor of shape \(shape) cannot get a new axis \(axis)", argument: "axis", help: "0 to \(rank), or -1 for the last")
        }
        var shape = shape
        shape.insert(1, at: position)
        return viewed(as: shape)
    }

    /// Without one axis of size 1, or without all of them.
    public func squeezed(_ axis: Int? = nil) throws(Diagnostic) -> Tensor {
        guard let axis else { return viewed(as: shape.filter { $0 != 1 }) }
        let position = try resolved(axis: axis)
        guard shape[position] == 1 else {
            throw Diagnostic("axis \(axis) of a tensor of shape \(shape) has size \(shape[position]), not 1", argument: "axis")
        }
        var shape = shape
        shape.remove(at: position)
        return viewed(as: shape)
    }

    /// Axes in another order; without one, reversed.
    public func transposed(_ axes: [Int]? = nil) throws(Diagnostic) -> Tensor {
        var order = Array((0..<rank).reversed())
        if let axes {
            order = []
            for axis in axes { order.append(try resolved(axis: axis)) }
            guard order.sorted() == Array(0..<rank) else {
                throw Diagnostic(
                    "\(axes) is not an order of the \(rank) axes of a tensor of shape \(shape)", argument: "axes",
                    help: "name each axis once")
            }
        }
        if rank < 2 { return self }
        if let trace = Trace.of(self) { return trace.transposed(self, order) }
        let strides = Shape.strides(shape)
        return gathered(Selection(order.map { .strided(count: shape[$0], step: strides[$0]) }), shape: order.map { shape[$0] })
    }

    /// Stretched to a larger shape, as broadcasting does.
    public func broadcast(to shape: [Int]) throws(Diagnostic) -> Tensor {
        if shape == self.shape { return self }
        guard try Shape.broadcast(self.shape, shape) == shape else {
            throw Diagnostic("a tensor of shape \(self.shape) does not broadcast to \(shape)")
        }
        _ = try Shape.count(shape)
        if let trace = Trace.of(self) { return try trace.broadcast(self, to: shape) }
        let strides = Shape.strides(self.shape)
        let offset = shape.count - rank
        let axes = shape.indices.map { axis -> Selection.Axis in
            let isStretched = axis < offset || self.shape[axis - offset] == 1
            return .strided(count: shape[axis], step: isStretched ? 0 : strides[axis - offset])
        }
        return gathered(Selection(axes), shape: shape)
    }

    /// Reversed along one axis, or along all.
    public func flipped(_ axis: Int? = nil) throws(Diagnostic) -> Tensor {
        let flips = try axis.map { (axis) throws(Diagnostic) in [try resolved(axis: axis)] } ?? Array(0..<rank)
        if let trace = Trace.of(self) { return try trace.flipped(self, flips) }
        let strides = Shape.strides(shape)
        var offset = 0
        let axes = shape.indices.map { axis -> Selection.Axis in
            guard flips.contains(axis) else { return .strided(count: shape[axis], step: strides[axis]) }
            offset += Swift.max(0, shape[axis] - 1) * strides[axis]
            return .strided(count: shape[axis], step: -strides[axis])
        }
        return gathered(Selection(offset: offset, axes), shape: shape)
    }

    /// Each element, or each slice along an axis, several times in a row; without an axis the elements are taken row-major.
    public func repeated(_ times: Int, axis: Int? = nil) throws(Diagnostic) -> Tensor {
        guard let axis else { return try flattened().repeated(times, axis: 0) }
        let position = try resolved(axis: axis)
        return try expandedDims(position + 1).tiled(
            [Int](repeating: 1, count: position + 1) + [times] + [Int](repeating: 1, count: rank - position - 1)
        )
        .viewed(as: shape.enumerated().map { $0.offset == position ? $0.element * times : $0.element })
    }

    /// The whole tensor laid side by side, so often along each axis; counts are matched from the last axis.
    public func tiled(_ times: [Int]) throws(Diagnostic) -> Tensor {
        guard times.allSatisfy({ $0 >= 0 }) else { throw Diagnostic("a tensor cannot be repeated a negative number of times: \(times)") }
        let rank = Swift.max(rank, times.count)
        let sizes = [Int](repeating: 1, count: rank - shape.count) + shape
        let counts = [Int](repeating: 1, count: rank - times.count) + times
        // Sizes and counts are bounded apart, then their products are checked.
        _ = try Shape.count(zip(sizes, counts).flatMap { [$0, $1] })
        let strides = Shape.strides(sizes)
        let axes = (0..<rank).flatMap { axis -> [Selection.Axis] in
            [.strided(count: counts[axis], step: 0), .strided(count: sizes[axis], step: strides[axis])]
        }
        return gathered(Selection(axes), shape: zip(sizes, counts).map { $0 * $1 })
    }

    /// Tensors one after the other along an axis; they must agree in all other axes.
    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) throws(Diagnostic) -> Tensor {
        guard let first = tensors.first else { throw Diagnostic("there is nothing to concatenate") }
        guard first.rank > 0 else { throw Diagnostic("single numbers cannot be concatenated", help: "stack makes a tensor of them") }
        let position = try first.resolved(axis: axis)
        var size = 0
        for tensor in tensors {
            guard tensor.rank == first.rank, zip(tensor.shape, first.shape).enumerated().allSatisfy({ $0 == position || $1.0 == $1.1 })
            else {
                throw Diagnostic(
                    "shapes \(first.shape) and \(tensor.shape) cannot be concatenated along axis \(axis)",
                    help: "all other sizes must be equal")
            }
            size += tensor.shape[position]
        }
        if tensors.count == 1 { return first }
        var shape = first.shape
        shape[position] = size
        _ = try Shape.count(shape)
        let dtype = tensors.map(\.dtype).max() ?? .float64
        if let trace = Trace.of(tensors) { return try trace.concatenated(tensors, axis: position, dtype) }
        var parts: [Tensor] = []
        for tensor in tensors { parts.append(try tensor.converted(to: dtype)) }
        let hasMissing = parts.contains(where: \.hasMissing)
        // Rows of each tensor in turn: those after the axis are one stretch.
        let rows = shape[..<position].reduce(1, *)
        let joined: Tensor
        if rows == 1 {
            joined = Tensor(
                .joined(parts.map(\.elements)), shape: shape,
                missing: hasMissing ? parts.flatMap { $0.missing ?? [Bool](repeating: false, count: $0.count) } : nil)
        } else {
            // One behind the other, then each row picks its piece of each tensor.
            let line = try concatenated(parts.map { $0.flattened() })
            var table: [Int] = []
            table.reserveCapacity(line.count)
            let widths = parts.map { $0.shape[position...].reduce(1, *) }
            for row in 0..<rows {
                var start = 0
                for width in widths {
                    table.append(contentsOf: start + row * width..<start + (row + 1) * width)
                    start += rows * width
                }
            }
            joined = line.gathered(Selection([.table(table)]), shape: shape)
        }
        return joined
    }

    /// Tensors of one shape along a new axis.
    public static func stacked(_ tensors: [Tensor], axis: Int = 0) throws(Diagnostic) -> Tensor {
        guard let first = tensors.first else { throw Diagnostic("there is nothing to stack") }
        var parts: [Tensor] = []
        for tensor in tensors {
            guard tensor.shape == first.shape else {
                throw Diagnostic("shapes \(first.shape) and \(tensor.shape) cannot be stacked", help: "all shapes must be equal")
            }
            parts.append(try tensor.expandedDims(axis))
        }
        return try concatenated(parts, axis: axis)
    }

    /// Pieces of the given sizes along an axis, which must add up to its size.
    public func split(_ sizes: [Int], axis: Int = 0) throws(Diagnostic) -> [Tensor] {
        let position = try resolved(axis: axis)
        guard sizes.allSatisfy({ $0 >= 0 }), try Shape.sum(sizes) == shape[position] else {
            throw Diagnostic("pieces of sizes \(sizes) do not make up axis \(axis) of size \(shape[position])", argument: "sizes")
        }
        var start = 0
        var pieces: [Tensor] = []
        for size in sizes {
            pieces.append(piece(start..<start + size, axis: position))
            start += size
        }
        return pieces
    }

    /// So many pieces of equal size along an axis.
    public func split(parts: Int, axis: Int = 0) throws(Diagnostic) -> [Tensor] {
        let position = try resolved(axis: axis)
        guard parts > 0, shape[position] % parts == 0 else {
            throw Diagnostic("axis \(axis) of size \(shape[position]) does not divide into \(parts) equal pieces", argument: "parts")
        }
        return try split([Int](repeating: shape[position] / parts, count: parts), axis: position)
    }

    /// A range of an axis; bounds are the caller's.
    func piece(_ range: Range<Int>, axis: Int) -> Tensor {
        if let trace = Trace.of(self) { return trace.piece(self, range, axis: axis) }
        var shape = shape
        let strides = Shape.strides(shape)
        shape[axis] = range.count
        let axes = shape.indices.map { Selection.Axis.strided(count: shape[$0], step: strides[$0]) }
        return gathered(Selection(offset: range.lowerBound * strides[axis], axes), shape: shape)
    }
}

extension Shape {
    /// The sum of sizes; throws where it overflows.
    static func sum(_ sizes: [Int]) throws(Diagnostic) -> Int {
        var sum = 0
        for size in sizes {
            let (next, overflow) = sum.addingReportingOverflow(size)
            guard !overflow else { throw Diagnostic("the sizes \(sizes) are too large") }
            sum = next
        }
        return sum
    }
}
