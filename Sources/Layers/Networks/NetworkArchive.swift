import Datasets
import Diagnostics
import Graphs
import Tensors

extension Network {
    /// The name among a file's texts that tells the layers.
    private static let metadataName = "network"

    /// All of the network: its weights by name, and among the texts its layers, the shape of an example, and the key of weights still to draw.
    ///
    /// - Throws: where a layer is none that files hold.
    public func archived() throws(Diagnostic) -> Safetensors {
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
        return try Safetensors(
            namedWeights.map { (name: $0.path, tensor: $0.tensor) }, metadata: [(Network.metadataName, description.text())])
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
        try source.finish()
    }
}
