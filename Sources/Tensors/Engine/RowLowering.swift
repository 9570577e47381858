import Graphs
import Kernels

/// A fused group as the steps of a row program, before it is bound to memory.
struct RowLowering {
    /// Where an operand's memory comes from.
    enum Memory: Hashable {
        /// The memory of a base, from an element on.
        case base(NodeID, offset: Int)
        /// The memory of a member that adds up segments of rows; a chunk clears the segments that it adds up.
        case segments(NodeID)
        /// One a chunk: what the chunk adds up for a member.
        case partial(NodeID)

        var isBase: Bool { if case .base = self { true } else { false } }
    }
    struct Operand {
        var memory: Memory
        var dtype: DType
        var strides: [Int]
    }
    var steps: [lk_step] = []
    var operands: [Operand] = []
    var registerCount = 0
    private(set) var axes: Axes
    let dtype: DType
    /// The cost of an element, in additions.
    private(set) var work = 1

    private let graph: Graph
    private let values: Values
    private let group: FusedGroup
    private var registers: [NodeID: Register] = [:]
    private var loaded: [Values.Value: Register] = [:]
    private var constants: [UInt64: Register] = [:]
    private var rowCount: Int { axes.rows.reduce(1, *) }

    private struct Register: Hashable {
        var index: Int
        var kind: lk_kind
        static func == (a: Register, b: Register) -> Bool { a.index == b.index }
        func hash(into hasher: inout Hasher) { hasher.combine(index) }
    }

    /// Nil where the group's memory cannot be walked together, which `Fusion` has made sure of, or it needs more registers than there are.
    ///
    /// `columns` prescribes the number of columns of a group that does not care. `inPlace` are the inputs that members are written over: those
    /// stores come last.
    init?(_ group: FusedGroup, writes: [NodeID], _ graph: Graph, _ values: Values, columns: Int? = nil, inPlace: [NodeID: NodeID] = [:]) {
        (self.graph, self.values, self.group) = (graph, values, group)
        let members = RowLowering.needed(group, writes, graph, values)
        let inside = Set(members)
        // Views in the order in which the operands will stand.
        var loads: [Values.Value] = []
        for member in members {
            for operand in graph[member].operands where values.fill(operand) == nil {
                let value = RowLowering.value(operand, reader: member, group, graph, values)
                if !inside.contains(value.base), !loads.contains(value) { loads.append(value) }
            }
        }
        let stores = writes.filter { group.levels[$0] == .tile || group.levels[$0] == .row }
        let prescribed = group.columns ?? columns
        let storeViews = stores.map { member in
            if group.levels[member] == .row, let rows = group.rows, let columns = prescribed {
                return View(shape: [rows, columns], strides: [1, 0])
            }
            return View(dense: [group.count])
        }
        let segments = members.filter { group.levels[$0] == .segmentSum }
        let segmentViews = segments.isEmpty ? [] : group.segmentView.map { [$0] } ?? []
        guard let axes = Axes(count: group.count, columns: prescribed, views: loads.map(\.view) + storeViews + segmentViews) else {
            return nil
        }
        self.axes = axes
        var floats: [DType] = []
        for load in loads { floats.append(graph[load.base].type.dtype) }
        dtype = group.dtype ?? (floats.contains { $0 == .float64 || $0 == .int32 } ? .float64 : .float32)

        for (position, load) in loads.enumerated() {
            operands.append(
                Operand(memory: .base(load.base, offset: load.view.offset), dtype: graph[load.base].type.dtype, strides: strides(position)))
        }
        for (position, member) in stores.enumerated() {
            operands.append(
                Operand(memory: .base(member, offset: 0), dtype: graph[member].type.dtype, strides: strides(loads.count + position)))
        }
        for member in segments {
            var strides = axes.strides[loads.count + stores.count]
            if axes.columns == 1 { strides[strides.count - 1] = 1 }
            operands.append(Operand(memory: .segments(member), dtype: graph[member].type.dtype, strides: strides))
        }
        let positionOf = Dictionary(uniqueKeysWithValues: loads.enumerated().map { ($1, $0) })
        var late: [(Register, Int)] = []
        for member in members {
            emit(member, positionOf)
            guard let register = registers[member], let place = stores.firstIndex(of: member) else { continue }
            if inPlace[member] != nil {
                late.append((register, loads.count + place))
            } else {
                step(LK_STORE, register.kind, a: register, operand: loads.count + place)
            }
        }
        for (register, operand) in late { step(LK_STORE, register.kind, a: register, operand: operand) }
        storeDirectly(stores, loads.count, inPlace)
        guard operands.count <= LK_MAX_OPERANDS, let count = RowLowering.allocateRegisters(&steps) else { return nil }
        registerCount = count
    }

