import Diagnostics
import Graphs
import Kernels

/// One thing that a plan does: it reads and writes memories of the execution that runs it.
protocol Instruction: AnyObject, Sendable {
    /// Bytes of scratch memory that each thread needs.
    var scratch: Int { get }
    /// Whether it can keep several threads busy.
    var isParallel: Bool { get }
    /// How the plan's printer speaks of it.
    var summary: String { get }
    func run(_ frame: borrowing Frame) throws(Diagnostic)
}

/// What instructions run on: the memories by slot, scratch memory by thread, the threads, and the key of the run.
struct Frame: ~Copyable {
    /// The address of each slot's memory.
    let memory: UnsafeMutablePointer<UnsafeMutableRawPointer>
    let scratch: UnsafeMutableRawPointer
    /// Bytes from one thread's scratch memory to the next one's.
    let scratchStride: Int
    let pool: OpaquePointer?
    let key: Key

    /// Does numbered chunks of work, by several threads where there are several chunks.
    @inline(__always)
    func parallel(_ chunks: Int, _ task: lk_task, _ context: UnsafeMutableRawPointer) {
        if chunks == 1 { return task(context, 0, 0) }
        if let pool { return lk_pool_run(pool, Int64(chunks), task, context) }
        for chunk in 0..<chunks { task(context, Int64(chunk), 0) }
    }
}

/// An element of a memory, found when the plan runs: a slot's address and bytes from there.
struct Address: Hashable, Sendable {
    var slot: Int
    var bytes: Int = 0

    @inline(__always)
    func pointer(_ frame: borrowing Frame) -> UnsafeMutableRawPointer { frame.memory[slot] + bytes }
}

extension DType {
    var kernel: lk_dtype {
        switch self {
        case .bool: LK_BOOL
        case .int32: LK_INT32
        case .float32: LK_FLOAT32
        case .float64: LK_FLOAT64
        }
    }
}
