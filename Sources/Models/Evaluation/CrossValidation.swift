import Diagnostics
import Displays
import Tensors

/// The fold of each example, 0..<folds, so that each fold has its share of every class: as scikit-learn's StratifiedKFold without shuffling.
///
/// The labels in sorted order are dealt out to the folds in turn, which says how many of each class a fold gets; each class's examples then fill
/// the folds in their order of appearance.
///
/// - Throws: where there are fewer examples than folds.
public func stratifiedFolds(_ codes: [Int], folds: Int) throws(Diagnostic) -> [Int] {
    guard folds >= 2, folds <= codes.count else {
        throw Diagnostic(
            "\(folds) folds of \(codes.count) examples cannot be made", argument: "folds",
            help: "take at least 2, and no more than there are examples")
    }
    let classes = (codes.max() ?? 0) + 1
    // Classes are numbered by first appearance, as there.
    var numbering = [Int?](repeating: nil, count: classes)
    var next = 0
    let order = codes.map { code -> Int in
        if let known = numbering[code] { return known }
        numbering[code] = next
        next += 1
        return next - 1
    }
    var allocation = [[Int]](repeating: [Int](repeating: 0, count: next), count: folds)
    for (position, code) in order.sorted().enumerated() { allocation[position % folds][code] += 1 }
    var result: [Int] = []
    var current = [Int](repeating: 0, count: next)
    for code in order {
        while allocation[current[code]][code] == 0 { current[code] += 1 }
        allocation[current[code]][code] -= 1
        result.append(current[code])
    }
    return result
}

/// What cross-validation found: one entry a fold.
public struct CrossValidation: Displayable {
    /// Accuracy where y is a label, R squared where it is a number, else nats an example.
    public let measure: String
    public let scores: [Double]
    public var mean: Double { scores.reduce(0, +) / Double(scores.count) }
    /// Standard deviation between folds, dividing by n - 1.
    public var sd: Double {
        guard scores.count > 1 else { return 0 }
        return (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count - 1)).squareRoot()
    }
    public var fields: [(name: String, value: Datum)] {
        [("measure", .text(measure)), ("scores", .tensor(Tensor(scores))), ("mean", .tensor(Tensor(mean))), ("sd", .tensor(Tensor(sd)))]
    }

    public func mimeBundle() -> MIMEBundle {
        report(
            "Cross-validation in \(scores.count) folds", header: ["fold", measure],
            rows: scores.enumerated().map { [String($0), shown($1)] },
            caption: "mean \(shown(mean)), sd \(shown(sd))")
    }
}

/// Fits to all folds but one and measures on that one, for each fold.
///
/// Folds are stratified by y where the model names labels (see `stratifiedFolds`), else contiguous. Nothing is shuffled.
///
/// - Parameter data: a frame of the model's variables, as `takeVariables` gives.
public func crossValidate(_ model: any Model, _ data: Frame, folds: Int = 5, _ context: Context) throws(Diagnostic) -> CrossValidation {
    guard data.isTable else { throw Diagnostic("cross_validate needs one row an example") }
    let rows = data.rowCount
    guard folds >= 2, folds <= rows else { throw Diagnostic("\(folds) folds of \(rows) examples cannot be made", argument: "folds") }
    let isNumeric = type(of: model).family.name == LinearRegression.family.name
    var fold = (0..<rows).map { $0 * folds / rows }
    if let y = data["y"], !isNumeric {
        let labels = try Labels(y, name: "y")
        // Missing labels are dealt out as a class of their own.
        fold = try stratifiedFolds(try labels.encode(y, name: "y").map { $0 ?? labels.count }, folds: folds)
    }
    var scores: [Double] = []
    var measure = "nats an example"
    for (held, key) in context.key.split(folds).enumerated() {
        var inner = context
        inner.key = key
        context.progress("fold \(held + 1) of \(folds)")
        let train = data.rows((0..<rows).filter { fold[$0] != held })
        let test = data.rows((0..<rows).filter { fold[$0] == held })
        let fitted = try model.fit(train, weights: nil, inner)
        let result = try evaluate([fitted], on: test, inner).results[0]
        if let accuracy = result.accuracy {
            measure = "accuracy"
            scores.append(accuracy)
        } else if let explained = result.explained {
            measure = "R squared"
            scores.append(explained)
        } else if let nats = result.nats {
            scores.append(nats)
        } else {
            throw Diagnostic("\(type(of: model).family.name) neither predicts nor scores, so there is nothing to measure")
        }
    }
    return CrossValidation(measure: measure, scores: scores)
}

extension CrossValidation: HasFields {
    public var fieldNames: [String] { fields.map(\.name) }
    public func field(_ name: String) -> Datum? { fields.first { $0.name == name }?.value }
}
