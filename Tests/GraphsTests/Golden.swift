import Diagnostics
import Testing

@testable import Graphs

/// What a graph of some inputs prints as once rewritten.
struct Golden: Sendable {
    let name: String
    let inputs: [TensorType]
    let outputs: @Sendable ([Symbol]) throws -> [Symbol]
    let text: String
    /// The inputs of which a gradient is taken first.
    var gradient: [Int] = []

    init(
        _ name: String, _ inputs: [TensorType], gradient: [Int] = [], _ outputs: @escaping @Sendable ([Symbol]) throws -> [Symbol],
        _ text: String
    ) {
        (self.name, self.inputs, self.outputs, self.text, self.gradient) = (name, inputs, outputs, text, gradient)
    }
}

func float(_ shape: Int...) -> TensorType { TensorType(.float32, shape) }
func whole(_ shape: Int...) -> TensorType { TensorType(.int32, shape) }
func bool(_ shape: Int...) -> TensorType { TensorType(.bool, shape) }

/// Builds each graph, rewrites it and compares what it prints as.
func expectPrinted(_ goldens: [Golden]) throws {
    for golden in goldens {
        let builder = Builder()
        var graph = try builder.finish(try golden.outputs(golden.inputs.map { builder.input($0) }))
        if !golden.gradient.isEmpty { graph = try graph.gradient(in: golden.gradient) }
        let better = try graph.rewritten()
        try better.verify()
        #expect(better.description == golden.text, "\(golden.name) became\n\(better)")
    }
}
