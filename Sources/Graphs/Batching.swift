import Diagnostics

extension Graph {
    /// The graph that does for `size` examples what this one does for one: the inputs marked and all outputs have a new leading axis, which
    /// runs over the examples. Every example has draws of its own.
    ///
    /// Throws where a size does not fit in memory.
    public func batched(inputs marked: [Bool], size: Int) throws(Diagnostic) -> Graph {
        guard marked.count == inputs.count, size >= 0 else {
            throw Diagnostic("\(inputs.count) inputs cannot be batched by \(marked.count) marks and a size of \(size)")
        }
        return try lifted(marked, Batch(size: size), force: outputs.map { _ in true }).graph
    }

    /// The same, where an output only has the axis if it depends on an example, or is forced to; and which outputs have it.
    func lifted(_ marked: [Bool], _ batch: Batch, force: [Bool]) throws(Diagnostic) -> (graph: Graph, marked: [Bool]) {
        let builder = Builder()
        let given = zip(inputs, marked).map { (type, mark) in builder.input(mark ? TensorType(type.dtype, [batch.size] + type.shape) : type)
        }
        // Every node's symbol, and whether it has the axis; a scan's values have marks of their own.
        var places: [(symbol: Symbol, marked: Bool)] = []
        var results: [Int: [Bool]] = [:]
        for (index, node) in nodes.enumerated() {
            let x = node.operands.map { places[Int($0.index)].symbol }
            let marks = node.operands.map { places[Int($0.index)].marked }
            switch node.op {
            case .input(let position): places.append((given[position], marked[position]))
            case .random(let draw):
                let type = TensorType(draw.type.dtype, [batch.size] + draw.type.shape)
                places.append((builder.add(.random(Draw(draw.law, type, site: draw.site)), batch.lifted(x, marks)), true))
            case .scan(let scan) where marks.contains(true) || scan.body.isRandom:
                let (symbol, each) = try scan.batched(x, marks, batch, in: builder)
                places.append((symbol, true))
                results[index] = each
            case .result(let which) where marks[0]:
                let symbol = builder.add(.result(which), x)
                let mark = results[Int(node.operands[0].index)]?[which] ?? false
                guard case .scan(let scan) = x[0].node.op, mark, which >= scan.carried else {
                    places.append((symbol, mark))
                    continue
                }
                places.append((symbol.moved(1, to: 0), true))
            case _ where batch.size == 0 && marks.contains(true):
                places.append((builder.constant(0, TensorType(node.type.dtype, [0] + node.type.shape)), true))
            case let op where marks.contains(true): places.append((try op.batched(x, marks, batch), true))
            default: places.append((builder.add(node.op, x), false))
            }
        }
        let last = zip(outputs, force).map { (id, force) in
            let place = places[Int(id.index)]
            return force && !place.marked ? (batch.lifted(place.symbol, false), true) : place
        }
        return (try builder.finish(last.map(\.0)), last.map(\.1))
    }
}

/// The examples that a graph is lifted over.
struct Batch {
    let size: Int

    /// The symbol with the axis: repeated for every example where it does not have it.
    func lifted(_ x: Symbol, _ marked: Bool) -> Symbol { marked ? x : x.broadcast(to: [size] + x.shape) }
    func lifted(_ x: [Symbol], _ marks: [Bool]) -> [Symbol] { zip(x, marks).map { lifted($0, $1) } }
}

extension Symbol {
    /// One axis taken out and put in at another place.
    func moved(_ axis: Int, to place: Int) -> Symbol {
        var order = Array(0..<rank)
        order.insert(order.remove(at: axis), at: place)
        return transposed(order)
    }

    /// The first two axes as one, and the first axis as two.
    var folded: Symbol { reshaped([shape[0] * shape[1]] + shape.dropFirst(2)) }
    func unfolded(_ size: Int) -> Symbol { reshaped([size, size == 0 ? 0 : shape[0] / size] + shape.dropFirst()) }
}

extension Op {
    /// The operation for every example, of operands some of which have the leading axis.
    func batched(_ x: [Symbol], _ marks: [Bool], _ batch: Batch) throws(Diagnostic) -> Symbol {
        let builder = x[0].builder
        switch self {
        case .input, .constant, .iota, .random, .scan, .result: return x[0]
        case .unary, .binary, .select, .convert, .stopGradient, .cholesky, .triangularSolve:
            return builder.add(self, batch.lifted(x, marks))
        case .reduce(let reduction, let axes): return builder.add(.reduce(reduction, axes: axes.map { $0 + 1 }), x)
        case .argmax(let axis): return builder.add(.argmax(axis: axis + 1), x)
        case .cumulativeSum(let axis, let reverse): return builder.add(.cumulativeSum(axis: axis + 1, reverse: reverse), x)
        case .product(let left, let right): return batchedProduct(x, marks, batch, left, right)
        case .convolution, .convolutionImage, .convolutionKernel: return batchedConvolution(x, marks, batch)
        case .pool, .poolGradient: return builder.add(self, batch.lifted(x, marks).map(\.folded)).unfolded(batch.size)
        case .gather, .scatterAdd, .dynamicSlice, .updateSlice: return batchedIndexing(x, marks, batch)
        case .reshape(let shape): return x[0].reshaped([batch.size] + shape)
        case .transpose(let order): return x[0].transposed([0] + order.map { $0 + 1 })
        case .broadcast(let shape):
            // The axes that broadcasting adds come behind that of the examples.
            let added = shape.count + 1 - x[0].rank
            return x[0].reshaped([batch.size] + Array(repeating: 1, count: added) + x[0].shape.dropFirst()).broadcast(
                to: [batch.size] + shape)
        case .slice(let starts, let ends, let steps):
            return builder.add(.slice(starts: [0] + starts, ends: [batch.size] + ends, steps: [1] + steps), x)
        case .pad(let low, let high, let interior): return builder.add(.pad(low: [0] + low, high: [0] + high, interior: [0] + interior), x)
        case .concatenate(let axis): return builder.add(.concatenate(axis: axis + 1), batch.lifted(x, marks))
        case .reverse(let axis): return builder.add(.reverse(axis: axis + 1), x)
        }
    }
}
