import Diagnostics

extension Graph {
    /// The graph of the gradients of a scalar output in some inputs (reverse mode).
    ///
    /// It takes this graph's inputs and gives this graph's outputs, then one gradient for each of the inputs named, of that input's type.
    ///
    /// Throws where output 0 is not a single float, an input is not of a float type, or an operation on the way has no gradient.
    public func gradient(in positions: [Int]) throws(Diagnostic) -> Graph {
        guard let target = outputs.first, self[target].type.count == 1, self[target].type.dtype.isFloat else {
            let type = outputs.first.map { self[$0].type.description } ?? "nothing"
            throw Diagnostic("a gradient is taken of one number, but the function gave \(type)", help: "reduce it with mean or sum first")
        }
        let builder = Builder(self)
        let seed = builder.constant(1, self[target].type)
        let gradients = try builder.cotangents(of: [(builder.symbol(target), seed)], in: positions.map { builder.inputSymbol($0) })
        return try builder.finish(outputs.map { builder.symbol($0) } + gradients)
    }
}

extension Builder {
    /// The node of an input, by its position.
    func inputSymbol(_ position: Int) -> Symbol {
        for (index, node) in graph.nodes.enumerated() where node.op == .input(position) { return symbol(NodeID(index)) }
        return symbol(NodeID(0))
    }

    /// The gradients in some nodes of the sum of products of outputs with their cotangents; zeros where nothing depends on one.
    ///
    /// Throws where an operation on the way has no gradient, or one of the nodes is not of a float type.
    public func cotangents(of outputs: [(Symbol, Symbol)], in targets: [Symbol]) throws(Diagnostic) -> [Symbol] {
        for target in targets where !target.dtype.isFloat {
            throw Diagnostic("a gradient is taken in floats, not in \(target.type)")
        }
        let count = graph.nodes.count
        // Only nodes between the targets and the outputs carry gradients.
        var active = [Bool](repeating: false, count: count)
        for target in targets { active[Int(target.id.index)] = true }
        for index in 0..<count where !active[index] {
            let node = graph.nodes[index]
            switch node.op {
            case .stopGradient: continue
            // Its values have types of their own.
            case .scan: break
            default: guard node.type.dtype.isFloat else { continue }
            }
            active[index] = node.operands.contains { active[Int($0.index)] }
        }
        var gradients = [Int: Symbol]()
        // The values of a scan are asked for one by one: their cotangents are gathered under the scan's own place.
        var results = [Int: [Int: Symbol]]()
        func add(_ gradient: Symbol, to id: NodeID) {
            let index = Int(id.index)
            gradients[index] = gradients[index].map { $0 + gradient } ?? gradient
        }
        for (output, cotangent) in outputs where active[Int(output.id.index)] { add(cotangent, to: output.id) }
        for index in stride(from: count - 1, through: 0, by: -1) where active[index] {
            let node = graph.nodes[index]
            if case .scan(let scan) = node.op {
                guard let given = results[index] else { continue }
                let parts = try scanGradient(scan, node, symbol(NodeID(index)), given, active: node.operands.map { active[Int($0.index)] })
                for (id, part) in zip(node.operands, parts) { if let part { add(part, to: id) } }
                continue
            }
            guard let gradient = gradients[index] else { continue }
            if case .result(let which) = node.op {
                results[Int(node.operands[0].index), default: [:]][which] = gradient
                continue
            }
            if case .input = node.op { continue }
            let operands = node.operands.map { symbol($0) }
            let wanted = node.operands.map { active[Int($0.index)] }
            let parts = try node.op.gradient(operands, symbol(NodeID(index)), gradient, wanted)
            for (position, part) in parts.enumerated() where wanted[position] {
                if let part { add(part, to: node.operands[position]) }
            }
        }
        return targets.map { gradients[Int($0.id.index)] ?? $0.like(0) }
    }
}

extension Op {
    /// The gradients in the operands, given the result and its gradient; nil where there is none. Only those wanted need be right.
    ///
    /// Throws where the operation has no gradient.
    func gradient(_ x: [Symbol], _ y: Symbol, _ g: Symbol, _ wanted: [Bool]) throws(Diagnostic) -> [Symbol?] {
        switch self {
        case .input, .constant, .iota, .stopGradient, .scan, .result, .argmax: return x.map { _ in nil }
        case .random(let draw): return try draw.gradient(x, y, g)
        case .unary(let op): return try [op.gradient(x[0], y, g)]
        case .binary(let op): return try op.gradient(x[0], x[1], y, g, wanted)
        case .select: return [nil, x[0].select(g, g.like(0)), x[0].select(g.like(0), g)]
        case .convert: return [x[0].dtype.isFloat ? g.converted(to: x[0].dtype) : nil]
        case .reduce(let reduction, let axes): return [reduction.gradient(x[0], y, g, axes)]
        case .cumulativeSum(let axis, let reverse): return [y.builder.add(.cumulativeSum(axis: axis, reverse: !reverse), [g])]
        case .product(let left, let right): return productGradient(x[0], x[1], g, left, right, wanted)
        case .convolution, .convolutionImage, .convolutionKernel, .pool, .poolGradient: return try convolutionGradient(x, y, g, wanted)
        case .gather: return [y.builder.add(.scatterAdd(rows: x[0].shape[0]), [x[1], g]), nil]
        case .scatterAdd: return [nil, y.builder.add(.gather, [g, x[0]])]
        case .reshape: return [g.reshaped(x[0].shape)]
        case .transpose(let order): return [g.transposed(inverse(order))]
        case .broadcast: return [g.summed(to: x[0].shape)]
        case .slice(let starts, _, let steps): return [sliceGradient(x[0], g, starts, steps)]
        case .pad(let low, let high, let interior):
            let ends = g.shape.indices.map { g.shape[$0] - high[$0] }
            return [y.builder.add(.slice(starts: low, ends: ends, steps: interior.map { $0 + 1 }), [g])]
        case .concatenate(let axis):
            var offset = 0
            return x.map { part in
                defer { offset += part.shape[axis] }
                return g.slice(axis: axis, offset..<offset + part.shape[axis])
            }
        case .reverse: return [y.builder.add(self, [g])]
        case .updateSlice(let axis):
            return [
                y.builder.add(self, [g, x[1].like(0), x[2]]),
                y.builder.add(.dynamicSlice(axis: axis, count: x[1].shape[axis]), [g, x[2]]), nil,
            ]
        case .dynamicSlice(let axis, _): return [y.builder.add(.updateSlice(axis: axis), [x[0].like(0), g, x[1]]), nil]
        case .cholesky: return [choleskyGradient(y, g)]
        case .triangularSolve(let lower, let transposed): return triangularSolveGradient(x[0], y, g, lower, transposed)
        }
    }
}

/// The order that undoes a transposition.
func inverse(_ order: [Int]) -> [Int] {
    var inverse = order
    for (position, axis) in order.enumerated() { inverse[axis] = position }
    return inverse
}

/// The gradient of a slice is padded with zeros to where it came from.
private func sliceGradient(_ x: Symbol, _ g: Symbol, _ starts: [Int], _ steps: [Int]) -> Symbol {
    var high: [Int] = []
    for axis in starts.indices {
        let covered = g.shape[axis] == 0 ? 0 : (g.shape[axis] - 1) * steps[axis] + 1
        high.append(x.shape[axis] - starts[axis] - covered)
    }
    return g.builder.add(.pad(low: starts, high: high, interior: steps.map { $0 - 1 }), [g])
}
