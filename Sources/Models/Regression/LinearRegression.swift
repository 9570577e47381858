import Diagnostics
import Displays
import Distributions
import Foundation
import Tensors

/// p(y | x) = Normal(intercept + coefficients * x, sd): no p(x).
///
/// Least squares in closed form, on standardised columns. `sd` is the square root of the residual sum of squares over n - p - 1, for p columns. Columns that
/// depend on others get the smallest ridge that makes the equations solvable.
public struct LinearRegression: Model {
    public let settings: [(name: String, value: Datum)]

    public static let family = ModelFamily(
        name: "LinearRegression", summary: "A number given x: linear, with normal noise.", variables: ["x", "y"], settings: [],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in LinearRegression() },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in
            try FittedLinearRegression(model: model, state: state)
        })

    public init() { settings = [] }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        guard var x = data["x"], let y = data["y"] else {
            throw Diagnostic("LinearRegression needs x and y", help: "fit(m, table, y: \"column\") says which column is y")
        }
        let (targets, _) = try NumericLayout(shape: []).read(y, name: "y")
        guard x.rowCount == targets.rows else { throw Diagnostic("x has \(x.rowCount ?? 1) examples and y has \(targets.rows)") }
        var rowWeights = try exampleWeights(weights, count: targets.rows)
        var values = targets.values
        let observed = values.indices.filter { !targets.isMissing($0, 0) }
        if observed.count < values.count {
            context.note("\(values.count - observed.count) rows without y are left out")
            x = x.rows(observed)
            (values, rowWeights) = (observed.map { values[$0] }, observed.map { rowWeights[$0] })
        }
        guard !values.isEmpty else { throw Diagnostic("y holds no number: all are missing") }
        let encoder = try DesignEncoder(x)
        let p = encoder.width
        guard p <= 20_000 else { throw Diagnostic("\(p) columns are too many for a closed form", help: "the limit is 20000") }
        let (raw, _) = try encoder.read(x)
        let (means, deviations) = raw.scales()
        let design = raw.standardized(means: means, deviations: deviations)
        // The last column is the constant.
        let size = p + 1
        var products = [Double](repeating: 0, count: size * size)
        var right = [Double](repeating: 0, count: size)
        var entries: [(Int, Double)] = []
        for row in 0..<design.rows {
            entries.removeAll(keepingCapacity: true)
            design.forEach(row) { column, value in if value != 0 { entries.append((column, value)) } }
            entries.append((p, 1))
            let weight = rowWeights[row]
            for (i, a) in entries {
                right[i] += weight * a * values[row]
                for (j, b) in entries { products[i * size + j] += weight * a * b }
            }
        }
        let scale = (0..<size).map { products[$0 * size + $0] }.max() ?? 1
        var solution: [Double]?
        var ridge = 0.0
        while solution == nil, ridge < scale {
            solution = solvePositiveDefinite(products, right, ridge: ridge, tolerance: 1e-13 * scale)
            ridge = ridge == 0 ? 1e-10 * scale : ridge * 10
        }
        guard let solution else { throw Diagnostic("the columns of x depend on each other too much for least squares") }
        var squares = 0.0
        for row in 0..<design.rows {
            var residual = values[row] - solution[p]
            design.forEach(row) { column, value in residual -= value * solution[column] }
            squares += rowWeights[row] * residual * residual
        }
        let coefficients = (0..<p).map { solution[$0] / deviations[$0] }
        let intercept = solution[p] - zip(coefficients, means).reduce(0) { $0 + $1.0 * $1.1 }
        let totalWeight = rowWeights.reduce(0, +)
        let degrees = totalWeight - Double(p) - 1
        guard degrees > 0 else { throw Diagnostic("\(values.count) examples are too few for \(p) columns: the noise cannot be told") }
        return FittedLinearRegression(
            recipe: self, encoder: encoder, coefficients: coefficients, intercept: intercept,
            sd: max((squares / degrees).squareRoot(), 1e-150),
            targetMean: zip(rowWeights, values).reduce(0) { $0 + $1.0 * $1.1 } / totalWeight)
    }
}

