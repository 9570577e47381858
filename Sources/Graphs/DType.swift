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
}
