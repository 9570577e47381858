import Diagnostics
import Glibc

/// Arithmetic of shapes.
public enum Shape {
    /// The largest number of elements a tensor may have: what the machine's memory holds as float64.
    public static let maximumCount = max(1 << 20, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 8)

    /// How many elements a shape holds.
    ///
    /// Throws where a size is negative or the count overflows or exceeds `maximumCount`.
    public static func count(_ shape: [Int]) throws(Diagnostic) -> Int {
        var count = 1
        for size in shape {
            guard size >= 0 else { throw Diagnostic("a shape cannot hold a negative size: \(shape)") }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= maximumCount else { throw tooLarge(shape) }
            count = product
        }
        return count
    }

    private static func tooLarge(_ shape: [Int]) -> Diagnostic {
        Diagnostic("a tensor of shape \(shape) would not fit in this machine's memory", help: "it holds \(maximumCount) numbers in all")
    }

    /// The shape that both broadcast to, as in NumPy: aligned at the last axis, a size of 1 stretches.
    public static func broadcast(_ a: [Int], _ b: [Int]) throws(Diagnostic) -> [Int] {
        if a == b { return a }
        let rank = max(a.count, b.count)
        var result = [Int](repeating: 1, count: rank)
        for axis in 0..<rank {
            let left = axis < a.count ? a[a.count - 1 - axis] : 1
            let right = axis < b.count ? b[b.count - 1 - axis] : 1
            guard left == right || left == 1 || right == 1 else {
                throw Diagnostic(
                    "shapes \(a) and \(b) do not go together",
                    help: "sizes are matched from the last axis; each pair must be equal, or one of them 1")
            }
            result[rank - 1 - axis] = left == 1 ? right : left
        }
        return result
    }

    /// Row-major strides, in elements.
    public static func strides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        return strides
    }
}

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
