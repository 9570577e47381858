import Diagnostics

/// A node of a trace, as the source of a tensor's elements: reading them computes them.
final class Traced: TensorSource, @unchecked Sendable {
    let trace: Trace
    let id: NodeID

    init(_ trace: Trace, _ id: NodeID) {
        self.trace = trace
        self.id = id
        super.init()
    }

    override func elements() -> Elements { trace.read(id).elements }
}

extension Trace {
    /// The value of a node, whose reading is noted.
    ///
    /// A read of a few numbers that follow from inputs alone makes a guard of those inputs; a read of anything else that may differ in
    /// another run stands in the way of using the graph again. Where it cannot be computed, zeros are given and `failure` says why.
    func read(_ id: NodeID) -> Tensor {
        note(id)
        do throws(Diagnostic) {
            return try value(id)
        } catch {
            fail(error)
            return .filled(0, builder.symbol(id).type)
        }
    }

    private func note(_ id: NodeID) {
        let dependence = dependence(of: id)
        guard dependence != [] else { return }
        if dependence.contains(.active) { loseGradient() }
        if dependence.isDisjoint(with: [.changing, .random, .large]) {
            let needed = builder.graph.needed(for: [id])
            for (index, node) in builder.graph.nodes.enumerated() where needed[index] {
                if case .input(let position) = node.op { guardInput(position) }
            }
        } else {
            obstruct("a number that it computes decides what it does")
        }
    }

    /// The value of a node, from those of the inputs; what is computed on the way is kept.
    func value(_ id: NodeID) throws(Diagnostic) -> Tensor {
        if let value = known[id] { return value }
        let graph = builder.graph
        // Nodes known already are inputs of what is left to compute.
        var isWanted = [Bool](repeating: false, count: graph.nodes.count)
        isWanted[Int(id.index)] = true
        var wanted: [NodeID] = []
        for index in stride(from: Int(id.index), through: 0, by: -1) where isWanted[index] {
            let id = NodeID(index)
            wanted.append(id)
            if known[id] == nil { for operand in graph.nodes[index].operands { isWanted[Int(operand.index)] = true } }
        }
        let rest = Builder()
        var symbols: [NodeID: Symbol] = [:]
        var arguments: [Tensor] = []
        var computed: [NodeID] = []
        for id in wanted.reversed() {
            let node = graph[id]
            if case .input(let position) = node.op, known[id] == nil { known[id] = inputs[position].settled() }
            if let value = known[id] {
                symbols[id] = rest.input(node.type)
                arguments.append(value)
                continue
            }
            symbols[id] = try rest.apply(node.op, node.operands.compactMap { symbols[$0] })
            if case .scan = node.op { continue }
            computed.append(id)
        }
        let values = try ReferenceExecutor.run(try rest.finish(computed.compactMap { symbols[$0] }), inputs: arguments, key: key)
        for (id, value) in zip(computed, values) { known[id] = value }
        return known[id] ?? .filled(0, graph[id].type)
    }
}

extension Tensor {
    /// A concrete tensor of the same values.
    public func settled() -> Tensor { isConcrete ? self : Tensor(elements, shape: shape) }

    var type: TensorType { TensorType(dtype, shape) }

    /// A number, or a tensor filled with one, as a literal of a graph.
    var smallLiteral: Literal? {
        guard count > 0 else { return count == 0 ? Literal(0, type) : nil }
        func isFilled<T: Equatable>(_ values: [T]) -> Bool { values.count == 1 || !values.contains { $0 != values[0] } }
        switch elements {
        case .bool(let values): if !isFilled(values) { return nil }
        case .int32(let values): if !isFilled(values) { return nil }
        case .float32(let values): if !isFilled(values) { return nil }
        case .float64(let values): if !isFilled(values) { return nil }
        }
        return Literal(double(at: 0), type)
    }
}
