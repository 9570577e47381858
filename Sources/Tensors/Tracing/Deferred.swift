import Diagnostics
import Graphs
import Synchronization

/// A function of large tensors, element by element, as the source of a tensor's elements: they are computed when they are first read, and a
/// sum of them without ever being written down.
final class Deferred: TensorSource, @unchecked Sendable {
    private struct State {
        /// Let go once the elements are known.
        var inputs: [Tensor]
        var elements: Elements?
    }
    private let graph: Graph
    private let plan: Plan
    private let state: Mutex<State>

    init(_ graph: Graph, _ inputs: [Tensor]) throws(Diagnostic) {
        self.graph = graph
        plan = try Plan(graph)
        state = Mutex(State(inputs: inputs, elements: nil))
        super.init()
    }

    override func elements() -> Elements {
        state.withLock { state in
            if let elements = state.elements { return elements }
            // Operations on single elements do not fail.
            let elements = (try? plan.run(state.inputs, key: Key(seed: 0)))?.first?.elements ?? graph.outputTypes[0].dtype.noElements
            state = State(inputs: [], elements: elements)
            return elements
        }
    }

    /// The sum of all elements, a float64; nil where they are at hand.
    func total() throws(Diagnostic) -> Tensor? {
        guard let inputs = state.withLock({ $0.elements == nil ? $0.inputs : nil }) else { return nil }
        let builder = Builder()
        let elements = builder.inline(graph, graph.inputs.map { builder.input($0) })
        return try Plan(builder.finish([elements[0].converted(to: .float64).sum()])).run(inputs, key: Key(seed: 0)).first
    }
}

extension Tensor {
    /// A function of a tensor that works element by element, put off until its elements or their sum are asked for where the tensor is large:
    /// the passes over it are then one, by all threads.
    ///
    /// What the function does otherwise, as reading elements or joining them, makes it be computed at once.
    public func deferring(_ f: (Tensor) throws(Diagnostic) -> Tensor) throws(Diagnostic) -> Tensor {
        guard isConcrete, !hasMissing, count >= 65_536, dtype == .float64 else { return try f(self) }
        let trace = Trace()
        let result = try f(try trace.input(self))
        guard trace.obstacle == nil, trace.guards.isEmpty, trace.failure == nil, result.shape == shape, Trace.of(result) === trace else {
            return try f(self)
        }
        let graph = try trace.graph([result])
        let isByElement = graph.nodes.allSatisfy { node in
            switch node.op {
            case .input, .constant, .unary, .binary, .select, .convert, .broadcast, .reshape: true
            default: false
            }
        }
        guard isByElement, trace.inputs.allSatisfy({ $0.isConcrete }) else { return try f(self) }
        return Tensor(graph.outputTypes[0], try Deferred(graph, trace.inputs))
    }
}
