import Diagnostics
import Graphs
import Layers
import Tensors
import Testing

// Against PyTorch: torch_numbers.py wrote what it gives, and says how inputs and weights are made.

private let known: [String: [String: [Double]]] = {
    var table: [String: [String: [Double]]] = [:]
    for line in torchNumbers.split(separator: "\n") {
        // Names hold spaces, the parts after them none.
        let words = line.split(separator: " ")
        let parts = words.filter { word in ["gives=", "gradient=", "mean=", "variance=", "path=", "rates="].contains { word.hasPrefix($0) }
        }
        let name = words.dropLast(parts.count).joined(separator: " ")
        for part in parts {
            let pair = part.split(separator: "=")
            table[name, default: [:]][String(pair[0])] = pair[1].split(separator: ",").compactMap { Double($0) }
        }
    }
    return table
}()

/// Compares what a function of one input and weights gives in float32, and its gradient in the input, with PyTorch's float64.
private func compare(
    _ name: String, _ shape: [Int], _ weights: [Tensor] = [], _ function: ([Symbol]) throws -> Symbol
) throws {
    let expected = try #require(known[name], "\(name)")
    let inputs = try ([wave(shape, 0)] + weights).map { try $0.converted(to: .float32) }
    let builder = Builder()
    let symbols = inputs.map { builder.input(TensorType(.float32, $0.shape)) }
    let output = try function(symbols)
    let cosines = (0..<output.type.count).map { UnaryOp.cos.apply(Double($0)) }
    let sum = (output * builder.constant(Literal(cosines, output.type))).sum()
    let gradient = try builder.finish([sum]).gradient(in: [0])
    let results = try Plan(try builder.finish([output])).run(inputs, key: Key(seed: 0)) + Plan(gradient).run(inputs, key: Key(seed: 0))
    for (part, given) in [("gives", results[0]), ("gradient", results[2])] {
        let numbers = try #require(expected[part])
        try #require(given.count == numbers.count, "\(name): \(part) has shape \(given.shape)")
        let size = numbers.reduce(1) { max($0, abs($1)) }
        let error = difference(given, Tensor(numbers, shape: given.shape))
        // Some hundred roundings by 2^-24 at most.
        #expect(error < 200 * 0x1p-24 * size, "\(name): \(part) is off by \(error)")
    }
}

@Test func layersGiveWhatPyTorchGives() throws {
    let rows: [(layer: any Layer, shape: [Int])] = [
        (Recurrent(.rnn, 3, 2), [2, 3, 3]), (Recurrent(.gru, 3, 2), [2, 3, 3]), (Recurrent(.lstm, 3, 2), [2, 3, 3]),
        (Attention(heads: 2), [2, 3, 4]), (Attention(heads: 2, causal: true), [2, 3, 4]),
        (LayerNorm(), [2, 5]), (GroupNorm(2), [2, 2, 2, 4]), (BatchNorm(), [3, 2, 2, 2]),
        (Conv(4, 2, kernel: [3, 3]), [2, 5, 4, 4]), (Conv(4, 2, kernel: [3, 3], stride: 2, padding: .none), [2, 5, 4, 4]),
        (Conv(4, 2, kernel: [3, 3], stride: 2, padding: .by(2), groups: 2), [2, 5, 4, 4]),
        (Conv(3, 2, kernel: [3]), [2, 5, 3]),
        (Conv(3, 2, kernel: [4, 4], stride: 2, transposed: true), [2, 2, 3, 3]),
        (Conv(3, 2, kernel: [3, 3], padding: .none, transposed: true), [2, 2, 3, 3]),
        (Conv(3, 2, kernel: [3, 3], stride: 2, padding: .by(1), transposed: true), [2, 2, 3, 3]),
        (Pool(.maximum, 2), [2, 4, 5, 2]), (Pool(.mean, 3, stride: 1), [2, 4, 5, 2]), (Upsample(2), [2, 2, 3, 2]),
    ]
    for (layer, shape) in rows {
        let weights = try layer.weights(for: Array(shape.dropFirst())).enumerated().map { index, weight in
            let numbers = wave(weight.shape, Double(index + 1))
            return weight.name == "variance" ? try numbers.converted(to: .float32).converted(to: .float64).square() : numbers
        }
        try compare(layer.name, shape, weights) { try layer.apply($0[0], Array($0.dropFirst()), Pass(isTraining: false)) }
    }
    try compare("BatchNorm() training", [3, 2, 2, 2], [wave([2], 1), wave([2], 2), wave([2], 3), wave([2], 4)]) {
        try BatchNorm().apply($0[0], Array($0.dropFirst()), Pass(isTraining: true))
    }
}