    /// The same steps over one run of elements cut into rows, for a lowering that has no rows of its own.
    func cut(to columns: Int, rows: Int) -> RowLowering {
        var result = self
        result.axes = axes.cut(columns: columns, rows: rows)
        for index in operands.indices where operands[index].memory.isBase {
            let stride = operands[index].strides.last ?? 0
            result.operands[index].strides = [stride * columns, stride]
        }
        return result
    }

    /// Lets steps write what they compute to where it is stored, with no copy; over an input only where nothing reads that afterwards.
    private mutating func storeDirectly(_ stores: [NodeID], _ firstStore: Int, _ inPlace: [NodeID: NodeID]) {
        var removed: Set<Int> = []
        for (index, store) in steps.enumerated() where store.op == UInt16(LK_STORE.rawValue) && store.kind == UInt16(LK_TILE.rawValue) {
            guard let producer = steps.firstIndex(where: { $0.to == store.a }), steps[producer].op != UInt16(LK_LOAD.rawValue),
                steps[producer].kind == store.kind, steps[producer].reserved == 0,
                steps[producer].op < UInt16(LK_ROW_SUM.rawValue)
            else { continue }
            if let input = inPlace[stores[Int(store.operand) - firstStore]] {
                let aliases = steps.filter { step in
                    guard step.op == UInt16(LK_LOAD.rawValue), case .base(input, _) = operands[Int(step.operand)].memory else {
                        return false
                    }
                    return true
                }.map(\.to)
                guard
                    !steps[(producer + 1)...].contains(where: { aliases.contains($0.a) || aliases.contains($0.b) || aliases.contains($0.c) }
                    )
                else {
                    continue
                }
            }
            steps[producer].reserved = store.operand + 1
            removed.insert(index)
        }
        steps = steps.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
    }

    /// The members that the written ones depend on.
    private static func needed(_ group: FusedGroup, _ writes: [NodeID], _ graph: Graph, _ values: Values) -> [NodeID] {
        let members = Set(group.members)
        var needed = Set(writes)
        for member in group.members.reversed() where needed.contains(member) {
            for operand in graph[member].operands where members.contains(values[operand].base) { needed.insert(values[operand].base) }
        }
        return group.members.filter(needed.contains)
    }

    /// What a member reads, as a view over all elements of the group.
    private static func value(_ operand: NodeID, reader: NodeID, _ group: FusedGroup, _ graph: Graph, _ values: Values) -> Values.Value {
        var value = values[operand]
        let isRow = group.levels[reader] == .row && graph[operand].type.count != group.count
        let sumsRows = group.levels[reader] == .totalSum && graph[operand].type.count != group.count
        if isRow || sumsRows {
            value.view = View(offset: value.view.offset, shape: value.view.shape + [group.columns ?? 1], strides: value.view.strides + [0])
        }
        return value
    }

    /// An operand's strides; along axes of one element they are chosen so that a value of every element is a tile.
    private func strides(_ position: Int) -> [Int] {
        var strides = axes.strides[position]
        if rowCount == 1 { strides[strides.count - 2] = axes.columns }
        if axes.columns == 1 { strides[strides.count - 1] = 1 }
        return strides
    }

    private func kind(_ strides: [Int]) -> lk_kind {
        let rows = strides.dropLast().contains { $0 != 0 }
        let columns = strides.last != 0
        return rows ? (columns ? LK_TILE : LK_ROW) : columns ? LK_COLUMN : LK_SCALAR
    }

    private mutating func step(
        _ op: lk_op, _ kind: lk_kind, to: Register? = nil, a: Register? = nil, b: Register? = nil, c: Register? = nil, operand: Int = 0,
        immediate: Double = 0
    ) {
        steps.append(
            lk_step(
                op: UInt16(op.rawValue), kind: UInt16(kind.rawValue), to: UInt16(to?.index ?? RowLowering.none),
                a: UInt16(a?.index ?? RowLowering.none),
                b: UInt16(b?.index ?? RowLowering.none), c: UInt16(c?.index ?? RowLowering.none), operand: UInt16(operand), reserved: 0,
                immediate: immediate))
    }
    private static let none = 0xFFFF

    private mutating func register(_ kind: lk_kind) -> Register {
        defer { registerCount += 1 }
        return Register(index: registerCount, kind: kind)
    }

    private mutating func constant(_ value: Double) -> Register {
        if let known = constants[value.bitPattern] { return known }
        let register = register(LK_SCALAR)
        step(LK_CONSTANT, LK_SCALAR, to: register, immediate: value)
        constants[value.bitPattern] = register
        return register
    }

