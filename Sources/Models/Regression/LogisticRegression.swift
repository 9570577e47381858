import Diagnostics
import Displays
import Foundation
import Tensors

/// p(y | x) = softmax(intercept + weights * x): no p(x).
///
/// Numeric columns are standardised first; texts are bags of words, strings one column a level. The fit minimises the negative log-likelihood plus `l2 / 2` times the sum of squared weights (not intercepts)
/// by L-BFGS: scikit-learn's LogisticRegression with C = 1 / l2 behind a StandardScaler. Two classes share one weight vector, as there.
public struct LogisticRegression: Model {
    let l2: Double
    public let settings: [(name: String, value: Datum)]

    public static let family = ModelFamily(
        name: "LogisticRegression", summary: "Classes given x, by a linear log odds.", variables: ["x", "y"],
        settings: [Setting("l2", .tensor(Tensor(1)), "the weight of the squared coefficients, of standardised columns")],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try LogisticRegression(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            try FittedLogisticRegression(model: model, state: state)
        })

    public init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        l2 = try reader.number("l2", in: 0...1e12)
        self.settings = reader.changed
    }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        guard var x = data["x"], var y = data["y"] else {
            throw Diagnostic("LogisticRegression needs x and y", help: "fit(m, table, y: \"column\") says which column is y")
        }
        let labels = try Labels(y, name: "y")
        var codes = try labels.encode(y, name: "y")
        guard x.rowCount == codes.count else { throw Diagnostic("x has \(x.rowCount ?? 1) examples and y has \(codes.count)") }
        var rowWeights = try exampleWeights(weights, count: codes.count)
        // A row without y says nothing about p(y | x).
        let labelled = codes.indices.filter { codes[$0] != nil }
        if labelled.count < codes.count {
            context.note("\(codes.count - labelled.count) rows without y are left out")
            (x, y) = (x.rows(labelled), y.rows(labelled))
            codes = labelled.map { codes[$0] }
            rowWeights = labelled.map { rowWeights[$0] }
        }
        let encoder = try DesignEncoder(x)
        let (raw, _) = try encoder.read(x)
        let (means, deviations) = raw.scales()
        let design = raw.standardized(means: means, deviations: deviations)
        let classes = labels.count
        let outputs = classes == 2 ? 1 : classes
        let targets = codes.map { $0 ?? 0 }
        let size = design.columns * outputs
        let l2 = self.l2
        let (point, value) = try minimizeLBFGS([Double](repeating: 0, count: size + outputs), interrupt: context.interrupt) {
            point, gradient in
            // [columns, outputs], then intercepts.
            var loss = 0.0
            for index in gradient.indices { gradient[index] = index < size ? l2 * point[index] : 0 }
            for index in 0..<size { loss += 0.5 * l2 * point[index] * point[index] }
            var logits = [Double](repeating: 0, count: outputs)
            point.withUnsafeBufferPointer { point in
                for row in 0..<design.rows {
                    for output in 0..<outputs { logits[output] = point[size + output] }
                    design.forEach(row) { column, value in
                        if value != 0 { for output in 0..<outputs { logits[output] += value * point[column * outputs + output] } }
                    }
                    let weight = rowWeights[row]
                    if outputs == 1 {
                        let sign = targets[row] == 1 ? 1.0 : -1.0
                        let margin = sign * logits[0]
                        loss += weight * (margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin)
                        logits[0] = -weight * sign / (1 + exp(margin))
                    } else {
                        let total = logSumExp(logits[...])
                        loss += weight * (total - logits[targets[row]])
                        for output in 0..<outputs {
                            logits[output] = weight * (exp(logits[output] - total) - (targets[row] == output ? 1 : 0))
                        }
                    }
                    for output in 0..<outputs { gradient[size + output] += logits[output] }
                    design.forEach(row) { column, value in
                        if value != 0 { for output in 0..<outputs { gradient[column * outputs + output] += value * logits[output] } }
                    }
                }
            }
            return loss
        }
        // Back to the units of x; two classes get a zero row for the first.
        var coefficients = [Double](repeating: 0, count: classes * design.columns)
        var intercepts = [Double](repeating: 0, count: classes)
        for output in 0..<outputs {
            let k = classes == 2 ? 1 : output
            intercepts[k] = point[size + output]
            for column in 0..<design.columns {
                let coefficient = point[column * outputs + output] / deviations[column]
                coefficients[k * design.columns + column] = coefficient
                intercepts[k] -= coefficient * means[column]
            }
        }
        var shares = [Double](repeating: 0, count: classes)
        let total = rowWeights.reduce(0, +)
        for (code, weight) in zip(targets, rowWeights) { shares[code] += weight / total }
        return FittedLogisticRegression(
            recipe: self, labels: labels, encoder: encoder, coefficients: coefficients, intercepts: intercepts, loss: value, shares: shares)
    }
}

