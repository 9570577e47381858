import Diagnostics
import Glibc
import Graphs
import Kernels

/// A loop that is cut into chunks along one axis of its work: the same for draws, gathers, reductions.
class LoopInstruction: Instruction, @unchecked Sendable {
    let chunks: Int
    let scratch = 0
    let summary: String
    var isParallel: Bool { chunks > 1 }
    /// The length of the axis that is cut.
    let length: Int

    /// - Parameter work: about how many additions the whole loop costs.
    init(length: Int, work: Int, summary: String) {
        (self.length, self.summary) = (length, summary)
        chunks = PlanCompiler.chunks(rows: length, columns: 1, work: max(1, work / max(1, length)))
    }

    private struct Call {
        var loop: Unmanaged<LoopInstruction>
        var memory: UnsafeMutablePointer<UnsafeMutableRawPointer>
        var key: Key
        /// What went wrong, by chunk.
        var faults: UnsafeMutablePointer<Int>
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        prepare(frame)
        let fault = withUnsafeTemporaryAllocation(of: Int.self, capacity: chunks) { faults -> Int? in
            faults.initialize(repeating: -1)
            var call = Call(loop: .passUnretained(self), memory: frame.memory, key: frame.key, faults: faults.baseAddress!)
            frame.parallel(
                chunks,
                { context, chunk, _ in
                    guard let call = context?.assumingMemoryBound(to: Call.self).pointee else { return }
                    call.loop._withUnsafeGuaranteedRef { loop in
                        let size = (loop.length + loop.chunks - 1) / loop.chunks
                        let first = min(loop.length, Int(chunk) * size)
                        call.faults[Int(chunk)] = loop.run(first..<min(loop.length, first + size), call.memory, call.key)
                    }
                }, &call)
            return faults.first { $0 >= 0 }
        }
        if let fault { throw failure(fault, frame) }
    }

    /// What is done before the chunks.
    func prepare(_ frame: borrowing Frame) {}
    /// Does part of the work; gives the place of what cannot be done, or -1.
    func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int { -1 }
    func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic { Diagnostic("\(summary) failed") }
}

extension Address {
    @inline(__always)
    func pointer(_ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>) -> UnsafeMutableRawPointer { memory[slot] + bytes }
}

/// Uniform and normal draws.
final class DrawInstruction: LoopInstruction, @unchecked Sendable {
    private let draw: Draw
    private let to: Address

    init(_ draw: Draw, to: Address) {
        (self.draw, self.to) = (draw, to)
        super.init(length: draw.type.count, work: draw.type.count * 8, summary: "\(draw.law) draws \(draw.type), site \(draw.site)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let key = key.folded(UInt64(draw.site))
        let dtype = draw.type.dtype
        let start = to.pointer(memory) + range.lowerBound * dtype.size
        if draw.law == .uniform {
            lk_uniform(dtype.kernel, start, key.cipher, key.stream, Int64(range.lowerBound), Int64(range.upperBound))
        } else {
            lk_normal(dtype.kernel, start, key.cipher, key.stream, Int64(range.lowerBound), Int64(range.upperBound))
        }
        return -1
    }
}

/// Rows of a table by number.
final class GatherInstruction: LoopInstruction, @unchecked Sendable {
    private let table: Address, index: Address, to: Address
    private let rows: Int, width: Int, size: Int

    init(table: Address, _ type: TensorType, index: Address, count: Int, to: Address) {
        (self.table, self.index, self.to) = (table, index, to)
        rows = type.shape[0]
        width = type.shape.dropFirst().reduce(1, *)
        size = type.dtype.size
        super.init(length: count, work: count * (width + 4), summary: "gather \(count) rows of \(type)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let numbers = index.pointer(memory).assumingMemoryBound(to: Int32.self) + range.lowerBound
        let bad = lk_gather(
            to.pointer(memory) + range.lowerBound * width * size, table.pointer(memory), Int64(rows), Int64(width), size, numbers,
            Int64(range.count))
        return bad < 0 ? -1 : range.lowerBound + Int(bad)
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic {
        .missingRow(Int(index.pointer(frame).assumingMemoryBound(to: Int32.self)[place]), of: rows)
    }
}

/// Rows added into a table by number; threads share the table, not the rows.
final class ScatterInstruction: LoopInstruction, @unchecked Sendable {
    private let index: Address, from: Address, to: Address
    private let rows: Int, width: Int, count: Int
    private let dtype: DType

    init(index: Address, count: Int, from: Address, _ type: TensorType, to: Address) {
        (self.index, self.from, self.to, self.count) = (index, from, to, count)
        rows = type.shape[0]
        width = type.shape.dropFirst().reduce(1, *)
        dtype = type.dtype
        super.init(length: rows, work: count * (width + 4), summary: "add \(count) rows into \(type)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        let numbers = index.pointer(memory).assumingMemoryBound(to: Int32.self)
        if range.lowerBound == 0, let bad = (0..<count).first(where: { numbers[$0] < 0 || numbers[$0] >= rows }) { return bad }
        let bytes = width * dtype.size
        memset(to.pointer(memory) + range.lowerBound * bytes, 0, range.count * bytes)
        lk_scatter_add(
            dtype.kernel, to.pointer(memory), Int64(rows), Int64(width), numbers, Int64(count), from.pointer(memory),
            Int64(range.lowerBound), Int64(range.upperBound))
        return -1
    }

    override func failure(_ place: Int, _ frame: borrowing Frame) -> Diagnostic {
        .missingRow(Int(index.pointer(frame).assumingMemoryBound(to: Int32.self)[place]), of: rows)
    }
}

/// A reduction along axes in the middle, or the place of the largest value.
final class ReductionInstruction: LoopInstruction, @unchecked Sendable {
    private let op: lk_op
    private let from: Address, to: Address
    private let dtype: DType
    private let outer: Int, middle: Int, inner: Int

    init(_ op: lk_op, from: Address, _ type: TensorType, axes: Range<Int>, to: Address, summary: String) {
        (self.op, self.from, self.to) = (op, from, to)
        dtype = type.dtype
        outer = type.shape[..<axes.lowerBound].reduce(1, *)
        middle = type.shape[axes].reduce(1, *)
        inner = type.shape[axes.upperBound...].reduce(1, *)
        super.init(length: outer, work: type.count, summary: summary)
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        lk_reduce(
            op, dtype.kernel, from.pointer(memory), to.pointer(memory), Int64(outer), Int64(middle), Int64(inner), Int64(range.lowerBound),
            Int64(range.upperBound))
        return -1
    }
}

/// Running sums along an axis.
final class CumulativeInstruction: LoopInstruction, @unchecked Sendable {
    private let from: Address, to: Address
    private let dtype: DType
    private let middle: Int, inner: Int
    private let reverse: Bool

    init(from: Address, _ type: TensorType, axis: Int, reverse: Bool, to: Address) {
        (self.from, self.to, self.reverse) = (from, to, reverse)
        dtype = type.dtype
        middle = type.shape[axis]
        inner = type.shape[(axis + 1)...].reduce(1, *)
        super.init(
            length: type.shape[..<axis].reduce(1, *), work: type.count * 2, summary: "running sums along axis \(axis) of \(type)")
    }

    override func run(_ range: Range<Int>, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ key: Key) -> Int {
        lk_cumulative_sum(
            dtype.kernel, from.pointer(memory), to.pointer(memory), Int64(middle), Int64(inner), reverse ? 1 : 0, Int64(range.lowerBound),
            Int64(range.upperBound))
        return -1
    }
}
