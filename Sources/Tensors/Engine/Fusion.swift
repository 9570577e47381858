import Graphs

/// Operations that are done together in one row program.
struct FusedGroup {
    /// How far a member's value reaches.
    enum Level { case tile, row, columnSum, segmentSum, totalSum }
    /// The nodes, in the order of the graph.
    var members: [NodeID] = []
    var levels: [NodeID: Level] = [:]
    /// The number of elements of a tile-level value, and of those in a row once a reduction has said so.
    var count: Int
    var columns: Int?
    /// Rows that each segment sum adds up, once there is one.
    var segment: Int?
    /// What it computes in, once a member cares.
    var dtype: DType?
    /// How members read memory from outside, as views of `count` elements.
    var loads: [Values.Value] = []

    /// Whether all that it reads and writes can be walked together.
    var hasAxes: Bool { Axes(count: count, columns: columns, views: loads.map(\.view) + (segmentView.map { [$0] } ?? [])) != nil }

    /// How a segment sum's memory is walked, one row of it for each segment.
    var segmentView: View? {
        guard let segment, let columns, segment > 0, columns > 0 else { return nil }
        return View(shape: [count / columns / segment, segment, columns], strides: [columns, 0, 1])
    }

    var rows: Int? { columns.map { $0 == 0 ? 0 : count / $0 } }
}

/// Decides which operations are done together: elementwise chains, broadcasts, and the reductions along rows, down columns or of everything
/// that begin, join or end them.
///
/// Nodes are taken in order; each joins the group of one of its operands where its elements are that group's elements or rows, or begins a group
/// of its own. A node never joins a group that another of its operands has to wait for.
struct Fusion {
    let graph: Graph
    let values: Values
    private(set) var groups: [FusedGroup] = []
    /// The group that computes a node, where one does.
    private(set) var groupOf: [NodeID: Int] = [:]
    let maximumMembers: Int
    private let visited: Visited

    /// - Parameter absorbed: nodes that other loops do.
    init(_ graph: Graph, _ values: Values, without absorbed: Set<NodeID> = [], maximumMembers: Int = 48) {
        (self.graph, self.values, self.maximumMembers) = (graph, values, maximumMembers)
        visited = Visited(graph.nodes.count)
        for index in graph.nodes.indices {
            let id = NodeID(index)
            guard !values.isView(id), values.fill(id) == nil, !absorbed.contains(id), isFusable(id) else { continue }
            place(id)
        }
    }

    private mutating func place(_ id: NodeID) {
        var candidates: [Int] = []
        for operand in graph[id].operands {
            if let group = groupOf[values[operand].base], !candidates.contains(group) { candidates.append(group) }
        }
        for candidate in candidates.sorted(by: >) {
            if let joined = joined(groups[candidate], id, candidate) {
                groups[candidate] = joined
                groupOf[id] = candidate
                // The groups of its other operands may now be done in the same loop.
                for other in candidates where other != candidate { merge(other, into: candidate) }
                return
            }
        }
        let operandCount = graph[id].operands.first.map { graph[$0].type.count } ?? 1
        let count = isReduction(id) ? operandCount : graph[id].type.count
        if let group = joined(FusedGroup(count: count), id, nil) {
            groups.append(group)
            groupOf[id] = groups.count - 1
        }
    }

    /// Makes two groups one, where their elements are the same and neither has to wait for the other.
    private mutating func merge(_ other: Int, into index: Int) {
        let (a, b) = (groups[index], groups[other])
        guard !b.members.isEmpty, a.count == b.count, a.columns == nil || b.columns == nil || a.columns == b.columns,
            a.segment == nil || b.segment == nil || a.segment == b.segment, a.dtype == nil || b.dtype == nil || a.dtype == b.dtype,
            a.members.count + b.members.count <= maximumMembers
        else { return }
        var merged = FusedGroup(count: a.count)
        merged.members = (a.members + b.members).sorted()
        merged.levels = a.levels.merging(b.levels) { first, _ in first }
        merged.columns = a.columns ?? b.columns
        merged.segment = a.segment ?? b.segment
        merged.dtype = a.dtype ?? b.dtype
        for member in merged.members {
            let level = merged.levels[member] ?? .tile
            for operand in graph[member].operands where values.fill(operand) == nil {
                let value = values[operand]
                let isRow = (level == .row && !isReduction(member)) || (level == .totalSum && graph[operand].type.count != merged.count)
                if let operandLevel = merged.levels[value.base] {
                    guard reads(value.view, operandLevel, at: isRow ? .row : .tile, merged) else { return }
                    if case .convert(let dtype) = graph[member].op, dtype.isFloat, graph[value.base].type.dtype.isFloat { return }
                } else {
                    let load = Values.Value(base: value.base, view: isRow ? expanded(value.view, merged) : value.view)
                    if !merged.loads.contains(load) { merged.loads.append(load) }
                }
            }
        }
        guard merged.loads.count <= 40, !merged.loads.contains(where: { waits($0.base, for: index) || waits($0.base, for: other) }),
            merged.hasAxes
        else { return }
        groups[index] = merged
        groups[other].members = []
        for member in merged.members { groupOf[member] = index }
    }

