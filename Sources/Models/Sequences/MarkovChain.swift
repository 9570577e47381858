import Diagnostics
import Displays
import Tensors

/// p(x) = Π p(x_t | the `order` symbols before it), each context with probabilities of its own, by counting.
public struct MarkovChain: Model {
    public static let family = ModelFamily(
        name: "MarkovChain", summary: "Sequences in which each symbol depends on the few before it, learned by counting.", variables: ["x"],
        settings: [
            Setting("order", .tensor(Tensor(2)), "how many symbols are given"),
            Setting("smoothing", .tensor(Tensor(0)), "added to every count; 0 is maximum likelihood"),
        ],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try MarkovChain(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            guard let chain = model as? MarkovChain else { throw Diagnostic("the saved model is damaged") }
            return try FittedChain(model: chain, order: chain.order, smoothing: .add(chain.smoothing), state: state)
        })

    let order: Int
    let smoothing: Double
    public let settings: [(name: String, value: Datum)]

    init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        order = try reader.whole("order", in: 0...30)
        smoothing = try reader.number("smoothing", in: 0...1e6)
        self.settings = reader.changed
    }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        try FittedChain(model: self, order: order, smoothing: .add(smoothing), data, weights, context)
    }
}

/// p(x) = Π p(x_t | the `order` - 1 symbols before it), with shorter contexts mixed in.
public struct NGram: Model {
    public static let family = ModelFamily(
        name: "NGram", summary: "Sequences in which each symbol depends on the order - 1 before it, with shorter contexts mixed in.", variables: ["x"],
        settings: [
            Setting("order", .tensor(Tensor(5)), "the length of the counted n-grams: order - 1 symbols are given"),
            Setting("smoothing", .text("Witten-Bell"), "\"Witten-Bell\", \"Kneser-Ney\", or a number added to every count"),
        ],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try NGram(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            guard let gram = model as? NGram else { throw Diagnostic("the saved model is damaged") }
            return try FittedChain(model: gram, order: gram.order - 1, smoothing: gram.smoothing, state: state)
        })

    let order: Int
    let smoothing: Smoothing
    public let settings: [(name: String, value: Datum)]

    init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        order = try reader.whole("order", in: 1...31)
        if case .tensor = reader.value("smoothing") {
            smoothing = .add(try reader.number("smoothing", in: 0...1e6))
        } else {
            smoothing = try reader.choice("smoothing", of: ["Witten-Bell", "Kneser-Ney"]) == "Witten-Bell" ? .wittenBell : .kneserNey
        }
        self.settings = reader.changed
    }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        try FittedChain(model: self, order: order - 1, smoothing: smoothing, data, weights, context)
    }
}
