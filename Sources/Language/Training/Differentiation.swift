import Diagnostics
import Models
import Tensors

/// A function of one structure of tensors, recorded as a graph.
struct TracedFunction {
    let trace: Trace
    /// The argument taken apart, with its tensors by position in `points`.
    let template: Template
    let points: [Tensor]
    /// Where the argument's tensors are among the trace's inputs.
    let positions: [Int]
    /// Which of them follow a gradient.
    let isTrained: [Bool]
    /// What the function gave.
    let value: Tensor
}

extension Machine {
    /// Runs a function with its first argument symbolic, and the rest as they are.
    ///
    /// Throws where there is nothing in the argument that a gradient can be taken in, or the function does not give one number.
    func traced(_ function: Value, _ arguments: [Value], in trace: Trace, outer reads: OuterReads? = nil, span: Span?) throws(Diagnostic)
        -> TracedFunction
    {
        guard let first = arguments.first else { throw Diagnostic("a gradient needs an argument to be taken in", at: span) }
        var points: [Tensor] = []
        var positions: [Int] = []
        var flags: [Bool] = []
        let (template, symbolic) = try Template.make(first) { (tensor, path, isTrained) throws(Diagnostic) in
            guard tensor.dtype.isFloat else {
                if path.isEmpty {
                    throw Diagnostic("a gradient is taken in floats, and this is \(tensor.dtype.rawValue)", at: span, help: "float64(x)")
                }
                return nil
            }
            let symbol = try trace.input(tensor, active: isTrained)
            points.append(tensor)
            flags.append(isTrained)
            positions.append(trace.position(of: symbol) ?? 0)
            return (points.count - 1, symbol)
        }
        do throws(Diagnostic) { try template.checkBegun() } catch { throw span.map { error.placed(at: $0) } ?? error }
        guard flags.contains(true) else {
            throw Diagnostic("a gradient is taken in numbers, and \(first.kindName) has none that are floats", at: span)
        }
        let value = try tracing(trace, outer: reads) { () throws(Diagnostic) in
            let result = try call(function, Arguments(values: [symbolic] + arguments.dropFirst()), at: span)
            let value = try scalar(result, of: function, span)
            if let lost = lostGradient("a step on the way", result) { throw lost }
            return value
        }
        return TracedFunction(trace: trace, template: template, points: points, positions: positions, isTrained: flags, value: value)
    }

    /// The gradient of a function in its first argument, of the same structure.
    public func gradient(of function: Value, _ arguments: [Value], span: Span?) throws(Diagnostic) -> Value {
        let traced = try traced(function, arguments, in: newTrace(), span: span)
        let trained = zip(traced.positions, traced.isTrained).filter(\.1).map(\.0)
        let results = try traced.trace.valueAndGradients(of: traced.value, in: trained, plans: plans)
        // What follows no gradient has none.
        return traced.template.filled { index in
            trained.firstIndex(of: traced.positions[index]).map { results[1 + $0] } ?? traced.points[index]
        }
    }

    /// How a function and its gradient are computed: the operations recorded, then the instructions that they become.
    public func plan(of function: Value, _ arguments: [Value], span: Span?) throws(Diagnostic) -> String {
        let traced = try traced(function, arguments, in: newTrace(), span: span)
        let graph = try traced.trace.graph([traced.value])
        let trained = zip(traced.positions, traced.isTrained).filter(\.1).map(\.0)
        return "The function, recorded:\n\(graph)\n\nIt and its gradient, planned:\n\(try Plan(graph.gradient(in: trained)))"
    }

    /// The matrix of second derivatives of a function in its first argument, one tensor: [n, n] of a vector, a number of a number.
    public func hessian(of function: Value, _ arguments: [Value], span: Span?) throws(Diagnostic) -> Value {
        let traced = try traced(function, arguments, in: newTrace(), span: span)
        guard traced.points.count == 1, case .input = traced.template.kind else {
            throw Diagnostic(
                "a Hessian is taken in one tensor, and this is \(arguments[0].kindName)", at: span, help: "join the parts with concat")
        }
        let hessian = try traced.trace.graph([traced.value]).hessian(in: traced.positions[0])
        return .of(try traced.trace.run(hessian, plans: plans)[0])
    }

    /// Where a smooth function is smallest, by L-BFGS from a start; of the start's structure.
    public func minimizeSmoothly(_ function: Value, _ start: Value, rounds: Int, tolerance: Double, span: Span?) throws(Diagnostic) -> Value
    {
        let key = stream.next()
        func record(_ argument: Value) throws(Diagnostic) -> (TracedFunction, Graph) {
            let traced = try traced(function, [argument], in: Trace(key: { key }), span: span)
            return (traced, try traced.trace.graph([traced.value]).gradient(in: traced.positions))
        }
        let (first, graph) = try record(start)
        let plan = try plans.plan(for: graph)
        // The same plan serves every point, unless the function decides by its numbers what to do.
        let isFixed = first.trace.obstacle == nil && first.trace.guards.isEmpty
        func apart(_ point: [Double]) throws(Diagnostic) -> [Tensor] {
            var tensors: [Tensor] = []
            var offset = 0
            for old in first.points {
                tensors.append(try Tensor(Array(point[offset..<offset + old.count]), shape: old.shape).converted(to: old.dtype))
                offset += old.count
            }
            return tensors
        }
        func evaluate(_ point: [Double], _ gradient: inout [Double]) throws(Diagnostic) -> Double {
            let tensors = try apart(point)
            let results: [Tensor]
            if isFixed {
                var inputs = first.trace.inputs.map { $0.settled() }
                for (position, tensor) in zip(first.positions, tensors) { inputs[position] = tensor }
                results = try plan.run(inputs, key: key)
            } else {
                let (traced, graph) = try record(first.template.filled { tensors[$0] })
                results = try traced.trace.run(graph, plans: plans)
            }
            gradient = results.dropFirst().flatMap(\.doubles)
            return results[0].double(at: 0)
        }
        let begin = first.points.flatMap(\.doubles)
        var slope = [Double](repeating: 0, count: begin.count)
        guard try evaluate(begin, &slope).isFinite else {
            throw Diagnostic("the function has no finite value at the start", at: span)
        }
        let end = try minimizeLBFGS(begin, tolerance: tolerance, rounds: rounds, interrupt: interrupt, function: evaluate)
        let tensors = try apart(end.point)
        return first.template.filled { tensors[$0] }
    }
}

extension Graph {
    /// The graph of the second derivatives of a scalar in an input: the gradient's product with each unit vector, as one batch.
    func hessian(in position: Int) throws(Diagnostic) -> Graph {
        let slope = try gradient(in: [position])
        let type = inputs[position]
        let builder = Builder()
        let arguments = inputs.map { builder.input($0) }
        let direction = builder.input(type)
        let along = (builder.inline(slope, arguments)[1] * direction).sum()
        let product = try builder.finish([along]).gradient(in: [position])
        let marks = inputs.map { _ in false } + [true]
        let count = type.count
        var rows = try product.batched(inputs: marks, size: count)
        rows.outputs = [rows.outputs[1]]
        let whole = Builder()
        let given = inputs.map { whole.input($0) }
        let plane = TensorType(.int32, [count, count])
        let unit = whole.iota(axis: 0, plane).compared(.equal, whole.iota(axis: 1, plane)).converted(to: type.dtype)
        let result = whole.inline(rows, given + [unit.reshaped([count] + type.shape)])[0]
        return try whole.finish([result.reshaped(type.shape + type.shape)])
    }
}
