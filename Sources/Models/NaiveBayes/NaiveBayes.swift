import Diagnostics
import Displays
import Distributions
import Foundation
import Tensors

/// p(x, y) = p(y) * the product of p(x_j | y) over the columns and entries x_j of x.
///
/// Numbers are Normal, bools Bernoulli, strings Categorical, or counted words (Multinomial) where most hold spaces; `features` tells otherwise. A Normal adds
/// 1e-9 of the largest variance of an entry of x, as scikit-learn's GaussianNB; counts are smoothed by adding `smoothing`. The Multinomial is that of McCallum and Nigam,
/// "A Comparison of Event Models for Naive Bayes Text Classification" (1998). Rows whose y is missing are learned from by EM.
public struct NaiveBayes: Model {
    /// One family for all columns, or one by column.
    enum Features: Sendable {
        case chosen
        case all(FeatureKind)
        case byColumn([String: FeatureKind])
    }
    let features: Features
    let smoothing: Double
    public let settings: [(name: String, value: Datum)]

    public static let family = ModelFamily(
        name: "NaiveBayes", summary: "A class, and features that are independent given the class.", variables: ["x", "y"],
        settings: [
            Setting(
                "features", .none,
                "the family of each feature: Normal, Multinomial, Bernoulli or Categorical, or a record of them by column; chosen by column if none"
            ),
            Setting("smoothing", .tensor(Tensor(1)), "what is added to each count"),
        ],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try NaiveBayes(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            try FittedNaiveBayes(model: model, state: state)
        })

    public init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        smoothing = try reader.number("smoothing", in: 0...1e12)
        switch settings["features"] ?? .none {
        case .none: features = .chosen
        case .frame(let frame):
            var kinds: [String: FeatureKind] = [:]
            for (name, value) in zip(frame.names, frame.columns) { kinds[name] = try Self.kind(value) }
            features = .byColumn(kinds)
        case let value: features = .all(try Self.kind(value))
        }
        self.settings = reader.changed
    }

    private static func kind(_ value: Datum) throws(Diagnostic) -> FeatureKind {
        let name: String
        switch value {
        case .distributionFamily(let family): name = family.name
        case .text(let text): name = text
        default: throw Diagnostic("features must be families of distributions", argument: "features")
        }
        guard let kind = FeatureKind(rawValue: name) else {
            throw Diagnostic(
                "a feature cannot be \(name)", argument: "features",
                help: "features are \(FeatureKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return kind
    }

    func told(_ column: String) -> FeatureKind? {
        switch features {
        case .chosen: nil
        case .all(let kind): kind
        case .byColumn(let kinds): kinds[column]
        }
    }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        guard let x = data["x"] else { throw Diagnostic("NaiveBayes needs x, the features") }
        guard let y = data["y"] else {
            throw Diagnostic("NaiveBayes needs y, the labels", help: "fit(NaiveBayes(), table, y: \"column\") says which column they are")
        }
        if case .byColumn(let kinds) = features {
            let names = if case .frame(let frame) = x { frame.names } else { ["x"] }
            for name in kinds.keys.sorted() where !names.contains(name) {
                throw Diagnostic(
                    "features names \(name), which is no column of x", argument: "features", help: suggestion(for: name, among: names))
            }
        }
        let labels = try Labels(y, name: "y")
        let codes = try labels.encode(y, name: "y")
        let classes = labels.count
        let rowWeights = try exampleWeights(weights, count: codes.count)

        var columns: [(name: String, column: Datum)] = [("x", x)]
        var isTable = false
        if case .frame(let frame) = x {
            columns = zip(frame.names, frame.columns).map { ($0, $1) }
            isTable = true
        }
        guard !columns.isEmpty else { throw Diagnostic("x has no columns") }
        var models: [FeatureModel] = []
        var read: [FeatureData] = []
        for (name, column) in columns {
            let model = try FeatureModel(for: column, name: name, told: told(name))
            let (data, _) = try model.read(column, name: name)
            guard data.rows == codes.count else { throw Diagnostic("\(name) has \(data.rows) examples and y has \(codes.count)") }
            models.append(model)
            read.append(data)
        }
        let largest = zip(models, read).map { $0.kind == .normal ? FeatureModel.largestVariance($1) : 0 }.max() ?? 0
        let floor = 1e-9 * (largest > 0 ? largest : 1)

        var fitted = FittedNaiveBayes(
            recipe: self, labels: labels, prior: [], features: models, columnNames: isTable ? columns.map(\.name) : nil, floor: floor,
            logLikelihood: 0)
        // Unlabelled rows weigh nothing in the first round.
        var memberships = [Double](repeating: 0, count: codes.count * classes)
        for (row, code) in codes.enumerated() { if let code { memberships[row * classes + code] = rowWeights[row] } }
        fitted.learn(read, memberships: memberships)
        let unlabelled = codes.indices.filter { codes[$0] == nil && rowWeights[$0] > 0 }
        // log p(x, y) of the rows with labels and log p(x) of the others; `logs` become the posterior.
        func likelihood(_ logs: inout [Double]) -> Double {
            var total = 0.0
            for (row, code) in codes.enumerated() where rowWeights[row] > 0 {
                if let code { total += rowWeights[row] * logs[row * classes + code] }
            }
            let sums = normalizeRows(&logs, columns: classes)
            for row in unlabelled { total += rowWeights[row] * sums[row] }
            return total
        }
        guard !unlabelled.isEmpty else {
            var logs = fitted.jointLogs(read, rows: codes.count)
            fitted.logLikelihood = likelihood(&logs)
            return fitted
        }

        var last = -Double.infinity
        for round in 0..<500 {
            try context.interrupt.check()
            var logs = fitted.jointLogs(read, rows: codes.count)
            let total = likelihood(&logs)
            fitted.logLikelihood = total
            for row in unlabelled {
                for k in 0..<classes { memberships[row * classes + k] = rowWeights[row] * logs[row * classes + k] }
            }
            context.progress("EM round \(round + 1): log-likelihood \(formatNumber(total))")
            if total - last <= 1e-9 * abs(total), round > 0 { break }
            last = total
            fitted.learn(read, memberships: memberships)
        }
        return fitted
    }
}

/// Weights of examples, 1 each if none are given.
func exampleWeights(_ weights: Tensor?, count: Int) throws(Diagnostic) -> [Double] {
    guard let weights else { return [Double](repeating: 1, count: count) }
    let values = weights.doubles
    guard weights.shape == [count], !weights.hasMissing, values.allSatisfy({ $0 >= 0 && $0.isFinite }), values.contains(where: { $0 > 0 })
    else {
        throw Diagnostic("weights must be \(count) numbers from 0, one an example, not all 0", argument: "weights")
    }
    return values
}
