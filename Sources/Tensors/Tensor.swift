import Diagnostics

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
    ///
    /// With a `source` the elements held are none, of the tensor's type: the source has them.
    final class Storage: @unchecked Sendable {
        // Changed only through a uniquely referenced `Tensor`.
        @exclusivity(unchecked) var shape: [Int]
        @exclusivity(unchecked) var elements: Elements
        @exclusivity(unchecked) var missing: [Bool]?
        /// How many entries of `missing` are true, so that filling the last one in drops the mask without a search.
        @exclusivity(unchecked) var missingCount: Int
        /// What gives the elements when they are read: a node of a trace, or a training run.
        let source: TensorSource?
        public init(_ type: TensorType, _ source: TensorSource) {
            shape = type.shape
            elements = type.dtype.noElements
            missingCount = 0
            self.source = source
        }
        init(_ shape: [Int], _ elements: Elements, _ missing: [Bool]?) {
            let missingCount = missing.map { $0.reduce(0) { $0 + ($1 ? 1 : 0) } } ?? 0
            self.shape = shape
            self.elements = elements
            self.missing = missingCount > 0 ? missing : nil
            self.missingCount = missingCount
            source = nil
        }
    }
    var storage: Storage

    /// A tensor whose elements come from a source when they are read.
    public init(_ type: TensorType, _ source: TensorSource) { storage = Storage(type, source) }

    /// The elements must fill the shape, and the mask too; `missing` without a true entry counts as nil.
    public init(_ elements: Elements, shape: [Int], missing: [Bool]? = nil) {
        assert(shape.reduce(1, *) == elements.count && (missing.map { $0.count == elements.count } ?? true))
        storage = Storage(shape, elements, missing)
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
    public var count: Int { storage.source == nil ? storage.elements.count : storage.shape.reduce(1, *) }
    public var elements: Elements { storage.source.map { $0.elements() } ?? storage.elements }
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
        switch elements {
        case .bool(let values): values.map { $0 ? 1 : 0 }
        case .int32(let values): values.map(Double.init)
        case .float32(let values): values.map(Double.init)
        case .float64(let values): values
        }
    }

    /// The elements as bools: what is not 0 is true.
    public var bools: [Bool] {
        if case .bool(let values) = elements { return values }
        return doubles.map { $0 != 0 }
    }

    /// One element, by its row-major position.
    public func double(at index: Int) -> Double {
        switch elements {
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
        if let trace = Trace.of(self) { return try trace.converted(self, to: dtype) }
        switch dtype {
        case .bool: return Tensor(.bool(bools), shape: shape, missing: missing)
        case .float64: return Tensor(.float64(doubles), shape: shape, missing: missing)
        case .float32: return Tensor(.float32(doubles.map(Float.init)), shape: shape, missing: missing)
        case .int32:
            var result = [Int32](repeating: 0, count: count)
            for (index, value) in doubles.enumerated() where !isMissing(at: index) {
                guard DType.int32Holds(value) else { throw .notInt32(value) }
                result[index] = Int32(value)
            }
            return Tensor(.int32(result), shape: shape, missing: missing)
        }
    }
}
