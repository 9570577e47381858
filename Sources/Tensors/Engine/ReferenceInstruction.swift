import Diagnostics
import Graphs

/// An operation that has no loop of its own in plans: done as the reference executor does it.
final class ReferenceInstruction: Instruction {
    private let graph: Graph
    private let operands: [Address]
    private let results: [Address]
    let scratch = 0
    let isParallel = false
    let summary: String

    /// - Parameters:
    ///   - operands: dense memories, of the types of the node's operands.
    ///   - results: where the node's value (or a scan's values, in order) go.
    init(_ node: Node, _ types: [TensorType], operands: [Address], results: [Address]) throws(Diagnostic) {
        let builder = Builder()
        let inputs = types.map { builder.input($0) }
        let symbol = try builder.apply(node.op, inputs)
        var outputs = [symbol]
        if case .scan(let scan) = node.op {
            outputs = []
            for index in scan.resultTypes.indices { outputs.append(try builder.apply(.result(index), [symbol])) }
        }
        graph = try builder.finish(outputs)
        self.operands = operands
        self.results = results
        summary = "\(node.op.name) as defined: \(types.map(\.description).joined(separator: ", "))"
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        var inputs: [Tensor] = []
        for (type, address) in zip(graph.inputs, operands) { inputs.append(Tensor(copying: address.pointer(frame), type)) }
        let outputs = try ReferenceExecutor.run(graph, inputs: inputs, key: frame.key)
        for (tensor, address) in zip(outputs, results) { tensor.copy(to: address.pointer(frame)) }
    }
}

extension Tensor {
    /// A tensor of the elements that lie densely in memory.
    init(copying memory: UnsafeMutableRawPointer, _ type: TensorType) {
        func read<T>(_: T.Type) -> [T] { Array(UnsafeBufferPointer(start: memory.assumingMemoryBound(to: T.self), count: type.count)) }
        switch type.dtype {
        case .bool: self.init(.bool(read(Bool.self)), shape: type.shape)
        case .int32: self.init(.int32(read(Int32.self)), shape: type.shape)
        case .float32: self.init(.float32(read(Float.self)), shape: type.shape)
        case .float64: self.init(.float64(read(Double.self)), shape: type.shape)
        }
    }

    /// Copies the elements to memory, densely.
    func copy(to memory: UnsafeMutableRawPointer) {
        withAddress { memory.copyMemory(from: $0, byteCount: count * dtype.size) }
    }

    /// The address of the elements, for as long as the call lasts.
    func withAddress<R>(_ body: (UnsafeRawPointer) -> R) -> R {
        func call<T>(_ values: [T]) -> R { values.withUnsafeBytes { body($0.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!) } }
        return switch elements {
        case .bool(let values): call(values)
        case .int32(let values): call(values)
        case .float32(let values): call(values)
        case .float64(let values): call(values)
        }
    }
}
