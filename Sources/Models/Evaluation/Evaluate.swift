import Diagnostics
import Displays
import Foundation
import Tensors

/// What one model (or baseline) achieved; a measure that does not fit the model is nil.
public struct EvaluationResult: Sendable {
    public var name: String
    public var isBaseline = false
    public var accuracy: Double?
    /// Mean of -log p(y | x), nats.
    public var logLoss: Double?
    /// Of the second class where there are two, else the mean over classes of one against the rest.
    public var auc: Double?
    /// [true class, predicted class]
    public var confusion: [[Int]]?
    /// 1 - residual sum of squares / total sum of squares.
    public var explained: Double?
    /// Root of the mean squared error.
    public var rmse: Double?
    /// Mean log p of an example.
    public var nats: Double?
    /// Units an example, and what one is called.
    public var units: (count: Double, name: String)?
    /// Where there are two classes.
    public var roc: (falseRates: [Double], trueRates: [Double])?

    init(name: String, isBaseline: Bool = false) { (self.name, self.isBaseline) = (name, isBaseline) }

    var measures: [(name: String, value: Double?)] {
        let perUnit = nats.flatMap { nats in units.map { nats / $0.count } }
        return [
            ("accuracy", accuracy), ("log_loss", logLoss), ("auc", auc), ("r_squared", explained), ("rmse", rmse), ("nats", nats),
            ("bits_per_\(units?.name ?? "unit")", perUnit.map { -$0 / log(2) }),
            ("perplexity", units.map { ["word", "character", "token"].contains($0.name) } == true ? perUnit.map { exp(-$0) } : nil),
        ]
    }
}

/// Models side by side on the same examples, with baselines.
public struct Evaluation: Displayable {
    public let results: [EvaluationResult]
    /// The classes, where y is a label.
    public let classes: Datum?
    let classNames: [String]
    public let examples: Int

    /// The measures that any model has, in order.
    private var measureNames: [String] {
        var names: [String] = []
        for result in results { for (name, value) in result.measures where value != nil && !names.contains(name) { names.append(name) } }
        return names
    }

    /// Fields for reading: the measures (a number for one model, else a list of numbers), `confusion`, `classes`, and `table` of everything.
    public var frame: Frame {
        var frame = Frame([], isTable: false)
        let models = results.filter { !$0.isBaseline }
        for name in measureNames {
            let values = models.map { result in result.measures.first { $0.name == name }?.value }
            let tensor = Tensor(values.map { $0 ?? 0 }, shape: models.count == 1 ? [] : [models.count], missing: values.map { $0 == nil })
            frame[name] = .tensor(tensor)
        }
        let matrices = models.compactMap(\.confusion).map { rows in
            Datum.tensor(Tensor(rows.flatMap { $0.map(Double.init) }, shape: [rows.count, rows.count]))
        }
        if !matrices.isEmpty { frame["confusion"] = matrices.count == 1 ? matrices[0] : .list(matrices) }
        if let classes { frame["classes"] = classes }
        frame["table"] = .frame(table)
        return frame
    }

    private var table: Frame {
        var columns: [(name: String, value: Datum)] = [("model", .texts(results.map(\.name)))]
        for name in measureNames {
            let values = results.map { result in result.measures.first { $0.name == name }?.value }
            columns.append((name, .tensor(Tensor(values.map { $0 ?? 0 }, shape: [values.count], missing: values.map { $0 == nil }))))
        }
        return Frame(columns, isTable: true)
    }

    public func mimeBundle() -> MIMEBundle {
        let names = measureNames
        let rows = results.map { result in
            [result.name] + names.map { name in result.measures.first { $0.name == name }?.value.map(shown) ?? "" }
        }
        var bundle = report("On \(examples) examples", header: ["model"] + names, rows: rows)
        for result in results where !result.isBaseline {
            guard let confusion = result.confusion, confusion.count <= Self.confusionLimit else { continue }
            let cells = confusion.enumerated().map { [classNames[$0]] + $1.map(String.init) }
            let part = report("\(result.name): rows are the truth, columns the prediction", header: [""] + classNames, rows: cells)
            bundle[.text] = .text(bundle.text + "\n\n" + part.text)
            if case .text(let html)? = bundle[.html], case .text(let more)? = part[.html] { bundle[.html] = .text(html + more) }
        }
        guard let pictures = charts()?.mimeBundle(), case .bytes(let png)? = pictures[.png] else { return bundle }
        bundle[.svg] = pictures[.svg]
        bundle[.png] = pictures[.png]
        bundle.displaySize = pictures.displaySize
        if case .text(let html)? = bundle[.html] {
            // A page prefers HTML to pictures, and here it should show both.
            let width = pictures.displaySize.map { " width=\"\($0.width)\"" } ?? ""
            bundle[.html] = .text(
                html + "<img alt=\"confusion matrices and ROC curves\"\(width) src=\"data:image/png;base64,\(Base64.encoded(png))\">")
        }
        return bundle
    }
}

