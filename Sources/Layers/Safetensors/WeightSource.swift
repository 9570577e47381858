import Diagnostics
import Graphs
import Tensors

/// Named tensors that take the places of weights with the same names and shapes, each once.
public struct WeightSource {
    private let tensors: [String: Tensor]
    private let names: [String]
    private var taken: Set<String> = []

    /// The last of two with one name counts.
    public init(_ tensors: [(name: String, tensor: Tensor)]) {
        self.tensors = Dictionary(tensors.map { ($0.name, $0.tensor) }) { $1 }
        names = tensors.map(\.name)
    }

    /// What takes the place of a weight, under its type.
    ///
    /// - Parameter owner: what has the weight, for errors: a layer's name.
    /// - Throws: where no tensor has the name, it has another shape, or it holds NaN.
    public mutating func take(_ name: String, like old: Tensor, of owner: String) throws(Diagnostic) -> Tensor {
        guard let tensor = tensors[name] else {
            throw Diagnostic("there are no weights \(name), which \(owner) needs", help: "there are \(WeightSource.listed(names))")
        }
        guard tensor.shape == old.shape else {
            let isTransposed = tensor.rank == 2 && tensor.shape.reversed() == old.shape
            throw Diagnostic(
                "the weights \(name) of \(owner) have shape \(old.shape), and those given have \(tensor.shape)",
                help: isTransposed ? "a dense layer keeps [inputs, outputs]: transpose them" : nil)
        }
        guard !tensor.hasMissing else { throw Diagnostic("the weights given for \(name) hold NaN") }
        taken.insert(name)
        let new = try tensor.converted(to: old.dtype)
        guard new.dtype == tensor.dtype || !new.doubles.contains(where: \.isInfinite) || tensor.doubles.contains(where: \.isInfinite) else {
            throw Diagnostic("the weights given for \(name) are too large for \(old.dtype.rawValue)")
        }
        return new
    }

    /// - Throws: where tensors are left over.
    public func finish() throws(Diagnostic) {
        let left = names.filter { !taken.contains($0) }
        guard left.isEmpty else {
            throw Diagnostic("nothing takes the weights \(WeightSource.listed(left))", help: "the file is of another network")
        }
    }

    private static func listed(_ names: [String]) -> String {
        guard !names.isEmpty else { return "none" }
        return names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }
}

extension Network {
    /// The layer that a weight belongs to, as it is written.
    func owner(ofWeight path: String) -> String {
        guard let chain = layer as? Chain, let index = path.split(separator: ".").first.flatMap({ Int($0) }),
            chain.layers.indices.contains(index)
        else { return layer.name }
        return chain.layers[index].name
    }

    /// The network with weights from named tensors; in a file of several networks their names begin with a prefix.
    ///
    /// - Throws: where a weight is not there, has another shape or holds NaN, naming it and its layer.
    public func restored(from source: inout WeightSource, prefix: String = "") throws(Diagnostic) -> Network {
        var new: [Tensor] = []
        for (path, tensor, _) in namedWeights {
            new.append(try source.take(prefix + path, like: tensor, of: owner(ofWeight: path)))
        }
        return try replacing(weights: new)
    }
}
