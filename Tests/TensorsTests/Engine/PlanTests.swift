import Graphs
import Testing

@testable import Tensors

/// Inputs of a graph, normal with a fixed seed; whole numbers are 0, 1, 2.
func sampleInputs(_ graph: Graph, seed: UInt64 = 1) throws -> [Tensor] {
    try graph.inputs.enumerated().map { position, type in
        let values = normal(type.count, Key(seed: seed).folded(UInt64(position)))
        switch type.dtype {
        case .float32, .float64: return try Tensor(values, shape: type.shape).converted(to: type.dtype)
        case .int32: return Tensor(.int32(values.map { Int32(min(2, abs($0))) }), shape: type.shape)
        case .bool: return Tensor(.bool(values.map { $0 > 0 }), shape: type.shape)
        }
    }
}

/// Compares a plan with the definition, within rounding.
func expectPlanned(_ graph: Graph, _ name: String, tolerance: Double = 1e-4) throws {
    let inputs = try sampleInputs(graph)
    let plan = try Plan(graph)
    let expected = try ReferenceExecutor.run(graph, inputs: inputs, key: Key(seed: 7))
    let actual = try plan.run(inputs, key: Key(seed: 7))
    for (index, (want, got)) in zip(expected, actual).enumerated() {
        #expect(want.shape == got.shape && want.dtype == got.dtype, "\(name), output \(index)")
        let scale = want.doubles.map { $0.isFinite ? abs($0) : 0 }.max() ?? 1
        let bound = tolerance * max(1, scale) * (want.dtype == .float64 ? 1e-6 : 1)
        let worst = zip(want.doubles, got.doubles).first { !($0 == $1 || abs($0 - $1) <= bound || $0.isNaN && $1.isNaN) }
        #expect(worst == nil, "\(name), output \(index): expected \(worst?.0 ?? 0), got \(worst?.1 ?? 0)\n\(plan)")
    }
}

@Suite struct PlanTests {
    /// A dense layer of a network being written.
    private static func dense(_ x: Symbol, _ w: Symbol, _ b: Symbol) -> Symbol { x.product(w) + b }

    /// The small variational autoencoder with its gradients (Kingma and Welling 2013).
    static func autoencoder(batch: Int = 16, data: Int = 12, hidden: Int = 20, latent: Int = 3) throws -> Graph {
        let builder = Builder()
        let x = builder.input(TensorType(.float32, [batch, data]))
        let shapes = [
            [data, hidden], [hidden], [hidden, latent], [latent], [hidden, latent], [latent], [latent, hidden], [hidden], [hidden, data],
            [data],
        ]
        let w = shapes.map { builder.input(TensorType(.float32, $0)) }
        let h = dense(x, w[0], w[1]).unary(.relu)
        let (mean, logVariance) = (dense(h, w[2], w[3]), dense(h, w[4], w[5]))
        let noise = builder.draw(.normal, mean.type)
        let z = mean + noise * (logVariance * 0.5).unary(.exp)
        let logits = dense(dense(z, w[6], w[7]).unary(.relu), w[8], w[9])
        let data = (logits.unary(.softplus) - logits * x).sum()
        let divergence = (logVariance + 1 - mean.unary(.square) - logVariance.unary(.exp)).sum() * -0.5
        let loss = (data + divergence) / Double(batch)
        let graph = try builder.finish([loss])
        return try graph.gradient(in: Array(1...10))
    }

    @Test func autoencoderAgrees() throws {
        let graph = try Self.autoencoder()
        try graph.verify()
        try expectPlanned(graph, "autoencoder")
    }

