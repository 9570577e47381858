import Diagnostics
import Distributions
import Models
import Tensors

/// How a family's name is called: `Normal(0, sd: 2)`, `Mixture(3)`.
public enum Families {
    /// The function that builds a member; nil for what is no family.
    static func constructor(for kind: Object.Kind) -> Builtin? {
        switch kind {
        case .distributionFamily(let family): constructor(family)
        case .modelFamily(let family): constructor(family)
        default: nil
        }
    }

    public static func constructor(_ family: DistributionFamily) -> Builtin {
        let parameters = family.parameters.map { $0.isOptional ? "\($0.name): none" : $0.name }
        return Builtin("\(family.name)(\(parameters.joined(separator: ", ")))", chapter: "Distributions", family.summary) {
            (call: Call) throws(Diagnostic) -> Value in
            var arguments: [String: Tensor] = [:]
            for (index, parameter) in family.parameters.enumerated() where !call[index].isNone {
                arguments[parameter.name] = try call.tensor(index)
            }
            return .distribution(try family.make(arguments))
        }
    }

    public static func constructor(_ family: ModelFamily) -> Builtin {
        let parameters = family.settings.map { setting in
            if case .missing = setting.value { return setting.name }
            return "\(setting.name): \(Value(setting.value).shown())"
        }
        return Builtin("\(family.name)(\(parameters.joined(separator: ", ")))", chapter: "Models", family.summary) {
            (call: Call) throws(Diagnostic) -> Value in
            var settings: [(name: String, value: Datum)] = []
            for (index, setting) in family.settings.enumerated() {
                // A default comes from the row, whose value the signature's text cannot always hold.
                let isDefault = call.spans[index] == nil
                settings.append((setting.name, isDefault ? setting.value : try call[index].datum()))
            }
            return .object(Object(.recipe(try family.make(Frame(settings, isTable: false)))))
        }
    }
}
