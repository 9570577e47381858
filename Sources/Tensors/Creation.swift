import Diagnostics

extension Tensor {
    public static func zeros(_ shape: [Int], _ dtype: DType = .float64) throws(Diagnostic) -> Tensor { try full(shape, 0, dtype) }
    public static func ones(_ shape: [Int], _ dtype: DType = .float64) throws(Diagnostic) -> Tensor { try full(shape, 1, dtype) }

    /// A tensor of one value.
    public static func full(_ shape: [Int], _ value: Double, _ dtype: DType = .float64) throws(Diagnostic) -> Tensor {
        let count = try Shape.count(shape)
        switch dtype {
        case .float64: return Tensor(.float64([Double](repeating: value, count: count)), shape: shape)
        case .float32: return Tensor(.float32([Float](repeating: Float(value), count: count)), shape: shape)
        case .bool: return Tensor(.bool([Bool](repeating: value != 0, count: count)), shape: shape)
        case .int32: return try Tensor(value).converted(to: .int32).broadcast(to: shape)
        }
    }

    /// A tensor in which every element is missing.
    public static func missing(_ shape: [Int]) throws(Diagnostic) -> Tensor {
        let count = try Shape.count(shape)
        return Tensor(.float64([Double](repeating: 0, count: count)), shape: shape, missing: [Bool](repeating: true, count: count))
    }

    /// The identity matrix.
    public static func eye(_ n: Int) throws(Diagnostic) -> Tensor {
        var values = [Double](repeating: 0, count: try Shape.count([n, n]))
        for i in 0..<n { values[i * n + i] = 1 }
        return Tensor(values, shape: [n, n])
    }

    /// n evenly spaced numbers from a to b, both included.
    public static func linspace(_ a: Double, _ b: Double, _ n: Int) throws(Diagnostic) -> Tensor {
        let count = try Shape.count([n])
        guard count > 1 else { return Tensor(count == 1 ? [a] : []) }
        // From the nearer end, so that both ends are exact.
        let last = Double(count - 1)
        let step = b / last - a / last
        return Tensor((0..<count).map { 2 * $0 < count ? a + Double($0) * step : b - Double(count - 1 - $0) * step })
    }

    /// The numbers a, a + step, ... before b.
    public static func arange(_ a: Double, _ b: Double, _ step: Double = 1) throws(Diagnostic) -> Tensor {
        guard a.isFinite, b.isFinite, step.isFinite, step != 0 else {
            throw Diagnostic(
                "cannot count from \(formatNumber(a)) to \(formatNumber(b)) by \(formatNumber(step))",
                help: "all three must be finite, and the step not 0")
        }
        let steps = Swift.max(0, ((b - a) / step).rounded(.up))
        guard steps < Double(Shape.maximumCount) else {
            throw Diagnostic(
                "counting from \(formatNumber(a)) to \(formatNumber(b)) by \(formatNumber(step)) gives more numbers than memory holds")
        }
        return Tensor((0..<Int(steps)).map { a + Double($0) * step })
    }
}