/// A logistic regression that has learned.
public struct FittedLogisticRegression: Scores, Infers, Predicts, Archivable {
    let recipe: LogisticRegression
    let labels: Labels
    let encoder: DesignEncoder
    /// [classes, columns], in the units of x.
    let coefficients: [Double]
    let intercepts: [Double]
    /// The penalised negative log-likelihood that was reached.
    let loss: Double
    /// Of each class in the training data.
    let shares: [Double]

    public var model: any Model { recipe }
    public var isBound: Bool { false }

    /// p(y | x) in logs, [rows, classes].
    private func logs(_ x: Datum?) throws(Diagnostic) -> (logs: [Double], rows: Int, isSingle: Bool) {
        guard let x, !x.isNone else { throw Diagnostic("LogisticRegression is of y given x, and there is no x") }
        let (design, isSingle) = try encoder.read(x)
        let (classes, width) = (labels.count, encoder.width)
        var result: [Double] = []
        var logits = intercepts
        for row in 0..<design.rows {
            for k in 0..<classes { logits[k] = intercepts[k] }
            design.forEach(row) { column, value in for k in 0..<classes { logits[k] += value * coefficients[k * width + column] } }
            let total = logSumExp(logits[...])
            for k in 0..<classes { result.append(logits[k] - total) }
        }
        return (result, design.rows, isSingle)
    }

    public func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor {
        let all = given.merging(data)
        try refuseUnknown(all, variables: ["x", "y"])
        let (logs, rows, isSingle) = try logs(all["x"])
        guard let y = all["y"] else {
            throw Diagnostic("LogisticRegression has no p(x), only p(y | x)", help: "give y too, or take a joint model such as NaiveBayes")
        }
        let codes = try labels.encode(y, name: "y")
        guard codes.count == rows || codes.count == 1 else { throw Diagnostic("x has \(rows) examples and y has \(codes.count)") }
        let values = (0..<rows).map { row in codes[codes.count == 1 ? 0 : row].map { logs[row * labels.count + $0] } ?? 0 }
        return Tensor(values, shape: isSingle ? [] : [rows])
    }

    public func units(_ data: Frame) -> (count: Double, name: String) { (1, "label") }

    public func posterior(given: Frame, _ context: Context) throws(Diagnostic) -> FinitePosterior {
        try refuseUnknown(given, variables: ["x", "y"])
        guard given["y"] == nil else { throw Diagnostic("y is fixed, and x cannot be inferred: LogisticRegression has no p(x)") }
        let (logs, rows, isSingle) = try logs(given["x"])
        return FinitePosterior(
            variable: "y", values: labels.datum,
            probabilities: Tensor(logs.map { exp($0) }, shape: isSingle ? [labels.count] : [rows, labels.count]))
    }

    public func predict(_ x: Datum, _ context: Context) throws(Diagnostic) -> Datum {
        let (logs, rows, isSingle) = try logs(x)
        let k = labels.count
        let best = (0..<rows).map { argmax(logs[($0 * k)..<(($0 + 1) * k)]) }
        return isSingle ? labels.decode(best[0]) : labels.decode(best)
    }

    public var fields: [(name: String, value: Datum)] {
        [
            ("classes", labels.datum), ("columns", .texts(encoder.names)),
            ("coefficients", .tensor(Tensor(coefficients, shape: [labels.count, encoder.width]))),
            ("intercepts", .tensor(Tensor(intercepts))),
            ("loss", .tensor(Tensor(loss))),
        ]
    }

    public func summary() -> MIMEBundle {
        let names = encoder.names
        var rows: [[String]] = []
        for k in (labels.count == 2 ? 1 : 0)..<labels.count {
            let slice = Array(coefficients[(k * encoder.width)..<((k + 1) * encoder.width)])
            let top = slice.indices.sorted { (abs(slice[$1]), $0) < (abs(slice[$0]), $1) }.prefix(6)
            rows.append([labels.names[k], shown(intercepts[k]), top.map { "\(names[$0]) \(shown(slice[$0]))" }.joined(separator: ", ")])
        }
        return report("LogisticRegression of \(labels.count) classes", header: ["class", "intercept", "largest coefficients"], rows: rows)
    }

    public var state: Frame {
        Frame(
            [
                ("labels", labels.datum), ("encoder", .frame(encoder.state)), ("coefficients", .tensor(Tensor(coefficients))),
                ("intercepts", .tensor(Tensor(intercepts))), ("loss", .tensor(Tensor(loss))), ("shares", .tensor(Tensor(shares))),
            ], isTable: false)
    }
}

extension FittedLogisticRegression {
    init(model: any Model, state: Frame) throws(Diagnostic) {
        guard let recipe = model as? LogisticRegression else { throw Diagnostic("the saved model is damaged: family") }
        let reader = StateReader(state)
        let labels = try reader.labels("labels")
        let encoder = try DesignEncoder(state: try reader.frame("encoder"))
        self.init(
            recipe: recipe, labels: labels, encoder: encoder,
            coefficients: try reader.numbers("coefficients", count: labels.count * encoder.width),
            intercepts: try reader.numbers("intercepts", count: labels.count), loss: try reader.numbers("loss", count: 1)[0],
            shares: try reader.numbers("shares", count: labels.count))
    }
}