    private func isReduction(_ id: NodeID) -> Bool {
        if case .reduce = graph[id].op { true } else { false }
    }

    /// Whether a row program can do it at all.
    private func isFusable(_ id: NodeID) -> Bool {
        let node = graph[id]
        switch node.op {
        case .binary(.gammaSlope): return false
        // What int32 does not hold is an error, which a row program cannot report.
        case .convert(.int32) where graph[node.operands[0]].type.dtype.isFloat: return false
        case .unary, .binary, .select, .convert: return node.type.count > 0
        case .reduce(let reduction, let axes):
            let shape = graph[node.operands[0]].type.shape
            guard !shape.contains(0) else { return false }
            return ReductionPattern(shape, axes, reduction) != .middle
        default: return false
        }
    }

    /// What a node computes in: nil where it does not matter.
    private func computing(_ id: NodeID) -> DType? {
        let node = graph[id]
        func operandType() -> DType { node.operands.map { graph[$0].type.dtype }.max() ?? .float64 }
        switch node.op {
        case .convert: return nil
        case .unary(let op) where op.isTest: return operandType().isFloat ? operandType() : nil
        case .binary(let op) where op.isTest:
            if operandType().isFloat { return operandType() }
            // float32 tells whole numbers apart up to 2^24.
            return operandType() == .bool || node.operands.contains(where: isSmall) ? nil : .float64
        case .select: return node.type.dtype == .bool ? nil : node.type.dtype.isFloat ? node.type.dtype : .float64
        default: return node.type.dtype.isFloat ? node.type.dtype : .float64
        }
    }

    /// Whether all elements lie along one axis, and are so few that one thread adds them up.
    private func isShort(_ shape: [Int]) -> Bool {
        shape.reduce(1, *) <= PlanCompiler.rowLength && shape.filter { $0 != 1 }.count <= 1
    }

    private func isSmall(_ id: NodeID) -> Bool {
        if let fill = values.fill(id) { return Swift.abs(fill) < 0x1p24 }
        if case .iota(let axis, let type) = graph[values[id].base].op { return type.shape[axis] < 1 << 24 }
        return graph[id].type.dtype == .bool
    }

    /// The group with the node in it, if it fits.
    private func joined(_ group: FusedGroup, _ id: NodeID, _ index: Int?) -> FusedGroup? {
        let node = graph[id]
        guard group.members.count < maximumMembers, group.loads.count < 40 else { return nil }
        var group = group
        if let dtype = computing(id) {
            if let fixed = group.dtype, fixed != dtype { return nil }
            group.dtype = dtype
        }
        let level: FusedGroup.Level
        /// The level at which operands are read.
        let reading: FusedGroup.Level
        if case .reduce(let reduction, let axes) = node.op {
            let operand = node.operands[0]
            let shape = graph[operand].type.shape
            let operandLevel = index != nil && groupOf[values[operand].base] == index ? group.levels[values[operand].base] : .tile
            switch ReductionPattern(shape, axes, reduction) {
            case .total where operandLevel == .row && graph[operand].type.count == group.rows: (level, reading) = (.totalSum, .row)
            case .total:
                guard graph[operand].type.count == group.count else { return nil }
                // A short vector is one row, whose sum the same loop can go on with.
                if isShort(shape), group.columns == nil || group.columns == group.count {
                    (level, reading) = (.row, .tile)
                    group.columns = group.count
                } else {
                    (level, reading) = (.totalSum, .tile)
                }
            case .rows(let columns):
                guard graph[operand].type.count == group.count, group.columns == nil || group.columns == columns else { return nil }
                (level, reading) = (.row, .tile)
                group.columns = columns
            case .columns(let columns):
                guard graph[operand].type.count == group.count, group.columns == nil || group.columns == columns else { return nil }
                (level, reading) = (.columnSum, .tile)
                group.columns = columns
            case .segments(let rows, let columns):
                guard node.type.dtype.isFloat, graph[operand].type.count == group.count, group.columns == nil || group.columns == columns,
                    group.segment == nil || group.segment == rows
                else { return nil }
                (level, reading) = (.segmentSum, .tile)
                (group.columns, group.segment) = (columns, rows)
            case .middle: return nil
            }
        } else if node.type.count == group.count {
            (level, reading) = (.tile, .tile)
        } else if let rows = group.rows, node.type.count == rows {
            (level, reading) = (.row, .row)
        } else {
            return nil
        }
        for operand in node.operands where values.fill(operand) == nil {
            let value = values[operand]
            if let index, groupOf[value.base] == index {
                // In the group: its level, seen in order.
                guard let operandLevel = group.levels[value.base], reads(value.view, operandLevel, at: reading, group) else { return nil }
                if case .convert(let dtype) = node.op, dtype.isFloat, graph[value.base].type.dtype.isFloat { return nil }
            } else {
                if let index, waits(value.base, for: index) { return nil }
                let view = reading == .row ? expanded(value.view, group) : value.view
                group.loads.append(Values.Value(base: value.base, view: view))
            }
        }
        guard group.hasAxes else { return nil }
        group.members.append(id)
        group.levels[id] = level
        return group
    }

