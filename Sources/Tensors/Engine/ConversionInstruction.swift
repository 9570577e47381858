import Diagnostics
import Graphs

/// Floats as int32, by truncation towards zero; it fails at the first that int32 does not hold.
final class ConversionInstruction: LoopInstruction, @unchecked Sendable {
    private let type: TensorType
    private let from: Address, to: Address

    /// - Parameter type: of the operand.
    init(_ type: TensorType, from: Address, to: Address) {
        self.type = type
        self.from = from
        self.to = to
        super.init(length: type.count, work: type.count * 4, summary: "convert \(type) to int32")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let (from, to) = (from.pointer(memory), to.pointer(memory).assumingMemoryBound(to: Int32.self))
        func convert<T: BinaryFloatingPoint>(_: T.Type) -> Int {
            let from = from.assumingMemoryBound(to: T.self)
            for place in range {
                let value = Double(from[place])
                guard DType.int32Holds(value) else { return place }
                to[place] = Int32(value)
            }
            return -1
        }
        return type.dtype == .float32 ? convert(Float.self) : convert(Double.self)
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic {
        let start = from.pointer(frame)
        return .notInt32(
            type.dtype == .float32
                ? Double(start.assumingMemoryBound(to: Float.self)[place]) : start.assumingMemoryBound(to: Double.self)[place])
    }
}

extension DType {
    /// Whether a number is one of int32's once its fraction is gone; NaN is not.
    @inline(__always)
    static func int32Holds(_ value: Double) -> Bool { value > -2_147_483_649 && value < 2_147_483_648 }
}

extension Diagnostic {
    static func notInt32(_ value: Double) -> Diagnostic {
        Diagnostic("\(formatNumber(value)) does not fit in int32", help: "int32 holds whole numbers from -2147483648 to 2147483647")
    }

    /// A row number outside a table.
    static func missingRow(_ number: Int, of rows: Int) -> Diagnostic {
        Diagnostic(
            "row \(number) does not exist: the table has \(rows) rows",
            help: "rows and classes are whole numbers, here from 0 to \(rows - 1); what is not whole counts as -1")
    }

    /// A slice, at an offset known when it runs, that does not lie in its axis.
    static func outside(_ start: Int, count: Int, axis: Int) -> Diagnostic {
        Diagnostic("\(start) ..< \(start + count) does not lie in an axis of \(axis)")
    }
}
