import Diagnostics
import Glibc
import Graphs
import Kernels

/// A row program bound to slots: runs chunks of rows, then adds up what the chunks summed.
final class RowInstruction: Instruction, @unchecked Sendable {
    /// A sum over rows: each chunk's part lies in a slot of its own, one after the other.
    struct Sum {
        var operand: Int
        var partial: Address
        var dtype: DType
        var count: Int
        var result: Address
        var resultType: DType
    }

    /// A memory that holds a row of sums for each segment of rows.
    struct Segments {
        var operand: Int
        /// Of the sums of one segment.
        var bytes: Int
    }

    // Fixed after `init`; the C side reads them by pointer.
    private let program: UnsafeMutablePointer<lk_program>
    private let steps: UnsafeMutableBufferPointer<lk_step>
    private let operands: UnsafeMutableBufferPointer<lk_operand>
    private let addresses: [Address]
    private let sums: [Sum]
    private let segments: [Segments]
    /// Rows of a segment: chunks hold whole segments.
    private let segmentRows: Int
    private let rows: Int
    let chunks: Int
    /// The chunk that the first one of this program is, where a tail shares sums with a main part.
    private let firstChunk: Int
    private let combines: Int
    let scratch: Int
    let summary: String
    var isParallel: Bool { chunks > 1 }

    /// - Parameters:
    ///   - firstChunk: the number of chunks whose parts come before this program's.
    ///   - combining: how many chunks' parts there are in all when this program is done; 0 where another one follows.
    init(
        _ lowering: RowLowering, addresses: [Address], sums: [Sum], segments: [Segments] = [], segmentRows: Int = 1, chunks: Int,
        firstChunk: Int, combining: Int, summary: String
    ) {
        steps = .allocate(capacity: lowering.steps.count)
        _ = steps.initialize(from: lowering.steps)
        operands = .allocate(capacity: max(1, lowering.operands.count))
        for (index, operand) in lowering.operands.enumerated() {
            var value = lk_operand()
            value.dtype = Int32(operand.dtype.kernel.rawValue)
            withUnsafeMutableBytes(of: &value.row_strides) { bytes in
                let strides = bytes.bindMemory(to: Int64.self)
                for (axis, stride) in operand.strides.dropLast().enumerated() { strides[axis] = Int64(stride) }
            }
            value.column_stride = Int64(operand.strides.last ?? 0)
            (operands.baseAddress! + index).initialize(to: value)
        }
        program = .allocate(capacity: 1)
        var value = lk_program()
        value.dtype = Int32(lowering.dtype.kernel.rawValue)
        value.step_count = Int32(lowering.steps.count)
        value.register_count = Int32(lowering.registerCount)
        value.operand_count = Int32(lowering.operands.count)
        value.rank = Int32(lowering.axes.rows.count)
        withUnsafeMutableBytes(of: &value.rows) { bytes in
            let rows = bytes.bindMemory(to: Int64.self)
            for (axis, size) in lowering.axes.rows.enumerated() { rows[axis] = Int64(size) }
        }
        value.columns = Int64(lowering.axes.columns)
        value.steps = UnsafePointer(steps.baseAddress)
        value.operands = UnsafePointer(operands.baseAddress)
        program.initialize(to: value)
        self.addresses = addresses
        self.sums = sums
        self.segments = segments
        self.segmentRows = max(1, segmentRows)
        rows = lowering.axes.rows.reduce(1, *)
        (self.chunks, self.firstChunk, combines) = (chunks, firstChunk, combining)
        scratch = lk_program_scratch(program)
        self.summary = summary
    }

    deinit {
        program.deallocate()
        steps.deallocate()
        operands.deallocate()
    }

    private struct Call {
        var instruction: Unmanaged<RowInstruction>
        var memory: UnsafeMutablePointer<UnsafeMutableRawPointer?>
        var scratch: UnsafeMutableRawPointer
        var scratchStride: Int
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: max(1, addresses.count)) { memory in
            for index in addresses.indices { memory[index] = addresses[index].pointer(frame) }
            var call = Call(
                instruction: .passUnretained(self), memory: memory.baseAddress!, scratch: frame.scratch, scratchStride: frame.scratchStride)
            frame.parallel(
                chunks,
                { context, chunk, worker in
                    guard let call = context?.assumingMemoryBound(to: Call.self) else { return }
                    call.pointee.instruction._withUnsafeGuaranteedRef {
                        $0.run(chunk: Int(chunk), call.pointee.memory, call.pointee.scratch + Int(worker) * call.pointee.scratchStride)
                    }
                }, &call)
        }
        guard combines > 0 else { return }
        for sum in sums {
            lk_combine(
                sum.dtype.kernel, sum.partial.pointer(frame), Int64(combines), Int64(sum.count), sum.resultType.kernel,
                sum.result.pointer(frame))
        }
    }

    private func run(chunk: Int, _ memory: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ scratch: UnsafeMutableRawPointer) {
        // Chunks hold whole segments.
        let count = rows / segmentRows
        let each = (count + chunks - 1) / chunks
        let (first, end) = (min(count, chunk * each) * segmentRows, min(count, (chunk + 1) * each) * segmentRows)
        for segment in segments {
            guard let start = memory[segment.operand] else { continue }
            memset(start + first / segmentRows * segment.bytes, 0, (end - first) / segmentRows * segment.bytes)
        }
        if sums.isEmpty {
            if first < end { lk_program_run(program, memory, Int64(first), Int64(end), scratch) }
            return
        }
        // Each chunk adds to memory of its own.
        withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: addresses.count) { own in
            own.baseAddress!.update(from: memory, count: addresses.count)
            for sum in sums {
                guard let start = own[sum.operand] else { continue }
                let bytes = sum.count * sum.dtype.size
                let part = start + (firstChunk + chunk) * bytes
                memset(part, 0, bytes)
                own[sum.operand] = part
            }
            if first < end { lk_program_run(program, own.baseAddress!, Int64(first), Int64(end), scratch) }
        }
    }
}
