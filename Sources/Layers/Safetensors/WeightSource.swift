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

    /// How many names begin so.
    func count(of prefix: Substring) -> Int { names.count { $0.hasPrefix(prefix) } }

    /// What takes the place of a weight, converted to its type.
    ///
    /// - Parameter owner: what has the weight, for errors: a layer's name.
    /// - Throws: where no tensor has the name, it has another shape, or it holds NaN.
    public mutating func take(_ name: String, _ type: TensorType, of owner: String) throws(Diagnostic) -> Tensor {
        guard let tensor = tensors[name] else {
            throw Diagnostic("there are no weights \(name), which \(owner) needs", help: "there are \(WeightSource.listed(names))")
        }
        guard tensor.shape == type.shape else {
            let isTransposed = tensor.rank == 2 && tensor.shape.reversed() == type.shape
            throw Diagnostic(
                "the weights \(name) of \(owner) have shape \(type.shape), and those given have \(tensor.shape)",
                help: isTransposed ? "a dense layer keeps [inputs, outputs]: transpose them" : nil)
        }
        guard !tensor.hasMissing else { throw Diagnostic("the weights given for \(name) hold NaN") }
        taken.insert(name)
        let new = try tensor.converted(to: type.dtype)
        guard new.dtype == tensor.dtype || !new.doubles.contains(where: \.isInfinite) || tensor.doubles.contains(where: \.isInfinite) else {
            throw Diagnostic("the weights given for \(name) are too large for \(type.dtype.rawValue)")
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