/// Measures fitted models on held-out data, with simple baselines beside them.
///
/// - Parameter data: a frame of the models' variables, as `takeVariables` gives; y is needed for what is measured of y.
public func evaluate(_ models: [any FittedModel], on data: Frame, _ context: Context) throws(Diagnostic) -> Evaluation {
    guard !models.isEmpty else { throw Diagnostic("there is no model to evaluate") }
    let data = asExamples(data)
    guard data.isTable, data.rowCount > 0 else { throw Diagnostic("evaluate needs at least one example, one a row") }
    let rows = data.rowCount
    var results: [EvaluationResult] = []
    var baselines: [EvaluationResult] = []
    var classes: Labels?
    for model in models {
        try context.interrupt.check()
        let family = type(of: model.model).family
        let same = models.filter { type(of: $0.model).family.name == family.name }.count
        var result = EvaluationResult(name: same > 1 ? "\(family.name) \(results.count + 1)" : family.name)
        if let y = data["y"], let x = data["x"], let infers = model as? any Infers, family.variables.contains("y") {
            let posterior = try infers.posterior(given: Frame([("x", x)], isTable: true), context)
            let labels = try Labels(posterior.values, name: "y")
            classes = classes ?? labels
            try measure(&result, posterior: posterior.probabilities.doubles, truth: try labels.encode(y, name: "y"), classes: labels.count)
        } else if let y = data["y"], let x = data["x"], let predicts = model as? any Predicts,
            case .tensor(let predicted) = try predicts.predict(x, context)
        {
            let (truth, _) = try NumericLayout(shape: []).read(y, name: "y")
            measure(&result, predicted: predicted.doubles, truth: truth)
        }
        if let scores = model as? any Scores {
            let known = Frame(zip(data.names, data.columns).filter { family.variables.contains($0.0) }.map { ($0.0, $0.1) }, isTable: true)
            let logs = try scores.logDensity(known, given: .empty).doubles
            result.nats = logs.reduce(0, +) / Double(max(1, logs.count))
            result.units = scores.units(known)
        }
        results.append(result)
        if let simple = try baseline(model, data, result: result, classes: classes), !baselines.contains(where: { $0.name == simple.name })
        {
            baselines.append(simple)
        }
    }
    results += baselines
    return Evaluation(results: results, classes: classes?.datum, classNames: classes?.names ?? [], examples: rows)
}

/// One text is one example.
private func asExamples(_ data: Frame) -> Frame {
    guard !data.isTable, data.names == ["x"], case .text(let text)? = data["x"] else { return data }
    return Frame([("x", .texts([text]))], isTable: true)
}

private func measure(_ result: inout EvaluationResult, posterior: [Double], truth: [Int?], classes k: Int) throws(Diagnostic) {
    guard posterior.count == truth.count * k else { throw Diagnostic("x and y differ in length") }
    let labelled = truth.indices.filter { truth[$0] != nil }
    guard !labelled.isEmpty else { return }
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: k), count: k)
    var loss = 0.0
    for row in labelled {
        guard let code = truth[row] else { continue }
        confusion[code][argmax(posterior[(row * k)..<((row + 1) * k)])] += 1
        // A probability of 0 is counted as the smallest number, so that one example cannot hide all others.
        loss -= log(max(posterior[row * k + code], .leastNormalMagnitude))
    }
    result.confusion = confusion
    result.accuracy = Double((0..<k).reduce(0) { $0 + confusion[$1][$1] }) / Double(labelled.count)
    result.logLoss = loss / Double(labelled.count)
    let areas = (k == 2 ? [1] : Array(0..<k)).compactMap { code in
        areaUnderROC(labelled.map { posterior[$0 * k + code] }, positive: labelled.map { truth[$0] == code })
    }
    if !areas.isEmpty { result.auc = areas.reduce(0, +) / Double(areas.count) }
    if k == 2 { result.roc = rocCurve(labelled.map { posterior[$0 * k + 1] }, positive: labelled.map { truth[$0] == 1 }) }
}

private func measure(_ result: inout EvaluationResult, predicted: [Double], truth: NumberMatrix) {
    let seen = truth.values.indices.filter { !truth.isMissing($0, 0) && $0 < predicted.count }
    guard !seen.isEmpty else { return }
    let mean = seen.reduce(0) { $0 + truth.values[$1] } / Double(seen.count)
    let total = seen.reduce(0) { $0 + (truth.values[$1] - mean) * (truth.values[$1] - mean) }
    let left = seen.reduce(0) { $0 + (truth.values[$1] - predicted[$1]) * (truth.values[$1] - predicted[$1]) }
    result.rmse = (left / Double(seen.count)).squareRoot()
    if total > 0 { result.explained = 1 - left / total }
}

/// What can be had without the model: the most frequent class, the mean, one component, symbols without context; each learned from the model's training data.
private func baseline(_ model: any FittedModel, _ data: Frame, result measured: EvaluationResult, classes: Labels?) throws(Diagnostic)
    -> EvaluationResult?
{
    guard let compares = model as? any Compares else { return nil }
    switch try compares.baseline(data) {
    case .shares(let shares):
        guard let y = data["y"], let classes, shares.count == classes.count else { return nil }
        let codes = try classes.encode(y, name: "y")
        guard codes.contains(where: { $0 != nil }) else { return nil }
        var result = EvaluationResult(name: "majority class", isBaseline: true)
        try measure(&result, posterior: codes.flatMap { _ in shares }, truth: codes, classes: classes.count)
        return result
    case .mean(let mean):
        guard let y = data["y"], let (truth, _) = try? NumericLayout(shape: []).read(y, name: "y") else { return nil }
        var result = EvaluationResult(name: "mean", isBaseline: true)
        measure(&result, predicted: [Double](repeating: mean, count: truth.rows), truth: truth)
        return result
    case .logs(let name, let logs):
        var result = EvaluationResult(name: name, isBaseline: true)
        result.nats = logs.reduce(0, +) / Double(max(1, logs.count))
        result.units = measured.units
        return result
    }
}

extension Evaluation: HasFields {
    public var fieldNames: [String] { frame.names }
    public func field(_ name: String) -> Datum? { frame[name] }
}
