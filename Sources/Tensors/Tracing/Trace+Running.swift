import Diagnostics

extension Trace {
    /// What was recorded, as a graph from the inputs to some tensors.
    ///
    /// Throws the first mistake noted on the way.
    public func graph(_ outputs: [Tensor]) throws(Diagnostic) -> Graph {
        let symbols = try outputs.map { (output) throws(Diagnostic) in try symbol(output) }
        if let failure { throw failure }
        return try builder.finish(symbols)
    }

    /// Runs a graph on this trace's inputs. Where some of them are symbols of an outer trace, it is written there instead.
    public func run(_ graph: Graph, plans: PlanCache) throws(Diagnostic) -> [Tensor] {
        if let outer = Trace.of(inputs) {
            let arguments = try inputs.map { (input) throws(Diagnostic) in try outer.symbol(input) }
            return outer.builder.inline(graph, arguments).map { outer.tensor($0) }
        }
        return try plans.plan(for: graph).run(inputs.map { $0.settled() }, key: graph.isRandom ? key : Key(seed: 0))
    }

    /// A scalar and its gradients in some inputs.
    ///
    /// Throws where it is not a single float, or an operation on the way has no gradient.
    public func valueAndGradients(of value: Tensor, in positions: [Int], plans: PlanCache) throws(Diagnostic) -> [Tensor] {
        try run(try graph([value]).gradient(in: positions), plans: plans)
    }
}

/// Plans made before, by their graphs: the same function traced again costs no planning. It keeps the last few.
public final class PlanCache {
    private struct Request: Hashable {
        let graph: Graph
        /// Inputs and the outputs that take their places, in turn.
        let donations: [Int]
    }
    private var plans: [Request: (plan: Plan, used: Int)] = [:]
    private var clock = 0
    private let limit: Int

    public init(limit: Int = 64) { self.limit = limit }

    public func plan(for graph: Graph, donating pairs: [(input: Int, output: Int)] = []) throws(Diagnostic) -> Plan {
        clock += 1
        let request = Request(graph: graph, donations: pairs.flatMap { [$0.input, $0.output] })
        if let found = plans[request] {
            plans[request] = (found.plan, clock)
            return found.plan
        }
        let plan = try Plan(graph, donating: pairs)
        if plans.count >= limit, let oldest = plans.min(by: { $0.value.used < $1.value.used })?.key { plans[oldest] = nil }
        plans[request] = (plan, clock)
        return plan
    }
}

extension Plan {
    /// Bytes that running it takes: values in between and inputs that stay.
    public var memorySize: Int { arenaSize + donations.reduce(0) { $0 + graph.inputs[$1.input].size } }
}
