import Diagnostics

/// A graph being written. Equal nodes are one; nodes of known numbers fold as they are added.
///
/// A `Symbol` is one of its nodes, with the operators that add more.
public final class Builder {
    public private(set) var graph = Graph()
    private var known: [Node: NodeID] = [:]
    /// The first mistake of a rule, given by `finish`: rules write without `try`.
    private var failure: Diagnostic?
    /// The next draw's site; those before are taken.
    private var sites = 0

    public init() {}

    /// For the body of a scan that another graph will hold: its draws have sites of their own, which that graph then takes.
    public init(sitesFrom outer: Builder) { sites = outer.sites }
    public func takeSites(of inner: Builder) { sites = max(sites, inner.sites) }

    /// Continues a graph: its nodes keep their places.
    public init(_ graph: Graph) {
        self.graph = graph
        for (index, node) in graph.nodes.enumerated() { known[node] = NodeID(index) }
        sites = graph.sites
    }

    public func input(_ type: TensorType) -> Symbol {
        let position = graph.inputs.count
        graph.inputs.append(type)
        return append(Node(op: .input(position), operands: [], type: type))
    }

    /// A node of the graph, by its place.
    public func symbol(_ id: NodeID) -> Symbol { Symbol(builder: self, id: id) }

    /// Adds an operation.
    ///
    /// Throws where the operands do not fit it.
    public func apply(_ op: Op, _ operands: [Symbol]) throws(Diagnostic) -> Symbol {
        let type = try op.type(of: operands.map { graph[$0.id] })
        return append(Node(op: op, operands: operands.map(\.id), type: type))
    }

    /// Adds an operation of a rule, whose operands fit; if they do not, `finish` says so.
    func add(_ op: Op, _ operands: [Symbol]) -> Symbol {
        do throws(Diagnostic) {
            return try apply(op, operands)
        } catch {
            failure = failure ?? error
            return operands.first
                ?? append(Node(op: .constant(Literal(0, TensorType(.float64, []))), operands: [], type: TensorType(.float64, [])))
        }
    }

    func fail(_ diagnostic: Diagnostic) { failure = failure ?? diagnostic }

    public func constant(_ value: Double, _ type: TensorType) -> Symbol { constant(Literal(value, type)) }
    public func constant(_ literal: Literal) -> Symbol { append(Node(op: .constant(literal), operands: [], type: literal.type)) }

    /// 0, 1, 2, ... along an axis of a shape.
    public func iota(axis: Int, _ type: TensorType) -> Symbol { add(.iota(axis: axis, type), []) }

    /// A draw that is independent of all others.
    public func draw(_ law: Draw.Law, _ type: TensorType, _ operands: [Symbol] = []) -> Symbol {
        defer { sites += 1 }
        return add(.random(Draw(law, type, site: sites)), operands)
    }

    private func append(_ given: Node) -> Symbol {
        let node: Node
        switch simplified(given) {
        case .same(let id): return symbol(id)
        case .node(let simpler): node = simpler
        }
        if let id = known[node] { return symbol(id) }
        let id = NodeID(graph.nodes.count)
        graph.nodes.append(node)
        known[node] = id
        return symbol(id)
    }

    /// The graph with the given outputs.
    ///
    /// Throws where a rule made a mistake.
    public func finish(_ outputs: [Symbol]) throws(Diagnostic) -> Graph {
        if let failure { throw failure }
        var result = graph
        result.outputs = outputs.map(\.id)
        // Every pass ends here.
        if Graph.isVerified { try result.verify() }
        return result
    }

    /// Writes another graph's nodes here, with the given symbols for its inputs, and gives its outputs. Its draws are independent of those
    /// that this graph has.
    ///
    /// `replace` may give another symbol for a node than its copy.
    public func inline(_ other: Graph, _ arguments: [Symbol], replace: (Node, [Symbol]) -> Symbol? = { _, _ in nil }) -> [Symbol] {
        let places = inlineAll(other, arguments, replace: replace)
        return other.outputs.map { places[Int($0.index)] }
    }

