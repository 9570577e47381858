import Graphs

/// What is done as one: a fused group, or one operation by itself.
enum Unit {
    case fused(FusedGroup)
    case single(NodeID)
}

/// The order in which units run, and which memories they read and write.
struct Schedule {
    struct Step {
        var unit: Unit
        /// Bases whose memory is read.
        var reads: [NodeID]
        /// Bases whose memory is written.
        var writes: [NodeID]
    }
    private(set) var steps: [Step] = []
    /// The values that the graph gives, as inputs, constants or writes.
    let graph: Graph
    let values: Values

    /// `late` are bases that are better written last: new values of parameters, in whose place the old ones are read until then.
    init(_ graph: Graph, _ values: Values, _ fusion: Fusion, _ epilogues: [NodeID: Epilogue], late: Set<NodeID>) {
        (self.graph, self.values) = (graph, values)
        let needed = graph.needed(for: graph.outputs)
        var units: [Step] = []
        var unitOf: [NodeID: Int] = [:]
        for group in fusion.groups {
            guard group.members.contains(where: { needed[Int($0.index)] }) else { continue }
            for member in group.members { unitOf[member] = units.count }
            units.append(Step(unit: .fused(group), reads: [], writes: []))
        }
        let absorbed = Set(epilogues.values.flatMap(\.absorbed))
        for index in graph.nodes.indices where needed[index] && !absorbed.contains(NodeID(index)) {
            let id = NodeID(index)
            guard fusion.groupOf[id] == nil, !values.isView(id), values.fill(id) == nil, Schedule.computes(graph[id].op) else { continue }
            // A scan writes those of its results that are needed.
            if case .result = graph[id].op {
                guard let scan = unitOf[graph[id].operands[0]] else { continue }
                unitOf[id] = scan
                units[scan].writes.append(id)
                continue
            }
            unitOf[id] = units.count
            if case .scan = graph[id].op {
                units.append(Step(unit: .single(id), reads: [], writes: []))
            } else {
                units.append(Step(unit: .single(id), reads: [], writes: [id]))
            }
        }
        // A member is written where another unit, or the caller, reads it.
        var read = Set(graph.outputs.map { values[$0].base })
        for (index, unit) in units.enumerated() {
            var reads: [NodeID] = []
            for member in unit.unit.members {
                for operand in epilogues[member]?.operands(graph) ?? graph[member].operands where values.fill(operand) == nil {
                    let base = values[operand].base
                    if unitOf[base] == index, case .fused = unit.unit { continue }
                    if !reads.contains(base) { reads.append(base) }
                    read.insert(base)
                }
            }
            units[index].reads = reads
        }
        for (index, unit) in units.enumerated() {
            if case .fused(let group) = unit.unit { units[index].writes = group.members.filter { read.contains($0) } }
        }
        // Depth first from the units in the order of their last members; the late ones last.
        let order = units.indices.sorted { a, b in
            let (x, y) = (units[a], units[b])
            let (lateX, lateY) = (x.writes.contains(where: late.contains), y.writes.contains(where: late.contains))
            return lateX == lateY ? (x.unit.last, a) < (y.unit.last, b) : lateY
        }
        var done = [Bool](repeating: false, count: units.count)
        var sequence: [Int] = []
        for start in order {
            var stack: [(unit: Int, next: Int)] = [(start, 0)]
            while let (unit, next) = stack.last {
                if done[unit] {
                    stack.removeLast()
                    continue
                }
                if next < units[unit].reads.count {
                    stack[stack.count - 1].next += 1
                    if let before = unitOf[units[unit].reads[next]], !done[before] { stack.append((before, 0)) }
                } else {
                    done[unit] = true
                    sequence.append(unit)
                    stack.removeLast()
                }
            }
        }
        steps = sequence.map { units[$0] }.filter { !$0.writes.isEmpty }
    }

    /// Whether a node does anything when the plan runs.
    private static func computes(_ op: Op) -> Bool {
        switch op {
        case .input, .constant, .iota: false
        default: true
        }
    }
}

extension Unit {
    var members: [NodeID] {
        switch self {
        case .fused(let group): group.members
        case .single(let id): [id]
        }
    }
    var last: NodeID { members.last ?? NodeID(0) }
}
