import Diagnostics
import Graphs
import Kernels

/// Turns a graph into slots and instructions.
struct PlanCompiler {
    let graph: Graph
    let values: Values
    /// The threads that the plan is for where they are not the shared ones.
    let ownPool: WorkerPool?
    private let epilogues: [NodeID: Epilogue]
    private let fusion: Fusion
    private let schedule: Schedule
    var slots: [Plan.Slot] = []
    var instructions: [any Instruction] = []
    private(set) var outputs: [Plan.Output] = []
    private(set) var donations: [Plan.Donation] = []
    private(set) var arenaSize = 0
    /// Instructions before the first that writes over an input.
    private(set) var commit: Int?

    private var slotOf: [NodeID: Int] = [:]
    /// Memory asked for so far, and the slots that stand for it.
    private var requests: [(slot: Int, request: MemoryPlan.Request)] = []
    /// The step at which each base's memory is last read.
    private var lastRead: [NodeID: Int] = [:]
    private var step = 0

    init(_ graph: Graph, donating: [(input: Int, output: Int)], pool: WorkerPool?) {
        (self.graph, ownPool) = (graph, pool)
        let values = Values(graph)
        self.values = values
        epilogues = Epilogue.all(graph, values)
        fusion = Fusion(graph, values, without: Set(epilogues.keys).union(epilogues.values.flatMap(\.absorbed)))
        let late = Set(donating.map { values[graph.outputs[$0.output]].base })
        schedule = Schedule(graph, values, fusion, epilogues, late: late)
        donations = donating.map { Plan.Donation(input: $0.input, output: $0.output, isInPlace: false) }
    }

    mutating func compile() throws(Diagnostic) {
        for (index, step) in schedule.steps.enumerated() { for base in step.reads { lastRead[base] = index } }
        for output in graph.outputs { lastRead[values[output].base] = schedule.steps.count }
        for position in graph.inputs.indices { slots.append(.input(position)) }
        for (index, node) in graph.nodes.enumerated() {
            if case .input(let position) = node.op { slotOf[NodeID(index)] = position }
        }
        placeDonations()
        for (index, step) in schedule.steps.enumerated() {
            self.step = index
            for base in step.writes where slotOf[base] == nil { slotOf[base] = memory(bytes: bytes(base), until: lastRead[base] ?? index) }
            if commit == nil, step.writes.contains(where: { (slotOf[$0] ?? .max) < graph.inputs.count }) { commit = instructions.count }
            switch step.unit {
            case .fused(let group): try compile(group, step.writes)
            case .single(let id):
                if let epilogue = epilogues[id] { try compile(epilogue, to: id) } else { try compile(id, step.writes) }
            }
        }
        for id in graph.outputs {
            let value = values[id]
            outputs.append(
                Plan.Output(
                    slot: values.fill(id) == nil ? slot(value.base) : 0, view: value.view, type: graph[id].type, fill: values.fill(id)))
        }
        let plan = MemoryPlan(requests.map(\.request))
        for (position, request) in requests.enumerated() { slots[request.slot] = .arena(plan.offsets[position]) }
        arenaSize = plan.size
    }

    // MARK: Memory

    private func bytes(_ base: NodeID) -> Int { values.memoryCount(base) * graph[base].type.dtype.size }

    /// A new slot in the arena, in use from this step to a later one.
    mutating func memory(bytes: Int, until last: Int) -> Int {
        slots.append(.arena(0))
        requests.append((slots.count - 1, MemoryPlan.Request(bytes: max(bytes, 1), first: step, last: max(step, last))))
        return slots.count - 1
    }

    /// A new slot in use during this step alone.
    mutating func temporary(bytes: Int) -> Address { Address(slot: memory(bytes: bytes, until: step)) }

    /// The slot of a base's memory.
    mutating func slot(_ base: NodeID) -> Int {
        if let slot = slotOf[base] { return slot }
        let literal: Literal
        switch graph[base].op {
        case .constant(let value): literal = value
        case .iota(let axis, let type):
            let size = type.shape[axis]
            literal = Literal((0..<size).map(Double.init), TensorType(type.dtype, [size]))
        default: literal = Literal(0, graph[base].type)
        }
        slots.append(.constant(literal))
        slotOf[base] = slots.count - 1
        return slots.count - 1
    }

    /// The address of a view's first element.
    mutating func address(_ value: Values.Value) -> Address {
        Address(slot: slot(value.base), bytes: value.view.offset * graph[value.base].type.dtype.size)
    }

    /// The address of a node's elements, dense and in order: where they lie so, else of a copy made now.
    mutating func dense(_ id: NodeID) -> Address {
        if let fill = values.fill(id) {
            slots.append(.constant(Literal(fill, graph[id].type)))
            return Address(slot: slots.count - 1)
        }
        let value = values[id]
        if value.view.isDense { return address(value) }
        let copy = temporary(bytes: graph[id].type.size)
        instructions.append(
            CopyInstruction(
                from: address(value), graph[value.base].type.dtype, value.view, to: copy, graph[id].type.dtype,
                View(dense: value.view.shape), summary: "copy \(graph[id].type)"))
        return copy
    }

    // MARK: In place

