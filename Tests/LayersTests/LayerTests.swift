import Diagnostics
import Graphs
import Layers
import Testing

@testable import Tensors

/// A layer as a graph: inputs are a batch of two examples, times where it takes them, and the weights; of one float type throughout, but for
/// an embedding's positions.
private struct Written {
    let graph: Graph
    let inputs: [Tensor]
    /// The inputs that hold floats.
    var floats: [Int] { inputs.indices.filter { inputs[$0].dtype.isFloat } }

    init(_ row: LayerCase, _ dtype: DType) throws {
        let builder = Builder()
        var tensors = [wave([2] + row.example, 0.3)]
        if let rows = row.layer.vocabulary {
            let positions = (0..<tensors[0].count).map { Int32($0 * 3 % rows) }
            tensors = [Tensor(.int32(positions), shape: tensors[0].shape)]
        }
        let isTimed = (row.layer as? UNet)?.isTimed == true
        if isTimed { tensors.append(Tensor([1.5, 3])) }
        let first = tensors.count
        for (index, weight) in try row.layer.weights(for: row.example).enumerated() {
            let numbers = wave(weight.shape, Double(index) + 0.7)
            // A variance is above 0.
            tensors.append(weight.name.hasSuffix("variance") ? try numbers.square() + 0.5 : numbers)
        }
        inputs = try tensors.map { $0.dtype.isFloat ? try $0.converted(to: dtype) : $0 }
        let symbols = inputs.map { builder.input(TensorType($0.dtype, $0.shape)) }
        let pass = Pass(isTraining: row.isTraining, condition: isTimed ? symbols[1] : nil)
        graph = try builder.finish([try row.layer.apply(symbols[0], Array(symbols[first...]), pass)])
    }

    /// Its numbers, each times one of its own, as one number and its gradient in all floats.
    func weighed() throws -> Graph {
        let builder = Builder(graph)
        let output = builder.symbol(graph.outputs[0])
        let weights = builder.constant(Literal(wave(output.shape, 5).doubles, output.type))
        return try builder.finish([(output * weights).sum()]).gradient(in: floats)
    }
}

/// Sines of numbers that look random.
func wave(_ shape: [Int], _ start: Double) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { 0.5 * UnaryOp.sin.apply(start + 1.3 * Double($0)) }, shape: shape)
}

func difference(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.doubles, b.doubles).reduce(0) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
}

private func size(_ x: Tensor) -> Double { x.doubles.reduce(0) { max($0, abs($1)) } }

@Test func layersGiveTheShapesAndWeightsTheySay() throws {
    for row in layerCatalog {
        let written = try Written(row, .float32)
        #expect(try row.layer.output(for: row.example) == row.gives, "\(row.layer.name)")
        #expect(written.graph.outputTypes == [TensorType(.float32, [2] + row.gives)], "\(row.layer.name)")
        #expect(try row.layer.width(after: row.example.last).map { $0 == row.gives.last } ?? true, "\(row.layer.name)")
        let network = try Network(row.layer, key: Key(seed: 1)).begun(with: row.example)
        let learned = network.namedWeights.filter(\.isTrained).reduce(0) { $0 + $1.tensor.count }
        #expect(network.count == row.count && learned == row.count, "\(row.layer.name): \(network.count)")
        let total = try #require(try network.rows().last)
        #expect(total.count == row.count && total.output == row.gives, "\(row.layer.name)")
        #expect(total.bytes == network.weights.reduce(0) { $0 + 4 * $1.count }, "\(row.layer.name)")
        let condition = (row.layer as? UNet)?.isTimed == true ? Tensor([1.0, 2]) : nil
        let given = try network(
            row.layer.vocabulary == nil ? wave([2] + row.example, 0) : Tensor.zeros([2] + row.example), condition: condition)
        #expect(given.shape == [2] + row.gives && given.dtype == .float32, "\(row.layer.name)")
    }
}

@Test func gradientsOfLayersMatchDifferences() throws {
    // In float64 the error of a central difference is of the order h^2 = 1e-10 and 1e-16 / h = 1e-11. Along a few directions in which all
    // numbers move at once, a wrong derivative shows.
    let step = 1e-5
    for row in layerCatalog {
        let written = try Written(row, .float64)
        let graph = try written.weighed()
        let key = Key(seed: 3)
        let results = try ReferenceExecutor.run(graph, inputs: written.inputs, key: key)
        for start in [1.0, 2, 4] {
            let directions = written.floats.map { wave(written.inputs[$0].shape, start + Double($0)) }
            func value(_ by: Double) throws -> Double {
                var inputs = written.inputs
                for (place, direction) in zip(written.floats, directions) { inputs[place] = try inputs[place] + direction * by }
                return try ReferenceExecutor.run(graph, inputs: inputs, key: key)[0].double(at: 0)
            }
            let slope = (try value(step) - value(-step)) / (2 * step)
            let found = try zip(results.dropFirst(), directions).reduce(0) { try $0 + ($1.0 * $1.1).sum().double(at: 0) }
            #expect(abs(slope - found) < 1e-7 * (1 + abs(slope)), "\(row.layer.name): \(found) is not \(slope)")
        }
    }
}

@Test func plansOfLayersGiveWhatTheReferenceGives() throws {
    // A number passes through at most some hundred operations, each of which rounds it by 2^-24 of its size, and sums of at most 150 terms.
    let tolerance = 200 * 0x1p-24
    for row in layerCatalog {
        let written = try Written(row, .float32)
        for graph in [written.graph, try written.weighed()] {
            let expected = try ReferenceExecutor.run(graph, inputs: written.inputs, key: Key(seed: 3))
            let given = try Plan(graph).run(written.inputs, key: Key(seed: 3))
            for (a, b) in zip(given, expected) {
                #expect(difference(a, b) < tolerance * (1 + size(b)), "\(row.layer.name): off by \(difference(a, b))")
            }
        }
    }
}

@Test func networksOfPeersHaveAsManyWeights() throws {
    // The small U-Net of denoising diffusion written with torch.nn: channels 32 and 64, a time of 64 waves through 128 units.
    let unet = try Network(UNet(32, depth: 2), key: Key(seed: 0)).begun(with: [28, 28, 1])
    #expect(unet.count == 459_905)
    // torch.nn.LSTM and torch.nn.GRU have a second bias, of 4 and 2 blocks of units more.
    #expect(try Network.made(Recurrent(.lstm, 8, 16), key: Key(seed: 0)).count == 1664 - 64)
    #expect(try Network.made(Recurrent(.gru, 8, 16), key: Key(seed: 0)).count == 1248 - 32)
}
