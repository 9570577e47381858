import Kernels

/// Bytes that a kernel reads and writes, from an address that is aligned to its elements and to nothing more.
final class Memory {
    private let base: UnsafeMutableRawPointer
    let start: UnsafeMutableRawPointer
    let dtype: lk_dtype, count: Int

    static func size(_ dtype: lk_dtype) -> Int { dtype == LK_BOOL ? 1 : dtype == LK_FLOAT64 ? 8 : 4 }

    init(_ dtype: lk_dtype, _ values: [Double]) {
        (self.dtype, count) = (dtype, values.count)
        let size = Self.size(dtype)
        base = .allocate(byteCount: 64 + size * (values.count + 2), alignment: 64)
        start = base + size
        for (i, x) in values.enumerated() { self[i] = x }
    }
    convenience init<T: Element>(_ values: [T]) {
        self.init(T.dtype, [Double](repeating: 0, count: values.count))
        // Bit for bit, which a conversion to another type is not for every NaN.
        values.withUnsafeBytes { if let from = $0.baseAddress { start.copyMemory(from: from, byteCount: $0.count) } }
    }
    deinit { base.deallocate() }

    subscript(i: Int) -> Double {
        get {
            switch dtype {
            case LK_BOOL: Double(start.load(fromByteOffset: i, as: UInt8.self))
            case LK_INT32: Double(start.load(fromByteOffset: 4 * i, as: Int32.self))
            case LK_FLOAT32: Double(start.load(fromByteOffset: 4 * i, as: Float.self))
            default: start.load(fromByteOffset: 8 * i, as: Double.self)
            }
        }
        set {
            switch dtype {
            case LK_BOOL: start.storeBytes(of: newValue != 0 ? 1 : 0, toByteOffset: i, as: UInt8.self)
            case LK_INT32: start.storeBytes(of: Int32(newValue), toByteOffset: 4 * i, as: Int32.self)
            case LK_FLOAT32: start.storeBytes(of: Float(newValue), toByteOffset: 4 * i, as: Float.self)
            default: start.storeBytes(of: newValue, toByteOffset: 8 * i, as: Double.self)
            }
        }
    }
    var values: [Double] { (0..<count).map { self[$0] } }
    func elements<T: Element>(_: T.Type) -> [T] { (0..<count).map { start.load(fromByteOffset: $0 * Self.size(dtype), as: T.self) } }
}

/// A row program being written, with the memory that it runs on.
struct RowProgram<T: Element> {
    var rows: [Int], columns: Int
    private(set) var steps: [lk_step] = []
    private var operands: [lk_operand] = []
    private var memory: [Memory] = []
    private var kinds: [lk_kind] = []

    init(rows: [Int], columns: Int) { (self.rows, self.columns) = (rows, columns) }

    /// Strides of a dense array of a kind, for the axes of the rows, and for the columns.
    func strides(_ kind: lk_kind) -> (rows: [Int], column: Int) {
        let across = kind == LK_TILE ? columns : kind == LK_ROW ? 1 : 0
        let down = rows.indices.map { axis in rows[(axis + 1)...].reduce(across, *) }
        return (down, kind == LK_TILE || kind == LK_COLUMN ? 1 : 0)
    }
    /// How many elements a kind has.
    func count(_ kind: lk_kind) -> Int {
        (kind == LK_TILE || kind == LK_ROW ? rows.reduce(1, *) : 1) * (kind == LK_TILE || kind == LK_COLUMN ? columns : 1)
    }

    mutating func operand(_ memory: Memory, rows: [Int], column: Int) -> Int {
        var o = lk_operand()
        o.dtype = Int32(memory.dtype.rawValue)
        o.column_stride = Int64(column)
        withUnsafeMutableBytes(of: &o.row_strides) { bytes in
            for (axis, stride) in rows.enumerated() { bytes.storeBytes(of: Int64(stride), toByteOffset: 8 * axis, as: Int64.self) }
        }
        operands.append(o)
        self.memory.append(memory)
        return operands.count - 1
    }
    mutating func operand(_ memory: Memory, _ kind: lk_kind) -> Int {
        let strides = strides(kind)
        return operand(memory, rows: strides.rows, column: strides.column)
    }

    /// Adds a step; gives the register that it writes.
    @discardableResult mutating func step(
        _ op: lk_op, _ kind: lk_kind, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, to: Int? = nil, operand: Int = 0, through: Int? = nil,
        immediate: Double = 0
    ) -> Int {
        let target = to ?? kinds.count
        if to == nil { kinds.append(kind) } else { kinds[target] = kind }
        steps.append(
            lk_step(
                op: UInt16(op.rawValue), kind: UInt16(kind.rawValue), to: UInt16(target), a: UInt16(a), b: UInt16(b), c: UInt16(c),
                operand: UInt16(operand), reserved: UInt16(through.map { $0 + 1 } ?? 0), immediate: immediate))
        return target
    }
    mutating func load(_ memory: Memory, _ kind: lk_kind) -> Int { step(LK_LOAD, kind, operand: operand(memory, kind)) }
    mutating func store(_ register: Int, _ memory: Memory) {
        step(LK_STORE, kinds[register], register, to: register, operand: operand(memory, kinds[register]))
    }

    /// Runs it, in chunks of so many rows where they are given.
    func run(chunk: Int? = nil) {
        let all = rows.reduce(1, *)
        let size = max(1, chunk ?? all)
        for first in stride(from: 0, to: max(1, all), by: size) { run(rows: first..<min(all, first + size)) }
    }

    /// Runs some of its rows.
    func run(rows range: Range<Int>) {
        steps.withUnsafeBufferPointer { steps in
            operands.withUnsafeBufferPointer { operands in
                var p = lk_program()
                p.dtype = Int32(T.dtype.rawValue)
                (p.step_count, p.register_count, p.operand_count) = (Int32(steps.count), Int32(kinds.count), Int32(operands.count))
                p.rank = Int32(rows.count)
                withUnsafeMutableBytes(of: &p.rows) { bytes in
                    for (axis, size) in rows.enumerated() { bytes.storeBytes(of: Int64(size), toByteOffset: 8 * axis, as: Int64.self) }
                }
                p.columns = Int64(columns)
                (p.steps, p.operands) = (steps.baseAddress, operands.baseAddress)
                let scratch = UnsafeMutableRawPointer.allocate(byteCount: lk_program_scratch(&p), alignment: 64)
                defer { scratch.deallocate() }
                let addresses: [UnsafeMutableRawPointer?] = memory.map(\.start)
                lk_program_run(&p, addresses, Int64(range.lowerBound), Int64(range.upperBound), scratch)
            }
        }
    }
}