    /// An output is written over its input where the last step that reads the input also writes the output, element for element, or puts a
    /// slice into it.
    private mutating func placeDonations() {
        for index in donations.indices {
            let donation = donations[index]
            let output = values[graph.outputs[donation.output]]
            guard let input = graph.nodes.firstIndex(where: { $0.op == .input(donation.input) }).map({ NodeID($0) }),
                slotOf[output.base] == nil,
                output.view.isWhole(of: graph[output.base].type.count), graph[output.base].type.dtype == graph.inputs[donation.input].dtype,
                let writer = schedule.steps.firstIndex(where: { $0.writes.contains(output.base) }),
                !graph.outputs.contains(where: { values[$0].base == input }),
                schedule.steps.indices.allSatisfy({ $0 <= writer || !schedule.steps[$0].reads.contains(input) })
            else { continue }
            let isInPlace =
                switch schedule.steps[writer].unit {
                case .fused(let group):
                    group.levels[output.base] == .tile
                        && group.loads.allSatisfy { $0.base != input || $0.view.isWhole(of: group.count) }
                case .single(let id): updatesInPlace(id, input)
                }
            guard isInPlace else { continue }
            slotOf[output.base] = donation.input
            donations[index].isInPlace = true
        }
    }

    /// Whether a node puts a slice, from elsewhere, into the whole of an input.
    private func updatesInPlace(_ id: NodeID, _ input: NodeID) -> Bool {
        let node = graph[id]
        guard case .updateSlice = node.op, let whole = node.operands.first.map({ values[$0] }) else { return false }
        return whole.base == input && whole.view.isWhole(of: node.type.count)
            && node.operands.dropFirst().allSatisfy { values[$0].base != input }
    }

    // MARK: Instructions

    private mutating func compile(_ group: FusedGroup, _ writes: [NodeID]) throws(Diagnostic) {
        var inPlace: [NodeID: NodeID] = [:]
        for write in writes {
            if let slot = slotOf[write], slot < graph.inputs.count { inPlace[write] = graph.node(ofInput: slot) }
        }
        func lowering(_ columns: Int?, _ count: Int? = nil) throws(Diagnostic) -> RowLowering {
            var part = group
            if let count {
                part.count = count
                part.loads = []
            }
            guard let result = RowLowering(part, writes: writes, graph, values, columns: columns, inPlace: inPlace) else {
                throw Diagnostic("a fused loop does not fit its registers", help: "this is a mistake in Latent, not in your program")
            }
            return result
        }
        var main = try lowering(nil)
        // One long run of elements is cut into rows, so that several threads can share it; what does not fill a row comes after.
        var tail: (lowering: RowLowering, first: Int)?
        let rowCount = main.axes.rows.reduce(1, *)
        if rowCount == 1, group.columns == nil, main.axes.columns > 2 * PlanCompiler.rowLength {
            if let columns = PlanCompiler.divisor(of: main.axes.columns) {
                main = try lowering(columns)
            } else {
                let length = PlanCompiler.rowLength
                let whole = main.axes.columns / length * length
                tail = (main.cut(to: main.axes.columns - whole, rows: 1), whole)
                main = main.cut(to: length, rows: whole / length)
            }
        }
        let rows = main.axes.rows.reduce(1, *)
        // Segments of rows that are added up are not cut.
        let segment = main.operands.contains { if case .segments = $0.memory { true } else { false } } ? group.segment ?? 1 : 1
        let chunks = PlanCompiler.chunks(rows: rows / segment, columns: main.axes.columns * segment, work: main.work)
        let parts = chunks + (tail == nil ? 0 : 1)
        var sums: [RowInstruction.Sum] = []
        var addresses: [Address] = []
        var segments: [RowInstruction.Segments] = []
        for (position, operand) in main.operands.enumerated() {
            switch operand.memory {
            case .base(let base, let offset):
                addresses.append(Address(slot: slot(base), bytes: offset * graph[base].type.dtype.size))
            case .segments(let member):
                addresses.append(Address(slot: slot(member)))
                segments.append(
                    RowInstruction.Segments(operand: position, bytes: main.axes.columns * graph[member].type.dtype.size))
            case .partial(let member):
                let count = group.levels[member] == .columnSum ? group.columns ?? 1 : 1
                let partial = temporary(bytes: parts * count * operand.dtype.size)
                addresses.append(partial)
                sums.append(
                    RowInstruction.Sum(
                        operand: position, partial: partial, dtype: operand.dtype, count: count, result: Address(slot: slot(member)),
                        resultType: graph[member].type.dtype))
            }
        }
        let names = group.members.map { graph[$0].op.name }
        let text = "loop over \(rows) x \(main.axes.columns) \(main.dtype), \(chunks) chunks: \(names.joined(separator: ", "))"
        instructions.append(
            RowInstruction(
                main, addresses: addresses, sums: sums, segments: segments, segmentRows: segment, chunks: chunks, firstChunk: 0,
                combining: tail == nil ? chunks : 0, summary: text))
        if let tail {
            let moved = main.operands.indices.map { position in
                switch main.operands[position].memory {
                case .partial, .segments: addresses[position]
                case .base(let base, _):
                    Address(
                        slot: addresses[position].slot,
                        bytes: addresses[position].bytes + tail.first * (tail.lowering.operands[position].strides.last ?? 0)
                            * graph[base].type.dtype.size)
                }
            }
            instructions.append(
                RowInstruction(
                    tail.lowering, addresses: moved, sums: sums, chunks: 1, firstChunk: chunks, combining: parts,
                    summary: "the last \(tail.lowering.axes.columns) of them"))
        }
    }

    /// Elements a row of a loop that may choose.
    static let rowLength = 2048

    /// The number of columns, near the preferred one, into which a run of elements divides.
    static func divisor(of count: Int) -> Int? { (512...4096).filter { count % $0 == 0 }.min { abs($0 - rowLength) < abs($1 - rowLength) } }

    /// How many chunks work is cut into: by its size alone, so that results do not depend on the threads.
    static func chunks(rows: Int, columns: Int, work: Int) -> Int {
        let pieces = rows * columns * work / 16_384
        var chunks = 1
        while chunks * 2 <= min(pieces, rows, 64) { chunks *= 2 }
        return chunks
    }
}
