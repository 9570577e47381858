import Diagnostics
import Displays
import Foundation
import Tensors

/// A naive Bayes model that has learned.
public struct FittedNaiveBayes: Generates, Scores, Infers, Predicts, Imputes, Archivable {
    let recipe: NaiveBayes
    let labels: Labels
    var prior: [Double]
    var features: [FeatureModel]
    /// The columns of x, where it is a table.
    let columnNames: [String]?
    let floor: Double
    /// Of the training data: log p(x, y) of rows with labels, log p(x) of those without; nats.
    var logLikelihood: Double

    public var model: any Model { recipe }
    public var isBound: Bool { false }
    private var classes: Int { labels.count }

    mutating func learn(_ data: [FeatureData], memberships: [Double]) {
        let classes = self.classes
        var counts = [Double](repeating: 0, count: classes)
        for (index, weight) in memberships.enumerated() { counts[index % classes] += weight }
        let total = counts.reduce(0, +)
        prior = counts.map { $0 / total }
        for index in features.indices {
            features[index].learn(data[index], memberships: memberships, classes: classes, smoothing: recipe.smoothing, floor: floor)
        }
    }

    /// log p(x, y = k) as [rows, classes].
    func jointLogs(_ data: [FeatureData], rows: Int) -> [Double] {
        let priorLogs = prior.map { log($0) }
        var logs: [Double] = []
        logs.reserveCapacity(rows * classes)
        for _ in 0..<rows { logs += priorLogs }
        for (feature, column) in zip(features, data) { feature.score(column, classes: classes, into: &logs) }
        return logs
    }

    // MARK: Reading

    /// Reads x; a column that is left out is missing.
    func read(_ x: Datum) throws(Diagnostic) -> (data: [FeatureData], rows: Int, isSingle: Bool) {
        guard let columnNames else {
            let (data, isSingle) = try features[0].read(x, name: "x")
            return ([data], data.rows, isSingle)
        }
        guard case .frame(let frame) = try inColumns(x, columnNames) else {
            throw Diagnostic("x must be a table or record with the columns \(columnNames.joined(separator: ", "))")
        }
        for name in frame.names where !columnNames.contains(name) {
            throw Diagnostic(
                "\(name) is no column of x",
                help: suggestion(for: name, among: columnNames) ?? "they are \(columnNames.joined(separator: ", "))")
        }
        let rows = frame.rowCount
        var data: [FeatureData] = []
        for (name, feature) in zip(columnNames, features) {
            let (column, _) = try feature.read(frame[name] ?? missingColumn(feature, rows: rows), name: name)
            guard column.rows == rows else { throw Diagnostic("the column \(name) has \(column.rows) rows where others have \(rows)") }
            data.append(column)
        }
        return (data, rows, !frame.isTable)
    }

    /// Numbers in the order of the columns, `[columns]` or `[rows, columns]`, as the record or table that they stand for.
    private func inColumns(_ x: Datum, _ names: [String]) throws(Diagnostic) -> Datum {
        guard case .tensor = x else { return x }
        let layout = NumericLayout(shape: [names.count], names: names)
        let (matrix, isSingle) = try layout.read(x, name: "x")
        return layout.write(matrix, isSingle: isSingle)
    }

    private func missingColumn(_ feature: FeatureModel, rows: Int) -> Datum {
        switch feature.encoder {
        case .words, .levels: return .texts([String?](repeating: nil, count: rows))
        case .numbers(let layout, _):
            let count = rows * layout.width
            return .tensor(
                Tensor([Double](repeating: 0, count: count), shape: [rows] + layout.shape, missing: [Bool](repeating: true, count: count)))
        }
    }

