import Diagnostics

/// A computation being recorded: what tensor operations do to its inputs is written into a graph.
///
/// There is no global mode: an operation looks at its operands, and where one is symbolic it writes a node instead of computing. Numbers of
/// a symbolic tensor that are read all the same are computed at once, and the read is noted: it limits how far the graph may be used again.
/// One thread uses a trace.
public final class Trace: @unchecked Sendable {
    public let builder = Builder()
    /// The trace that surrounds this one, where a traced function itself takes a gradient.
    public let outer: Trace?
    let depth: Int
    /// The values of the inputs: concrete, or symbols of outer traces.
    public private(set) var inputs: [Tensor] = []
    /// What values read were found to be: the graph is good for inputs that have the same. By input.
    public private(set) var guards: [Int: Tensor] = [:]
    /// Why the graph cannot be used again; nil where it can.
    public private(set) var obstacle: String?
    /// A mistake found where nothing could be thrown: a forced value that does not exist.
    public private(set) var failure: Diagnostic?
    /// Whether a float was read that depends on what a gradient is taken in.
    private var lostGradient = false
    /// The concrete tensors that became inputs, by storage; `inputs` keeps them alive.
    private var captured: [ObjectIdentifier: Symbol] = [:]
    /// What each node depends on.
    private var dependence: [Dependence] = []
    private var places: [Int: NodeID] = [:]
    private var active: Set<Int> = []
    var known: [NodeID: Tensor] = [:]
    private let makeKey: () -> Key
    /// Whether what is recorded is a step of training, or part of one.
    public let isTraining: Bool
    /// New values of inputs that follow no gradient, by position: running statistics.
    public var replacements: [Int: Symbol] = [:]
    /// The key of the draws, taken when the first is made or a run needs one.
    public private(set) lazy var key = makeKey()

    private var keysGiven: UInt64 = 0

    /// A key for numbers that are drawn while recording, apart from those of the graph's draws.
    func nextKey() -> Key {
        keysGiven += 1
        return key.folded(keysGiven + (1 << 40))
    }

    struct Dependence: OptionSet {
        let rawValue: UInt8
        /// On an input that is concrete and may differ in another run.
        static let data = Dependence(rawValue: 1)
        /// On an input in which a gradient is taken, by a way on which it passes.
        static let active = Dependence(rawValue: 2)
        /// On an input in which a gradient is taken, which will be another in the next run.
        static let changing = Dependence(rawValue: 16)
        static let random = Dependence(rawValue: 4)
        /// On more than a few numbers of the inputs.
        static let large = Dependence(rawValue: 8)
    }

    public init(inside outer: Trace? = nil, isTraining: Bool = false, key: @escaping () -> Key = { Key(seed: 0) }) {
        self.outer = outer
        self.isTraining = isTraining || outer?.isTraining == true
        depth = (outer?.depth ?? -1) + 1
        makeKey = key
    }

    // MARK: Inputs

    /// A symbol for a tensor; in `active` ones gradients may be taken.
    ///
    /// Throws where values are missing.
    public func input(_ tensor: Tensor, active: Bool = false) throws(Diagnostic) -> Tensor {
        self.tensor(try symbol(asInput: tensor, active: active))
    }

    private func symbol(asInput tensor: Tensor, active: Bool) throws(Diagnostic) -> Symbol {
        guard !tensor.hasMissing else {
            throw Diagnostic(
                "a tensor with missing values cannot take part where gradients are taken",
                help: "observed(x) drops what is missing; where(ismissing(x), 0, x) puts a number there")
        }
        let position = inputs.count
        inputs.append(tensor)
        if active { self.active.insert(position) }
        let symbol = builder.input(tensor.type)
        places[position] = symbol.id
        return symbol
    }

    /// The position among the inputs of a symbol that is one.
    public func position(of tensor: Tensor) -> Int? {
        guard let symbol = own(tensor), case .input(let position) = symbol.node.op else { return nil }
        return position
    }

    /// The node of an input.
    public func symbol(ofInput position: Int) -> Symbol { builder.symbol(places[position] ?? NodeID(0)) }

