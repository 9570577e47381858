import Layers
import Tensors

/// A layer, the shape of an example that it is tried on, the shape that its definition gives for it, and how many numbers it learns, counted
/// by hand from the definition.
struct LayerCase {
    let layer: any Layer
    let example: [Int], gives: [Int]
    let count: Int
    /// Whether it is tried as it is in training.
    var isTraining = false

    init(_ layer: any Layer, _ example: [Int], gives: [Int], _ count: Int, isTraining: Bool = false) {
        (self.layer, self.example, self.gives, self.count, self.isTraining) = (layer, example, gives, count, isTraining)
    }
}

let layerCatalog: [LayerCase] =
    [
        LayerCase(Dense(3, 4), [3], gives: [4], 16),
        LayerCase(Dense(nil, 4, bias: false), [2, 3], gives: [2, 4], 12),
        LayerCase(Conv(2, 3, kernel: [3, 3]), [4, 5, 2], gives: [4, 5, 3], 57),
        LayerCase(Conv(2, 3, kernel: [2, 2], stride: 2, padding: .none), [4, 5, 2], gives: [2, 2, 3], 27),
        LayerCase(Conv(4, 6, kernel: [3, 3], stride: 2, padding: .by(2), groups: 2), [4, 4, 4], gives: [3, 3, 6], 114),
        LayerCase(Conv(2, 3, kernel: [3]), [5, 2], gives: [5, 3], 21),
        LayerCase(Conv(2, 3, kernel: [3], stride: 2, padding: .by(1), bias: false), [5, 2], gives: [3, 3], 18),
        LayerCase(Conv(3, 2, kernel: [4, 4], stride: 2, transposed: true), [2, 3, 3], gives: [4, 6, 2], 98),
        LayerCase(Conv(3, 2, kernel: [3, 3], padding: .none, transposed: true), [2, 2, 3], gives: [4, 4, 2], 56),
        LayerCase(Conv(2, 4, kernel: [3], stride: 2, padding: .by(1), groups: 2, transposed: true), [3, 2], gives: [5, 4], 16),
        LayerCase(Embedding(5, 3), [4], gives: [4, 3], 15),
        LayerCase(Chain([Embedding(5, 3), Positions(6)]), [4], gives: [4, 3], 33),
        LayerCase(Positions(4), [3, 2], gives: [3, 2], 8),
        LayerCase(LayerNorm(), [3, 4], gives: [3, 4], 8),
        LayerCase(LayerNorm(bias: false), [4], gives: [4], 4),
        LayerCase(BatchNorm(), [3, 2], gives: [3, 2], 4),
        LayerCase(BatchNorm(), [3, 2], gives: [3, 2], 4, isTraining: true),
        LayerCase(GroupNorm(2), [2, 3, 4], gives: [2, 3, 4], 8),
        LayerCase(Dropout(0.4), [6], gives: [6], 0, isTraining: true),
        LayerCase(Dropout(0.4), [6], gives: [6], 0),
        LayerCase(Recurrent(.rnn, 3, 2), [4, 3], gives: [4, 2], 12),
        LayerCase(Recurrent(.gru, 3, 2), [4, 3], gives: [4, 2], 38),
        LayerCase(Recurrent(.lstm, 3, 2), [4, 3], gives: [4, 2], 48),
        LayerCase(Attention(heads: 2), [3, 4], gives: [3, 4], 80),
        LayerCase(Attention(heads: 2, causal: true, bias: false), [3, 4], gives: [3, 4], 64),
        LayerCase(Residual(Dense(3, 3)), [3], gives: [3], 12),
        LayerCase(Chain.mlp([3, 5, 2], activation: .tanh), [3], gives: [2], 32),
        LayerCase(
            Chain([Conv(1, 2, kernel: [3, 3]), Activation.relu, Pool(.maximum, 2), Flatten(), Dense(nil, 3)]), [4, 4, 1], gives: [3], 47),
        LayerCase(Chain.transformerBlock(size: 4, heads: 2), [3, 4], gives: [3, 4], 244),
        LayerCase(Chain.transformerBlock(size: 4, heads: 2, causal: false, bias: false), [3, 4], gives: [3, 4], 200),
        LayerCase(UNet(2, depth: 1, timed: false), [4, 4, 1], gives: [4, 4, 1], 421),
        LayerCase(UNet(2, depth: 1), [4, 4, 1], gives: [4, 4, 1], 587),
        LayerCase(Pool(.maximum, 2), [4, 5, 2], gives: [2, 2, 2], 0),
        LayerCase(Pool(.mean, 3, stride: 1), [5, 2], gives: [3, 2], 0),
        LayerCase(Upsample(2), [2, 3, 2], gives: [4, 6, 2], 0),
        LayerCase(Upsample(3), [2, 2], gives: [6, 2], 0),
        LayerCase(Flatten(), [2, 3], gives: [6], 0),
        LayerCase(Reshape([3, 2]), [6], gives: [3, 2], 0),
        LayerCase(LeakyRelu(0.2), [5], gives: [5], 0),
    ] + Activation.allCases.map { LayerCase($0, [2, 4], gives: [2, 4], 0) }