    /// The same, giving a symbol for every node; with `sharingDraws`, draws keep their sites.
    func inlineAll(
        _ other: Graph, _ arguments: [Symbol], sharingDraws: Bool = false, replace: (Node, [Symbol]) -> Symbol? = { _, _ in nil }
    ) -> [Symbol] {
        var places: [Symbol] = []
        places.reserveCapacity(other.nodes.count)
        let shift = sharingDraws ? 0 : sites
        sites = max(sites, shift + other.sites)
        for node in other.nodes {
            if case .input(let position) = node.op {
                places.append(arguments[position])
                continue
            }
            let operands = node.operands.map { places[Int($0.index)] }
            places.append(replace(node, operands) ?? add(shift == 0 ? node.op : node.op.withSites(shiftedBy: shift), operands))
        }
        return places
    }
}

/// A node of a graph being written.
public struct Symbol {
    public let builder: Builder
    public let id: NodeID

    public var node: Node { builder.graph[id] }
    public var type: TensorType { node.type }
    public var shape: [Int] { type.shape }
    public var dtype: DType { type.dtype }
    public var rank: Int { type.rank }
    /// The number that fills it, where it is known.
    public var fill: Double? {
        if case .constant(let literal) = node.op { literal.fill } else { nil }
    }
}

// The operators of rules. They broadcast and promote like tensors do; mistakes are kept for `Builder.finish`.
extension Symbol {
    public func unary(_ op: UnaryOp) -> Symbol { builder.add(.unary(op), [self]) }

    public static func binary(_ op: BinaryOp, _ a: Symbol, _ b: Symbol) -> Symbol {
        let builder = a.builder
        let dtype = promoted(a.type, b.type)
        let shape: [Int]
        do throws(Diagnostic) {
            shape = try Shape.broadcast(a.shape, b.shape)
        } catch {
            builder.fail(error)
            return a
        }
        return builder.add(.binary(op), [a.converted(to: dtype).broadcast(to: shape), b.converted(to: dtype).broadcast(to: shape)])
    }

    /// The type in which two operands meet: the later of bool, int32, float32, float64; a single number does not change one float type into
    /// the other.
    public static func promoted(_ a: TensorType, _ b: TensorType) -> DType {
        if a.shape.isEmpty != b.shape.isEmpty, a.dtype.isFloat, b.dtype.isFloat { return a.shape.isEmpty ? b.dtype : a.dtype }
        return Swift.max(a.dtype, b.dtype)
    }

    func like(_ value: Double) -> Symbol { builder.constant(value, TensorType(dtype, shape)) }

    public static prefix func - (x: Symbol) -> Symbol { x.unary(.negate) }
    public static func + (a: Symbol, b: Symbol) -> Symbol { binary(.add, a, b) }
    public static func - (a: Symbol, b: Symbol) -> Symbol { binary(.subtract, a, b) }
    public static func * (a: Symbol, b: Symbol) -> Symbol { binary(.multiply, a, b) }
    public static func / (a: Symbol, b: Symbol) -> Symbol { binary(.divide, a, b) }
    public static func + (a: Symbol, b: Double) -> Symbol { a + a.like(b) }
    public static func - (a: Symbol, b: Double) -> Symbol { a - a.like(b) }
    public static func * (a: Symbol, b: Double) -> Symbol { a * a.like(b) }
    public static func / (a: Symbol, b: Double) -> Symbol { a / a.like(b) }
    public static func + (a: Double, b: Symbol) -> Symbol { b.like(a) + b }
    public static func - (a: Double, b: Symbol) -> Symbol { b.like(a) - b }
    public static func * (a: Double, b: Symbol) -> Symbol { b.like(a) * b }
    public static func / (a: Double, b: Symbol) -> Symbol { b.like(a) / b }

    /// Tests and comparisons give bools.
    public func compared(_ op: BinaryOp, _ b: Symbol) -> Symbol { Symbol.binary(op, self, b) }
    public func compared(_ op: BinaryOp, _ b: Double) -> Symbol { Symbol.binary(op, self, like(b)) }