    /// A view of one value a row as one of every element.
    private func expanded(_ view: View, _ group: FusedGroup) -> View {
        View(offset: view.offset, shape: view.shape + [group.columns ?? 1], strides: view.strides + [0])
    }

    /// Whether a member's value, seen through a view, is what a node at a level needs.
    private func reads(_ view: View, _ from: FusedGroup.Level, at level: FusedGroup.Level, _ group: FusedGroup) -> Bool {
        switch (from, level) {
        case (.tile, .tile): return view.isWhole(of: group.count)
        case (.row, .row): return group.rows.map { view.isWhole(of: $0) } ?? false
        case (.row, .tile):
            guard let rows = group.rows, let columns = group.columns, view.offset == 0, let grid = view.reshaped([rows, columns]) else {
                return false
            }
            return (rows == 1 || grid.strides[0] == 1) && (columns == 1 || grid.strides[1] == 0)
        default: return false
        }
    }

    /// Whether a value can only be had after a group is done.
    private func waits(_ base: NodeID, for index: Int) -> Bool {
        visited.begin()
        var open = [base]
        while let id = open.popLast() {
            if groupOf[id] == index { return true }
            guard visited.insert(id) else { continue }
            // A group is done when its last member is, so one waits for what any member reads.
            if let group = groupOf[id] {
                for member in groups[group].members {
                    _ = visited.insert(member)
                    for operand in graph[member].operands { open.append(values[operand].base) }
                }
            } else {
                for operand in graph[id].operands { open.append(values[operand].base) }
            }
        }
        return false
    }

    /// Which nodes a search has met; emptied by counting on.
    private final class Visited {
        private var stamps: [Int]
        private var stamp = 0
        init(_ count: Int) { stamps = [Int](repeating: 0, count: count) }
        func begin() { stamp += 1 }
        /// Whether it is new.
        func insert(_ id: NodeID) -> Bool {
            let index = Int(id.index)
            if stamps[index] == stamp { return false }
            stamps[index] = stamp
            return true
        }
    }
}

/// Which axes a reduction takes away.
enum ReductionPattern: Equatable {
    case total
    /// The last ones, so many elements each.
    case rows(Int)
    /// The first ones; so many elements are left.
    case columns(Int)
    /// Some in the middle: so many of them, with so many elements after each.
    case segments(rows: Int, columns: Int)
    case middle

    init(_ shape: [Int], _ axes: [Int], _ reduction: Graphs.Reduction) {
        let real = shape.indices.filter { shape[$0] != 1 }
        let gone = real.filter(axes.contains)
        let kept = real.filter { !axes.contains($0) }
        let size = gone.reduce(1) { $0 * shape[$1] }
        if kept.isEmpty {
            self = reduction == .sum ? .total : .rows(size)
        } else if gone.isEmpty || gone.first.map({ first in kept.allSatisfy { $0 < first } }) ?? true {
            self = .rows(size)
        } else if reduction == .sum, gone.last.map({ last in kept.allSatisfy { $0 > last } }) ?? false {
            self = .columns(kept.reduce(1) { $0 * shape[$1] })
        } else if reduction == .sum, let first = gone.first, let last = gone.last, kept.allSatisfy({ $0 < first || $0 > last }) {
            self = .segments(rows: size, columns: kept.filter { $0 > last }.reduce(1) { $0 * shape[$1] })
        } else {
            self = .middle
        }
    }
}
