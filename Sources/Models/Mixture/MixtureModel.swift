import Diagnostics
import Displays
import Distributions
import Foundation
import Tensors

/// p(x) = the sum over k of weight_k * p(x | z = k): `Mixture(3, of: MultivariateNormal)`.
///
/// Fitted by EM (Dempster, Laird and Rubin, 1977) from k-means++ starts; of several restarts the one of highest likelihood is kept. Gaussian components add 1e-6 to each variance,
/// as scikit-learn's `reg_covar`; without it the likelihood has no maximum.
public struct MixtureModel: Model {
    let components: Int
    /// The components' family; nil for Gaussians.
    let other: DistributionFamily?
    /// `MultivariateNormal` or `Normal`.
    let isScalar: Bool
    let covariance: CovarianceKind
    let restarts: Int
    let regularization: Double
    public let settings: [(name: String, value: Datum)]

    public static let family = ModelFamily(
        name: "Mixture", summary: "A hidden component z, and x from that component's distribution.", variables: ["x", "z"],
        settings: [
            Setting("components", .missing, "how many components"),
            Setting("of", .text("MultivariateNormal"), "the family of the components"),
            Setting("covariance", .text("full"), "full, tied, diagonal or spherical, for MultivariateNormal"),
            Setting("restarts", .tensor(Tensor(10)), "how many starts; the best is kept"),
        ],
        make: { (settings: Frame) throws(Diagnostic) -> any Model in try MixtureModel(settings) },
        restore: { (model: any Model, state: Frame) throws(Diagnostic) -> any FittedModel in try FittedMixture(model: model, state: state) }
    )

    public init(_ settings: Frame) throws(Diagnostic) {
        let reader = SettingsReader(settings, of: Self.family)
        components = try reader.whole("components", in: 1...10_000)
        restarts = try reader.whole("restarts", in: 1...10_000)
        let word = try reader.choice("covariance", of: CovarianceKind.allCases.map(\.rawValue))
        covariance = CovarianceKind(rawValue: word) ?? .full
        regularization = 1e-6
        let name: String
        var given: DistributionFamily?
        switch reader.value("of") {
        case .distributionFamily(let family): (name, given) = (family.name, family)
        case .text(let text): (name, given) = (text, DistributionCatalog.family(named: text))
        default: throw Diagnostic("of: must be a family of distributions, such as Normal", argument: "of")
        }
        isScalar = name == "Normal"
        if name == "Normal" || name == "MultivariateNormal" {
            given = nil
        } else if given == nil {
            throw Diagnostic("of: must be a family of distributions, not \"\(name)\"", argument: "of")
        }
        if let given, given.fit == nil { throw Diagnostic("\(given.name) cannot be fitted to weighted data", argument: "of") }
        other = given
        self.settings = reader.changed
    }

    public func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel {
        guard let x = data["x"] else { throw Diagnostic("Mixture needs x") }
        guard data["z"] == nil else { throw Diagnostic("z is hidden: Mixture learns it", help: "with labels given, fit NaiveBayes with y") }
        try refuseWords(x)
        let layout = try NumericLayout(x, name: "x")
        let (matrix, _) = try layout.read(x, name: "x")
        guard matrix.missing == nil else {
            throw Diagnostic(
                "Mixture cannot be fitted to x with missing entries",
                help: "fit it to the rows that are whole; `impute(m, x)` then fills the others"
            )
        }
        guard matrix.rows >= components else { throw Diagnostic("\(matrix.rows) examples are too few for \(components) components") }
        guard matrix.columns > 0 else { throw Diagnostic("x has no columns") }
        if isScalar || other != nil, !layout.shape.isEmpty, layout.width != 1 {
            throw Diagnostic(
                "the components are of single numbers, and x has examples of shape \(layout.shape)", argument: "of",
                help: "of: MultivariateNormal takes vectors")
        }
        let exampleWeights = weights == nil ? nil : try exampleWeights(weights, count: matrix.rows)
        if let other { return try fitFamily(other, matrix, layout, exampleWeights, context) }
        return try fitGaussians(matrix, layout, exampleWeights, context)
    }

    private func refuseWords(_ x: Datum) throws(Diagnostic) {
        var columns = [(name: "x", value: x)]
        if case .frame(let frame) = x { columns = zip(frame.names, frame.columns).map { ($0, $1) } }
        for (name, value) in columns {
            guard case .texts = value else { continue }
            let numeric = columns.compactMap { column in if case .tensor = column.value { column.name } else { nil } }
            let help = numeric.isEmpty ? nil : "leave the column out: those of numbers are \(numeric.joined(separator: ", "))"
            throw Diagnostic("\(name) holds strings, and a mixture is of numbers", help: help ?? "text is for NaiveBayes or NGram")
        }
    }