/// The solution of a symmetric positive definite system by Cholesky; nil where a pivot is not above the tolerance.
func solvePositiveDefinite(_ matrix: [Double], _ right: [Double], ridge: Double, tolerance: Double) -> [Double]? {
    let n = right.count
    var factor = matrix
    var x = right
    for i in 0..<n {
        for j in 0...i {
            var sum = factor[i * n + j] + (i == j ? ridge : 0)
            for m in 0..<j { sum -= factor[i * n + m] * factor[j * n + m] }
            if i == j {
                guard sum > tolerance else { return nil }
                factor[i * n + i] = sum.squareRoot()
            } else {
                factor[i * n + j] = sum / factor[j * n + j]
            }
        }
        for m in 0..<i { x[i] -= factor[i * n + m] * x[m] }
        x[i] /= factor[i * n + i]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
        for m in (i + 1)..<max(n, i + 1) { x[i] -= factor[m * n + i] * x[m] }
        x[i] /= factor[i * n + i]
    }
    return x
}

/// A linear regression that has learned.
public struct FittedLinearRegression: Scores, Predicts, Archivable {
    let recipe: LinearRegression
    let encoder: DesignEncoder
    let coefficients: [Double]
    let intercept: Double
    /// Of the noise.
    let sd: Double
    /// The mean of y in the training data.
    let targetMean: Double

    public var model: any Model { recipe }
    public var isBound: Bool { false }

    private func means(_ x: Datum) throws(Diagnostic) -> (values: [Double], isSingle: Bool) {
        let (design, isSingle) = try encoder.read(x)
        let values = (0..<design.rows).map { row in
            var sum = intercept
            design.forEach(row) { column, value in sum += value * coefficients[column] }
            return sum
        }
        return (values, isSingle)
    }

    /// The expected y of each example.
    public func predict(_ x: Datum, _ context: Context) throws(Diagnostic) -> Datum {
        let (values, isSingle) = try means(x)
        return .tensor(Tensor(values, shape: isSingle ? [] : [values.count]))
    }

    public func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor {
        let all = given.merging(data)
        try refuseUnknown(all, variables: ["x", "y"])
        guard let x = all["x"], let y = all["y"] else {
            throw Diagnostic("LinearRegression has no p(x), only p(y | x)", help: "give both x and y")
        }
        let (means, isSingle) = try means(x)
        let (targets, _) = try NumericLayout(shape: []).read(y, name: "y")
        guard targets.rows == means.count || targets.rows == 1 else {
            throw Diagnostic("x has \(means.count) examples and y has \(targets.rows)")
        }
        let values = means.enumerated().map { row, mean -> Double in
            let from = targets.rows == 1 ? 0 : row
            if targets.isMissing(from, 0) { return 0 }
            let z = (targets.values[from] - mean) / sd
            return -0.5 * z * z - log(sd) - 0.5 * log(2 * .pi)
        }
        return Tensor(values, shape: isSingle ? [] : [values.count])
    }

    public func units(_ data: Frame) -> (count: Double, name: String) { (1, "number") }

    public var fields: [(name: String, value: Datum)] {
        [
            ("columns", .texts(encoder.names)), ("coefficients", .tensor(Tensor(coefficients))), ("intercept", .tensor(Tensor(intercept))),
            ("sd", .tensor(Tensor(sd))),
        ]
    }

    public func summary() -> MIMEBundle {
        let rows = [["(intercept)", shown(intercept)]] + zip(encoder.names, coefficients).prefix(40).map { [$0, shown($1)] }
        return report("LinearRegression", header: ["column", "coefficient"], rows: rows, caption: "sd of the noise \(shown(sd))")
    }

    public var state: Frame {
        Frame(
            [
                ("encoder", .frame(encoder.state)), ("coefficients", .tensor(Tensor(coefficients))),
                ("intercept", .tensor(Tensor(intercept))),
                ("sd", .tensor(Tensor(sd))), ("mean", .tensor(Tensor(targetMean))),
            ], isTable: false)
    }
}

extension FittedLinearRegression: Conditionals {
    /// Normal(mean, sd): the coefficients are taken as known.
    public func conditional(on x: Datum) throws(Diagnostic) -> any Distribution {
        let (values, isSingle) = try means(x)
        return try Normal(mean: Tensor(values, shape: isSingle ? [] : [values.count]), sd: Tensor(sd))
    }
}

extension FittedLinearRegression {
    init(model: any Model, state: Frame) throws(Diagnostic) {
        guard let recipe = model as? LinearRegression else { throw Diagnostic("the saved model is damaged: family") }
        let reader = StateReader(state)
        let encoder = try DesignEncoder(state: try reader.frame("encoder"))
        self.init(
            recipe: recipe, encoder: encoder, coefficients: try reader.numbers("coefficients", count: encoder.width),
            intercept: try reader.numbers("intercept", count: 1)[0], sd: try reader.numbers("sd", count: 1)[0],
            targetMean: try reader.numbers("mean", count: 1)[0])
    }
}
