import Diagnostics
import Graphs
import Tensors

/// A loss compiled with its gradient, clipping and an optimiser's update into one plan.
///
/// The graph's outputs are the loss, then whatever else it gives; its first inputs are the parameters.
public struct TrainingStep: Sendable {
    public let plan: Plan
    /// Parameters are inputs 0 ..< parameterCount; their state follows the loss's own inputs.
    public let parameterCount: Int
    private let inputCount: Int
    private let slots: Int
    private let numberCount: Int

    /// - Parameters:
    ///   - loss: gives one number first; inputs 0 ..< parameters are what is trained.
    ///   - parameters: how many of the inputs are trained; all are floats.
    ///
    /// Throws where the loss is not one number or has no gradient, naming the operation.
    public init(_ loss: Graph, parameters: Int, _ optimizer: any Optimizer) throws(Diagnostic) {
        let gradient = try loss.gradient(in: Array(0..<parameters))
        let builder = Builder(gradient)
        parameterCount = parameters
        inputCount = loss.inputs.count
        slots = optimizer.slots
        let lossCount = loss.outputs.count
        var gradients = gradient.outputs[lossCount...].map { builder.symbol($0) }
        let values = (0..<parameters).map { builder.symbol(gradient.node(ofInput: $0)) }
        let state = values.map { value in (0..<optimizer.slots).map { _ in builder.input(value.type) } }
        let numbers = optimizer.numbers(at: 1)
        numberCount = numbers.count
        // The numbers come in the type of the parameters.
        let dtype = loss.inputs.first?.dtype ?? .float32
        let given = numbers.map { _ in builder.input(TensorType(dtype, [])) }
        if optimizer.clipNorm != nil {
            let limit = builder.input(TensorType(dtype, []))
            let squares = gradients.map { $0.unary(.square).sum() }
            guard var total = squares.first else { throw Diagnostic("there is nothing to train") }
            for square in squares.dropFirst() { total = total + square }
            let norm = total.unary(.sqrt)
            let scale = Symbol.binary(.minimum, limit / (norm + 1e-6), norm.builder.constant(1, norm.type))
            gradients = gradients.map { $0 * scale }
        }
        var updated: [Symbol] = []
        var states: [Symbol] = []
        for index in 0..<parameters {
            let (value, state) = optimizer.update(values[index], gradients[index], state[index], given)
            updated.append(value)
            states += state
        }
        let outputs = gradient.outputs.prefix(lossCount).map { builder.symbol($0) } + updated + states
        let graph = try builder.finish(outputs)
        var pairs: [(input: Int, output: Int)] = []
        for index in 0..<parameters { pairs.append((input: index, output: lossCount + index)) }
        for index in 0..<states.count { pairs.append((input: inputCount + index, output: lossCount + parameters + index)) }
        plan = try Plan(graph, donating: pairs)
    }

    /// Begins with parameters and no state.
    public func begin(_ parameters: [Tensor]) throws(Diagnostic) -> Execution {
        let execution = plan.makeExecution()
        for (position, tensor) in parameters.enumerated() { try execution.set(input: position, tensor) }
        for position in inputCount..<inputCount + parameterCount * slots {
            let type = plan.graph.inputs[position]
            try execution.set(
                input: position, Tensor(.float64([Double](repeating: 0, count: type.count)), shape: type.shape).converted(to: type.dtype))
        }
        return execution
    }

    /// Gives a step its numbers.
    public func set(_ optimizer: any Optimizer, step: Int, in execution: Execution) throws(Diagnostic) {
        let first = inputCount + parameterCount * slots
        for (index, number) in optimizer.numbers(at: step).enumerated() { try execution.set(input: first + index, number: number) }
        if let clip = optimizer.clipNorm { try execution.set(input: first + numberCount, number: clip) }
    }
}
