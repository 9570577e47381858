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

    /// - Parameters:
    ///   - loss: a graph that gives the loss, then the new values of the weights that follow no gradient, such as running means.
    ///   - weights: the inputs that change from step to step.
    ///   - isTrained: which of them follow the gradient.
    ///
    /// Throws where the loss is not a single float, or has no gradient.
    public init(loss: Graph, weights: [Int], isTrained: [Bool], optimizer: any Optimizer) throws(Diagnostic) {
        let trained = zip(weights, isTrained).filter(\.1).map(\.0)
        let differentiated = try loss.gradient(in: trained)
        let builder = Builder()
        let inputs = loss.inputs.map { builder.input($0) }
        let slots = optimizer.slots
        stateStart = inputs.count
        stateCount = slots * trained.count
        let state = trained.flatMap { weight in (0..<slots).map { _ in builder.input(loss.inputs[weight]) } }
        numberStart = stateStart + stateCount
        let numbers = StepGraph.numbers(of: optimizer, step: 1).map { _ in builder.input(TensorType(.float64, [])) }
        let results = builder.inline(differentiated, inputs)
        let value = results[0]
        var gradients = Array(results[loss.outputs.count...])

        // One number says whether all gradients are finite, and clips them.
        var squares = builder.constant(0, TensorType(.float64, []))
        for gradient in gradients { squares = squares + gradient.unary(.square).sum().converted(to: .float64) }
        let norm = squares.unary(.sqrt)
        let isGood = Symbol.binary(.and, value.reshaped([]).unary(.isfinite), norm.unary(.isfinite))
        if optimizer.clipNorm != nil, let limit = numbers.last {
            let scale = Symbol.binary(.minimum, builder.constant(1, norm.type), limit / (norm + 1e-6))
            gradients = gradients.map { $0 * scale.converted(to: $0.dtype) }
        }
        var newWeights: [Symbol] = []
        var newState: [Symbol] = []
        var (next, kept) = (0, 1)
        for (weight, isTrained) in zip(weights, isTrained) {
            let old = inputs[weight]
            guard isTrained else {
                newWeights.append(isGood.select(results[kept], old))
                kept += 1
                continue
            }
            let own = Array(state[next * slots..<(next + 1) * slots])
            let (moved, after) = optimizer.update(old, gradients[next], own, numbers.map { $0.converted(to: old.dtype) })
            newWeights.append(isGood.select(moved, old))
            for (new, old) in zip(after, own) { newState.append(isGood.select(new, old)) }
            next += 1
        }
        graph = try builder.finish([value, norm] + newWeights + newState)
        self.weights = weights
    }

    /// The numbers that a step reads: the optimiser's, then the bound of the norm where there is one.
    static func numbers(of optimizer: any Optimizer, step: Int) -> [Double] {
        optimizer.numbers(at: step) + (optimizer.clipNorm.map { [$0] } ?? [])
    }
}