    /// log p(what is there) of each example, and whether there was a single one.
    private func marginal(_ frame: Frame) throws(Diagnostic) -> (logs: [Double], isSingle: Bool) {
        try refuseUnknown(frame, variables: ["x", "y"])
        var logs: [Double]?
        var isSingle = true
        if let x = frame["x"], !x.isNone {
            let (data, rows, single) = try read(x)
            (logs, isSingle) = (jointLogs(data, rows: rows), single)
        }
        var codes: [Int?]?
        if let y = frame["y"], !y.isNone {
            codes = try labels.encode(y, name: "y")
            if !y.isSingleLabel { isSingle = false }
        }
        let rows = max((logs?.count ?? 0) / classes, codes?.count ?? 0, 1)
        // One value stands for all rows: p(x_1..n, y = 3).
        let joint = stretched(logs ?? prior.map { log($0) }, rows: rows, width: classes)
        var result: [Double] = []
        for row in 0..<rows {
            let slice = joint[(row * classes)..<((row + 1) * classes)]
            if let codes, codes.count > 1, codes.count != rows { throw Diagnostic("x has \(rows) examples and y has \(codes.count)") }
            if let codes, let code = codes[codes.count == 1 ? 0 : row] {
                result.append(slice[row * classes + code])
            } else {
                result.append(logSumExp(slice))
            }
        }
        return (result, isSingle)
    }

    private func stretched(_ values: [Double], rows: Int, width: Int) -> [Double] {
        values.count == rows * width ? values : (0..<rows).flatMap { _ in values[..<width] }
    }

    // MARK: The verbs

    public func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor {
        let joint = try marginal(given.merging(data))
        guard !given.isEmpty else { return Tensor(joint.logs, shape: joint.isSingle ? [] : [joint.logs.count]) }
        let condition = try marginal(given)
        let logs = joint.logs.indices.map { joint.logs[$0] - condition.logs[condition.logs.count == 1 ? 0 : $0] }
        return Tensor(logs, shape: joint.isSingle ? [] : [logs.count])
    }

    public func units(_ data: Frame) -> (count: Double, name: String) {
        let numbers = features.reduce(0) { sum, feature in
            if case .words = feature.encoder { return sum }
            if case .levels = feature.encoder { return sum + 1 }
            return sum + feature.width
        }
        if let x = data["x"], let read = try? read(x), features.count == 1, case .words(let counts) = read.data[0] {
            return (max(1, counts.counts.reduce(0, +) / Double(max(1, counts.rows))), "word")
        }
        return (Double(max(1, numbers)), "dimension")
    }

    public func posterior(given: Frame, _ context: Context) throws(Diagnostic) -> FinitePosterior {
        try refuseUnknown(given, variables: ["x", "y"])
        if given["y"] != nil {
            throw Diagnostic("y is fixed, so no finite variable is left", help: "sample(m | (y: ...), n) draws x given y")
        }
        let (probabilities, rows, isSingle) = try classProbabilities(given["x"])
        return FinitePosterior(
            variable: "y", values: labels.datum, probabilities: Tensor(probabilities, shape: isSingle ? [classes] : [rows, classes]))
    }

    private func classProbabilities(_ x: Datum?) throws(Diagnostic) -> (probabilities: [Double], rows: Int, isSingle: Bool) {
        guard let x, !x.isNone else { return (prior, 1, true) }
        let (data, rows, isSingle) = try read(x)
        var logs = jointLogs(data, rows: rows)
        _ = normalizeRows(&logs, columns: classes)
        return (logs, rows, isSingle)
    }

    public func predict(_ x: Datum, _ context: Context) throws(Diagnostic) -> Datum {
        let (probabilities, rows, isSingle) = try classProbabilities(x)
        let best = (0..<rows).map { argmax(probabilities[($0 * classes)..<(($0 + 1) * classes)]) }
        return isSingle ? labels.decode(best[0]) : labels.decode(best)
    }

    public func impute(_ data: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(data, variables: ["x", "y"])
        guard let x = data["x"] else { throw Diagnostic("there is no x to fill") }
        let (read, rows, isSingle) = try read(x)
        var posterior = jointLogs(read, rows: rows)
        var result = data
        let codes = try data["y"].map { y throws(Diagnostic) in try labels.encode(y, name: "y") } ?? []
        guard codes.isEmpty || codes.count == rows else { throw Diagnostic("x has \(rows) examples and y has \(codes.count)") }
        for (row, code) in codes.enumerated() {
            guard let code else { continue }
            for k in 0..<classes where k != code { posterior[row * classes + k] = -.infinity }
        }
        _ = normalizeRows(&posterior, columns: classes)
        if let y = data["y"] {
            let filled = codes.enumerated().map { row, code in code ?? argmax(posterior[(row * classes)..<((row + 1) * classes)]) }
            result["y"] = y.isSingleLabel ? labels.decode(filled[0]) : labels.decode(filled)
        }
        if case .frame(var frame) = x, let columnNames {
            for (index, name) in columnNames.enumerated() {
                let column = frame[name] ?? missingColumn(features[index], rows: rows)
                frame[name] = features[index].fill(column, read[index], posterior: posterior, classes: classes, isSingle: isSingle)
            }
            result["x"] = .frame(frame)
        } else {
            result["x"] = features[0].fill(x, read[0], posterior: posterior, classes: classes, isSingle: isSingle)
        }
        return result
    }

