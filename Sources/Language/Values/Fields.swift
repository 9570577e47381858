import Diagnostics
import Distributions
import Layers
import Models
import Tensors

extension Value {
    /// `a.name`: nil where the value has no such field.
    public func field(_ name: String) throws(Diagnostic) -> Value? {
        switch self {
        case .record(let record):
            if let value = record[name] { return value }
            return firstTraining.flatMap { trainingField(name, $0) }
        case .tuple: return firstTraining.flatMap { trainingField(name, $0) }
        case .table(let record): return record[name]
        case .list(let list):
            // A field of a list of records is the list of that field.
            guard !list.items.isEmpty, list.items.allSatisfy({ if case .record(let r) = $0 { r[name] != nil } else { false } }) else {
                return nil
            }
            return gathered(list.items.map { if case .record(let record) = $0 { record[name] ?? .none } else { .none } })
        case .tensor(let tensor):
            switch name {
            case "shape": return .tensor(Tensor(tensor.shape))
            case "type": return .string(tensor.dtype.rawValue)
            case "loss", "steps": return tensor.training.flatMap { trainingField(name, $0.version) }
            default: return nil
            }
        case .number, .bool, .range:
            switch name {
            case "shape": return .tensor(Tensor(asTensor?.shape ?? []))
            case "type": return .string(asTensor?.dtype.rawValue ?? "")
            default: return nil
            }
        case .object(let object):
            switch object.kind {
            case .distribution(let distribution): return distribution.arguments.first { $0.name == name }.map { .of($0.value) }
            case .fitted(let model): return model.fields.first { $0.name == name }.map { Value($0.value) }
            case .recipe(let model): return model.settings.first { $0.name == name }.map { Value($0.value) }
            case .picture(let picture): return (picture as? any HasFields)?.field(name).map { Value($0) }
            case .network: return firstTraining.flatMap { trainingField(name, $0) }
            case .conditioned(let conditioned):
                if name == "probabilities" || name == "values", let posterior = try posterior(conditioned) {
                    return name == "values" ? Value(posterior.values) : .of(posterior.probabilities)
                }
                return conditioned.given[name]
            default: return nil
            }
        default: return nil
        }
    }

    /// The names that may stand after a dot.
    public var fieldNames: [String] {
        switch self {
        case .record(let record), .table(let record): record.names
        case .tensor, .number, .bool, .range: ["shape", "type"]
        case .object(let object):
            switch object.kind {
            case .distribution(let distribution): distribution.arguments.map(\.name)
            case .fitted(let model): model.fields.map(\.name)
            case .recipe(let model): model.settings.map(\.name)
            case .picture(let picture): (picture as? any HasFields)?.fieldNames ?? []
            case .conditioned(let conditioned): conditioned.given.names
            default: []
            }
        default: []
        }
    }
}