    /// `a` where this is true, else `b`.
    public func select(_ a: Symbol, _ b: Symbol) -> Symbol {
        let dtype = Symbol.promoted(a.type, b.type)
        do throws(Diagnostic) {
            let shape = try Shape.broadcast(try Shape.broadcast(self.shape, a.shape), b.shape)
            return builder.add(
                .select, [broadcast(to: shape), a.converted(to: dtype).broadcast(to: shape), b.converted(to: dtype).broadcast(to: shape)])
        } catch {
            builder.fail(error)
            return a
        }
    }

    public func converted(to dtype: DType) -> Symbol { dtype == self.dtype ? self : builder.add(.convert(dtype), [self]) }
    public func stopped() -> Symbol { builder.add(.stopGradient, [self]) }

    /// Reduces some axes away; all of them if none are named. With `keep` each leaves a size of 1.
    public func reduced(_ reduction: Reduction, axes: [Int]? = nil, keep: Bool = false) -> Symbol {
        let axes = (axes ?? Array(0..<rank)).sorted()
        let result = axes.isEmpty ? self : builder.add(.reduce(reduction, axes: axes), [self])
        guard keep else { return result }
        return result.reshaped(shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
    }
    public func sum(axes: [Int]? = nil, keep: Bool = false) -> Symbol { reduced(.sum, axes: axes, keep: keep) }
    /// The mean; NaN of no elements.
    public func mean(axes: [Int]? = nil, keep: Bool = false) -> Symbol {
        let count = (axes ?? Array(0..<rank)).reduce(1) { $0 * shape[$1] }
        return sum(axes: axes, keep: keep) * (1 / Double(count))
    }
    /// The logarithm of the sum of exponentials over axes, without overflow.
    public func logSumExp(axes: [Int], keep: Bool = false) -> Symbol {
        let largest = reduced(.maximum, axes: axes, keep: true).stopped()
        // Where all are -inf (or one inf) the largest is left out, so that no inf - inf arises.
        let shift = largest.unary(.isfinite).select(largest, largest.like(0))
        let result = (self - shift).unary(.exp).sum(axes: axes, keep: true).unary(.log) + shift
        return keep ? result : result.reshaped(shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
    }

    public func product(_ other: Symbol, transposeLeft: Bool = false, transposeRight: Bool = false) -> Symbol {
        builder.add(.product(transposeLeft: transposeLeft, transposeRight: transposeRight), [self, other])
    }

    public func reshaped(_ shape: [Int]) -> Symbol { shape == self.shape ? self : builder.add(.reshape(shape), [self]) }
    public func transposed(_ order: [Int]) -> Symbol { order == Array(0..<rank) ? self : builder.add(.transpose(order), [self]) }
    /// The last two axes exchanged.
    public var swapped: Symbol { transposed(Array(0..<rank - 2) + [rank - 1, rank - 2]) }
    public func broadcast(to shape: [Int]) -> Symbol { shape == self.shape ? self : builder.add(.broadcast(shape), [self]) }
    public func slice(axis: Int, _ range: Range<Int>) -> Symbol {
        if range == 0..<shape[axis] { return self }
        var (starts, ends) = (shape.map { _ in 0 }, shape)
        (starts[axis], ends[axis]) = (range.lowerBound, range.upperBound)
        return builder.add(.slice(starts: starts, ends: ends, steps: shape.map { _ in 1 }), [self])
    }
    public static func concatenated(_ parts: [Symbol], axis: Int) -> Symbol {
        parts.count == 1 ? parts[0] : parts[0].builder.add(.concatenate(axis: axis), parts)
    }

    /// Summed over the axes that broadcasting from a shape stretched: the gradient of that broadcasting.
    func summed(to target: [Int]) -> Symbol {
        if shape == target { return self }
        let lead = rank - target.count
        let axes = shape.indices.filter { $0 < lead || (target[$0 - lead] == 1 && shape[$0] != 1) }
        return sum(axes: axes).reshaped(target)
    }
}
