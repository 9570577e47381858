import Graphs
import Layers
import Tensors

extension TrainingWorkload {
    /// Batches of characters and those that follow them.
    private static func characters(_ batch: Int, _ length: Int, vocabulary: Int) -> [[(input: Int, value: Tensor)]] {
        (0..<50).map { index in
            let draws = uniform(batch * (length + 1), Key(seed: UInt64(index))).map { Int32($0 * $0 * Double(vocabulary)) }
            func rows(_ offset: Int) -> Tensor {
                var values: [Int32] = []
                for row in 0..<batch {
                    let first = row * (length + 1) + offset
                    values += draws[first..<first + length]
                }
                return Tensor(.int32(values), shape: [batch, length])
            }
            return [(0, rows(0)), (1, rows(1))]
        }
    }

    static let transformer = TrainingWorkload(
        name: "gpt_char", script: "w04_gpt_char.py", peers: ["torch_eager", "torch_fused", "torch_compile", "jax_jit"], iterations: 60,
        scale: 1e3, unit: "ms/step",
        make: {
            let (size, length, batch, vocabulary, layers) = (128, 64, 12, 65, 4)
            let writer = StepWriter()
            let (x, y) = (writer.input(TensorType(.int32, [batch, length])), writer.input(TensorType(.int32, [batch, length])))
            let key = Key(seed: 0)
            let blocks = Chain(
                (0..<layers).map { _ in Chain.transformerBlock(size: size, heads: 4, bias: false) as any Layer } + [LayerNorm(bias: false)])
            let network = try Network(blocks, key: key).begun(with: [length, size])
            func table(_ rows: Int, _ key: Key) -> Tensor {
                Tensor(.float32(normal(rows * size, key).map { Float($0 * 0.02) }), shape: [rows, size])
            }
            let weights = writer.parameters([table(vocabulary, key.folded(1)), table(length, key.folded(2))] + network.weights)
            let entering = try writer.builder.apply(.gather, [weights[0], x]) + weights[1]
            let h = try blocks.apply(entering, Array(weights[2...]), Pass(isTraining: true))
            let logits = h.reshaped([batch * length, size]).product(weights[0], transposeRight: true)
            let loss = try Losses.crossEntropy(logits, y.reshaped([batch * length]))
            _ = try writer.update(weights, loss: loss, Adam(1e-3, beta2: 0.99, decay: 0.1, clipNorm: 1))
            let stepper = try writer.finish([loss])
            let batches = characters(batch, length, vocabulary: vocabulary)
            try stepper.show(batches[0])
            return { steps in try stepper.run(steps) { batches[$0 % batches.count] } }
        })

    static let recurrent = TrainingWorkload(
        name: "lstm_char", script: "w05_lstm_char.py", peers: ["torch_eager", "torch_fused", "jax_scan", "jax_scan_unroll8"],
        iterations: 50, scale: 1e3, unit: "ms/step",
        make: {
            let (size, length, batch, vocabulary) = (128, 64, 32, 65)
            let writer = StepWriter()
            let (x, y) = (writer.input(TensorType(.int32, [batch, length])), writer.input(TensorType(.int32, [batch, length])))
            let layer = Chain([Embedding(vocabulary, size), Recurrent(.lstm, size, size), Dense(size, vocabulary)])
            let network = try Network(layer, key: Key(seed: 0)).begun(with: [length])
            let weights = writer.parameters(network.weights)
            let loss = try Losses.crossEntropy(layer.apply(x, weights, Pass(isTraining: true)), y)
            _ = try writer.update(weights, loss: loss, Adam(2e-3))
            let stepper = try writer.finish([loss])
            let batches = characters(batch, length, vocabulary: vocabulary)
            try stepper.show(batches[0])
            return { steps in try stepper.run(steps) { batches[$0 % batches.count] } }
        })
}
