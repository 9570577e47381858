import Datasets
import Diagnostics
import Graphs
import Tensors

/// Named tensors as a safetensors file: the length of a header (8 bytes, little-endian), the header in JSON (for each name `dtype`, `shape`
/// and `data_offsets`, and strings under `__metadata__`), then the numbers, row-major and little-endian.
///
/// The format is that of huggingface.co/docs/safetensors. What is missing is written as NaN, and NaN is read as missing.
public struct Safetensors: Sendable {
    /// In the order of the header; no name stands twice.
    public private(set) var tensors: [(name: String, tensor: Tensor)]
    /// Texts about the file.
    public var metadata: [(name: String, text: String)]

    /// The longest header that is read, as in the format's own implementation.
    static let headerLimit = 100_000_000
    /// The name in the header that stands for no tensor.
    static let metadataName = "__metadata__"

    /// - Throws: where a name is given twice, or is `__metadata__`.
    public init(_ tensors: [(name: String, tensor: Tensor)], metadata: [(name: String, text: String)] = []) throws(Diagnostic) {
        var names: Set<String> = []
        for (name, _) in tensors {
            guard name != Safetensors.metadataName else { throw Diagnostic("no tensor can be called \(name): the format uses the name") }
            guard names.insert(name).inserted else { throw Diagnostic("two tensors are called \(name)") }
        }
        (self.tensors, self.metadata) = (tensors, metadata)
    }

    public subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

    /// The bytes of the file.
    ///
    /// The header keeps the order of the tensors; their numbers lie in the order of their widths, so that each begins at a multiple of its own.
    /// - Throws: where a tensor whose type has no NaN has missing values.
    public func encoded() throws(Diagnostic) -> [UInt8] {
        var bytes: [UInt8] = []
        var entries = [JSONValue](repeating: .null, count: tensors.count)
        let order = tensors.indices.sorted {
            (tensors[$1].tensor.dtype.size, $0) < (tensors[$0].tensor.dtype.size, $1)
        }
        for index in order {
            let (name, tensor) = tensors[index]
            let start = bytes.count
            do throws(Diagnostic) {
                let format = try NumberFormat.append(tensor, to: &bytes)
                entries[index] = [
                    "dtype": .string(format.rawValue), "shape": .array(tensor.shape.map { JSONValue($0) }),
                    "data_offsets": [JSONValue(start), JSONValue(bytes.count)],
                ]
            } catch {
                throw Diagnostic("\(name) \(error.message)", help: error.help)
            }
        }
        var members = zip(tensors, entries).map { JSONValue.Member($0.name, $1) }
        if !metadata.isEmpty {
            let texts = JSONValue.object(metadata.map { JSONValue.Member($0.name, .string($0.text)) })
            members.insert(JSONValue.Member(Safetensors.metadataName, texts), at: 0)
        }
        var header = JSONValue.object(members).encoded()
        // Spaces may follow the header, so that the numbers begin at a multiple of 8.
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        guard header.count <= Safetensors.headerLimit else { throw Diagnostic("the names of the tensors are too long for one file") }
        return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + bytes
    }
}
