import Diagnostics

/// The type of a tensor's elements, in the order of promotion.
public enum DType: String, Sendable, CaseIterable, Comparable {
    case bool, int32, float32, float64

    public static func < (a: DType, b: DType) -> Bool { a.rank < b.rank }
    private var rank: Int {
        switch self {
        case .bool: 0
        case .int32: 1
        case .float32: 2
        case .float64: 3
        }
    }
}

/// The elements of a tensor, row-major.
public enum Elements: Sendable {
    case bool([Bool])
    case int32([Int32])
    case float32([Float])
    case float64([Double])

    public var count: Int {
        switch self {
        case .bool(let values): values.count
        case .int32(let values): values.count
        case .float32(let values): values.count
        case .float64(let values): values.count
        }
    }
}

/// An array of numbers or bools of any number of axes; values may be `missing`.
///
/// A tensor is a value: changing a copy never changes the original. It is one reference wide.
public struct Tensor: Sendable {
    /// Shape, elements, and which elements are missing (`nil` where none is).
    final class Storage: @unchecked Sendable {
        // Changed only through a uniquely referenced `Tensor`.
        var shape: [Int]
        var elements: Elements
        var missing: [Bool]?
        init(_ shape: [Int], _ elements: Elements, _ missing: [Bool]?) {
            self.shape = shape
            self.elements = elements
            self.missing = missing
        }
    }
    var storage: Storage

    /// The elements must fill the shape, and the mask too; `missing` without a true entry counts as nil.
    public init(_ elements: Elements, shape: [Int], missing: [Bool]? = nil) {
        assert(shape.reduce(1, *) == elements.count && (missing.map { $0.count == elements.count } ?? true))
        storage = Storage(shape, elements, missing.flatMap { $0.contains(true) ? $0 : nil })
    }

    public init(_ value: Double) { self.init(.float64([value]), shape: []) }
    public init(_ value: Bool) { self.init(.bool([value]), shape: []) }
    public init(_ values: [Double]) { self.init(.float64(values), shape: [values.count]) }
    public init(_ values: [Double], shape: [Int], missing: [Bool]? = nil) { self.init(.float64(values), shape: shape, missing: missing) }
    public init(_ values: [Bool]) { self.init(.bool(values), shape: [values.count]) }
    public init(_ values: [Bool], shape: [Int], missing: [Bool]? = nil) { self.init(.bool(values), shape: shape, missing: missing) }
    public init(_ values: [Int]) { self.init(values.map(Double.init)) }

    public var shape: [Int] { storage.shape }
    public var rank: Int { storage.shape.count }
    public var count: Int { storage.elements.count }
    public var elements: Elements { storage.elements }
    /// Which elements are missing, row-major; nil where none is.
    public var missing: [Bool]? { storage.missing }
    public var hasMissing: Bool { storage.missing != nil }
    public var isScalar: Bool { storage.shape.isEmpty }
    public var dtype: DType {
        switch storage.elements {
        case .bool: .bool
        case .int32: .int32
        case .float32: .float32
        case .float64: .float64
        }
    }

    /// The elements as 64-bit floats, row-major; where an element is missing, the value there means nothing.
    public var doubles: [Double] {
        switch storage.elements {
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .int32(let values): values.map(Double.init)
        case .float32(let values): values.map(Double.init)
        case .float64(let values): values
        }
    }

    /// The elements as bools: what is not 0 is true.
    public var bools: [Bool] {
        if case .bool(let values) = storage.elements { return values }
        return doubles.map { $0 != 0 }
    }

    /// One element, by its row-major position.
    public func double(at index: Int) -> Double {
        switch storage.elements {
        case .bool(let values): values[index] ? 1 : 0
        case .int32(let values): Double(values[index])
        case .float32(let values): Double(values[index])
        case .float64(let values): values[index]
        }
    }

    public func isMissing(at index: Int) -> Bool { storage.missing?[index] ?? false }

    /// The same elements under another type. Floats become int32 by truncation towards zero.
    ///
    /// Throws where a value does not fit in int32.
    public func converted(to dtype: DType) throws(Diagnostic) -> Tensor {
        if dtype == self.dtype { return self }
        switch dtype {
        case .bool: return Tensor(.bool(bools), shape: shape, missing: missing)
        case .float64: return Tensor(.float64(doubles), shape: shape, missing: missing)
        case .float32: return Tensor(.float32(doubles.map(Float.init)), shape: shape, missing: missing)
        case .int32:
            var result = [Int32](repeating: 0, count: count)
            for (index, value) in doubles.enumerated() where !isMissing(at: index) {
                guard value > -2_147_483_649, value < 2_147_483_648 else {
                    throw Diagnostic("\(value) does not fit in int32", help: "int32 holds whole numbers from -2147483648 to 2147483647")
                }
                result[index] = Int32(value)
            }
            return Tensor(.int32(result), shape: shape, missing: missing)
        }
    }

    /// The same elements in another shape of the same count.
    public func reshaped(_ shape: [Int]) throws(Diagnostic) -> Tensor {
        guard try Shape.count(shape) == count else {
            throw Diagnostic("a tensor of shape \(self.shape) has \(count) elements and cannot take shape \(shape)")
        }
        return Tensor(elements, shape: shape, missing: missing)
    }
}

/// Arithmetic of shapes.
public enum Shape {
    /// The largest number of elements a tensor may have: 2^34, which as float64 is 128 GiB.
    public static let maximumCount = 1 << 34

    /// How many elements a shape holds.
    ///
    /// Throws where a size is negative or the count overflows or exceeds `maximumCount`.
    public static func count(_ shape: [Int]) throws(Diagnostic) -> Int {
        var count = 1
        for size in shape {
            guard size >= 0 else { throw Diagnostic("a shape cannot hold a negative size: \(shape)") }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= maximumCount else { throw Diagnostic("a tensor of shape \(shape) would be larger than memory") }
            count = product
        }
        return count
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
                    "shapes \(a) and \(b) do not go together", help: "sizes are matched from the last axis; each pair must be equal, or one of them 1")
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
