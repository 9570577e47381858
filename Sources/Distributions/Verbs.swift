import Diagnostics
import Tensors

/// A number that describes a distribution.
public enum Statistic: String, Sendable, CaseIterable {
    case mean, variance, sd, mode, median, skewness, kurtosis, entropy
}

/// The distribution function and its kin.
public enum Cumulative: String, Sendable, CaseIterable {
    /// P(X <= x).
    case cdf
    /// P(X > x).
    case survival
    case logCDF, logSurvival
    /// The least x with P(X <= x) >= q.
    case quantile

    var words: String {
        switch self {
        case .cdf, .survival, .quantile: rawValue
        case .logCDF: "log cdf"
        case .logSurvival: "log survival"
        }
    }
}

extension Distribution {
    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? { nil }
    public func cumulative(_ kind: Cumulative, at x: Tensor) throws(Diagnostic) -> Tensor? { nil }
    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? { nil }
    public var description: String {
        "\(Self.family.name)(\(arguments.map { "\($0.name): \($0.value.formatted())" }.joined(separator: ", ")))"
    }

    public func mean() throws(Diagnostic) -> Tensor { try known(.mean) }
    public func variance() throws(Diagnostic) -> Tensor { try known(.variance) }
    public func sd() throws(Diagnostic) -> Tensor { try known(.sd) }
    public func mode() throws(Diagnostic) -> Tensor { try known(.mode) }
    public func median() throws(Diagnostic) -> Tensor { try known(.median) }
    public func skewness() throws(Diagnostic) -> Tensor { try known(.skewness) }
    /// The excess over the normal distribution's, which is 0.
    public func kurtosis() throws(Diagnostic) -> Tensor { try known(.kurtosis) }
    /// In nats.
    public func entropy() throws(Diagnostic) -> Tensor { try known(.entropy) }

    public func density(_ x: Tensor) throws(Diagnostic) -> Tensor { try logDensity(x).exp() }
    public func cdf(_ x: Tensor) throws(Diagnostic) -> Tensor { try known(.cdf, x) }
    public func logCDF(_ x: Tensor) throws(Diagnostic) -> Tensor { try known(.logCDF, x) }
    public func survival(_ x: Tensor) throws(Diagnostic) -> Tensor { try known(.survival, x) }
    public func logSurvival(_ x: Tensor) throws(Diagnostic) -> Tensor { try known(.logSurvival, x) }
    /// Throws where a `q` is not between 0 and 1.
    public func quantile(_ q: Tensor) throws(Diagnostic) -> Tensor {
        try Parameter("q", .probability).checkPresent(q)
        return try known(.quantile, q)
    }

    private func known(_ statistic: Statistic) throws(Diagnostic) -> Tensor {
        var value = try self.statistic(statistic)
        if value == nil, statistic == .sd { value = try self.statistic(.variance)?.sqrt() }
        guard let value else { throw unknown(statistic.rawValue) }
        if let place = value.firstNaN() {
            let entry = value.isScalar ? "" : ", entry \(placeText(place, in: value.shape)) of the batch"
            throw Diagnostic("the \(statistic.rawValue) of \(Self.family.name)\(entry) does not exist for these parameters")
        }
        return value
    }

    private func known(_ kind: Cumulative, _ x: Tensor) throws(Diagnostic) -> Tensor {
        guard let value = try cumulative(kind, at: x) else { throw unknown(kind.words) }
        return value
    }

    /// The one place that words what is not known of a distribution.
    private func unknown(_ what: String) -> Diagnostic {
        Diagnostic("the \(what) of \(Self.family.name) is not known exactly", help: "estimate it from draws: sample(d, 100_000)")
    }
}

/// An estimate of the Kullback-Leibler divergence of `q` from `p` from draws of `p`, and its standard error, for each entry of the two batches.
///
/// Throws where there are fewer than two draws.
public func kl(_ p: any Distribution, _ q: any Distribution, draws: Int, key: Key) throws(Diagnostic) -> (value: Tensor, error: Tensor) {
    guard draws > 1 else { throw Diagnostic("draws must be 2 or more, and it is \(draws)", argument: "draws") }
    guard p.eventShape == q.eventShape else {
        throw Diagnostic("p and q must give values of one shape, and here there are \(p.eventShape) and \(q.eventShape)", argument: "q")
    }
    // A batch of q next to a single p is met by the same draws.
    var x = try p.sample([draws], key: key)
    for _ in 0..<Swift.max(0, q.batchShape.count - p.batchShape.count) { x = try x.expandedDims(1) }
    let left = try p.logDensity(x)
    let ratios = try left - q.logDensity(x)
    let error = try ratios.sd(axis: 0) / Double(draws).squareRoot()
    return (try ratios.mean(axis: 0), error)
}

/// The Kullback-Leibler divergence of `q` from `p`: the mean of log p(x) - log q(x) over draws of `p`, in nats; infinite where `p` gives values that `q`
/// cannot.
///
/// Throws where it is not known exactly.
public func kl(_ p: any Distribution, _ q: any Distribution) throws(Diagnostic) -> Tensor {
    guard let value = try p.divergence(to: q) else {
        let names = (type(of: p).family.name, type(of: q).family.name)
        throw Diagnostic(
            "the kl of \(names.0) and \(names.1) is not known exactly", help: "estimate it from draws: kl(p, q, draws: 10_000)")
    }
    return value
}