    private mutating func read(_ operand: NodeID, for reader: NodeID, _ positionOf: [Values.Value: Int]) -> Register {
        if let fill = values.fill(operand) { return constant(fill) }
        let value = RowLowering.value(operand, reader: reader, group, graph, values)
        if let register = registers[value.base] { return register }
        if let register = loaded[value] { return register }
        let position = positionOf[value] ?? 0
        let register = register(kind(operands[position].strides))
        step(LK_LOAD, register.kind, to: register, operand: position)
        loaded[value] = register
        return register
    }

    /// The kind of what comes of operands of some kinds.
    private func joined(_ registers: [Register]) -> lk_kind {
        let rows = registers.contains { $0.kind == LK_TILE || $0.kind == LK_ROW }
        let columns = registers.contains { $0.kind == LK_TILE || $0.kind == LK_COLUMN }
        return rows ? (columns ? LK_TILE : LK_ROW) : columns ? LK_COLUMN : LK_SCALAR
    }

    /// A value as one of each element (or row), as stores and sums need it.
    private mutating func full(_ register: Register, _ kind: lk_kind) -> Register {
        if register.kind == kind { return register }
        let zero = constant(0)
        let wide = self.register(kind)
        step(LK_ADD, kind, to: wide, a: register, b: zero)
        return wide
    }

    /// int32 wraps around.
    private mutating func wrap(_ id: NodeID) {
        guard graph[id].type.dtype == .int32, let value = registers[id] else { return }
        let wrapped = register(value.kind)
        step(LK_WRAP, value.kind, to: wrapped, a: value)
        registers[id] = wrapped
    }

    private mutating func emit(_ id: NodeID, _ positionOf: [Values.Value: Int]) {
        let node = graph[id]
        let level = group.levels[id] ?? .tile
        var inputs = node.operands.map { read($0, for: id, positionOf) }
        if case .reduce(let reduction, _) = node.op {
            let fromRows = level == .totalSum && graph[node.operands[0]].type.count != group.count
            let source = full(inputs[0], fromRows ? LK_ROW : LK_TILE)
            work += 1
            switch level {
            case .segmentSum:
                if let place = operands.firstIndex(where: { $0.memory == .segments(id) }) {
                    step(LK_COLUMN_SUM, LK_TILE, a: source, operand: place)
                }
            case .columnSum, .totalSum:
                operands.append(
                    Operand(
                        memory: .partial(id), dtype: level == .columnSum ? dtype : .float64,
                        strides: axes.rows.map { _ in 0 } + [level == .columnSum ? 1 : 0]))
                step(level == .columnSum ? LK_COLUMN_SUM : LK_TOTAL_SUM, source.kind, a: source, operand: operands.count - 1)
            case .row, .tile:
                let result = register(LK_ROW)
                let op = reduction == .sum ? LK_ROW_SUM : reduction == .maximum ? LK_ROW_MAX : LK_ROW_MIN
                step(op, LK_ROW, to: result, a: source)
                registers[id] = result
                wrap(id)
            }
            return
        }
        // What is stored is one of each element or row.
        let kind = level == .row ? LK_ROW : joined(inputs)
        func result(_ op: lk_op) {
            let to = register(kind)
            step(op, kind, to: to, a: inputs[0], b: inputs.count > 1 ? inputs[1] : nil, c: inputs.count > 2 ? inputs[2] : nil)
            registers[id] = to
            work += op.work
        }
        switch node.op {
        case .unary(.square) where node.type.dtype == .int32:
            inputs.append(inputs[0])
            result(LK_WRAP_MULTIPLY)
        case .binary(.multiply) where node.type.dtype == .int32: result(LK_WRAP_MULTIPLY)
        case .unary(let op):
            result(op.kernel)
            wrap(id)
        case .binary(let op):
            result(op.kernel)
            wrap(id)
        case .select: result(LK_SELECT)
        case .convert(let dtype):
            let from = graph[node.operands[0]].type.dtype
            if dtype == .bool, from != .bool {
                inputs.append(constant(0))
                result(LK_NOT_EQUAL)
            } else {
                registers[id] = inputs[0]
            }
        default: break
        }
        if let register = registers[id], operands.contains(where: { $0.memory == .base(id, offset: 0) }) {
            registers[id] = full(register, level == .row ? LK_ROW : LK_TILE)
        }
    }

