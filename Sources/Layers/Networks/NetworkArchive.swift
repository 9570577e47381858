import Datasets
import Diagnostics
import Graphs
import Tensors

extension Network {
    /// The name among a file's texts that tells the layers.
    private static let metadataName = "network"

    /// All of the network: its weights by name, and among the texts its layers, the shape of an example, and the key of weights still to draw.
    ///
    /// - Parameter withTraining: whether it goes on where training stands: beside the weights there are the optimiser's tensors then.
    /// - Throws: where a layer is none that files hold.
    public func archived(withTraining: Bool = false) throws(Diagnostic) -> Safetensors {
        let architecture = try Architecture.encoded(layer)
        // What could not be read back is not written.
        do throws(Diagnostic) { _ = try Architecture.layer(architecture) } catch {
            throw Diagnostic("this network cannot be saved: \(error.message)")
        }
        let (first, second) = key.bits
        let description: JSONValue = [
            "architecture": architecture, "input": input.map { JSONValue($0) } ?? .null,
            "key": [.string(String(first, radix: 16)), .string(String(second, radix: 16))],
        ]
        var tensors = namedWeights.map { (name: $0.path, tensor: $0.tensor) }
        var metadata = [(name: Network.metadataName, text: description.text())]
        if withTraining, let version = training {
            for (index, state) in version.state.enumerated() { tensors.append((TrainingNames.state(index), state)) }
            let progress: JSONValue = [
                "structure": .string(version.structure), "step": JSONValue(version.step), "loss": JSONValue(version.loss),
                "norm": JSONValue(version.norm),
            ]
            metadata.append((TrainingNames.progress, progress.text()))
        }
        return try Safetensors(tensors, metadata: metadata)
    }

    /// The network that a file holds.
    ///
    /// - Throws: where the file tells of no network, or its weights are not those that the layers need.
    public init(archive: Safetensors) throws(Diagnostic) {
        guard let text = archive.metadata.first(where: { $0.name == Network.metadataName })?.text else {
            throw Diagnostic("the file holds weights, but not the layers they belong to")
        }
        let damaged = Diagnostic("the saved network is damaged: its description")
        guard let json = try? JSONValue(parsing: text), let architecture = json["architecture"], let key = json["key"]?.array,
            key.count == 2,
            let first = key[0].string.flatMap({ UInt64($0, radix: 16) }), let second = key[1].string.flatMap({ UInt64($0, radix: 16) })
        else { throw damaged }
        let (layer, bits) = (try Architecture.layer(architecture), Key(bits: (first, second)))
        var source = WeightSource(archive.tensors)
        if let input = json["input"], input != .null {
            let sizes = input.array?.compactMap { $0.int } ?? []
            guard sizes.count == input.array?.count else { throw damaged }
            _ = try Shape.count(sizes)
            try self.init(layer, key: bits, input: sizes) { (weight) throws(Diagnostic) in
                try source.take(weight.name, TensorType(.float32, weight.shape), of: layer.name(ofOwner: weight.name))
            }
        } else {
            self.init(layer, key: bits)
        }
        if let text = archive.metadata.first(where: { $0.name == TrainingNames.progress })?.text {
            guard let progress = try? JSONValue(parsing: text) else { throw damaged }
            try resume(&source, progress)
        }
        try source.finish()
    }

    /// Where training stands, if a step gave all of the weights and no others.
    private var training: Version? {
        guard let version = weights.first?.training?.version, version.weightCount == weights.count,
            weights.enumerated().allSatisfy({ $0.element.training?.version === version && $0.element.training?.index == $0.offset })
        else { return nil }
        return version
    }

    /// Goes on where training stood.
    private mutating func resume(_ source: inout WeightSource, _ progress: JSONValue) throws(Diagnostic) {
        guard let structure = progress["structure"]?.string, let step = progress["step"]?.int, (0..<1 << 53).contains(step) else {
            throw Diagnostic("the saved network is damaged: where its training stands")
        }
        // The optimiser has the same number of tensors for each trained weight.
        let trained = zip(weights, descriptions).filter(\.1.isTrained).map(\.0)
        let slots = source.count(of: TrainingNames.state(0).dropLast()) / max(1, trained.count)
        var state: [Tensor] = []
        for weight in trained {
            for _ in 0..<slots {
                let type = TensorType(weight.dtype, weight.shape)
                state.append(try source.take(TrainingNames.state(state.count), type, of: "the optimiser"))
            }
        }
        let version = Version(
            step: step, loss: progress["loss"]?.double ?? .nan, norm: progress["norm"]?.double ?? .nan, structure: structure,
            weights: weights, state: state)
        self = try replacing(weights: version.weights(weights.map { TensorType($0.dtype, $0.shape) }))
    }
}

/// What a file calls the parts of the optimiser.
private enum TrainingNames {
    /// The optimiser's structure, steps taken, the last loss, the last norm of the gradients.
    static let progress = "optimizer"
    static func state(_ index: Int) -> String { "optimizer.state.\(index)" }
}
