import Diagnostics
import Layers
import Tensors
import Testing

/// A batch of examples that differ in every number.
private let examples = Tensor((0..<24).map { UnaryOp.sin.apply(Double(3 * $0 + 1)) }, shape: [8, 3])

private func recorded(_ network: Network, isTraining: Bool) throws -> (trace: Trace, positions: [Int], network: Network, loss: Tensor) {
    let trace = Trace(isTraining: isTraining)
    let weights = try network.namedWeights.map { try trace.input($0.tensor, active: $0.isTrained) }
    let symbolic = network.replacingWeights(weights)
    let loss = try (symbolic(examples) - 0.5).square().mean()
    return (trace, weights.compactMap { trace.position(of: $0) }, symbolic, loss)
}

@Test func networksInTracesGiveWhatTheyGiveOutside() throws {
    let network = try Network(Chain([Dense(3, 4), Activation.tanh, BatchNorm(), Dense(4, 2)]), key: Key(seed: 1)).begun(with: [3])
    let (trace, _, symbolic, _) = try recorded(network, isTraining: false)
    let inside = try trace.run(try trace.graph([symbolic(examples)]), plans: PlanCache())[0]
    let outside = try network(examples)
    #expect(zip(inside.doubles, outside.doubles).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(trace.replacements.isEmpty)
}

@Test func stepsTrainNetworksAndKeepTheirStatistics() throws {
    let network = try Network(Chain([Dense(3, 4), Activation.tanh, BatchNorm(), Dense(4, 2)]), key: Key(seed: 1)).begun(with: [3])
    let (trace, positions, _, loss) = try recorded(network, isTraining: true)
    let isTrained = network.namedWeights.map(\.isTrained)
    // A running mean and variance.
    #expect(trace.replacements.count == 2 && isTrained.count { !$0 } == 2)
    var outputs = [loss]
    for (position, flag) in zip(positions, isTrained) where !flag {
        outputs.append(trace.tensor(trace.replacements[position] ?? trace.symbol(ofInput: position)))
    }
    let graph = try StepGraph(loss: try trace.graph(outputs), weights: positions, isTrained: isTrained, optimizer: Adam(0.01))
    let run = TrainingRun(graph, plan: try Plan(graph.graph, donating: graph.donations))
    for (position, input) in trace.inputs.enumerated() where !positions.contains(position) { try run.set(input: position, input) }
    try run.load(network.weights, state: nil, number: 0, structure: Adam(0.01).structure)
    let first = try run.advance(Adam(0.01), key: Key(seed: 0))
    let start = first.value(0)
    var last = first
    for _ in 0..<300 { last = try run.advance(Adam(0.01), key: Key(seed: 0)) }
    #expect(last.step == 301 && last.loss < first.loss / 5)
    // The version held is as it was.
    #expect(first.value(0).doubles == start.doubles && last.value(0).doubles != start.doubles)
    let trained = network.replacingWeights((0..<network.weights.count).map { last.value($0) })
    // With the running statistics the network does outside of training what it learned to do.
    #expect(try (trained(examples) - 0.5).square().mean().double(at: 0) < 2 * last.loss + 0.01)
}

@Test func wrappedOptimisersKeepTheirOwnNumbers() {
    let rule = Accumulated(Averaged(Adam(0.1), decay: 0.9), count: 4)
    #expect(rule.slots == 4)
    #expect(rule.numbers(at: 1).last == 0 && rule.numbers(at: 4).last == 1)
    // The fourth step is the first update.
    #expect(Array(rule.numbers(at: 4).dropLast(2)) == Averaged(Adam(0.1), decay: 0.9).numbers(at: 1))
}
