import Diagnostics
import Displays
import Distributions
import Language
import Models
import Tensors

/// What the verbs that data share with distributions and models do with those: `mean(d)`, `summary(posterior)`, `plot(m)`.
///
/// The row of such a verb asks here first. The table is keyed by the verb's name.
enum ObjectVerbs {
    /// nil where the row itself knows what to do.
    typealias Verb = @Sendable (Object, Call) throws(Diagnostic) -> Value?

    static let all: [String: Verb] = [
        "mean": statistic { (d) throws(Diagnostic) in try d.mean() },
        "var": statistic { (d) throws(Diagnostic) in try d.variance() },
        "sd": statistic { (d) throws(Diagnostic) in try d.sd() },
        "median": statistic { (d) throws(Diagnostic) in try d.median() },
        "quantile": { (object: Object, call: Call) throws(Diagnostic) -> Value? in
            Value.of(try DistributionChapter.distribution(call, 0).quantile(try call.tensor(1)))
        },
        "summary": { (object: Object, call: Call) throws(Diagnostic) -> Value? in
            if case .fitted(let fitted) = object.kind { return .picture(Summary(model: fitted)) }
            return .string(call[0].shown())
        },
    ]

    private static func statistic(_ verb: @escaping @Sendable (any Distribution) throws(Diagnostic) -> Tensor) -> Verb {
        { (object: Object, call: Call) throws(Diagnostic) -> Value? in Value.of(try verb(try DistributionChapter.distribution(call, 0))) }
    }
}

extension Call {
    /// What the verb gives where its first argument is a distribution or a model; nil where it is data.
    func objectVerb() throws(Diagnostic) -> Value? {
        guard case .object(let object) = self[0], let verb = ObjectVerbs.all[signature.name] else { return nil }
        return try verb(object, self)
    }
}

/// A fitted model's summary as something to show.
private struct Summary: Displayable {
    let model: any FittedModel
    func mimeBundle() -> MIMEBundle { model.summary() }
}
