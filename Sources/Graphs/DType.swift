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

    /// Whether its values are floating-point numbers, which alone carry gradients.
    public var isFloat: Bool { self >= .float32 }
    /// Bytes an element takes.
    public var size: Int {
        switch self {
        case .bool: 1
        case .int32, .float32: 4
        case .float64: 8
        }
    }

    /// A number as a tensor of this type holds it: int32 drops the fraction and wraps around (what is not finite becomes 0).
    public func rounded(_ value: Double) -> Double {
        switch self {
        case .bool: value != 0 ? 1 : 0
        case .int32: Swift.abs(value) < 0x1p63 ? Double(Int32(truncatingIfNeeded: Int64(value))) : 0
        case .float32: Double(Float(value))
        case .float64: value
        }
    }
}