    private func fitGaussians(
        _ matrix: NumberMatrix, _ layout: NumericLayout, _ weights: [Double]?, _ context: Context
    ) throws(Diagnostic) -> FittedMixture {
        var best: (parts: GaussianComponents, history: [Double])?
        let total = weights?.reduce(0, +) ?? Double(matrix.rows)
        for (restart, key) in context.key.split(restarts).enumerated() {
            var generator = key.generator()
            let clusters = kMeans(matrix, clusters: components, generator: &generator)
            var parts = try GaussianComponents.assigned(
                matrix, clusters: clusters, components: components, weights: weights, kind: covariance, regularization: regularization)
            let history = try parts.improve(
                matrix, weights: weights, rounds: 2000, tolerance: 1e-9 * total, regularization: regularization,
                interrupt: context.interrupt
            ) { round, likelihood in
                context.progress("start \(restart + 1) of \(restarts), EM round \(round): log-likelihood \(formatNumber(likelihood))")
            }
            if let last = history.last, last > (best?.history.last ?? -.infinity) || best == nil { best = (parts, history) }
        }
        guard let best else { throw Diagnostic("no start led anywhere") }
        return FittedMixture(recipe: self, layout: layout, parts: .gaussian(best.parts), history: best.history, examples: total)
    }

    private func fitFamily(
        _ family: DistributionFamily, _ matrix: NumberMatrix, _ layout: NumericLayout, _ weights: [Double]?, _ context: Context
    ) throws(Diagnostic) -> FittedMixture {
        guard let fitter = family.fit else { throw Diagnostic("\(family.name) cannot be fitted", argument: "of") }
        let x = Tensor(matrix.values)
        let (n, k) = (matrix.rows, components)
        let base = weights ?? [Double](repeating: 1, count: n)
        let single = try fitter(x, Tensor(base))
        var best: (parts: FamilyComponents, history: [Double])?
        for (restart, key) in context.key.split(restarts).enumerated() {
            var generator = key.generator()
            let clusters = kMeans(matrix, clusters: k, generator: &generator)
            // Softened, so that no component starts from a single repeated value.
            var memberships = [Double](repeating: 0.1 / Double(k), count: n * k)
            for row in 0..<n { memberships[row * k + clusters[row]] += 0.9 }
            var history: [Double] = []
            var parts = FamilyComponents(weights: [], distributions: [], single: single)
            for round in 0..<1000 {
                try context.interrupt.check()
                var shares: [Double] = []
                var distributions: [any Distribution] = []
                for c in 0..<k {
                    let column = (0..<n).map { base[$0] * memberships[$0 * k + c] }
                    shares.append(column.reduce(0, +))
                    distributions.append(try fitter(x, Tensor(column)))
                }
                let total = shares.reduce(0, +)
                parts = FamilyComponents(weights: shares.map { $0 / total }, distributions: distributions, single: single)
                memberships = try parts.jointLogs(x)
                let sums = normalizeRows(&memberships, columns: k)
                let likelihood = zip(sums, base).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.1 : $0 }
                history.append(likelihood)
                context.progress("start \(restart + 1) of \(restarts), EM round \(round + 1): log-likelihood \(formatNumber(likelihood))")
                if round > 0, !(likelihood - history[round - 1] > 1e-9 * total) { break }
            }
            if let last = history.last, last > (best?.history.last ?? -.infinity) || best == nil { best = (parts, history) }
        }
        guard let best else { throw Diagnostic("no start led anywhere") }
        return FittedMixture(recipe: self, layout: layout, parts: .family(best.parts), history: best.history, examples: base.reduce(0, +))
    }
}

/// Components of any family over single numbers.
struct FamilyComponents: Sendable {
    var weights: [Double]
    var distributions: [any Distribution]
    /// The one of highest likelihood, in place of all.
    var single: any Distribution

    /// log p(x, z) as [rows, components].
    func jointLogs(_ x: Tensor) throws(Diagnostic) -> [Double] {
        let k = weights.count
        var logs = [Double](repeating: 0, count: x.count * k)
        for (c, distribution) in distributions.enumerated() {
            let densities = try distribution.logDensity(x).doubles
            let logWeight = log(weights[c])
            for (row, density) in densities.enumerated() { logs[row * k + c] = logWeight + density }
        }
        return logs
    }
}