    public func sample(_ count: Int?, given: Frame, options: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(given, variables: ["x", "y"])
        try refuseOptions(options)
        let (rows, isSingle) = try drawCount(count)
        var generator = context.key.generator()
        var drawn: [Int] = []
        drawn.reserveCapacity(rows)
        if let y = given["y"] {
            let codes = try labels.encode(y, name: "y")
            guard codes.count == 1 || codes.count == rows else { throw Diagnostic("y has \(codes.count) values for \(rows) draws") }
            if given["x"] != nil { return .empty }
            for row in 0..<rows { drawn.append(codes[codes.count == 1 ? 0 : row] ?? generator.categorical(prior[...])) }
        } else {
            let (probabilities, given, _) = try classProbabilities(given["x"])
            guard given == 1 || given == rows else { throw Diagnostic("x has \(given) examples for \(rows) draws") }
            for row in 0..<rows {
                let start = (given == 1 ? 0 : row) * classes
                drawn.append(generator.categorical(probabilities[start..<(start + classes)]))
            }
        }
        var result = Frame([], isTable: !isSingle)
        if given["x"] == nil {
            var columns: [(name: String, value: Datum)] = []
            for (index, feature) in features.enumerated() {
                columns.append((columnNames?[index] ?? "x", feature.sample(drawn, isSingle: isSingle, generator: &generator)))
            }
            result["x"] = columnNames == nil ? columns[0].value : .frame(Frame(columns, isTable: !isSingle))
        }
        if given["y"] == nil { result["y"] = isSingle ? labels.decode(drawn[0]) : labels.decode(drawn) }
        return result
    }

    // MARK: Telling

    public var fields: [(name: String, value: Datum)] {
        var entries: [(name: String, value: Datum)] = [("classes", labels.datum), ("prior", .tensor(Tensor(prior)))]
        if let columnNames {
            let learned = zip(columnNames, features).map { (name: $0, value: Datum.frame($1.learned(classes: classes))) }
            entries.append(("features", .frame(Frame(learned, isTable: false))))
        } else {
            let learned = features[0].learned(classes: classes)
            entries += zip(learned.names, learned.columns).map { (name: $0, value: $1) }
        }
        entries.append(("log_likelihood", .tensor(Tensor(logLikelihood))))
        return entries
    }

    public func summary() -> MIMEBundle {
        var rows: [[String]] = []
        for (index, feature) in features.enumerated() {
            for k in 0..<classes {
                rows.append([columnNames?[index] ?? "x", feature.kind.rawValue, labels.names[k], shown(prior[k]), telling(feature, k)])
            }
        }
        return report("NaiveBayes of \(classes) classes", header: ["feature", "family", "class", "p(class)", "learned"], rows: rows)
    }

    private func telling(_ feature: FeatureModel, _ k: Int) -> String {
        let width = feature.width
        let range = (k * width)..<((k + 1) * width)
        switch feature.encoder {
        case .words(let vocabulary):
            // The words that speak most for this class: weight times log ratio to the average class.
            let marks = range.map { index -> Double in
                let word = index - range.lowerBound
                let average = (0..<classes).reduce(0) { $0 + prior[$1] * feature.parameters[$1 * width + word] }
                return feature.parameters[index] * log(feature.parameters[index] / average)
            }
            let top = marks.indices.sorted { (marks[$1], $0) < (marks[$0], $1) }.prefix(8)
            return top.map { vocabulary.words[$0] }.joined(separator: " ")
        case .levels(let labels):
            return zip(labels.names, feature.parameters[range]).prefix(4).map { "\($0) \(shown($1))" }.joined(separator: ", ")
        case .numbers:
            if width > 1 { return "\(width) entries" }
            let value = shown(feature.parameters[range.lowerBound])
            return feature.kind == .normal ? "mean \(value), sd \(shown(feature.variances[range.lowerBound].squareRoot()))" : "p \(value)"
        }
    }
}
