import Diagnostics
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

    // Fixed after `init`; the C side reads them by pointer.
    private let program: UnsafeMutablePointer<lk_program>
    private let steps: UnsafeMutableBufferPointer<lk_step>
    private let operands: UnsafeMutableBufferPointer<lk_operand>
    private let addresses: [Address]
    private let sums: [Sum]
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
    init(_ lowering: RowLowering, addresses: [Address], sums: [Sum], chunks: Int, firstChunk: Int, combining: Int, summary: String) {
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
        var program: UnsafePointer<lk_program>
        var memory: UnsafeMutablePointer<UnsafeMutableRawPointer?>
        var count: Int
        var rows: Int
        var rowsPerChunk: Int
        var scratch: UnsafeMutableRawPointer
        var scratchStride: Int
        var sums: UnsafePointer<Sum>?
        var sumCount: Int
        var firstChunk: Int
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: max(1, addresses.count)) { memory in
            for index in addresses.indices { memory[index] = addresses[index].pointer(frame) }
            sums.withUnsafeBufferPointer { sums in
                var call = Call(
                    program: program, memory: memory.baseAddress!, count: addresses.count, rows: rows,
                    rowsPerChunk: (rows + chunks - 1) / chunks,
                    scratch: frame.scratch, scratchStride: frame.scratchStride, sums: sums.baseAddress, sumCount: sums.count,
                    firstChunk: firstChunk)
                frame.parallel(chunks, { RowInstruction.chunk($0, $1, $2) }, &call)
            }
        }
        guard combines > 0 else { return }
        for sum in sums {
            lk_combine(
                sum.dtype.kernel, sum.partial.pointer(frame), Int64(combines), Int64(sum.count), sum.resultType.kernel,
                sum.result.pointer(frame))
        }
    }

    private static func chunk(_ context: UnsafeMutableRawPointer?, _ chunk: Int64, _ worker: Int32) {
        guard let call = context?.assumingMemoryBound(to: Call.self).pointee else { return }
        let first = Int(chunk) * call.rowsPerChunk
        let end = min(call.rows, first + call.rowsPerChunk)
        let scratch = call.scratch + Int(worker) * call.scratchStride
        if call.sumCount == 0 {
            if first < end { lk_program_run(call.program, call.memory, Int64(first), Int64(end), scratch) }
            return
        }
        // Each chunk adds to memory of its own.
        withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: call.count) { memory in
            memory.baseAddress!.update(from: call.memory, count: call.count)
            for index in 0..<call.sumCount {
                guard let sum = call.sums?[index], let start = memory[sum.operand] else { continue }
                let bytes = sum.count * sum.dtype.size
                let part = start + (call.firstChunk + Int(chunk)) * bytes
                part.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
                memory[sum.operand] = part
            }
            if first < end { lk_program_run(call.program, memory.baseAddress!, Int64(first), Int64(end), scratch) }
        }
    }
}
