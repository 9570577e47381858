import Diagnostics
import Graphs

/// A whole training step as one graph: loss, gradients, clipping, update.
///
/// Inputs: those of the loss, state (weight by weight), the optimiser's numbers (float64). Outputs: the loss, the norm of the gradients,
/// new weights, new state. Where the loss or the norm is not finite, weights and state stay as they were.
public struct StepGraph: Sendable {
    public let graph: Graph
    /// The positions of the weights among the inputs.
    public let weights: [Int]
    /// The first input of the state, and of the numbers.
    public let stateStart: Int, numberStart: Int
    public let stateCount: Int

    /// Outputs that take the place of inputs.
    public var donations: [(input: Int, output: Int)] {
        weights.enumerated().map { (input: $0.element, output: 2 + $0.offset) }
            + (0..<stateCount).map { (input: stateStart + $0, output: 2 + weights.count + $0) }
    }

    /// - Parameter loss: a graph whose first output is the loss.
    ///
    /// Throws where the loss is not a single float, or has no gradient.
    public init(loss: Graph, weights: [Int], optimizer: Optimizer) throws(Diagnostic) {
        let differentiated = try loss.gradient(in: weights)
        let builder = Builder()
        let inputs = loss.inputs.map { builder.input($0) }
        let perWeight = optimizer.stateCount
        stateStart = inputs.count
        stateCount = perWeight * weights.count
        let state = weights.flatMap { weight in (0..<perWeight).map { _ in builder.input(loss.inputs[weight]) } }
        numberStart = stateStart + stateCount
        let numbers = (0..<optimizer.numberCount).map { _ in builder.input(TensorType(.float64, [])) }
        let results = builder.inline(differentiated, inputs)
        let value = results[0]
        var gradients = Array(results[loss.outputs.count...])

        // One number says whether all gradients are finite, and clips them.
        var squares = builder.constant(0, TensorType(.float64, []))
        for gradient in gradients { squares = squares + gradient.unary(.square).sum().converted(to: .float64) }
        let norm = squares.unary(.sqrt)
        let good = Symbol.binary(.and, value.converted(to: .float64).reshaped([]).unary(.isfinite), norm.unary(.isfinite))
        var next = optimizer.rule.numbers(rate: 1, step: 1).count
        if optimizer.clip != nil {
            let scale = Symbol.binary(.minimum, builder.constant(1, norm.type), numbers[next] / (norm + 1e-12))
            gradients = gradients.map { scale.converted(to: $0.dtype) * $0 }
            next += 1
        }
        let averageNumber = next
        if optimizer.average != nil { next += 1 }
        var isUpdate: Symbol?
        if optimizer.accumulate > 1 { isUpdate = numbers[next + 1].compared(.greater, 0) }

        var newWeights: [Symbol] = []
        var newState: [Symbol] = []
        func keep(_ new: Symbol, _ old: Symbol) -> Symbol { good.select(new, old) }
        for (index, weight) in weights.enumerated() {
            let old = inputs[weight]
            let own = Array(state[index * perWeight..<(index + 1) * perWeight])
            let typed = numbers.map { $0.converted(to: old.dtype) }
            var gradient = gradients[index]
            var sum: Symbol?
            if isUpdate != nil {
                let total = own[perWeight - 1] + gradient
                gradient = total * typed[next]
                sum = total
            }
            let moved = optimizer.rule.update(old, gradient, Array(own[..<optimizer.rule.stateCount]), typed)
            var after = [moved.weight] + moved.state
            if let isUpdate { after = zip(after, [old] + own).map { isUpdate.select($0, $1) } }
            if optimizer.average != nil {
                let average = own[optimizer.rule.stateCount]
                after.append(average + typed[averageNumber] * (after[0] - average))
            }
            if let sum, let isUpdate { after.append(isUpdate.select(builder.constant(0, sum.type), sum)) }
            newWeights.append(keep(after[0], old))
            for (new, old) in zip(after.dropFirst(), own) { newState.append(keep(new, old)) }
        }
        graph = try builder.finish([value, norm] + newWeights + newState)
        self.weights = weights
    }
}
