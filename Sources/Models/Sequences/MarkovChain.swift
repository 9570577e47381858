import Diagnostics
import Tensors

/// p(x) = the product of p(x_t | the k symbols before): a Markov chain of order k over characters or numbers.
///
/// Many sequences are learned with their starts and ends; one sequence is a long one without. Estimates are (c + smoothing) / (C + smoothing * V), with V the symbols
/// that were seen and the end: maximum likelihood by default. The alphabet is closed: a symbol that was never seen has probability 0.
/// After a context never seen all symbols are equally probable; without smoothing, the longest suffix that was seen stands in for it.
public struct MarkovChain: Model {
    let order: Int
    let smoothing: Double
    public let settings: [(name: String, value: Datum)]

    public static let family = ModelFamily(
        name: "MarkovChain", summary: "Each symbol given the few before it, by counting.", variables: ["x"],
        settings: [
            Setting("order", .tensor(Tensor(2)), "how many symbols each one is given"),
            Setting("smoothing", .tensor(Tensor(0)), "what is added to each count"),
        ],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try MarkovChain(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            guard let recipe = model as? MarkovChain else { throw Diagnostic("the saved model is damaged: family") }
            return try FittedSequences(recipe: recipe, plan: recipe.plan, state: state)
        })

    public init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        order = try reader.whole("order", in: 0...32)
        smoothing = try reader.number("smoothing", in: 0...1e12)
        self.settings = reader.changed
    }

    private var plan: SequencePlan { SequencePlan(contextLength: order, smoothing: .added(smoothing), hasUnknown: false) }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        try FittedSequences(recipe: self, plan: plan, data: data, weights: weights, context)
    }
}
