import Diagnostics
import Graphs

/// The flat positions that a walk over a shape, last axis fastest, visits in memory where each axis has a stride of its own.
///
/// All of shaping is such a walk: a stride of 0 repeats, a negative one goes backwards, strides in another order transpose.
func positions(_ shape: [Int], strides: [Int], from offset: Int = 0) -> [Int] {
    var positions = [offset]
    for (size, stride) in zip(shape, strides) where size != 1 {
        var next: [Int] = []
        next.reserveCapacity(positions.count * size)
        for start in positions { for step in 0..<size { next.append(start + step * stride) } }
        positions = next
    }
    return positions
}

extension ReferenceExecutor {
    static func elementwise(_ op: Op, _ x: [[Double]], _ type: TensorType) throws(Diagnostic) -> [Double] {
        switch op {
        case .unary(let op): return x[0].map { op.apply($0, as: type.dtype) }
        case .binary(let op): return zip(x[0], x[1]).map { op.apply($0, $1, as: type.dtype) }
        case .select: return x[0].indices.map { x[0][$0] != 0 ? x[1][$0] : x[2][$0] }
        case .convert(.int32):
            return try x[0].map { (value) throws(Diagnostic) in
                guard DType.int32Holds(value) else { throw .notInt32(value) }
                return value.rounded(.towardZero)
            }
        case .convert(let dtype): return x[0].map { dtype.rounded($0) }
        default: return x[0]
        }
    }

    static func shaped(_ op: Op, _ x: [[Double]], _ types: [TensorType], _ type: TensorType) throws(Diagnostic) -> [Double] {
        let shape = type.shape
        let strides = Shape.strides(shape)
        /// The result taken from the operand along a walk over the result.
        func taken(_ strides: [Int], from offset: Int = 0) -> [Double] {
            positions(shape, strides: strides, from: offset).map { x[0][$0] }
        }
        /// Puts a part into the result along a walk over the part.
        func put(_ part: [Double], _ partShape: [Int], into result: inout [Double], strides: [Int], from offset: Int = 0) {
            for (value, position) in zip(part, positions(partShape, strides: strides, from: offset)) { result[position] = value }
        }
        let inner = types.first.map { Shape.strides($0.shape) } ?? []
        switch op {
        case .iota(let axis, _): return positions(shape, strides: shape.indices.map { $0 == axis ? 1 : 0 }).map(Double.init)
        case .reshape: return x[0]
        case .transpose(let order): return taken(order.map { inner[$0] })
        case .broadcast:
            let lead = shape.count - types[0].rank
            return taken(shape.indices.map { $0 < lead || types[0].shape[$0 - lead] == 1 ? 0 : inner[$0 - lead] })
        case .slice(let starts, _, let steps): return taken(zip(inner, steps).map(*), from: zip(inner, starts).map(*).reduce(0, +))
        case .pad(let low, _, let interior):
            var result = [Double](repeating: 0, count: type.count)
            put(
                x[0], types[0].shape, into: &result, strides: zip(strides, interior).map { $0 * ($1 + 1) },
                from: zip(strides, low).map(*).reduce(0, +))
            return result
        case .concatenate(let axis):
            var result = [Double](repeating: 0, count: type.count)
            var offset = 0
            for (part, partType) in zip(x, types) {
                put(part, partType.shape, into: &result, strides: strides, from: offset * strides[axis])
                offset += partType.shape[axis]
            }
            return result
        case .reverse(let axis):
            guard type.count > 0 else { return [] }
            return taken(inner.indices.map { $0 == axis ? -inner[$0] : inner[$0] }, from: (shape[axis] - 1) * inner[axis])
        case .dynamicSlice(let axis, let count):
            let start = try checked(x[1][0], count, in: types[0].shape[axis])
            return taken(inner, from: start * inner[axis])
        case .updateSlice(let axis):
            let start = try checked(x[2][0], types[1].shape[axis], in: shape[axis])
            var result = x[0]
            put(x[1], types[1].shape, into: &result, strides: strides, from: start * strides[axis])
            return result
        case .gather:
            let size = types[0].shape.dropFirst().reduce(1, *)
            var result: [Double] = []
            for position in x[1] {
                let row = Int(position)
                guard types[0].shape[0] > row, row >= 0 else { throw .missingRow(row, of: types[0].shape[0]) }
                result += x[0][row * size..<(row + 1) * size]
            }
            return result
        case .scatterAdd(let rows):
            let size = shape.dropFirst().reduce(1, *)
            var result = [Double](repeating: 0, count: type.count)
            for (place, position) in x[0].enumerated() {
                let row = Int(position)
                guard rows > row, row >= 0 else { throw .missingRow(row, of: rows) }
                for column in 0..<size { result[row * size + column] += x[1][place * size + column] }
            }
            return result.map { type.dtype.rounded($0) }
        default: return []
        }
    }

    private static func checked(_ offset: Double, _ count: Int, in axis: Int) throws(Diagnostic) -> Int {
        let start = Int(offset)
        guard start >= 0, start + count <= axis else { throw .outside(start, count: count, axis: axis) }
        return start
    }

    static func reduced(_ op: Op, _ x: [Double], _ from: TensorType, _ type: TensorType) -> [Double] {
        switch op {
        case .reduce(let reduction, let axes):
            var strides = from.shape.map { _ in 0 }
            let kept = from.shape.indices.filter { !axes.contains($0) }
            for (axis, stride) in zip(kept, Shape.strides(type.shape)) { strides[axis] = stride }
            let whole = type.dtype == .int32
            let combine: (Double, Double) -> Double =
                switch reduction {
                case .sum: (+)
                case .maximum: larger
                case .minimum: lesser
                }
            var result = [Double](repeating: reduction.ofNone(type.dtype), count: type.count)
            for (value, position) in zip(x, positions(from.shape, strides: strides)) { result[position] = combine(result[position], value) }
            return whole ? result.map { DType.int32.rounded($0) } : result
        case .argmax(let axis):
            let (size, inner) = (from.shape[axis], Shape.strides(from.shape)[axis])
            return lanes(from.shape, axis).map { start in
                var best = 0
                for place in 1..<max(size, 1) {
                    let (value, largest) = (x[start + place * inner], x[start + best * inner])
                    // NaN counts as the largest, as it does in the maximum.
                    if value > largest || value.isNaN && !largest.isNaN { best = place }
                }
                return Double(best)
            }
        case .cumulativeSum(let axis, let reverse):
            let (size, inner) = (from.shape[axis], Shape.strides(from.shape)[axis])
            var result = x
            for start in lanes(from.shape, axis) {
                var sum = 0.0
                for step in 0..<size {
                    let position = start + (reverse ? size - 1 - step : step) * inner
                    sum += x[position]
                    result[position] = type.dtype.rounded(sum)
                }
            }
            return result
        default: return x
        }
    }

    /// Where each line along an axis begins.
    private static func lanes(_ shape: [Int], _ axis: Int) -> [Int] {
        var rest = shape
        if rest[axis] > 0 { rest[axis] = 1 }
        return positions(rest, strides: Shape.strides(shape))
    }
}
