import Diagnostics
import Layers
import Tensors
import Testing

/// Every layer, with the shape of an example that it takes.
private let layers: [(any Layer, [Int])] = [
    (Dense(3, 2), [3]), (Dense(nil, 2, bias: false), [4, 3]), (Embedding(5, 3), [4]), (Positions(6), [4, 3]),
    (LayerNorm(epsilon: 1e-3, bias: false), [3]), (GroupNorm(2, epsilon: 1e-4), [2, 2, 4]), (BatchNorm(momentum: 0.3, epsilon: 1e-2), [3]),
    (Conv(2, 4, kernel: [3, 2], stride: 2, padding: .by(1), groups: 2, bias: false), [6, 5, 2]),
    (Conv(nil, 3, kernel: [3], padding: .none), [7, 2]), (Conv(2, 3, kernel: [4, 4], stride: 2, transposed: true), [3, 3, 2]),
    (Pool(.maximum, 2), [4, 4, 2]), (Pool(.mean, 3, stride: 1), [5, 2]), (Upsample(3), [2, 2, 1]), (Flatten(), [2, 3]),
    (Reshape([3, 2]), [6]), (Dropout(0.25), [3]), (LeakyRelu(0.2), [3]), (Recurrent(.rnn, 3, 2), [4, 3]),
    (Recurrent(.gru, nil, 2), [4, 3]), (Recurrent(.lstm, 3, 2), [4, 3]), (Attention(heads: 2, causal: true, bias: false), [4, 6]),
    (Residual(Chain([Dense(3, 5), Activation.gelu, Dense(5, 3)])), [3]), (UNet(4, depth: 1, timed: false), [4, 4, 1]),
    (Chain.mlp([3, 5, 2], activation: .tanh), [3]), (Chain.transformerBlock(size: 4, heads: 2), [3, 4]),
    (Chain([Flatten(), Activation.softmax], input: [2, 2]), [2, 2]),
]

/// Whole numbers from 0, which serve an embedding too.
private func examples(_ shape: [Int]) -> Tensor {
    let count = 2 * shape.reduce(1, *)
    return Tensor((0..<count).map { Double(($0 * 7) % 5) }, shape: [2] + shape)
}

private func message(_ body: () throws(Diagnostic) -> Void) -> String {
    do throws(Diagnostic) {
        try body()
        return "no error"
    } catch { return error.message + (error.help.map { " | " + $0 } ?? "") }
}

@Suite struct NetworkArchiveTests {
    @Test func networksComeBackWithTheSameBits() throws {
        for (layer, shape) in layers {
            let network = try Network(layer, key: Key(seed: 3)).begun(with: shape)
            let again = try Network(archive: Safetensors(reading: try network.archived().encoded()))
            #expect(again.layer.name == layer.name && again.input == shape && again.hasStructure(of: network), "\(layer.name)")
            #expect(try again(examples(shape)).doubles == network(examples(shape)).doubles, "\(layer.name)")
            // Settings that no weight and no name tells must be the same too.
            #expect(try Architecture.encoded(again.layer) == Architecture.encoded(layer), "\(layer.name)")
            if let example = layer as? any Hashable & Layer, let other = again.layer as? any Hashable & Layer {
                #expect(AnyHashable(example) == AnyHashable(other), "\(layer.name)")
            }
        }
    }

    @Test func weightsStillToDrawComeBackTheSame() throws {
        let network = Network(Chain([Dense(nil, 4), Activation.relu, Dense(nil, 2)]), key: Key(seed: 5).folded(7))
        let again = try Network(archive: try network.archived())
        #expect(again.input == nil && again.weights.isEmpty)
        #expect(try again(examples([3])).doubles == network(examples([3])).doubles)
    }

    private struct Unknown: Layer {
        var name: String { "Unknown()" }
        func output(for input: [Int]) -> [Int] { input }
        func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) -> Symbol { x }
    }

    @Test func whatFilesCannotHoldIsRefused() throws {
        #expect(message { () throws(Diagnostic) in _ = try Network(Unknown(), key: Key(seed: 0)).archived() }.contains("Unknown()"))
        var deep: any Layer = Flatten()
        for _ in 0..<80 { deep = Residual(deep) }
        #expect(message { () throws(Diagnostic) in _ = try Network(deep, key: Key(seed: 0)).archived() }.contains("64 deep"))
        #expect(message { () throws(Diagnostic) in _ = try Network(archive: try Safetensors([])) }.contains("not the layers"))
    }

    @Test func weightsAreMatchedByName() throws {
        let network = try Network.made(Chain.mlp([3, 5, 2]), key: Key(seed: 1))
        let weights = try network.archived().tensors
        #expect(weights.map(\.name) == ["0.weight", "0.bias", "2.weight", "2.bias"])
        func restored(_ change: (inout [(name: String, tensor: Tensor)]) -> Void) -> String {
            var tensors = weights
            change(&tensors)
            let file = [(name: "network", text: (try? network.archived().metadata[0].text) ?? "")]
            return message { () throws(Diagnostic) in _ = try Network(archive: try Safetensors(tensors, metadata: file)) }
        }
        #expect(restored { $0.reverse() } == "no error")
        #expect(restored { $0[0].tensor = Tensor([Double](repeating: 1, count: 15), shape: [3, 5]) } == "no error")
        #expect(restored { $0.remove(at: 2) }.contains("no weights 2.weight, which Dense(5, 2) needs"))
        #expect(restored { $0[1].tensor = Tensor([1, 2]) }.contains("0.bias of Dense(3, 5) have shape [5], and those given have [2]"))
        #expect(restored { $0[0].tensor = Tensor([Double](repeating: 1, count: 15), shape: [5, 3]) }.contains("transpose"))
        #expect(restored { $0[3].tensor = Tensor([0, 1], shape: [2], missing: [true, false]) }.contains("2.bias hold NaN"))
        #expect(restored { $0[3].tensor = Tensor([1e300, 1]) }.contains("too large for float32"))
        #expect(restored { $0.append(("extra", Tensor(1))) }.contains("extra"))
    }

    /// Descriptions changed at random: a network or an error, never a crash.
    @Test func damagedDescriptionsNeverCrash() throws {
        var generator = Key(seed: 2).generator()
        var (read, refused) = (0, 0)
        let digits = Array("0123456789".utf8)
        let marks = Array("-.e{}[]\",:tn".utf8)
        for (layer, shape) in layers {
            let file = try Network(layer, key: Key(seed: 3)).begun(with: shape).archived()
            for _ in 0..<200 {
                var text = Array(file.metadata[0].text.utf8)
                for _ in 0...generator.below(2) {
                    let place = generator.below(text.count)
                    let isDigit = digits.contains(text[place])
                    switch generator.below(3) {
                    case 0: text[place] = isDigit ? digits[generator.below(10)] : marks[generator.below(12)]
                    case 1: text.insert(contentsOf: digits[0..<generator.below(10)], at: place)
                    default: text.remove(at: place)
                    }
                }
                let damaged = [(name: "network", text: String(decoding: text, as: UTF8.self))]
                do throws(Diagnostic) {
                    let network = try Network(archive: try Safetensors(file.tensors, metadata: damaged))
                    // Sizes may have become large, and are right for that.
                    if try network.layer.output(for: shape).reduce(1, *) < 1000 { _ = try network(examples(shape)) }
                    read += 1
                } catch { refused += 1 }
            }
        }
        #expect(read > 100 && refused > 1000)
    }
}
