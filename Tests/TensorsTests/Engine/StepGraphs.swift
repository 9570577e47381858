import Graphs

@testable import Tensors

/// Small training steps and other graphs of every kind of instruction, large enough to be cut into several chunks.
enum StepGraphs {
    static func all() throws -> [(name: String, graph: Graph)] {
        var graphs = [
            ("autoencoder", try PlanTests.autoencoder(batch: 64, data: 64, hidden: 128, latent: 8)),
            ("convolution", try convolution()), ("attention", try attention()), ("recurrence", try recurrence()), ("draws", try draws()),
        ]
        for dtype in [DType.float32, .float64] {
            graphs.append(("perceptron in \(dtype)", try perceptron(dtype)))
            graphs.append(("table in \(dtype)", try table(dtype)))
            for axes in [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]] {
                graphs.append(("reductions over \(axes) in \(dtype)", try reductions(dtype, axes)))
            }
        }
        return graphs
    }

    /// Two hidden layers and softmax with cross-entropy.
    private static func perceptron(_ dtype: DType) throws -> Graph {
        let builder = Builder()
        let x = builder.input(TensorType(dtype, [256, 60]))
        let target = builder.input(TensorType(dtype, [256, 10]))
        let w = [[60, 200], [200], [200, 150], [150], [150, 10], [10]].map { builder.input(TensorType(dtype, $0)) }
        let hidden = ((x.product(w[0]) + w[1]).unary(.relu).product(w[2]) + w[3]).unary(.tanh)
        let logits = hidden.product(w[4]) + w[5]
        let loss = ((logits.logSumExp(axes: [1], keep: true) - logits) * target).sum() / 256
        return try builder.finish([loss]).gradient(in: Array(2...7))
    }

    /// Convolutions with strides and padding, pooling, batch statistics.
    private static func convolution() throws -> Graph {
        let builder = Builder()
        func input(_ shape: [Int]) -> Symbol { builder.input(TensorType(.float32, shape)) }
        let x = input([9, 16, 16, 3])
        let w = input([3, 3, 3, 16])
        let b = input([16])
        let v = input([3, 3, 16, 8])
        let same = Convolution(strides: [1, 1], low: [1, 1], high: [1, 1], dilations: [1, 1])
        let strided = Convolution(strides: [2, 2], low: [1, 1], high: [1, 1], dilations: [1, 1])
        let first = (try builder.apply(.convolution(same), [x, w]) + b).unary(.relu)
        let pooled = try builder.apply(.pool(Pooling(.maximum, window: [2, 2], strides: [2, 2])), [first])
        let second = try builder.apply(.convolution(strided), [pooled, v])
        let centred = second - second.mean(axes: [0, 1, 2], keep: true)
        let normed = centred / (centred.unary(.square).mean(axes: [0, 1, 2], keep: true) + 1e-5).unary(.sqrt)
        return try builder.finish([normed.unary(.softplus).mean()]).gradient(in: [0, 1, 2, 3])
    }

    /// Causal attention with four heads, layer norm and the layer after it (Vaswani et al. 2017).
    private static func attention() throws -> Graph {
        let builder = Builder()
        func input(_ shape: [Int]) -> Symbol { builder.input(TensorType(.float32, shape)) }
        let (batch, length, width, heads) = (6, 32, 64, 4)
        let x = input([batch * length, width])
        let w = (0..<4).map { _ in input([width, width]) } + [input([width, 4 * width]), input([4 * width, width])]
        func norm(_ x: Symbol) -> Symbol {
            let centred = x - x.mean(axes: [1], keep: true)
            return centred / (centred.unary(.square).mean(axes: [1], keep: true) + 1e-5).unary(.sqrt)
        }
        func split(_ x: Symbol) -> Symbol { x.reshaped([batch, length, heads, width / heads]).transposed([0, 2, 1, 3]) }
        let normed = norm(x)
        let (q, k, v) = (split(normed.product(w[0])), split(normed.product(w[1])), split(normed.product(w[2])))
        let scores = q.product(k, transposeRight: true) * 0.25
        let square = TensorType(.float32, scores.shape)
        let masked = builder.iota(axis: 2, square).compared(.less, builder.iota(axis: 3, square)).select(
            builder.constant(-1e9, square), scores)
        let weights = (masked - masked.logSumExp(axes: [3], keep: true)).unary(.exp)
        let joined = weights.product(v).transposed([0, 2, 1, 3]).reshaped([batch * length, width])
        let middle = x + joined.product(w[3])
        let inner = norm(middle).product(w[4])
        let out = middle + (inner * (inner * 1.702).unary(.sigmoid)).product(w[5])
        return try builder.finish([out.unary(.square).mean()]).gradient(in: Array(1...6))
    }

    /// Long short-term memory (Hochreiter and Schmidhuber 1997).
    private static func recurrence() throws -> Graph {
        let (batch, width, length) = (32, 48, 12)
        let body = Builder()
        func part(_ shape: [Int]) -> Symbol { body.input(TensorType(.float32, shape)) }
        let h = part([batch, width])
        let c = part([batch, width])
        let x = part([batch, 4 * width])
        let w = part([width, 4 * width])
        let gates = x + h.product(w)
        func gate(_ index: Int) -> Symbol { gates.slice(axis: 1, width * index..<width * (index + 1)) }
        let next = gate(1).unary(.sigmoid) * c + gate(0).unary(.sigmoid) * gate(2).unary(.tanh)
        let out = gate(3).unary(.sigmoid) * next.unary(.tanh)
        let scan = Scan(body: try body.finish([out, next, out]), length: length, carried: 2, sequences: 1)
        let builder = Builder()
        let zero = builder.constant(0, TensorType(.float32, [batch, width]))
        let xs = builder.input(TensorType(.float32, [length, batch, 4 * width]))
        let weights = builder.input(TensorType(.float32, [width, 4 * width]))
        let node = try builder.apply(.scan(scan), [zero, zero, xs, weights])
        let states = try builder.apply(.result(2), [node])
        return try builder.finish([states.unary(.square).sum()]).gradient(in: [0, 1])
    }

    /// Rows of a table by number, and back.
    private static func table(_ dtype: DType) throws -> Graph {
        let builder = Builder()
        let table = builder.input(TensorType(dtype, [3, 65]))
        let index = builder.input(TensorType(.int32, [3000]))
        let rows = try builder.apply(.gather, [table, index])
        let added = try builder.apply(.scatterAdd(rows: 40), [index, rows.unary(.tanh)])
        let sums = try builder.apply(.cumulativeSum(axis: 0, reverse: false), [rows])
        return try builder.finish([added.sum() + (rows * rows).sum() + sums.mean()]).gradient(in: [0])
    }

    private static func reductions(_ dtype: DType, _ axes: [Int]) throws -> Graph {
        let builder = Builder()
        let x = builder.input(TensorType(dtype, [37, 50, 64]))
        let y = builder.input(TensorType(dtype, [64]))
        let z = (x * y).unary(.tanh)
        return try builder.finish([
            x.sum(axes: axes), x.reduced(.maximum, axes: axes), z.reduced(.minimum, axes: axes), z.logSumExp(axes: axes), z.sum(axes: axes),
            builder.apply(.argmax(axis: axes[0]), [z]), (x - x.mean(axes: axes, keep: true)).unary(.square).mean(axes: axes),
        ])
    }

    private static func draws() throws -> Graph {
        let builder = Builder()
        var outputs: [Symbol] = []
        for dtype in [DType.float32, .float64] {
            let type = TensorType(dtype, [150, 333])
            outputs += [builder.draw(.uniform, type), builder.draw(.normal, type) * 2 + 1]
            outputs.append(builder.draw(.gamma, type, [builder.input(type).unary(.exp)]))
        }
        return try builder.finish(outputs + [outputs[1].sum(axes: [0]), outputs[4].sum()])
    }
}
