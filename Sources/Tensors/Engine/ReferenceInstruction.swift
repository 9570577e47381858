import Diagnostics
import Graphs

/// An elementwise operation on views of more axes than a row program has: done as the reference executor does it.
final class ReferenceInstruction: Instruction {
    private let graph: Graph
    private let operands: [Address]
    private let result: Address
    let scratch = 0
    let isParallel = false
    let summary: String

    /// - Parameters:
    ///   - operands: dense memories, of the types of the node's operands.
    ///   - result: where the node's value goes.
    init(_ node: Node, _ types: [TensorType], operands: [Address], result: Address) throws(Diagnostic) {
        let builder = Builder()
        let inputs = types.map { builder.input($0) }
        graph = try builder.finish([try builder.apply(node.op, inputs)])
        self.operands = operands
        self.result = result
        summary = "\(node.op.name) as defined: \(types.map(\.description).joined(separator: ", "))"
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        var inputs: [Tensor] = []
        for (type, address) in zip(graph.inputs, operands) { inputs.append(Tensor(copying: address.pointer(frame), type)) }
        let outputs = try ReferenceExecutor.run(graph, inputs: inputs, key: frame.key)
        for tensor in outputs { tensor.copy(to: result.pointer(frame)) }
    }
}
