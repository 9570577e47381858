import Graphs
import Layers
import Tensors

extension TrainingWorkload {
    static let adversaries = TrainingWorkload(
        name: "gan_mlp", script: "w06_gan_mlp.py", peers: ["torch_eager", "torch_fused", "torch_compile", "jax_jit", "jax_scan"],
        iterations: 2000, scale: 1e6,
        unit: "us/step",
        make: {
            try adversaries(
                noise: 16, image: [64], batch: 64, generator: Chain([Dense(16, 128), Activation.relu, Dense(128, 64), Activation.sigmoid]),
                discriminator: Chain([Dense(64, 128), LeakyRelu(0.2), Dense(128, 1)]))
        })

    static let convolutionalAdversaries = TrainingWorkload(
        name: "dcgan_conv", script: "w07_dcgan_conv.py", peers: ["torch_eager", "torch_fused_cl", "torch_compile", "jax_jit"],
        iterations: 5, scale: 1e3, unit: "ms/step",
        make: {
            let (c1, c2) = (64, 128)
            func up(_ from: Int, _ to: Int, bias: Bool) -> Conv {
                Conv(from, to, kernel: [4, 4], stride: 2, padding: .by(1), bias: bias, transposed: true)
            }
            func down(_ from: Int, _ to: Int, bias: Bool) -> Conv {
                Conv(from, to, kernel: [4, 4], stride: 2, padding: .by(1), bias: bias)
            }
            return try adversaries(
                noise: 64, image: [28, 28, 1], batch: 64,
                generator: Chain([
                    Dense(64, c2 * 49, bias: false), Reshape([7, 7, c2]), BatchNorm(), Activation.relu, up(c2, c1, bias: false),
                    BatchNorm(), Activation.relu,
                    up(c1, 1, bias: true), Activation.sigmoid,
                ]),
                discriminator: Chain([
                    down(1, c1, bias: true), LeakyRelu(0.2), down(c1, c2, bias: false), BatchNorm(), LeakyRelu(0.2), Flatten(),
                    Dense(c2 * 49, 1),
                ]))
        })

    /// One step of a discriminator, then one of the generator against the discriminator's new weights.
    private static func adversaries(
        noise: Int, image: [Int], batch: Int, generator: Chain, discriminator: Chain
    ) throws -> (Int) throws -> Double {
        let writer = StepWriter()
        let real = writer.input(TensorType(.float32, [batch] + image))
        let key = Key(seed: 0)
        let (g, d) = (
            try Network(generator, key: key.folded(1)).begun(with: [noise]),
            try Network(discriminator, key: key.folded(2)).begun(with: image)
        )
        // Running statistics stay as they are, as in the peers' scripts.
        func split(_ network: Network) -> (Symbol, [Symbol]) -> [Symbol] {
            { _, trained in
                var rest = trained[...]
                return zip(network.descriptions, network.weights).map { weight, value in
                    weight.isTrained ? rest.removeFirst() : writer.builder.constant(value.doubles[0], TensorType(.float32, weight.shape))
                }
            }
        }
        func trained(_ network: Network) -> [Tensor] { zip(network.descriptions, network.weights).filter { $0.0.isTrained }.map(\.1) }
        let (wg, wd) = (writer.parameters(trained(g)), writer.parameters(trained(d)))
        func judged(_ x: Symbol, _ weights: [Symbol]) throws -> Symbol {
            try discriminator.apply(x, split(d)(x, weights), Pass(isTraining: true))
        }
        let z = writer.builder.draw(.normal, TensorType(.float32, [batch, noise]))
        let fake = try generator.apply(z, split(g)(z, wg), Pass(isTraining: true))
        let held = fake.stopped()
        let lossD = try judged(real, wd).unary(.negate).unary(.softplus).mean() + judged(held, wd).unary(.softplus).mean()
        let optimizer = Adam(2e-4, beta1: 0.5)
        let next = try writer.update(wd, loss: lossD, optimizer)
        let lossG = try judged(fake, next.map { $0.stopped() }).unary(.negate).unary(.softplus).mean()
        _ = try writer.update(wg, loss: lossG, optimizer)
        let stepper = try writer.finish([lossD, lossG])
        let batches = (0..<20).map { index in
            Tensor(.float32(uniform(real.type.count, key.folded(UInt64(100 + index))).map { Float($0) }), shape: real.shape)
        }
        try stepper.show([(0, batches[0])])
        return { steps in try stepper.run(steps) { [(0, batches[$0 % batches.count])] } }
    }
}
