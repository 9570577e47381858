import Diagnostics
import Distributions
import Tensors

extension FittedMixture {
    public var state: Frame {
        var frame = Frame(
            [
                ("layout", layout.state), ("history", .tensor(Tensor(history))), ("examples", .tensor(Tensor(examples))),
                ("weights", .tensor(Tensor(weights))),
            ],
            isTable: false)
        switch parts {
        case .gaussian(let parts):
            frame["means"] = .tensor(Tensor(parts.means))
            frame["covariances"] = .tensor(Tensor(parts.covariances))
        case .family(let parts):
            frame["components"] = .list(
                (parts.distributions + [parts.single]).map {
                    .frame(Frame($0.arguments.map { ($0.name, .tensor($0.value)) }, isTable: false))
                })
        }
        return frame
    }

    init(model: any Model, state: Frame) throws(Diagnostic) {
        guard let recipe = model as? MixtureModel else { throw Diagnostic("the saved model is damaged: family") }
        let reader = StateReader(state)
        let layout = try reader.layout("layout")
        let (k, d) = (recipe.components, layout.width)
        let weights = try reader.numbers("weights", count: k)
        let parts: Parts
        if let family = recipe.other {
            guard case .list(let items) = try reader.datum("components"), items.count == k + 1 else {
                throw Diagnostic("the saved model is damaged: components")
            }
            var distributions: [any Distribution] = []
            for item in items {
                guard case .frame(let frame) = item else { throw Diagnostic("the saved model is damaged: components") }
                var arguments: [String: Tensor] = [:]
                for (name, value) in zip(frame.names, frame.columns) { if case .tensor(let tensor) = value { arguments[name] = tensor } }
                distributions.append(try family.make(arguments))
            }
            // The last is the one in place of all.
            let single = distributions.removeLast()
            parts = .family(FamilyComponents(weights: weights, distributions: distributions, single: single))
        } else {
            parts = .gaussian(
                try GaussianComponents(
                    kind: recipe.covariance, dimensions: d, weights: weights, means: try reader.numbers("means", count: k * d),
                    covariances: try reader.numbers("covariances", count: k * d * d)))
        }
        self.init(
            recipe: recipe, layout: layout, parts: parts, history: try reader.numbers("history"),
            examples: try reader.numbers("examples", count: 1)[0])
    }
}
