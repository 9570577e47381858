import Graphs

/// How a value lies in the dense, row-major memory of another: where it begins and how far apart its elements are along each axis, in elements.
///
/// Reshaping, transposing, slicing, reversing and broadcasting move nothing where a view can say it.
struct View: Hashable {
    var offset: Int
    var shape: [Int]
    var strides: [Int]

    init(offset: Int = 0, shape: [Int], strides: [Int]) {
        (self.offset, self.shape, self.strides) = (offset, shape, strides)
    }

    /// All of a dense tensor.
    init(dense shape: [Int]) { self.init(shape: shape, strides: Shape.strides(shape)) }

    var count: Int { shape.reduce(1, *) }

    /// Whether the elements lie one after the other from the offset on.
    var isDense: Bool {
        var expected = 1
        for axis in shape.indices.reversed() where shape[axis] != 1 {
            if strides[axis] != expected { return false }
            expected *= shape[axis]
        }
        return true
    }

    /// Whether it is the whole of a dense memory of so many elements, in order.
    func isWhole(of count: Int) -> Bool { offset == 0 && self.count == count && isDense }

    /// The same elements with neighbouring axes that move as one made one, and axes of one element left out.
    var collapsed: View {
        var axes: [(size: Int, stride: Int)] = []
        for axis in shape.indices.reversed() where shape[axis] != 1 {
            if let last = axes.last, strides[axis] == last.stride * last.size {
                axes[axes.count - 1].size *= shape[axis]
            } else {
                axes.append((shape[axis], strides[axis]))
            }
        }
        return View(offset: offset, shape: axes.reversed().map(\.size), strides: axes.reversed().map(\.stride))
    }

    func transposed(_ order: [Int]) -> View { View(offset: offset, shape: order.map { shape[$0] }, strides: order.map { strides[$0] }) }

    func broadcast(to target: [Int]) -> View {
        let lead = target.count - shape.count
        var result = [Int](repeating: 0, count: target.count)
        for axis in shape.indices where shape[axis] == target[axis + lead] && shape[axis] != 1 { result[axis + lead] = strides[axis] }
        return View(offset: offset, shape: target, strides: result)
    }

    func sliced(starts: [Int], ends: [Int], steps: [Int]) -> View {
        var result = self
        for axis in shape.indices {
            result.offset += starts[axis] * strides[axis]
            result.shape[axis] = (ends[axis] - starts[axis] + steps[axis] - 1) / steps[axis]
            result.strides[axis] *= steps[axis]
        }
        return result
    }

    func reversed(axis: Int) -> View {
        guard shape[axis] > 0 else { return self }
        var result = self
        result.offset += (shape[axis] - 1) * strides[axis]
        result.strides[axis] = -strides[axis]
        return result
    }

    /// The same elements in the same order under another shape; nil where no strides can say it.
    func reshaped(_ target: [Int]) -> View? {
        if count == 0 || isDense { return View(offset: offset, shape: target, strides: Shape.strides(target)) }
        if strides.allSatisfy({ $0 == 0 }) { return View(offset: offset, shape: target, strides: target.map { _ in 0 }) }
        // Runs of axes that move as one, from the last: (size, stride).
        var result = [Int](repeating: 0, count: target.count)
        var axis = shape.count - 1
        var (left, stride) = (1, 0)
        for new in target.indices.reversed() {
            var size = target[new]
            if size == 1 { continue }
            if left == 1 {
                while axis >= 0, shape[axis] == 1 { axis -= 1 }
                guard axis >= 0 else { return nil }
                (left, stride) = (shape[axis], strides[axis])
                axis -= 1
            }
            result[new] = stride
            // The new axis may take in several old ones that are one run.
            while size > left {
                guard size % left == 0 else { return nil }
                size /= left
                stride *= left
                while axis >= 0, shape[axis] == 1 { axis -= 1 }
                guard axis >= 0, strides[axis] == stride else { return nil }
                left = shape[axis]
                axis -= 1
            }
            guard left % size == 0 else { return nil }
            left /= size
            stride *= size
        }
        return View(offset: offset, shape: target, strides: result)
    }
}
