import Graphs

/// Where each node's value is found: in the memory of a node that is computed (its base), seen through a view; or it is one known number.
struct Values {
    struct Value: Hashable {
        var base: NodeID
        var view: View
    }
    let graph: Graph
    private(set) var values: [Value] = []
    /// Literals that are one number, whatever their shape.
    private(set) var fills: [Double?] = []

    init(_ graph: Graph) {
        self.graph = graph
        for (index, node) in graph.nodes.enumerated() {
            var fill: Double?
            if case .constant(let literal) = node.op { fill = literal.fill }
            // Counting along one axis is a small memory, broadcast.
            if case .iota(let axis, let type) = node.op {
                var strides = [Int](repeating: 0, count: type.rank)
                strides[axis] = 1
                values.append(Value(base: NodeID(index), view: View(shape: type.shape, strides: strides)))
            } else if let operand = node.operands.first, let view = Values.view(node.op, of: values[Int(operand.index)].view) {
                values.append(Value(base: values[Int(operand.index)].base, view: view))
                fill = fills[Int(operand.index)]
            } else {
                values.append(Value(base: NodeID(index), view: View(dense: node.type.shape)))
            }
            fills.append(fill)
        }
    }

    subscript(id: NodeID) -> Value { values[Int(id.index)] }
    func fill(_ id: NodeID) -> Double? { fills[Int(id.index)] }

    /// Whether the node only looks at another's memory.
    func isView(_ id: NodeID) -> Bool { self[id].base != id }

    /// The memory that a base takes, in elements.
    func memoryCount(_ base: NodeID) -> Int {
        if case .iota(let axis, let type) = graph[base].op { return type.shape[axis] }
        return graph[base].type.count
    }

    private static func view(_ op: Op, of operand: View) -> View? {
        switch op {
        case .stopGradient: operand
        case .reshape(let shape): operand.reshaped(shape)
        case .transpose(let order): operand.transposed(order)
        case .broadcast(let shape): operand.broadcast(to: shape)
        case .slice(let starts, let ends, let steps): operand.sliced(starts: starts, ends: ends, steps: steps)
        case .reverse(let axis): operand.reversed(axis: axis)
        default: nil
        }
    }
}
