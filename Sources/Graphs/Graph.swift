import Diagnostics

/// A node's place in its graph.
public struct NodeID: Hashable, Sendable, Comparable {
    public let index: Int32
    public init(_ index: Int) { self.index = Int32(index) }
    public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// One operation: what it does, to which nodes, and the type of what it gives.
public struct Node: Hashable, Sendable {
    public var op: Op
    public var operands: [NodeID]
    public var type: TensorType
}

/// A computation: typed nodes in topological order, the types of what it is given, and the nodes whose values it gives.
///
/// A graph is a value. Passes (`gradient`, `batched`, `rewritten`) take one and give another, checked by `verify` after each.
public struct Graph: Hashable, Sendable {
    public internal(set) var nodes: [Node] = []
    public internal(set) var inputs: [TensorType] = []
    public var outputs: [NodeID] = []

    public init() {}

    public subscript(id: NodeID) -> Node { nodes[Int(id.index)] }

    /// The node of an input, by its position.
    public func node(ofInput position: Int) -> NodeID { NodeID(nodes.firstIndex { $0.op == .input(position) } ?? 0) }

    public var outputTypes: [TensorType] { outputs.map { self[$0].type } }
    /// Whether running it needs a key.
    public var isRandom: Bool {
        nodes.contains {
            switch $0.op {
            case .random: true
            case .scan(let scan): scan.body.isRandom
            default: false
            }
        }
    }

    /// How many times each node's value is read, by nodes and as an output.
    public func uses() -> [Int] {
        var uses = [Int](repeating: 0, count: nodes.count)
        for node in nodes { for id in node.operands { uses[Int(id.index)] += 1 } }
        for id in outputs { uses[Int(id.index)] += 1 }
        return uses
    }

    /// Which nodes the values of some nodes depend on, themselves included.
    public func needed(for targets: [NodeID]) -> [Bool] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for id in targets { needed[Int(id.index)] = true }
        for index in nodes.indices.reversed() where needed[index] {
            for id in nodes[index].operands { needed[Int(id.index)] = true }
        }
        return needed
    }

    /// Which nodes depend on some inputs, by position.
    public func dependent(on inputs: Set<Int>) -> [Bool] {
        var dependent = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            if case .input(let position) = node.op { dependent[index] = inputs.contains(position) }
            if node.operands.contains(where: { dependent[Int($0.index)] }) { dependent[index] = true }
        }
        return dependent
    }
}
