import Diagnostics
import Displays
import Distributions
import Foundation
import Tensors

/// A mixture that has learned. Its components are numbered from 0; z is the number.
public struct FittedMixture: Generates, Scores, Infers, Predicts, Archivable {
    enum Parts: Sendable {
        case gaussian(GaussianComponents)
        case family(FamilyComponents)
    }
    let recipe: MixtureModel
    let layout: NumericLayout
    let parts: Parts
    /// The log-likelihood at each round of EM, nats of all examples.
    let history: [Double]
    /// How many examples it learned from, or the sum of their weights.
    let examples: Double

    public var model: any Model { recipe }
    public var isBound: Bool { false }
    var weights: [Double] {
        switch parts {
        case .gaussian(let parts): parts.weights
        case .family(let parts): parts.weights
        }
    }
    private var components: Int { weights.count }

    public var logLikelihood: Double { history.last ?? -.infinity }
    /// Free parameters: weights, means and covariances.
    public var parameterCount: Int {
        switch parts {
        case .gaussian(let parts):
            components - 1 + components * parts.dimensions + parts.kind.parameters(components: components, dimensions: parts.dimensions)
        case .family(let parts): components - 1 + parts.distributions.reduce(0) { $0 + $1.freeParameters }
        }
    }
    /// -2 log-likelihood + parameters * log examples (Schwarz, 1978); lower is better.
    public var bic: Double { -2 * logLikelihood + Double(parameterCount) * log(examples) }
    /// -2 log-likelihood + 2 parameters (Akaike, 1974); lower is better.
    public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }

    /// log p(x, z) as [rows, components]; x nil gives log p(z) in one row.
    func jointLogs(_ x: Datum?) throws(Diagnostic) -> (logs: [Double], rows: Int, isSingle: Bool) {
        guard let x, !x.isNone else { return (weights.map { log($0) }, 1, true) }
        let (matrix, isSingle) = try layout.read(x, name: "x")
        switch parts {
        case .gaussian(let gaussian):
            if matrix.missing != nil { return (try gaussian.marginalLogs(matrix), matrix.rows, isSingle) }
            var logs: [Double]? = [Double](repeating: 0, count: matrix.rows * components)
            var sums: GaussianComponents.Sums?
            var densities: [Double]?
            try gaussian.pass(matrix, weights: nil, sums: &sums, logs: &logs, densities: &densities)
            return (logs ?? [], matrix.rows, isSingle)
        case .family(let family):
            var logs = try family.jointLogs(Tensor(matrix.values))
            if let missing = matrix.missing {
                for row in 0..<matrix.rows where missing[row] {
                    for c in 0..<components { logs[row * components + c] = log(weights[c]) }
                }
            }
            return (logs, matrix.rows, isSingle)
        }
    }

    /// The components named by z, nil where missing.
    func codes(_ z: Datum) throws(Diagnostic) -> [Int?] {
        guard case .tensor(let tensor) = z, tensor.rank <= 1 else { throw Diagnostic("z must be the number of a component", argument: "z") }
        var result: [Int?] = []
        for (index, value) in tensor.doubles.enumerated() {
            if tensor.isMissing(at: index) {
                result.append(nil)
                continue
            }
            guard value >= 0, value < Double(components), value == value.rounded() else {
                throw Diagnostic("z is \(formatNumber(value)), and the components are 0 to \(components - 1)", argument: "z")
            }
            result.append(Int(value))
        }
        return result
    }

    private func marginal(_ frame: Frame) throws(Diagnostic) -> (logs: [Double], isSingle: Bool) {
        try refuseUnknown(frame, variables: ["x", "z"])
        let (logs, rows, xIsSingle) = try jointLogs(frame["x"])
        let codes = try frame["z"].map { z throws(Diagnostic) in try self.codes(z) }
        let total = max(rows, codes?.count ?? 1)
        guard rows == total || rows == 1, codes == nil || codes?.count == total || codes?.count == 1 else {
            throw Diagnostic("x has \(rows) examples and z has \(codes?.count ?? 1)")
        }
        var result: [Double] = []
        for row in 0..<total {
            let start = (rows == 1 ? 0 : row) * components
            let slice = logs[start..<(start + components)]
            if let codes, let code = codes[codes.count == 1 ? 0 : row] {
                result.append(slice[start + code])
            } else {
                result.append(logSumExp(slice))
            }
        }
        return (result, xIsSingle && frame["z"]?.isSingleLabel ?? true)
    }

    public func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor {
        let joint = try marginal(given.merging(data))
        let shape = joint.isSingle ? [] : [joint.logs.count]
        guard !given.isEmpty else { return Tensor(joint.logs, shape: shape) }
        let condition = try marginal(given).logs
        return Tensor(joint.logs.indices.map { joint.logs[$0] - condition[condition.count == 1 ? 0 : $0] }, shape: shape)
    }

    public func units(_ data: Frame) -> (count: Double, name: String) { (Double(max(1, layout.width)), "dimension") }

    public func posterior(given: Frame, _ context: Context) throws(Diagnostic) -> FinitePosterior {
        try refuseUnknown(given, variables: ["x", "z"])
        guard given["z"] == nil else {
            throw Diagnostic("z is fixed, so no finite variable is left", help: "sample(m | (z: ...), n) draws x given z")
        }
        var (probabilities, rows, isSingle) = try jointLogs(given["x"])
        _ = normalizeRows(&probabilities, columns: components)
        return FinitePosterior(
            variable: "z", values: .tensor(Tensor((0..<components).map(Double.init))),
            probabilities: Tensor(probabilities, shape: isSingle ? [components] : [rows, components]))
    }

    /// The most probable component of each example.
    public func predict(_ x: Datum, _ context: Context) throws(Diagnostic) -> Datum {
        let (logs, rows, isSingle) = try jointLogs(x)
        let best = (0..<rows).map { Double(argmax(logs[($0 * components)..<(($0 + 1) * components)])) }
        return .tensor(Tensor(best, shape: isSingle ? [] : [rows]))
    }

    public func sample(_ count: Int?, given: Frame, options: Frame, _ context: Context) throws(Diagnostic) -> Frame {
        try refuseUnknown(given, variables: ["x", "z"])
        try refuseOptions(options)
        let (rows, isSingle) = try drawCount(count)
        var generator = context.key.generator()
        var drawn: [Int] = []
        if let z = given["z"] {
            let codes = try codes(z)
            guard codes.count == 1 || codes.count == rows else { throw Diagnostic("z has \(codes.count) values for \(rows) draws") }
            for row in 0..<rows { drawn.append(codes[codes.count == 1 ? 0 : row] ?? generator.categorical(weights[...])) }
        } else {
            var (probabilities, given, _) = try jointLogs(given["x"])
            _ = normalizeRows(&probabilities, columns: components)
            guard given == 1 || given == rows else { throw Diagnostic("x has \(given) examples for \(rows) draws") }
            for row in 0..<rows {
                let start = (given == 1 ? 0 : row) * components
                drawn.append(generator.categorical(probabilities[start..<(start + components)]))
            }
        }
        var result = Frame([], isTable: !isSingle)
        if given["x"] == nil {
            let values: [Double]
            switch parts {
            case .gaussian(let gaussian): values = gaussian.draws(drawn, generator: &generator)
            case .family(let family):
                // One bulk draw a component, dealt out in order.
                var pools: [[Double]] = []
                for (c, key) in context.key.folded(1).split(components).enumerated() {
                    let needed = drawn.lazy.filter { $0 == c }.count
                    pools.append(try family.distributions[c].sample([needed], key: key).doubles)
                }
                var used = [Int](repeating: 0, count: components)
                values = drawn.map { c in
                    used[c] += 1
                    return pools[c][used[c] - 1]
                }
            }
            result["x"] = layout.write(NumberMatrix(rows: rows, columns: layout.width, values: values), isSingle: isSingle)
        }
        if given["z"] == nil { result["z"] = .tensor(Tensor(drawn.map(Double.init), shape: isSingle ? [] : [rows])) }
        return result
    }

    public var fields: [(name: String, value: Datum)] {
        var entries: [(name: String, value: Datum)] = [("weights", .tensor(Tensor(weights)))]
        let k = components
        switch parts {
        case .gaussian(let gaussian):
            entries.append(("means", .tensor(Tensor(gaussian.means, shape: [k] + layout.shape))))
            let d = gaussian.dimensions
            entries.append(("covariances", .tensor(Tensor(gaussian.covariances, shape: layout.shape.isEmpty ? [k] : [k, d, d]))))
        case .family(let family): entries.append(("components", .list(family.distributions.map { .distribution($0) })))
        }
        entries.append(("log_likelihood", .tensor(Tensor(logLikelihood))))
        entries.append(("bic", .tensor(Tensor(bic))))
        entries.append(("aic", .tensor(Tensor(aic))))
        entries.append(("history", .tensor(Tensor(history))))
        return entries
    }

    public func summary() -> MIMEBundle {
        var rows: [[String]] = []
        let d = layout.width
        for c in 0..<components {
            switch parts {
            case .gaussian(let gaussian):
                let means = gaussian.means[(c * d)..<((c + 1) * d)].prefix(6).map(shown).joined(separator: ", ")
                let sds = (0..<min(d, 6)).map { shown(gaussian.covariances[c * d * d + $0 * d + $0].squareRoot()) }.joined(separator: ", ")
                rows.append([String(c), shown(weights[c]), means + (d > 6 ? ", ..." : ""), sds + (d > 6 ? ", ..." : "")])
            case .family(let family):
                let arguments = family.distributions[c].arguments.map {
                    "\($0.name) \($0.value.count == 1 ? shown($0.value.double(at: 0)) : "...")"
                }
                rows.append([String(c), shown(weights[c]), arguments.joined(separator: ", ")])
            }
        }
        let header: [String]
        if case .gaussian = parts { header = ["z", "weight", "mean", "sd"] } else { header = ["z", "weight", "parameters"] }
        return report(
            "Mixture of \(components) components", header: header, rows: rows,
            caption:
                "log-likelihood \(formatNumber((logLikelihood * 1000).rounded() / 1000)), BIC \(formatNumber((bic * 100).rounded() / 100)), \(history.count) rounds of EM"
        )
    }
}

extension Distribution {
    /// How many numbers its parameters leave free: those of a simplex sum to 1.
    fileprivate var freeParameters: Int {
        arguments.reduce(0) { sum, argument in
            let isSimplex = Self.family.parameters.contains { $0.name == argument.name && $0.constraint == .simplex }
            return sum + argument.value.count - (isSimplex ? 1 : 0)
        }
    }
}
