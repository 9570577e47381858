import Diagnostics
import Graphs

/// Gamma draws of scale 1: each element from a stream of its own, so that it takes as many numbers as it needs.
final class GammaDrawInstruction: LoopInstruction, @unchecked Sendable {
    private let draw: Draw
    private let shapes: Address, to: Address

    init(_ draw: Draw, shapes: Address, to: Address) {
        self.draw = draw
        self.shapes = shapes
        self.to = to
        super.init(length: draw.type.count, work: draw.type.count * 128, summary: "gamma draws \(draw.type), site \(draw.site)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let key = key.folded(UInt64(draw.site))
        let (shapes, to) = (shapes.pointer(memory), to.pointer(memory))
        func fill<T: BinaryFloatingPoint>(_: T.Type) -> Int {
            let (shapes, to) = (shapes.assumingMemoryBound(to: T.self), to.assumingMemoryBound(to: T.self))
            for position in range {
                let shape = Double(shapes[position])
                guard shape > 0, shape.isFinite else { return position }
                var generator = key.folded(UInt64(position)).generator()
                to[position] = max(T(generator.gamma(shape)), .leastNormalMagnitude)
            }
            return -1
        }
        return draw.type.dtype == .float32 ? fill(Float.self) : fill(Double.self)
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic {
        let start = shapes.pointer(frame)
        return .gammaShape(
            draw.type.dtype == .float32
                ? Double(start.assumingMemoryBound(to: Float.self)[place]) : start.assumingMemoryBound(to: Double.self)[place])
    }
}

extension Diagnostic {
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
