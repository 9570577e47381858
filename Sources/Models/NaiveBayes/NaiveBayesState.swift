import Diagnostics
import Tensors

extension FittedNaiveBayes {
    public var state: Frame {
        var frame = Frame(
            [
                ("labels", labels.datum), ("prior", .tensor(Tensor(prior))), ("floor", .tensor(Tensor(floor))),
                ("log_likelihood", .tensor(Tensor(logLikelihood))),
                ("features", .list(features.map { .frame($0.state) })),
            ], isTable: false)
        if let columnNames { frame["columns"] = .texts(columnNames) }
        return frame
    }

    init(model: any Model, state: Frame) throws(Diagnostic) {
        guard let recipe = model as? NaiveBayes else { throw Diagnostic("the saved model is damaged: family") }
        let reader = StateReader(state)
        let labels = try reader.labels("labels")
        guard case .list(let items) = try reader.datum("features"), !items.isEmpty else {
            throw Diagnostic("the saved model is damaged: features")
        }
        var features: [FeatureModel] = []
        for item in items {
            guard case .frame(let frame) = item else { throw Diagnostic("the saved model is damaged: features") }
            features.append(try FeatureModel(state: StateReader(frame), classes: labels.count))
        }
        let names = state["columns"] == nil ? nil : try reader.texts("columns")
        guard features.count == names?.count ?? 1 else { throw Diagnostic("the saved model is damaged: columns") }
        self.init(
            recipe: recipe, labels: labels, prior: try reader.numbers("prior", count: labels.count), features: features, columnNames: names,
            floor: try reader.numbers("floor", count: 1)[0], logLikelihood: try reader.numbers("log_likelihood", count: 1)[0])
    }
}

extension FeatureModel {
    var state: Frame {
        var frame = Frame(
            [
                ("kind", .text(kind.rawValue)), ("parameters", .tensor(Tensor(parameters))), ("variances", .tensor(Tensor(variances))),
                ("lengths", .tensor(Tensor(lengths.lengths))), ("length_weights", .tensor(Tensor(lengths.weights))),
            ], isTable: false)
        switch encoder {
        case .numbers(let layout, let type):
            frame["layout"] = layout.state
            frame["type"] = .text(type.rawValue)
        case .levels(let labels): frame["levels"] = labels.datum
        case .words(let vocabulary):
            frame["vocabulary"] = .texts(vocabulary.words)
            frame["tokenizer"] = .text(vocabulary.tokenizer.rawValue)
        }
        return frame
    }

    init(state: StateReader, classes: Int) throws(Diagnostic) {
        let damaged = Diagnostic("the saved model is damaged: features")
        guard let kind = FeatureKind(rawValue: try state.text("kind")) else { throw damaged }
        let encoder = try FeatureEncoder(state: state)
        let lengths = LengthTable(lengths: try state.whole("lengths"), weights: try state.numbers("length_weights"))
        self.init(
            kind: kind, encoder: encoder, parameters: try state.numbers("parameters"), variances: try state.numbers("variances"),
            lengths: lengths)
        let (size, overflow) = classes.multipliedReportingOverflow(by: width)
        guard !overflow, parameters.count == size, variances.count == (kind == .normal ? size : 0),
            lengths.weights.count == classes * lengths.lengths.count
        else { throw damaged }
        switch (kind, encoder) {
        case (.normal, .numbers), (.bernoulli, .numbers), (.multinomial, .numbers), (.categorical, .levels), (.multinomial, .words): break
        default: throw damaged
        }
    }
}

extension FeatureEncoder {
    init(state: StateReader) throws(Diagnostic) {
        let damaged = Diagnostic("the saved model is damaged: columns")
        if state.state["layout"] != nil {
            guard let type = DType(rawValue: try state.text("type")) else { throw damaged }
            self = .numbers(try state.layout("layout"), type)
        } else if state.state["levels"] != nil {
            self = .levels(try state.labels("levels"))
        } else {
            guard let tokenizer = Tokenizer(rawValue: try state.text("tokenizer")) else { throw damaged }
            self = .words(Vocabulary(tokenizer: tokenizer, words: try state.texts("vocabulary")))
        }
    }
}