    /// Gives registers that are not alive together the same number: nil where more are needed than there are.
    private static func allocateRegisters(_ steps: inout [lk_step]) -> Int? {
        var last: [UInt16: Int] = [:]
        for (index, step) in steps.enumerated() {
            for register in [step.to, step.a, step.b, step.c] where register != none { last[register] = index }
        }
        // Registers of different kinds are never exchanged: columns and scalars are computed once, not once a tile.
        var free: [UInt16: [UInt16]] = [:]
        var kinds: [UInt16: UInt16] = [:]
        var names: [UInt16: UInt16] = [:]
        var count: UInt16 = 0
        for index in steps.indices {
            var step = steps[index]
            let to = step.to
            let read = Set([step.a, step.b, step.c]).subtracting([UInt16(none)])
            if to != none {
                kinds[to] = step.kind
                if step.kind == UInt16(LK_TILE.rawValue) || step.kind == UInt16(LK_ROW.rawValue), let name = free[step.kind]?.popLast() {
                    names[to] = name
                } else {
                    names[to] = count
                    count += 1
                }
            }
            for register in read where last[register] == index {
                if let name = names[register], let kind = kinds[register] { free[kind, default: []].append(name) }
            }
            step.to = names[step.to] ?? 0
            step.a = names[step.a] ?? 0
            step.b = names[step.b] ?? 0
            step.c = names[step.c] ?? 0
            if to != none, last[to] == index, let name = names[to], let kind = kinds[to] { free[kind, default: []].append(name) }
            steps[index] = step
        }
        return count <= LK_MAX_REGISTERS ? Int(max(count, 1)) : nil
    }
}

extension lk_op {
    /// About how many additions it costs.
    fileprivate var work: Int {
        switch self {
        case LK_EXP, LK_LOG, LK_TANH, LK_SIGMOID, LK_SOFTPLUS, LK_ERF, LK_SIN, LK_COS, LK_LOG1P, LK_EXPM1, LK_ERFC, LK_EXP2, LK_LOG2,
            LK_LOG10:
            8
        case LK_POWER, LK_TAN, LK_ASIN, LK_ACOS, LK_ATAN, LK_SINH, LK_COSH, LK_ASINH, LK_ACOSH, LK_ATANH, LK_CBRT, LK_ATAN2, LK_REMAINDER:
            30
        case LK_LGAMMA, LK_DIGAMMA, LK_TRIGAMMA: 60
        case LK_DIVIDE, LK_SQRT, LK_RECIPROCAL: 2
        default: 1
        }
    }
}

extension UnaryOp {
    var kernel: lk_op {
        switch self {
        case .negate: LK_NEGATE
        case .abs: LK_ABS
        case .sign: LK_SIGN
        case .reciprocal: LK_RECIPROCAL
        case .square: LK_SQUARE
        case .sqrt: LK_SQRT
        case .cbrt: LK_CBRT
        case .exp: LK_EXP
        case .exp2: LK_EXP2
        case .expm1: LK_EXPM1
        case .log: LK_LOG
        case .log2: LK_LOG2
        case .log10: LK_LOG10
        case .log1p: LK_LOG1P
        case .sin: LK_SIN
        case .cos: LK_COS
        case .tan: LK_TAN
        case .asin: LK_ASIN
        case .acos: LK_ACOS
        case .atan: LK_ATAN
        case .sinh: LK_SINH
        case .cosh: LK_COSH
        case .tanh: LK_TANH
        case .asinh: LK_ASINH
        case .acosh: LK_ACOSH
        case .atanh: LK_ATANH
        case .sigmoid: LK_SIGMOID
        case .softplus: LK_SOFTPLUS
        case .relu: LK_RELU
        case .erf: LK_ERF
        case .erfc: LK_ERFC
        case .lgamma: LK_LGAMMA
        case .digamma: LK_DIGAMMA
        case .trigamma: LK_TRIGAMMA
        case .floor: LK_FLOOR
        case .ceil: LK_CEIL
        case .round: LK_ROUND
        case .trunc: LK_TRUNC
        case .not: LK_NOT
        case .isfinite: LK_ISFINITE
        case .isnan: LK_ISNAN
        case .isinf: LK_ISINF
        }
    }
}

extension BinaryOp {
    var kernel: lk_op {
        switch self {
        case .add: LK_ADD
        case .subtract: LK_SUBTRACT
        case .multiply: LK_MULTIPLY
        case .divide: LK_DIVIDE
        case .remainder: LK_REMAINDER
        case .power: LK_POWER
        case .minimum: LK_MINIMUM
        case .maximum: LK_MAXIMUM
        case .atan2: LK_ATAN2
        case .equal: LK_EQUAL
        case .notEqual: LK_NOT_EQUAL
        case .less: LK_LESS
        case .lessEqual: LK_LESS_EQUAL
        case .greater: LK_GREATER
        case .greaterEqual: LK_GREATER_EQUAL
        case .and: LK_AND
        case .or: LK_OR
        // Not a row program's: `Fusion` leaves it alone.
        case .gammaSlope: LK_ADD
        }
    }
}