@Test func functionsAndLossesGiveWhatPyTorchGives() throws {
    for function in [Activation.gelu, .silu, .elu, .softplus, .leakyRelu, .softmax, .logSoftmax] {
        try compare(function.name, [2, 5]) { function($0[0] * 8) }
    }
    let target = wave([3, 4], 5)
    let bits = Tensor(target.doubles.map { $0 > 0 ? 1.0 : 0 }, shape: [3, 4])
    try compare("crossentropy", [3, 4], [Tensor([1.0, 0, 3])]) { try Losses.crossEntropy($0[0] * 8, $0[1]) }
    try compare("bce", [3, 4], [bits]) { Losses.binaryCrossEntropy($0[0] * 8, $0[1]) }
    try compare("huber", [3, 4], [target]) { Losses.huber($0[0] * 8, $0[1]) }
}

@Test func runningStatisticsFollowAsPyTorchsDo() throws {
    let expected = try #require(known["running"])
    let network = try Network(BatchNorm(), key: Key(seed: 0)).begun(with: [2, 2, 2])
    // Both batches go through the network in one step, one after the other.
    let trace = Trace(isTraining: true)
    let weights = try network.namedWeights.map { try trace.input($0.tensor, active: $0.isTrained) }
    let symbolic = network.replacingWeights(weights)
    for start in [0.0, 5] { _ = try symbolic(wave([3, 2, 2, 2], start)) }
    let moved = try weights.suffix(2).map { weight in
        let position = try #require(trace.position(of: weight))
        return trace.tensor(try #require(trace.replacements[position]))
    }
    let results = try trace.run(try trace.graph(moved), plans: PlanCache())
    for (given, part) in zip(results, ["mean", "variance"]) {
        let numbers = try #require(expected[part])
        #expect(zip(given.doubles, numbers).allSatisfy { abs($0 - $1) < 1e-6 }, "\(part): \(given.doubles)")
    }
}

@Test func optimisersTakeTheStepsOfPyTorch() throws {
    let rows: [(name: String, optimizer: any Optimizer)] = [
        ("SGD(0.1)", SGD(0.1)), ("SGD(0.1, momentum: 0.9)", SGD(0.1, momentum: 0.9)),
        ("SGD(0.1, momentum: 0.9, nesterov: true, decay: 0.1)", SGD(0.1, momentum: 0.9, nesterov: true, decay: 0.1)),
        ("SGD(0.1, clip: 0.5)", SGD(0.1, clipNorm: 0.5)), ("Adam(0.1)", Adam(0.1)),
        ("Adam(0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.001)", Adam(0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3)),
        ("AdamW(0.1, decay: 0.2)", Adam(0.1, decay: 0.2)), ("RMSprop(0.05, smoothing: 0.9)", RMSprop(0.05, smoothing: 0.9)),
        ("Lion(0.1, decay: 0.2)", Lion(0.1, decay: 0.2)),
    ]
    func single(_ x: Tensor) throws -> Tensor { try x.converted(to: .float32).converted(to: .float64) }
    // sum(a w^2) / 2 - sum(b w), in float64.
    let builder = Builder()
    let w = builder.input(TensorType(.float64, [2, 2]))
    let a = builder.constant(Literal([1, 2, 0.5, 3], w.type))
    let b = builder.constant(Literal(try single(wave([2, 2], 3)).doubles, w.type))
    let loss = try builder.finish([(a * w.unary(.square)).sum() * 0.5 - (b * w).sum()])
    for (name, optimizer) in rows {
        let step = try StepGraph(loss: loss, weights: [0], isTrained: [true], optimizer: optimizer)
        let run = TrainingRun(step, plan: try Plan(step.graph, donating: step.donations))
        try run.load([try single(wave([2, 2], 1))], state: nil, number: 0, structure: optimizer.structure)
        var path: [Double] = []
        for _ in 0..<5 { path += try run.advance(optimizer, key: Key(seed: 0)).value(0).doubles }
        let expected = try #require(known[name]?["path"], "\(name)")
        #expect(zip(path, expected).allSatisfy { abs($0 - $1) < 1e-12 } && path.count == expected.count, "\(name): \(path)")
    }
}

@Test func schedulesAreThoseOfPyTorch() throws {
    let rows: [(String, Schedule)] = [
        // PyTorch names the rate after a step, which is that of the next one here.
        ("cosine(8, floor: 0.1)", .cosine(steps: 8, warmup: 0, floor: 0.1)), ("staircase(3, factor: 0.5)", .step(every: 3, factor: 0.5)),
    ]
    for (name, schedule) in rows {
        let expected = try #require(known[name]?["rates"])
        for (index, rate) in expected.enumerated() { #expect(abs(schedule.factor(at: index + 1) - rate) < 1e-8, "\(name)") }
    }
    let warm = Schedule.cosine(steps: 104, warmup: 4, floor: 0.2)
    #expect((1...4).map { warm.factor(at: $0) } == [0.25, 0.5, 0.75, 1])
    #expect(abs(warm.factor(at: 54) - 0.6) < 1e-12 && abs(warm.factor(at: 104) - 0.2) < 1e-12 && warm.factor(at: 500) == 0.2)
}
