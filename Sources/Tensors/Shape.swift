import Diagnostics

extension Tensor {
    /// An axis counted from the front, given one that may count from the end with negatives.
    func resolved(axis: Int) throws(Diagnostic) -> Int {
        guard axis >= -rank, axis < rank else {
            throw Diagnostic(
                "axis \(axis) does not exist in a tensor of shape \(shape)", argument: "axis",
                help: rank == 0 ? "a single number has no axes" : "its axes are 0 to \(rank - 1), or -1 for the last")
        }
        return axis < 0 ? axis + rank : axis
    }
}

/// How two operands line up under broadcasting: runs of the result in which each operand moves along or stands still.
///
/// Neighbouring axes that behave alike are one, so equal shapes are one run, and so are a tensor and a number.
struct BroadcastPlan {
    struct Axis {
        var size: Int
        /// The steps of the two operands, in elements.
        var left: Int, right: Int
    }
    let shape: [Int]
    let count: Int
    /// The axes around the innermost one.
    let outer: [Axis]
    /// The innermost axis; its steps are 0 or 1 and not both 0.
    let inner: Axis

    init(_ a: [Int], _ b: [Int]) throws(Diagnostic) {
        shape = try Shape.broadcast(a, b)
        count = try Shape.count(shape)
        var axes: [Axis] = []
        var (leftStep, rightStep) = (1, 1)
        // From the last axis to the first, merging where each operand goes on moving or goes on standing still.
        for back in 1..<(shape.count + 1) {
            let size = shape[shape.count - back]
            let left = back <= a.count ? a[a.count - back] : 1
            let right = back <= b.count ? b[b.count - back] : 1
            if size == 1 { continue }
            let axis = Axis(size: size, left: left == 1 ? 0 : leftStep, right: right == 1 ? 0 : rightStep)
            if let last = axes.last, (last.left == 0) == (axis.left == 0), (last.right == 0) == (axis.right == 0) {
                axes[axes.count - 1].size *= size
            } else {
                axes.append(axis)
            }
            leftStep *= left
            rightStep *= right
        }
        inner = axes.first ?? Axis(size: 1, left: 1, right: 1)
        outer = Array(axes.dropFirst().reversed())
    }

    /// Calls `body` with the starts of each run: in the result, in the left and in the right operand.
    @inline(__always)
    func forEachRun(_ body: (_ result: Int, _ left: Int, _ right: Int) -> Void) {
        guard count > 0 else { return }
        if outer.isEmpty { return body(0, 0, 0) }
        var index = [Int](repeating: 0, count: outer.count)
        var (result, left, right) = (0, 0, 0)
        while true {
            body(result, left, right)
            result += inner.size
            var axis = outer.count - 1
            while true {
                index[axis] += 1
                left += outer[axis].left
                right += outer[axis].right
                if index[axis] < outer[axis].size { break }
                left -= outer[axis].left * outer[axis].size
                right -= outer[axis].right * outer[axis].size
                index[axis] = 0
                axis -= 1
                if axis < 0 { return }
            }
        }
    }
}
