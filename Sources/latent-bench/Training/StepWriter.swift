import Graphs
import Layers
import Tensors

/// A training step being written, with the values that stay from step to step.
final class StepWriter {
    let builder = Builder()
    private var initial: [(input: Int, value: Tensor)] = []
    private var kept: [(input: Int, output: Symbol)] = []
    private var optimizers: [(first: Int, optimizer: any Optimizer)] = []
    private var inputs = 0

    func input(_ type: TensorType) -> Symbol {
        inputs += 1
        return builder.input(type)
    }

    /// Values that stay, with what they begin as.
    func parameters(_ values: [Tensor]) -> [Symbol] {
        values.map { value in
            initial.append((inputs, value))
            return input(TensorType(value.dtype, value.shape))
        }
    }

    /// The parameters after a step of an optimiser; they take the place of the old ones when the step is done.
    func update(_ parameters: [Symbol], loss: Symbol, _ optimizer: any Optimizer) throws -> [Symbol] {
        let gradients = try builder.cotangents(of: [(loss, builder.constant(1, loss.type))], in: parameters)
        return try update(parameters, gradients, optimizer)
    }

    func update(_ parameters: [Symbol], _ slopes: [Symbol], _ optimizer: any Optimizer) throws -> [Symbol] {
        let first = inputs
        let scalar = TensorType(.float32, [])
        let numbers = optimizer.numbers(at: 1).map { _ in input(scalar) }
        optimizers.append((first, optimizer))
        var gradients = slopes
        if let limit = optimizer.clipNorm {
            let total = gradients.dropFirst().reduce(gradients[0].unary(.square).sum()) { $0 + $1.unary(.square).sum() }
            let scale = Symbol.binary(.minimum, builder.constant(limit, scalar) / (total.unary(.sqrt) + 1e-6), builder.constant(1, scalar))
            gradients = gradients.map { $0 * scale }
        }
        return zip(parameters, gradients).map { parameter, gradient in
            let state = self.parameters(
                (0..<optimizer.slots).map { _ in
                    Tensor(.float32([Float](repeating: 0, count: parameter.type.count)), shape: parameter.shape)
                })
            let (value, next) = optimizer.update(parameter, gradient, state, numbers)
            keep(parameter, value)
            for (old, new) in zip(state, next) { keep(old, new) }
            return value
        }
    }

    private func keep(_ old: Symbol, _ new: Symbol) {
        if case .input(let position) = old.node.op { kept.append((position, new)) }
    }

    /// The step, ready to run, with its first outputs as given. Calling it runs one step after the data are set.
    func finish(_ outputs: [Symbol]) throws -> Stepper {
        let graph = try builder.finish(outputs + kept.map(\.output))
        let pairs = kept.enumerated().map { (input: $0.element.input, output: outputs.count + $0.offset) }
        let execution = try Plan(graph, donating: pairs).makeExecution()
        for (input, value) in initial { try execution.set(input: input, value) }
        let stepper = Stepper(execution, optimizers)
        return stepper
    }
}

/// Runs steps one after the other.
final class Stepper {
    let execution: Execution
    private let optimizers: [(first: Int, optimizer: any Optimizer)]
    private var count = 0
    private let key = Key(seed: 0)

    init(_ execution: Execution, _ optimizers: [(first: Int, optimizer: any Optimizer)]) {
        (self.execution, self.optimizers) = (execution, optimizers)
    }

    /// One step on data for the first inputs named.
    func step(_ data: [(input: Int, value: Tensor)]) throws {
        count += 1
        for (input, value) in data { try execution.set(input: input, value) }
        for (first, optimizer) in optimizers {
            for (index, number) in optimizer.numbers(at: count).enumerated() { try execution.set(input: first + index, number: number) }
        }
        try execution.run(key: key.folded(UInt64(count)))
    }

    /// Many steps on batches in turn, and the first output of the last one.
    func run(_ steps: Int, _ data: (Int) -> [(input: Int, value: Tensor)]) throws -> Double {
        for _ in 0..<steps { try step(data(count)) }
        return execution.number(0)
    }

    /// Prints the plan where that is asked for; data must have been given.
    func show(_ data: [(input: Int, value: Tensor)]) throws {
        guard Train.printsPlan else { return }
        try step(data)
        try Train.printPlan(execution)
    }
}
