import Datasets
import Diagnostics
import Language
import Layers
import Models
import Tensors

/// The files that hold models and weights, by the ending of their names.
enum ModelFile: String {
    case latentmodel, safetensors

    init?(_ path: String) {
        guard let ending = path.split(separator: "/").last?.split(separator: ".").last else { return nil }
        self.init(rawValue: ending.lowercased())
    }

    /// What the file holds of a value.
    func encoded(_ value: Value, _ call: Call) throws(Diagnostic) -> [UInt8] {
        switch self {
        case .latentmodel:
            let content: Datum
            do throws(Diagnostic) { content = try value.datum() } catch {
                throw call.wrong(
                    0, "a .latentmodel file holds fitted models, networks and data, and this has something else: \(value.kindName)")
            }
            return try Archive.encode(content)
        case .safetensors:
            if case .object(let object) = value, case .network(let network) = object.kind {
                // Refuses what has no weights yet.
                _ = try value.namedTensors()
                return try network.archived().encoded()
            }
            if case .object(let object) = value, case .fitted = object.kind {
                throw call.wrong(0, "a fitted model is more than its weights", help: "a name that ends in .latentmodel keeps all of it")
            }
            return try Safetensors(try value.namedTensors()).encoded()
        }
    }

    /// The tensors of a safetensors file, as a record.
    static func tensors(_ path: String, _ call: Call) throws(Diagnostic) -> Value {
        let file = try Safetensors(reading: try bytes(path, call))
        return .record(file.tensors.map { ($0.name, .of($0.tensor)) })
    }

    static func bytes(_ path: String, _ call: Call) throws(Diagnostic) -> [UInt8] {
        do throws(DatasetError) { return try Files.read(path) } catch { throw Diagnostic(error, at: call.spans[0] ?? call.span) }
    }
}
