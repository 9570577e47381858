import Diagnostics
import Glibc
import Tensors

/// How often each of k outcomes happens in `count` independent trials.
public struct Multinomial: Distribution {
    public static let family = DistributionFamily(
        name: "Multinomial", summary: "How often each of k outcomes happens in a number of trials.", parameters: shapes,
        make: { arguments throws(Diagnostic) in try Multinomial(Parameters("Multinomial", shapes, arguments)) }, fit: fitted)
    private static let shapes = [Parameter("count", .count), Parameter("p", .simplex, rank: 1)]

    let parameters: Parameters
    private var size: Int { parameters[1].shape[parameters[1].rank - 1] }

    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(count: Tensor, p: Tensor) throws(Diagnostic) { try self.init(Parameters(Self.family, ["count": count, "p": p])) }

    public var arguments: [(name: String, value: Tensor)] { parameters.arguments }
    public var batchShape: [Int] { parameters.batchShape }
    public var eventShape: [Int] { [size] }
    public var support: Support { .counts }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        try requireEvent(x)
        let count = parameters[0]
        // Independent Poisson counts given their total.
        let expected = try count.expandedDims(-1) * shares
        let logs = try wholeWithin(Tensor(0), x, Tensor(.infinity), poissonLogs(x, expected)).sum(axis: -1)
        let total = try x.sum(axis: -1)
        return try Tensor.select(Tensor.binary(.equal, total, count), logs - poissonLogs(count, count), Tensor(-Double.infinity))
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let full = shape + batchShape + eventShape
        let count = try Shape.count(full)
        let trials = try parameters[0].broadcast(to: batchShape).doubles
        let p = try parameters[1].broadcast(to: batchShape + eventShape).doubles
        var generator = key.generator()
        var draws = [Double](repeating: 0, count: count)
        for draw in 0..<count / size {
            let row = draw % parameters.batchCount
            // Each outcome in turn is a binomial share of what is left.
            var (left, mass) = (trials[row], p[row * size..<(row + 1) * size].reduce(0, +))
            for j in 0..<size where left > 0 {
                let probability = p[row * size + j]
                let share = j == size - 1 ? 1 : mass > 0 ? Swift.min(1, probability / mass) : 0
                let hits = generator.binomial(left, share)
                draws[draw * size + j] = hits
                left -= hits
                mass -= probability
            }
        }
        return Tensor(draws, shape: full)
    }

    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        let (count, p) = (try parameters[0].expandedDims(-1), try shares)
        switch statistic {
        case .mean: return try count * p
        case .variance: return try count * p * (1 - p)
        case .skewness: return try (1 - 2 * p) / (count * p * (1 - p)).sqrt()
        case .kurtosis: return try (1 - 6 * p * (1 - p)) / (count * p * (1 - p))
        case .mode: return try Tensor(rows().flatMap { Self.mode($0.count, $0.p) }, shape: batchShape + eventShape)
        case .entropy: return try Tensor(rows().map { Self.entropy($0.count, $0.p) }, shape: batchShape)
        case .sd, .median: return nil
        }
    }

    private var shares: Tensor { get throws(Diagnostic) { try parameters[1] / parameters[1].sum(axis: -1, keep: true) } }

    /// The parameters of each entry of the batch.
    private func rows() throws(Diagnostic) -> [(count: Double, p: [Double])] {
        let counts = try parameters[0].broadcast(to: batchShape).doubles
        let p = try shares.broadcast(to: batchShape + [size]).doubles
        return counts.indices.map { (counts[$0], Array(p[$0 * size..<($0 + 1) * size])) }
    }

    /// From near the mean, one count at a time goes where it is most probable; the log probability is concave, so this ends at its peak.
    private static func mode(_ count: Double, _ p: [Double]) -> [Double] {
        var x = p.map { (count * $0).rounded(.down) }
        var left = count - x.reduce(0, +)
        while left != 0 {
            if left > 0 {
                let place = p.indices.max { p[$0] / (x[$0] + 1) < p[$1] / (x[$1] + 1) } ?? 0
                x[place] += 1
                left -= 1
            } else {
                let place = p.indices.filter { x[$0] > 0 }.min { p[$0] / x[$0] < p[$1] / x[$1] } ?? 0
                x[place] -= 1
                left += 1
            }
        }
        return x
    }

    /// Given their total, independent Poisson counts: the mean log probability of each, and that of the total.
    private static func entropy(_ count: Double, _ p: [Double]) -> Double {
        if count == 0 { return 0 }
        return p.reduce(logPoisson(count, count)) { sum, p in
            p == 0 ? sum : sum - binomialExpectation(count, p) { x, _ in logPoisson(x, count * p) }
        }
    }

    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? {
        guard let other = other as? Multinomial, other.size == size else { return nil }
        let count = parameters[0]
        guard try Tensor.binary(.equal, count, other.parameters[0]).all().double(at: 0) == 1 else { return nil }
        guard let one = try Categorical(p: shares).divergence(to: Categorical(p: other.shares)) else { return nil }
        // No trials, no difference, whatever the shares.
        return try Tensor.select(Tensor.binary(.equal, count, Tensor(0)), Tensor(0), count * one)
    }

    /// The shares of the summed counts; all rows of x have the same total.
    private static func fitted(_ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> any Distribution {
        guard x.rank == 2 else {
            throw Diagnostic("Multinomial is fitted to a matrix, a row an observation, and x has shape \(x.shape)", argument: "x")
        }
        try Parameter("x", .count, rank: 2).check(x)
        let counts = try WeightedSample.rowWeights(weights, x.shape[0])
        let totals = try x.sum(axis: 1).doubles
        if let other = totals.first(where: { $0 != totals[0] }) {
            throw Diagnostic(
                "Multinomial is fitted to rows of one total, and there are \(formatNumber(totals[0])) and \(formatNumber(other))",
                argument: "x")
        }
        guard totals[0] > 0 else { throw Diagnostic("Multinomial cannot be fitted where nothing was counted", argument: "x") }
        let sums = try Tensor(counts).matmul(x)
        return try Multinomial(count: Tensor(totals[0]), p: sums / sums.sum())
    }
}

extension Distribution {
    /// Throws where the last axes of x are not those of one draw.
    func requireEvent(_ x: Tensor) throws(Diagnostic) {
        guard Array(x.shape.suffix(eventShape.count)) == eventShape else {
            throw Diagnostic("a value of \(Self.family.name) has shape \(eventShape) here, and x has shape \(x.shape)", argument: "x")
        }
    }
}
