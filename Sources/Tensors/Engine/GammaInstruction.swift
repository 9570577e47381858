import Diagnostics
import Graphs
import Kernels

/// Gamma draws, one for each shape parameter.
final class GammaInstruction: LoopInstruction, @unchecked Sendable {
    private let draw: Draw
    private let shapes: Address, to: Address

    init(_ draw: Draw, shapes: Address, to: Address) {
        (self.draw, self.shapes, self.to) = (draw, shapes, to)
        super.init(length: draw.type.count, work: draw.type.count * 32, summary: "gamma draws \(draw.type), site \(draw.site)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let key = key.folded(UInt64(draw.site))
        // The kernel counts shapes from element 0 of the whole, and is shown a part of them.
        func fill(_ to: UnsafeMutablePointer<Double>, _ shapes: UnsafePointer<Double>, _ part: Range<Int>) -> Int {
            if let bad = part.first(where: { !(shapes[$0 - part.lowerBound] > 0 && shapes[$0 - part.lowerBound].isFinite) }) { return bad }
            lk_gamma(to, key.cipher, key.stream, Int64(part.lowerBound), Int64(part.upperBound), shapes - part.lowerBound, Int64.max, 0)
            return -1
        }
        if draw.type.dtype == .float64 {
            let (to, shapes) = (to.pointer(memory), shapes.pointer(memory))
            return fill(
                to.assumingMemoryBound(to: Double.self) + range.lowerBound,
                shapes.assumingMemoryBound(to: Double.self) + range.lowerBound, range)
        }
        let single = (
            to: to.pointer(memory).assumingMemoryBound(to: Float.self), shapes: shapes.pointer(memory).assumingMemoryBound(to: Float.self)
        )
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: 1024) { wide in
            let (numbers, parameters) = (wide.baseAddress!, wide.baseAddress! + 512)
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 512) {
                let part = start..<min(range.upperBound, start + 512)
                for i in part { parameters[i - start] = Double(single.shapes[i]) }
                let bad = fill(numbers, parameters, part)
                guard bad < 0 else { return bad }
                for i in part { single.to[i] = max(Float(numbers[i - start]), .leastNormalMagnitude) }
            }
            return -1
        }
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic {
        let bytes = shapes.pointer(frame)
        return .gammaShape(
            draw.type.dtype == .float64
                ? bytes.assumingMemoryBound(to: Double.self)[place] : Double(bytes.assumingMemoryBound(to: Float.self)[place]))
    }
}

extension Diagnostic {
    /// What is said of a shape parameter that has no gamma distribution.
    static func gammaShape(_ shape: Double) -> Diagnostic {
        Diagnostic("a gamma draw needs a shape parameter above 0, not \(formatNumber(shape))")
    }
}

/// The derivatives of gamma draws in their shapes.
final class GammaSlopeInstruction: LoopInstruction, @unchecked Sendable {
    private let type: TensorType
    private let draws: Address, shapes: Address, to: Address

    init(_ type: TensorType, draws: Address, shapes: Address, to: Address) {
        self.type = type
        self.draws = draws
        self.shapes = shapes
        self.to = to
        super.init(length: type.count, work: type.count * 512, summary: "slopes of gamma draws \(type)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let (draws, shapes, to) = (draws.pointer(memory), shapes.pointer(memory), to.pointer(memory))
        func fill<T: BinaryFloatingPoint>(_: T.Type) {
            let (draws, shapes) = (draws.assumingMemoryBound(to: T.self), shapes.assumingMemoryBound(to: T.self))
            let to = to.assumingMemoryBound(to: T.self)
            for position in range { to[position] = T(gammaSlope(draw: Double(draws[position]), shape: Double(shapes[position]))) }
        }
        if type.dtype == .float32 { fill(Float.self) } else { fill(Double.self) }
        return -1
    }
}
