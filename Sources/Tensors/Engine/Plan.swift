import Diagnostics
import Graphs
import Kernels

/// A graph made ready to run: a list of instructions and one arena for every value in between.
///
/// A plan is a value; `makeExecution` gives the memory to run it in.
public final class Plan: Sendable {
    /// What a slot's memory is.
    enum Slot: Sendable {
        /// Given at each run, or kept by the execution where it is donated.
        case input(Int)
        /// Known when the plan is made.
        case constant(Literal)
        /// Bytes from the start of the arena.
        case arena(Int)
        /// The memory of a donated input, written in place.
        case donated(Int)
    }
    struct Output: Sendable {
        var slot: Int
        var view: View
        var type: TensorType
        /// The number that fills it, where it is known.
        var fill: Double?
    }

    public let graph: Graph
    /// Instructions before the first that writes over an input: a run may be given up until there.
    let commit: Int
    let slots: [Slot]
    let instructions: [any Instruction]
    let outputs: [Output]
    let arenaSize: Int
    let scratchSize: Int
    let isParallel: Bool
    /// Outputs that become inputs when a run is done: those written in place need nothing.
    let donations: [Donation]
    /// The threads that it runs on where they are not the shared ones.
    let ownPool: WorkerPool?

    struct Donation: Sendable {
        var input: Int, output: Int
        var isInPlace: Bool
    }

    /// Plans a graph, which is rewritten first.
    ///
    /// - Parameter donating: outputs whose values take the place of inputs after each run: parameters and the state of optimisers.
    ///
    /// Throws where a rewriting made a mistake, a pair donated has two types, or the machine's memory is too small for it.
    public convenience init(_ graph: Graph, donating: [(input: Int, output: Int)] = []) throws(Diagnostic) {
        try self.init(graph, donating: donating, pool: nil)
    }

    /// The same for threads of its own.
    init(_ given: Graph, donating: [(input: Int, output: Int)] = [], pool: WorkerPool?) throws(Diagnostic) {
        let graph = try given.rewritten().lowered()
        for pair in donating {
            let (input, output) = (graph.inputs[pair.input], graph.outputTypes[pair.output])
            guard input == output else { throw Diagnostic("a value of type \(output) cannot take the place of one of type \(input)") }
        }
        var compiler = PlanCompiler(graph, donating: donating, pool: pool)
        try compiler.compile()
        let memory = Shape.maximumCount * DType.float64.size
        guard compiler.arenaSize <= memory else {
            let (needed, there) = (compiler.arenaSize >> 30, memory >> 30)
            throw Diagnostic(
                "this computation would hold \(needed) GiB at once, and this machine has \(there)",
                help: "take smaller batches or smaller tensors")
        }
        self.graph = graph
        ownPool = pool
        slots = compiler.slots
        instructions = compiler.instructions
        outputs = compiler.outputs
        arenaSize = compiler.arenaSize
        commit = compiler.commit ?? compiler.instructions.count
        donations = compiler.donations
        scratchSize = MemoryPlan.aligned(compiler.instructions.map(\.scratch).max() ?? 0)
        isParallel = compiler.instructions.contains { $0.isParallel }
    }

    /// The plan run once.
    ///
    /// Throws where the inputs are not those that the graph takes, or an instruction fails: a matrix that is not positive definite, a position
    /// outside a table.
    public func run(_ inputs: [Tensor], key: Key) throws(Diagnostic) -> [Tensor] {
        let execution = makeExecution()
        for (position, tensor) in inputs.enumerated() { try execution.set(input: position, tensor) }
        try execution.run(key: key)
        return outputs.indices.map { execution.output($0) }
    }

    /// Memory to run the plan in.
    public func makeExecution() -> Execution { Execution(self) }
}

extension Plan: CustomStringConvertible {
    /// One line an instruction, and what the plan takes.
    public var description: String {
        var lines = instructions.enumerated().map { "\($0.offset): \($0.element.summary)" }
        lines.append("\(instructions.count) instructions, \(arenaSize) bytes of memory in between")
        return lines.joined(separator: "\n")
    }
}
