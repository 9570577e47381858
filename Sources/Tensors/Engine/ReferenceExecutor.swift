import Diagnostics
import Graphs

/// Runs graphs one node at a time, in plain Swift: the definition of what every operation gives.
///
/// Values are float64, rounded to float32 after each operation where that is the type; sums and products accumulate in float64. int32
/// wraps around. Plans are compared with it.
public enum ReferenceExecutor {
    /// The values of a graph's outputs.
    ///
    /// Draws take the key folded with their site. Throws where the inputs are not those that the graph takes, a matrix is not positive
    /// definite, a position lies outside what it points into, or a number does not fit in int32.
    public static func run(_ graph: Graph, inputs: [Tensor], key: Key) throws(Diagnostic) -> [Tensor] {
        guard inputs.count == graph.inputs.count else {
            throw Diagnostic("the graph takes \(graph.inputs.count) inputs, and got \(inputs.count)")
        }
        for (position, (tensor, type)) in zip(inputs, graph.inputs).enumerated() {
            guard TensorType(tensor.dtype, tensor.shape) == type else {
                throw Diagnostic("input \(position) of the graph is \(type), and got \(TensorType(tensor.dtype, tensor.shape))")
            }
            guard !tensor.hasMissing else { throw Diagnostic("input \(position) of the graph has missing values") }
        }
        let outputs = try values(of: graph, inputs.map(\.doubles), key)
        return zip(outputs, graph.outputTypes).map { tensor($0, $1) }
    }

    /// The same on bare numbers, row-major.
    static func values(of graph: Graph, _ inputs: [[Double]], _ key: Key) throws(Diagnostic) -> [[Double]] {
        // Every node has one value but scans, which have several.
        var values: [[[Double]]] = []
        values.reserveCapacity(graph.nodes.count)
        for node in graph.nodes {
            let operands = node.operands.map { values[Int($0.index)] }
            let types = node.operands.map { graph[$0].type }
            switch node.op {
            case .input(let position): values.append([inputs[position]])
            case .result(let index): values.append([operands[0][index]])
            case .scan(let scan): values.append(try run(scan, operands.map { $0[0] }, key))
            case .random(let draw): values.append([try run(draw, operands.map { $0[0] }, key.folded(UInt64(draw.site)))])
            default:
                let result = try run(node.op, operands.map { $0[0] }, types, node.type)
                values.append([node.type.dtype == .float32 ? result.map { Double(Float($0)) } : result])
            }
        }
        return graph.outputs.map { values[Int($0.index)][0] }
    }

    private static func tensor(_ values: [Double], _ type: TensorType) -> Tensor {
        switch type.dtype {
        case .bool: Tensor(.bool(values.map { $0 != 0 }), shape: type.shape)
        case .int32: Tensor(.int32(values.map { Int32($0) }), shape: type.shape)
        case .float32: Tensor(.float32(values.map { Float($0) }), shape: type.shape)
        case .float64: Tensor(.float64(values), shape: type.shape)
        }
    }

    /// One value from those of the operands, for the operations that have one and draw nothing.
    private static func run(_ op: Op, _ x: [[Double]], _ types: [TensorType], _ type: TensorType) throws(Diagnostic) -> [Double] {
        switch op {
        case .input, .random, .scan, .result: return []
        case .constant(let literal): return literal.fill.map { [Double](repeating: $0, count: type.count) } ?? literal.values
        case .unary, .binary, .select, .convert, .stopGradient: return try elementwise(op, x, type)
        case .iota, .reshape, .transpose, .broadcast, .slice, .pad, .concatenate, .reverse, .updateSlice, .dynamicSlice, .gather,
            .scatterAdd:
            return try shaped(op, x, types, type)
        case .reduce, .argmax, .cumulativeSum: return reduced(op, x[0], types[0], type)
        case .product(let left, let right): return product(x[0], types[0].shape, left, x[1], types[1].shape, right, type.shape)
        case .convolution, .convolutionImage, .convolutionKernel: return convolved(op, x, types, type)
        case .pool, .poolGradient: return pooled(op, x, types, type)
        case .cholesky: return try cholesky(x[0], type.shape)
        case .triangularSolve(let lower, let transposed): return try triangularSolve(x[0], x[1], type.shape, lower, transposed)
        }
    }

    // MARK: Draws and recurrences

    private static func run(_ draw: Draw, _ x: [[Double]], _ key: Key) throws(Diagnostic) -> [Double] {
        let count = draw.type.count
        var values: [Double]
        switch draw.law {
        case .uniform, .normal:
            var generator = key.generator()
            values = (0..<count).map { _ in draw.law == .uniform ? generator.uniform() : generator.normal() }
        case .gamma:
            if let shape = x[0].first(where: { !($0 > 0 && $0.isFinite) }) { throw .gammaShape(shape) }
            values = x[0].enumerated().map { key.gamma($1, at: $0) }
        }
        if draw.type.dtype == .float32 {
            // A uniform draw near 1 must not become 1, a gamma draw near 0 not 0.
            let largest = draw.law == .uniform ? Float(1).nextDown : .infinity
            let smallest = draw.law == .gamma ? Float.leastNormalMagnitude : -.infinity
            values = values.map { Double(max(min(Float($0), largest), smallest)) }
        }
        return values
    }

    private static func run(_ scan: Scan, _ x: [[Double]], _ key: Key) throws(Diagnostic) -> [[Double]] {
        let types = scan.resultTypes
        var carried = Array(x[..<scan.carried])
        let sequences = x[scan.carried..<scan.carried + scan.sequences]
        let constants = Array(x[(scan.carried + scan.sequences)...])
        var stacks = types[scan.carried...].map { [Double](repeating: 0, count: $0.count) }
        for step in 0..<scan.length {
            let round = scan.reverse ? scan.length - 1 - step : step
            let slices = sequences.map { stack in
                let size = stack.count / scan.length
                return Array(stack[round * size..<(round + 1) * size])
            }
            let results = try values(of: scan.body, carried + slices + constants, key.folded(UInt64(round) + (1 << 32)))
            carried = Array(results[..<scan.carried])
            for (place, slice) in results[scan.carried...].enumerated() {
                stacks[place].replaceSubrange(round * slice.count..<(round + 1) * slice.count, with: slice)
            }
        }
        return carried + stacks
    }
}
