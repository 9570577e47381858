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
            // An empty axis does not excuse the others: strides and products of sizes must not overflow either.
            let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
            guard !overflow, product <= maximumCount else { throw tooLarge(shape) }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }

    static func tooLarge(_ shape: [Int]) -> Diagnostic {
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
