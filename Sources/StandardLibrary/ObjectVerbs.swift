import Diagnostics
import Language

/// What the verbs that data share with distributions and models do with those: `mean(d)`, `summary(posterior)`, `plot(m)`.
///
/// The row of such a verb asks here first. The table is keyed by the verb's name.
enum ObjectVerbs {
    typealias Verb = @Sendable (Object, Call) throws(Diagnostic) -> Value

    static let all: [String: Verb] = [:]
}

extension Call {
    /// What the verb gives where its first argument is a distribution or a model; nil where it is data.
    func objectVerb() throws(Diagnostic) -> Value? {
        guard case .object(let object) = self[0], let verb = ObjectVerbs.all[signature.name] else { return nil }
        return try verb(object, self)
    }
}
