import Diagnostics
import Glibc
import Graphs
import Kernels

/// The memory of a plan: its arena, the inputs given, and those that stay from run to run.
///
/// Not to be run by two threads at once.
public final class Execution {
    public let plan: Plan
    private let memory: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let arena: UnsafeMutableRawPointer
    private let scratch: UnsafeMutableRawPointer
    /// Memory that the execution owns: constants and donated inputs.
    private var owned: [UnsafeMutableRawPointer] = []
    /// Tensors whose elements the plan reads where they lie.
    private var held: [Tensor?]
    private let isDonated: [Bool]
    /// Room for the inputs that are one float.
    private var numbers: [UnsafeMutableRawPointer?]
    private let pool: WorkerPool?

    init(_ plan: Plan) {
        self.plan = plan
        memory = .allocate(capacity: max(1, plan.slots.count))
        arena = .allocate(byteCount: max(64, plan.arenaSize), alignment: 64)
        pool = plan.isParallel ? plan.ownPool ?? .shared : nil
        scratch = .allocate(byteCount: max(64, plan.scratchSize * (pool?.threads ?? 1)), alignment: 64)
        held = [Tensor?](repeating: nil, count: plan.graph.inputs.count)
        var donated = [Bool](repeating: false, count: plan.graph.inputs.count)
        for donation in plan.donations { donated[donation.input] = true }
        isDonated = donated
        numbers = [UnsafeMutableRawPointer?](repeating: nil, count: donated.count)
        for (index, slot) in plan.slots.enumerated() {
            switch slot {
            case .arena(let offset): memory[index] = arena + offset
            case .donated(let input): memory[index] = memory[input]
            case .constant(let literal):
                let bytes = own(literal.type.size)
                (literal.fill.map { Tensor.filled($0, literal.type) } ?? Tensor.of(literal.values, literal.type)).copy(to: bytes)
                memory[index] = bytes
            case .input(let position):
                memory[index] = donated[position] ? own(plan.graph.inputs[position].size) : arena
                let type = plan.graph.inputs[position]
                if type.shape.isEmpty, type.dtype.isFloat { numbers[position] = donated[position] ? memory[index] : own(type.size) }
            }
        }
    }

    private func own(_ bytes: Int) -> UnsafeMutableRawPointer {
        let pointer = UnsafeMutableRawPointer.allocate(byteCount: max(64, bytes), alignment: 64)
        owned.append(pointer)
        return pointer
    }

    deinit {
        for pointer in owned { pointer.deallocate() }
        arena.deallocate()
        scratch.deallocate()
        memory.deallocate()
    }

    /// Gives an input. It is read where it lies until another is given, or copied once where it is donated.
    ///
    /// Throws where its type is not the graph's.
    public func set(input position: Int, _ tensor: Tensor) throws(Diagnostic) {
        guard plan.graph.inputs.indices.contains(position) else { throw Diagnostic("the graph has no input \(position)") }
        let type = plan.graph.inputs[position]
        guard tensor.dtype == type.dtype, tensor.shape == type.shape else {
            throw Diagnostic("input \(position) of the graph is \(type), and got \(TensorType(tensor.dtype, tensor.shape))")
        }
        guard !tensor.hasMissing else {
            throw Diagnostic("a compiled function takes no missing values", help: "leave them out with observed, or fill them in first")
        }
        if isDonated[position] {
            tensor.copy(to: memory[position])
        } else {
            held[position] = tensor
            // The elements stay where they are as long as the tensor is held, and are not written.
            memory[position] = tensor.withAddress { UnsafeMutableRawPointer(mutating: $0) }
        }
    }

    /// Fills a donated input with zeros, but for a tensor in its low corner.
    ///
    /// Throws where the input is not donated, or the tensor larger.
    public func set(input position: Int, corner tensor: Tensor?) throws(Diagnostic) {
        guard plan.graph.inputs.indices.contains(position), isDonated[position] else {
            throw Diagnostic("input \(position) is not donated")
        }
        let type = plan.graph.inputs[position]
        memset(memory[position], 0, type.size)
        guard let tensor else { return }
        guard tensor.dtype == type.dtype, tensor.rank == type.rank, zip(tensor.shape, type.shape).allSatisfy({ $0 <= $1 }) else {
            throw Diagnostic("\(TensorType(tensor.dtype, tensor.shape)) is no corner of input \(position) of the graph, which is \(type)")
        }
        let (shape, target) = (tensor.shape, memory[position])
        tensor.withAddress { source in
            lk_copy(
                Int32(shape.count), shape.map(Int64.init), type.dtype.kernel, target, Shape.strides(type.shape).map(Int64.init),
                type.dtype.kernel, source, Shape.strides(shape).map(Int64.init))
        }
    }

