import Diagnostics

extension Graph {
    /// A graph that gives the same with less work: rules are applied until none changes anything. Inputs and outputs keep their places and
    /// types.
    ///
    /// Sums may come out in another order, and -0 as 0; beside that only what is exact for every number is done.
    public func rewritten() throws(Diagnostic) -> Graph {
        let memory = RewrittenBodies()
        return try rewritten(memory)
    }

    func rewritten(_ memory: RewrittenBodies) throws(Diagnostic) -> Graph {
        if let known = memory.bodies[self] { return known }
        var graph = self
        // Every rule makes a graph smaller or moves work one way only; the bound is for a mistake in one of them.
        for _ in 0..<64 {
            let next = try graph.scansMerged().rewrittenOnce(memory)
            if Graph.isVerified, next.inputs != inputs || next.outputTypes != outputTypes {
                throw Diagnostic(
                    "a rewriting changed what a graph takes or gives", help: "this is a mistake in Latent, not in your program")
            }
            if next == graph { break }
            graph = next
        }
        memory.bodies[self] = graph
        memory.bodies[graph] = graph
        return graph
    }

    /// One walk over the nodes that the outputs need: dead code is left behind, and equal nodes become one.
    private func rewrittenOnce(_ memory: RewrittenBodies) throws(Diagnostic) -> Graph {
        let needed = needed(for: outputs)
        var rewriter = Rewriter()
        let given = inputs.map { rewriter.builder.input($0) }
        var uses = [Int](repeating: 0, count: nodes.count)
        var usedResults: [Int: Set<Int>] = [:]
        for (index, node) in nodes.enumerated() where needed[index] {
            for id in node.operands { uses[Int(id.index)] += 1 }
            if case .result(let which) = node.op { usedResults[Int(node.operands[0].index), default: []].insert(which) }
        }
        for id in outputs { uses[Int(id.index)] += 1 }

        var places = [Symbol?](repeating: nil, count: nodes.count)
        var results: [Int: [Symbol?]] = [:]
        for (index, node) in nodes.enumerated() where needed[index] {
            let x = node.operands.compactMap { places[Int($0.index)] }
            let symbol: Symbol
            switch node.op {
            case .input(let position): symbol = given[position]
            case .scan(let scan):
                var loop = Loop(scan, x, used: usedResults[index] ?? [], in: rewriter.builder)
                results[index] = try loop.rewritten(memory)
                // Only its values are read; any node keeps its place.
                symbol = x.first ?? rewriter.builder.constant(0, TensorType(.float64, []))
            case .result(let which):
                guard let result = results[Int(node.operands[0].index)]?[which] else {
                    throw Diagnostic("a value of a recurrence was lost", help: "this is a mistake in Latent, not in your program")
                }
                symbol = result
            default: symbol = rewriter.rewritten(node, x)
            }
            places[index] = symbol
            rewriter.uses[symbol.id, default: 0] += uses[index]
        }
        return try rewriter.builder.finish(outputs.compactMap { places[Int($0.index)] }).pruned()
    }

    /// The graph without the nodes that nothing needs; all inputs stay.
    func pruned() -> Graph {
        let needed = needed(for: outputs)
        var result = Graph()
        result.inputs = inputs
        var places = [NodeID](repeating: NodeID(0), count: nodes.count)
        for (index, node) in nodes.enumerated() {
            if case .input = node.op {} else if !needed[index] { continue }
            places[index] = NodeID(result.nodes.count)
            result.nodes.append(Node(op: node.op, operands: node.operands.map { places[Int($0.index)] }, type: node.type))
        }
        result.outputs = outputs.map { places[Int($0.index)] }
        return result
    }
}

/// What bodies have been rewritten to, so that each is done once.
final class RewrittenBodies {
    var bodies: [Graph: Graph] = [:]
}

/// Writes a graph anew, each node as the first rule that knows better has it.
struct Rewriter {
    let builder = Builder()
    /// How many times the nodes written so far are read in the graph they come from.
    var uses: [NodeID: Int] = [:]

    /// Whether nobody else reads it, so that it goes away when it is not read here.
    func readOnce(_ symbol: Symbol) -> Bool { (uses[symbol.id] ?? 0) <= 1 }

    /// What has no elements needs nothing, and sums of no elements are 0.
    private func fromNothing(_ node: Node, _ x: [Symbol]) -> Symbol? {
        if node.type.count == 0 { return builder.constant(0, node.type) }
        switch node.op {
        case .product, .reduce(.sum, _), .scatterAdd, .pad:
            return x.contains { $0.type.count == 0 } ? builder.constant(0, node.type) : nil
        default: return nil
        }
    }

    /// The node of the old graph, on operands in the new one.
    func rewritten(_ node: Node, _ x: [Symbol]) -> Symbol {
        if let known = fromNothing(node, x) { return known }
        let better: Symbol? =
            switch node.op {
            case .unary(let op): simplerUnary(op, x[0]) ?? functionOfBroadcast(node.op, x)
            case .binary(let op): simplerBinary(op, x[0], x[1]) ?? joinedPads(op, x[0], x[1]) ?? functionOfBroadcast(node.op, x)
            case .select: simplerSelect(x[0], x[1], x[2]) ?? functionOfBroadcast(node.op, x)
            case .convert(let dtype): simplerConversion(dtype, x[0]) ?? functionOfBroadcast(node.op, x)
            case .stopGradient: x[0]
            case .reduce(let reduction, let axes):
                sizeOneReduction(reduction, axes, x[0]) ?? reductionOfReduction(reduction, axes, x[0])
                    ?? reductionOfBroadcast(reduction, axes, x[0]) ?? sumOfNegated(reduction, axes, x[0])
                    ?? sumOfProducts(reduction, axes, x[0])
            case .product(let left, let right):
                transposedFactors(left, right, x[0], x[1]) ?? productOfBroadcast(left, right, x[0], x[1])
                    ?? productOfRows(left, right, x[0], x[1]) ?? outerProduct(left, right, x[0], x[1])
            case .scatterAdd(let rows): scatterOfProduct(rows, x[0], x[1])
            case .transpose(let order): transposedProduct(order, x[0])
            case .reshape: nil
            case .broadcast: nil
            case .slice(let starts, let ends, let steps):
                sliceOfSlice(starts, ends, steps, x[0]) ?? sliceOfConcatenation(starts, ends, steps, x[0])
                    ?? sliceOfPad(starts, ends, steps, x[0])
            case .pad(let low, let high, let interior): padOfPad(low, high, interior, x[0])
            case .concatenate(let axis): flatConcatenation(axis, x) ?? joinedSlices(axis, x)
            case .reverse(let axis): reversedTwice(axis, x[0])
            case .gather: knownRows(x[0], x[1])
            case .dynamicSlice(let axis, let count): knownSlice(axis, count, x[0], x[1])
            default: nil
            }
        return better ?? builder.add(node.op, x)
    }
}