    /// The node that a tensor stands for here; a tensor of another trace or a concrete one becomes an input, a single number a constant.
    ///
    /// Throws where values are missing.
    public func symbol(_ tensor: Tensor) throws(Diagnostic) -> Symbol {
        if let symbol = own(tensor) { return symbol }
        if tensor.isConcrete, !tensor.hasMissing, let literal = tensor.smallLiteral { return builder.constant(literal) }
        let identity = ObjectIdentifier(tensor.storage)
        if let symbol = captured[identity] { return symbol }
        let symbol = try symbol(asInput: tensor, active: false)
        captured[identity] = symbol
        return symbol
    }

    private func own(_ tensor: Tensor) -> Symbol? {
        guard let node = tensor.storage.source as? Traced, node.trace === self else { return nil }
        return builder.symbol(node.id)
    }

    /// The tensor that stands for a node.
    public func tensor(_ symbol: Symbol) -> Tensor { Tensor(symbol.type, Traced(self, symbol.id)) }

    // MARK: What reads leave behind

    func fail(_ diagnostic: Diagnostic) { failure = failure ?? diagnostic }
    func loseGradient() { lostGradient = true }
    func guardInput(_ position: Int) { guards[position] = inputs[position].settled() }
    /// The graph cannot be used again, because of what was read.
    public func obstruct(_ reason: String) { obstacle = obstacle ?? reason }

    /// Whether a float that a gradient should pass through was read since this was last asked.
    public func takeLostGradient() -> Bool {
        defer { lostGradient = false }
        return lostGradient
    }

    /// What a node depends on.
    func dependence(of id: NodeID) -> Dependence {
        let nodes = builder.graph.nodes
        for index in dependence.count..<max(dependence.count, Int(id.index) + 1) {
            let node = nodes[index]
            var result: Dependence = []
            for operand in node.operands { result.formUnion(dependence[Int(operand.index)]) }
            switch node.op {
            case .input(let position):
                result = active.contains(position) ? [.data, .active, .changing] : .data
                if node.type.count > 64 { result.insert(.large) }
            case .random: result.insert(.random)
            case .scan(let scan): if scan.body.isRandom { result.insert(.random) }
            case .stopGradient: result.remove(.active)
            default: break
            }
            if !node.type.dtype.isFloat { result.remove(.active) }
            dependence.append(result)
        }
        return dependence[Int(id.index)]
    }

    /// Whether a gradient is asked for in something that a tensor depends on, here or in an outer trace.
    public func isActive(_ tensor: Tensor) -> Bool {
        if let symbol = own(tensor) { return dependence(of: symbol.id).contains(.active) }
        return outer?.isActive(tensor) ?? false
    }

    /// Lets go of values once the graph is made: of all inputs but some, and of what was computed.
    public func close(keeping kept: Set<Int>) {
        for position in inputs.indices where !kept.contains(position) { inputs[position] = Tensor(0) }
        captured = [:]
        known = [:]
    }

    // MARK: Which trace an operation belongs to

    /// The innermost trace among the operands; nil where none is symbolic.
    @inline(__always) static func of(_ a: Tensor) -> Trace? { a.storage.source == nil ? nil : found(a) }
    @inline(__always) static func of(_ a: Tensor, _ b: Tensor) -> Trace? {
        a.storage.source == nil && b.storage.source == nil ? nil : of([a, b])
    }
    @inline(__always) static func of(_ x: Tensor, _ indices: [Index]) -> Trace? {
        if x.storage.source != nil { return found(x) }
        for index in indices { if case .positions(let positions) = index, positions.storage.source != nil { return found(positions) } }
        return nil
    }
    public static func of(_ tensors: [Tensor]) -> Trace? {
        var innermost: Trace?
        for tensor in tensors {
            if let trace = of(tensor), trace.depth > (innermost?.depth ?? -1) { innermost = trace }
        }
        return innermost
    }
    @inline(never) private static func found(_ tensor: Tensor) -> Trace? { (tensor.storage.source as? Traced)?.trace }
}