    /// Gives an input that is one number, without a tensor.
    ///
    /// Throws where the graph has another type there.
    public func set(input position: Int, number: Double) throws(Diagnostic) {
        let type = plan.graph.inputs[position]
        guard type.shape.isEmpty, type.dtype.isFloat, let memory = numbers[position] else {
            return try set(input: position, Tensor(number).converted(to: type.dtype))
        }
        if type.dtype == .float32 {
            memory.assumingMemoryBound(to: Float.self).pointee = Float(number)
        } else {
            memory.assumingMemoryBound(to: Double.self).pointee = number
        }
        self.memory[position] = memory
        held[position] = nil
    }

    /// Runs the plan on the inputs given.
    ///
    /// - Parameter interrupt: gives the run up, with all inputs as they were, where it asks for that before one has been written over.
    public func run(key: Key, interrupt: Interrupt? = nil) throws(Diagnostic) {
        if let pool = pool?.pool { lk_pool_begin(pool) }
        defer { if let pool = pool?.pool { lk_pool_end(pool) } }
        let frame = Frame(memory: memory, scratch: scratch, scratchStride: plan.scratchSize, pool: pool?.pool, key: key)
        if let interrupt {
            for instruction in plan.instructions[..<plan.commit] {
                try interrupt.check()
                try instruction.run(frame)
            }
            for instruction in plan.instructions[plan.commit...] { try instruction.run(frame) }
        } else {
            for instruction in plan.instructions { try instruction.run(frame) }
        }
        for donation in plan.donations where !donation.isInPlace { copy(output: donation.output, to: memory[donation.input]) }
    }

    /// Runs the plan several times and gives the least time that each instruction took, in seconds, with what it is.
    public func profile(key: Key, runs: Int) throws(Diagnostic) -> [(seconds: Double, instruction: String)] {
        if let pool = pool?.pool { lk_pool_begin(pool) }
        defer { if let pool = pool?.pool { lk_pool_end(pool) } }
        var least = [Double](repeating: .infinity, count: plan.instructions.count)
        let clock = ContinuousClock()
        let frame = Frame(memory: memory, scratch: scratch, scratchStride: plan.scratchSize, pool: pool?.pool, key: key)
        for _ in 0..<max(1, runs) {
            for (index, instruction) in plan.instructions.enumerated() {
                let start = clock.now
                try instruction.run(frame)
                let parts = (clock.now - start).components
                least[index] = min(least[index], Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
            }
        }
        return zip(least, plan.instructions).map { ($0, $1.summary) }
    }

    /// The value of an output after a run.
    public func output(_ position: Int) -> Tensor {
        let output = plan.outputs[position]
        if let donation = plan.donations.first(where: { $0.output == position }) {
            return Tensor(copying: memory[donation.input], output.type)
        }
        if output.fill == nil, output.view.isDense {
            return Tensor(copying: memory[output.slot] + output.view.offset * output.type.dtype.size, output.type)
        }
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(64, output.type.size), alignment: 64)
        defer { bytes.deallocate() }
        copy(output: position, to: bytes)
        return Tensor(copying: bytes, output.type)
    }

    /// A number among the outputs, without a tensor.
    public func number(_ position: Int) -> Double { output(position).double(at: 0) }

    private func copy(output position: Int, to target: UnsafeMutableRawPointer) { plan.outputs[position].copy(from: memory, to: target) }
}

extension Plan.Output {
    /// Writes the value, dense, from the memories that the plan ran in.
    func copy(from memory: UnsafeMutablePointer<UnsafeMutableRawPointer>, to target: UnsafeMutableRawPointer) {
        if let fill {
            Tensor.filled(fill, type).copy(to: target)
            return
        }
        let source = memory[slot] + view.offset * type.dtype.size
        if view.isDense {
            target.copyMemory(from: source, byteCount: type.size)
        } else {
            let dense = View(dense: view.shape)
            lk_copy(
                Int32(view.shape.count), view.shape.map(Int64.init), type.dtype.kernel, target, dense.strides.map(Int64.init),
                type.dtype.kernel, source,
                view.strides.map(Int64.init))
        }
    }
}

extension Tensor {
    static func filled(_ value: Double, _ type: TensorType) -> Tensor { of([Double](repeating: value, count: type.count), type) }

    static func of(_ values: [Double], _ type: TensorType) -> Tensor {
        switch type.dtype {
        case .bool: Tensor(.bool(values.map { $0 != 0 }), shape: type.shape)
        case .int32: Tensor(.int32(values.map { Int32($0) }), shape: type.shape)
        case .float32: Tensor(.float32(values.map { Float($0) }), shape: type.shape)
        case .float64: Tensor(.float64(values), shape: type.shape)
        }
    }
}
