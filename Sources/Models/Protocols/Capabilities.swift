import Diagnostics

/// What a fitted model must be able to do for a verb; the one place that words what it lacks.
public enum Capability: Sendable {
    case generates, scores, infers, predicts, imputes

    private var lack: String {
        switch self {
        case .generates: "it has no p(x) to sample from"
        case .scores: "it has no density to score with"
        case .infers: "it has no finite variable with probabilities to infer"
        case .predicts: "it has no y to predict"
        case .imputes: "it cannot fill what is missing"
        }
    }

    /// The error of a model that lacks it, with the verbs that it honours.
    public func missing(in model: any FittedModel) -> Diagnostic {
        var verbs: [String] = []
        if model is any Generates { verbs.append("sample") }
        if model is any Scores { verbs.append("logp") }
        if model is any Infers { verbs.append("|") }
        if model is any Predicts { verbs.append("predict") }
        if model is any Imputes { verbs.append("impute") }
        let can = verbs.isEmpty ? "nothing but summary" : verbs.joined(separator: ", ")
        return Diagnostic("\(type(of: model.model).family.name): \(lack)", help: "it can do: \(can)")
    }
}

/// The model as one that has a capability: `try require(model as? any Generates, .generates, of: model)`.
public func require<T>(_ able: T?, _ capability: Capability, of model: any FittedModel) throws(Diagnostic) -> T {
    guard let able else { throw capability.missing(in: model) }
    return able
}