    @Test func fusedLoopsAgree() throws {
        var graphs: [(String, Graph)] = []
        for dtype in [DType.float32, .float64] {
            for shape in [[3, 5], [2, 3, 4], [1, 7], [7, 1], [1, 1], [300, 40], [2, 70], [5000]] {
                let builder = Builder()
                let x = builder.input(TensorType(dtype, shape))
                let y = builder.input(TensorType(dtype, Array(shape.suffix(1))))
                let last = shape.count - 1
                let softmax = (x - x.logSumExp(axes: [last], keep: true)).unary(.exp)
                let centred = x - x.mean(axes: [last], keep: true)
                let normed = centred / (centred.unary(.square).mean(axes: [last], keep: true) + 1e-5).unary(.sqrt) * y
                let swapped = shape.count > 1 ? x.swapped.unary(.tanh) : x.unary(.tanh)
                graphs.append(
                    (
                        "\(dtype) \(shape)",
                        try builder.finish([
                            softmax, normed, (x * y).sum(), (x * y + 1).sum(axes: Array(0..<last)), swapped,
                            x.compared(.greater, 0).select(x, y),
                            x.reduced(.maximum, axes: [last]), normed.sum(axes: [last]).unary(.square).sum(),
                            x.compared(.less, y).converted(to: .int32),
                        ])
                    ))
            }
        }
        for (name, graph) in graphs { try expectPlanned(graph, name) }
    }

    @Test func recurrenceAgrees() throws {
        let body = Builder()
        let (h, c) = (body.input(TensorType(.float32, [4, 6])), body.input(TensorType(.float32, [4, 6])))
        let x = body.input(TensorType(.float32, [4, 24]))
        let w = body.input(TensorType(.float32, [6, 24]))
        let gates = x + h.product(w)
        func gate(_ index: Int) -> Symbol { gates.slice(axis: 1, 6 * index..<6 * index + 6) }
        let next = gate(1).unary(.sigmoid) * c + gate(0).unary(.sigmoid) * gate(2).unary(.tanh)
        let out = gate(3).unary(.sigmoid) * next.unary(.tanh)
        let scan = Scan(body: try body.finish([out, next, out]), length: 5, carried: 2, sequences: 1)
        let builder = Builder()
        let (zero, xs, weights) = (
            builder.constant(0, TensorType(.float32, [4, 6])), builder.input(TensorType(.float32, [5, 4, 24])),
            builder.input(TensorType(.float32, [6, 24]))
        )
        let node = try builder.apply(.scan(scan), [zero, zero, xs, weights])
        let loss = try builder.apply(.result(2), [node]).unary(.square).sum()
        let graph = try builder.finish([loss])
        try expectPlanned(graph.gradient(in: [0, 1]), "recurrence")
    }

    /// Donated values take the place of inputs, in place or not, and the same numbers come out.
    @Test func donatedValuesStay() throws {
        let builder = Builder()
        let (w, x) = (builder.input(TensorType(.float32, [8, 8])), builder.input(TensorType(.float32, [8, 8])))
        let graph = try builder.finish([w - x.product(w) * 0.1, x.product(w).sum()])
        let inputs = try sampleInputs(graph)
        let execution = try Plan(graph, donating: [(input: 0, output: 0)]).makeExecution()
        var weights = inputs[0]
        try execution.set(input: 0, weights)
        try execution.set(input: 1, inputs[1])
        for _ in 0..<3 {
            try execution.run(key: Key(seed: 0))
            weights = try ReferenceExecutor.run(graph, inputs: [weights, inputs[1]], key: Key(seed: 0))[0]
            for (want, got) in zip(weights.doubles, execution.output(0).doubles) { #expect(abs(want - got) < 1e-4) }
        }
    }

    @Test func poolingAgrees() throws {
        for dtype in [DType.float32, .float64] {
            for kind in [Pooling.Kind.maximum, .mean] {
                for (shape, window, strides) in [
                    ([2, 5, 6, 3], [2, 3], [2, 1]), ([3, 4, 4, 1], [2, 2], [2, 2]), ([2, 9, 4], [3], [2]),
                ] {
                    let builder = Builder()
                    let x = builder.input(TensorType(dtype, shape))
                    let pooled = try builder.apply(.pool(Pooling(kind, window: window, strides: strides)), [x])
                    let graph = try builder.finish([pooled.unary(.square).sum(), pooled])
                    try expectPlanned(graph.gradient(in: [0]), "\(kind) of \(window) in \(shape)")
                }
            }
        }
    }
}
