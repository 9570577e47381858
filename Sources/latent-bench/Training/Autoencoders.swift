import Graphs
import Layers
import Tensors

extension TrainingWorkload {
    static let smallAutoencoder = TrainingWorkload(
        name: "vae_small", script: "w03_vae_small.py", peers: ["torch_eager", "torch_fused", "torch_compile", "jax_jit", "jax_scan"],
        iterations: 2000, scale: 1e6,
        unit: "us/step", make: { try autoencoder(data: 64, hidden: 128, latent: 8, batch: 64, examples: 1797) })

    static let largeAutoencoder = TrainingWorkload(
        name: "vae_mlp", script: "w02_vae_mlp.py", peers: ["torch_eager", "torch_fused", "torch_compile", "jax_jit", "jax_scan"],
        iterations: 200, scale: 1e6,
        unit: "us/step", make: { try autoencoder(data: 784, hidden: 400, latent: 20, batch: 128, examples: 10_000) })

    /// The variational autoencoder of workloads 2 and 3.
    private static func autoencoder(data: Int, hidden: Int, latent: Int, batch: Int, examples: Int) throws -> (Int) throws -> Double {
        let writer = StepWriter()
        let x = writer.input(TensorType(.float32, [batch, data]))
        let key = Key(seed: 0)
        let layers = [(data, hidden), (hidden, latent), (hidden, latent), (latent, hidden), (hidden, data)]
        let weights = writer.parameters(
            layers.enumerated().flatMap { index, layer in
                [
                    linearWeights([layer.0, layer.1], fanIn: layer.0, key.folded(UInt64(2 * index))),
                    linearWeights([layer.1], fanIn: layer.0, key.folded(UInt64(2 * index + 1))),
                ]
            })
        func dense(_ input: Symbol, _ layer: Int) -> Symbol { input.product(weights[2 * layer]) + weights[2 * layer + 1] }
        let h = dense(x, 0).unary(.relu)
        let (mean, logVariance) = (dense(h, 1), dense(h, 2))
        let z = mean + writer.builder.draw(.normal, mean.type) * (logVariance * 0.5).unary(.exp)
        let logits = dense(dense(z, 3).unary(.relu), 4)
        let reconstruction = (logits.unary(.softplus) - logits * x).sum()
        let divergence = (logVariance + 1 - mean.unary(.square) - logVariance.unary(.exp)).sum() * -0.5
        let loss = (reconstruction + divergence) / Double(batch)
        _ = try writer.update(weights, loss: loss, Adam(1e-3))
        let stepper = try writer.finish([loss])
        let batches = (0..<examples / batch).map { index in
            Tensor(.float32(uniform(batch * data, key.folded(UInt64(100 + index))).map { Float($0 * $0) }), shape: [batch, data])
        }
        try stepper.show([(0, batches[0])])
        return { steps in try stepper.run(steps) { [(0, batches[$0 % batches.count])] } }
    }
}
