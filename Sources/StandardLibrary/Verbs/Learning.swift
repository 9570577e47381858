import Diagnostics
import Displays
import Distributions
import Language
import Models
import Tensors

/// `fit` and what is asked of a fitted model.
enum LearningChapter {
    static let name = "Models"

    static let rows: [Builtin] = [
        Builtin(
            "fit(m, data, y: none, weights: none, seed: none)", chapter: name,
            "Learns a model from data and gives the fitted model. Data are a table or record with the family's variables (`x`, `y`), or a value, which means x; `y: \"class\"` takes that column as y and the others as x. A family of distributions is fitted by maximum likelihood: `fit(Normal, x)`.",
            examples: [.init("fit(NaiveBayes(), dataset(\"iris\"), y: \"class\").classes")]
        ) { (call: Call) throws(Diagnostic) -> Value in try fit(call) },
        Builtin(
            "predict(m, x)", chapter: name, "The most probable y of each example, or its expected value where y is a number."
        ) { (call: Call) throws(Diagnostic) -> Value in
            let fitted = try fittedModel(call, 0)
            let predictor = try require(fitted as? any Predicts, .predicts, of: fitted)
            let x = try takeVariables(try call[1].datum(), for: fitted, takesY: false)["x"] ?? .none
            return Value(try predictor.predict(x, call.machine.context(key: call.machine.stream.next())))
        },
        Builtin(
            "impute(m, x)", chapter: name, "The data with what is missing filled by its most probable or expected value."
        ) { (call: Call) throws(Diagnostic) -> Value in
            let fitted = try fittedModel(call, 0)
            let imputer = try require(fitted as? any Imputes, .imputes, of: fitted)
            let isRecord = if case .record = call[1] { true } else if case .table = call[1] { true } else { false }
            let data = try takeVariables(try call[1].datum(), for: fitted, takesY: false)
            let result = try imputer.impute(data, call.machine.context(key: call.machine.stream.next()))
            return isRecord ? Value(result) : Value(result["x"] ?? .none)
        },
        Builtin(
            "evaluate(m, data, y: none)", chapter: name,
            "How well a fitted model, or each of a list of them, does on data it has not seen: accuracy with confusion matrix, log loss, AUC, nats; simple baselines beside them."
        ) { (call: Call) throws(Diagnostic) -> Value in
            var models: [any FittedModel] = []
            if case .list(let list) = call[0] {
                for item in list.items {
                    guard case .object(let object) = item, case .fitted(let model) = object.kind else {
                        throw call.wrong(0, "`evaluate` takes fitted models, and in the list is \(item.kindName)")
                    }
                    models.append(model)
                }
            } else {
                models = [try fittedModel(call, 0)]
            }
            guard let first = models.first else { throw call.wrong(0, "the list of models is empty") }
            let data = try variables(call, 1, y: 2, first)
            return .picture(try Models.evaluate(models, on: data, call.machine.context(key: call.machine.stream.next())))
        },
        Builtin(
            "cross_validate(m, data, y: none, folds: 5, seed: none)", chapter: name,
            "The accuracy of a classifier on each of several parts of the data, fitted on the others. Parts are stratified: each has every class in its share, rows in their order."
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard let recipe = try recipe(call[0]) else {
                throw call.wrong(
                    0, "`cross_validate` takes a family with its settings, such as `NaiveBayes()`, and this is \(call[0].kindName)")
            }
            let data = try variables(call, 1, y: 2, type(of: recipe).family)
            let folds = try call.integer(3, in: 2...10_000)
            return .picture(try crossValidate(recipe, data, folds: folds, call.machine.context(key: try call.key(seed: 4))))
        },
    ]

    static func fittedModel(_ call: Call, _ index: Int) throws(Diagnostic) -> any FittedModel {
        guard case .object(let object) = call[index] else {
            throw call.wrong(
                index, "`\(call.signature.name)` takes a fitted model, and this is \(call[index].kindName)",
                help: "`m = fit(NaiveBayes(), data)` gives one")
        }
        if case .fitted(let fitted) = object.kind { return fitted }
        throw unready(object.kind, verb: call.signature.name)
            ?? call.wrong(index, "`\(call.signature.name)` takes a fitted model, and this is \(call[index].kindName)")
    }

    /// The recipe that a value stands for: itself, a bare family with its defaults, or what a fitted model was fitted by.
    static func recipe(_ value: Value) throws(Diagnostic) -> (any Model)? {
        guard case .object(let object) = value else { return nil }
        switch object.kind {
        case .recipe(let recipe): return recipe
        case .fitted(let fitted): return fitted.model
        case .modelFamily:
            guard case .model(let model) = try value.datum() else { return nil }
            return model
        default: return nil
        }
    }

    private static func fit(_ call: Call) throws(Diagnostic) -> Value {
        let weights = call[3].isNone ? nil : try call.tensor(3)
        guard case .object(let object) = call[0] else {
            throw call.wrong(0, "`fit` learns a family, such as `NaiveBayes()` or `Normal`, and this is \(call[0].kindName)")
        }
        switch object.kind {
        case .distributionFamily(let family): return try fit(family, call, weights)
        case .distribution(let distribution): return try fit(type(of: distribution).family, call, weights)
        case .joint, .definition, .conditioned:
            throw call.wrong(
                0, "this model has nothing to learn by `fit` in this version",
                help: "`sample(m | (...))` simulates it; `learn` parameters and inference come later")
        default: break
        }
        guard let recipe = try recipe(call[0]) else {
            throw call.wrong(0, "`fit` learns a family of models, and this is \(call[0].kindName)")
        }
        let data = try variables(call, 1, y: 2, type(of: recipe).family)
        let label: String? = if case .text(let name) = call[2] { name.value } else { nil }
        let context = call.machine.context(key: try call.key(seed: 4))
        if let note = variablesNote(data, y: label) { call.machine.noteOnce(note) }
        return .object(Object(.fitted(try recipe.fit(data, weights: weights, context))))
    }

    private static func fit(_ family: DistributionFamily, _ call: Call, _ weights: Tensor?) throws(Diagnostic) -> Value {
        guard let fit = family.fit else { throw call.wrong(0, "\(family.name) has no fit by maximum likelihood") }
        return .distribution(try fit(try call.tensor(1), weights))
    }
}
