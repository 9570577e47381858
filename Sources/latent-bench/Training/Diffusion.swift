import Graphs
import Layers
import Tensors

extension TrainingWorkload {
    static let diffusion = TrainingWorkload(
        name: "ddpm_unet", script: "w08_ddpm_unet.py", peers: ["torch_eager", "torch_fused_cl", "torch_compile", "jax_jit"], iterations: 3,
        scale: 1e3, unit: "ms/step",
        make: {
            let (batch, steps) = (64, 1000)
            let writer = StepWriter()
            let type = TensorType(.float32, [batch, 28, 28, 1])
            let x = writer.input(type)
            let layer = UNet(32, depth: 2)
            let network = try Network(layer, key: Key(seed: 0)).begun(with: [28, 28, 1])
            let weights = writer.parameters(network.weights)
            // What is left of the image after each step: products of 1 - beta, beta from 1e-4 to 0.02.
            var kept: [Double] = []
            for step in 0..<steps { kept.append((kept.last ?? 1) * (1 - (1e-4 + (0.02 - 1e-4) * Double(step) / Double(steps - 1)))) }
            let builder = writer.builder
            let table = builder.constant(Literal(kept, TensorType(.float32, [steps])))
            let time = (builder.draw(.uniform, TensorType(.float32, [batch])) * Double(steps)).converted(to: .int32)
            let left = try builder.apply(.gather, [table, time]).reshaped([batch, 1, 1, 1])
            let noise = builder.draw(.normal, type)
            let noisy = left.unary(.sqrt) * x + (1 - left).unary(.sqrt) * noise
            let guess = try layer.apply(noisy, weights, Pass(isTraining: true, condition: time))
            let loss = Losses.squared(guess, noise)
            _ = try writer.update(weights, loss: loss, Adam(2e-4))
            let stepper = try writer.finish([loss])
            let batches = (0..<10).map { index in
                Tensor(.float32(uniform(type.count, Key(seed: UInt64(index))).map { Float(2 * $0 - 1) }), shape: type.shape)
            }
            try stepper.show([(0, batches[0])])
            return { steps in try stepper.run(steps) { [(0, batches[$0 % batches.count])] } }
        })
}
