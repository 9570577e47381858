import Diagnostics
import Tensors

/// p(x) = the product of p(x_t | the n - 1 symbols before), smoothed: an n-gram model of characters or numbers.
///
/// Many sequences are learned with their starts and ends; one sequence is a long one without. Witten-Bell and Kneser-Ney mix each order with the next lower one,
/// down to equal probabilities, as in Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling" (1999); a number k adds k to each count of the highest order.
/// One outcome stands for all symbols that were never seen, so that they too have some probability, and is never drawn.
public struct NGram: Model {
    let order: Int
    let smoothing: Smoothing
    public let settings: [(name: String, value: Datum)]

    public static let family = ModelFamily(
        name: "NGram", summary: "Each symbol given those before it, mixing long contexts with short ones.", variables: ["x"],
        settings: [
            Setting("order", .tensor(Tensor(5)), "n: each symbol is given the n - 1 before it"),
            Setting("smoothing", .text("Witten-Bell"), "Witten-Bell, Kneser-Ney, or a number that is added to each count"),
        ],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try NGram(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            guard let recipe = model as? NGram else { throw Diagnostic("the saved model is damaged: family") }
            return try FittedSequences(recipe: recipe, plan: recipe.plan, state: state)
        })

    public init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        order = try reader.whole("order", in: 1...32)
        if case .tensor = reader.value("smoothing") {
            smoothing = .added(try reader.number("smoothing", in: 0...1e12))
        } else {
            let word = try reader.choice("smoothing", of: ["Witten-Bell", "Kneser-Ney"])
            smoothing = word == "Witten-Bell" ? .wittenBell : .kneserNey
        }
        self.settings = reader.changed
    }

    private var plan: SequencePlan { SequencePlan(contextLength: order - 1, smoothing: smoothing, hasUnknown: true) }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        if weights != nil, case .kneserNey = smoothing {
            throw Diagnostic("Kneser-Ney counts whole n-grams and takes no weights", argument: "weights", help: "Witten-Bell does")
        }
        return try FittedSequences(recipe: self, plan: plan, data: data, weights: weights, context)
    }
}
