import Diagnostics
import Glibc
import Tensors

/// The Dirichlet distribution of vectors of probabilities; their means are a / sum(a).
public struct Dirichlet: Distribution {
    public static let family = DistributionFamily(
        name: "Dirichlet", summary: "The Dirichlet distribution of vectors of probabilities.", parameters: shapes,
        make: { arguments throws(Diagnostic) in Dirichlet(try Parameters("Dirichlet", shapes, arguments)) }, fit: fitted)
    private static let shapes = [Parameter("a", .positive, rank: 1)]

    let parameters: Parameters
    private var a: Tensor { parameters[0] }
    private var size: Int { a.shape[a.rank - 1] }

    init(_ parameters: Parameters) { self.parameters = parameters }
    public init(a: Tensor) throws(Diagnostic) { try self.init(Parameters(Self.family, ["a": a])) }

    public var arguments: [(name: String, value: Tensor)] { parameters.arguments }
    public var batchShape: [Int] { parameters.batchShape }
    public var eventShape: [Int] { [size] }
    public var support: Support { .simplex }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        try requireEvent(x)
        let logs = try logPower(x, a - 1).sum(axis: -1)
        let normalizer = try a.sum(axis: -1).lgamma() - a.lgamma().sum(axis: -1)
        // A point computed to single precision still counts as one whose entries sum to 1.
        let isWhole = try Tensor.binary(.less, (x.sum(axis: -1) - 1).abs(), Tensor(1e-6))
        let isPositive = try Tensor.binary(.greaterEqual, x.min(axis: -1), Tensor(0))
        return try Tensor.select(Tensor.binary(.and, isWhole, isPositive), logs + normalizer, Tensor(-Double.infinity))
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let full = shape + batchShape + eventShape
        let count = try Shape.count(full)
        let (shapes, size) = (a.doubles, size)
        // Draws of small shapes may be too small for numbers, so that their logarithms are needed.
        let hasSmall = shapes.contains { $0 < 0.1 }
        let draws = filled(count, period: size, work: 32) { stretch in
            stretch.gamma(shapes, key, logs: hasSmall)
            for row in stride(from: 0, to: stretch.values.count, by: size) {
                let row = UnsafeMutableBufferPointer(rebasing: stretch.values[row..<row + size])
                if hasSmall {
                    let largest = row.max() ?? 0
                    for i in 0..<size { row[i] = exp(row[i] - largest) }
                }
                let scale = 1 / row.reduce(0, +)
                for i in 0..<size { row[i] *= scale }
            }
        }
        return Tensor(draws, shape: full)
    }

    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        let total = try a.sum(axis: -1, keep: true)
        let mean = try a / total
        switch statistic {
        case .mean: return mean
        case .variance: return try mean * (1 - mean) / (total + 1)
        case .mode: return a.doubles.contains { $0 <= 1 } ? nil : try (a - 1) / (total - Double(size))
        case .entropy:
            let sum = try a.sum(axis: -1)
            let logBeta = try a.lgamma().sum(axis: -1) - sum.lgamma()
            let pull = try ((a - 1) * a.digamma()).sum(axis: -1)
            return try logBeta + (sum - Double(size)) * sum.digamma() - pull
        case .sd, .median, .skewness, .kurtosis: return nil
        }
    }

    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? {
        guard let other = other as? Dirichlet, other.size == size else { return nil }
        let (total, otherTotal) = (try a.sum(axis: -1), try other.a.sum(axis: -1))
        let constants = try total.lgamma() - a.lgamma().sum(axis: -1) - otherTotal.lgamma() + other.a.lgamma().sum(axis: -1)
        let expected = try a.digamma() - a.sum(axis: -1, keep: true).digamma()
        return try constants + ((a - other.a) * expected).sum(axis: -1)
    }

    /// Newton's method on the likelihood, whose Hessian is diagonal but for a constant (Minka, Estimating a Dirichlet Distribution, 2000).
    private static func fitted(_ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> any Distribution {
        guard x.rank == 2, x.shape[0] > 0, x.shape[1] > 1 else {
            throw Diagnostic("Dirichlet is fitted to a matrix, a row an observation, and x has shape \(x.shape)", argument: "x")
        }
        try Parameter("x", .simplex, rank: 1).check(x)
        if let zero = x.doubles.firstIndex(of: 0) { throw Parameter("x", .simplex).broken(x, at: zero, "above 0") }
        let counts = try WeightedSample.rowWeights(weights, x.shape[0])
        let total = counts.reduce(0, +)
        guard total > 0 else { throw Diagnostic("Dirichlet cannot be fitted to no observations", argument: "weights") }
        let w = try Tensor(counts) / total
        let (mean, logs) = (try w.matmul(x).doubles, try w.matmul(x.log()).doubles)
        let spread = try w.matmul((x - w.matmul(x)).square()).sum().double(at: 0)
        guard spread > 0 else { throw Diagnostic("Dirichlet cannot be fitted where all observations are equal", argument: "x") }
        let precision = Swift.max((1 - mean.reduce(0) { $0 + $1 * $1 }) / spread - 1, 0.1)
        var a = mean.map { $0 * precision }
        for _ in 0..<500 {
            let sum = a.reduce(0, +)
            let (shared, pull) = (trigamma(sum), digamma(sum))
            let gradient = zip(a, logs).map { pull - digamma($0) + $1 }
            let curvature = a.map { -trigamma($0) }
            let ratios = zip(gradient, curvature).reduce(0) { $0 + $1.0 / $1.1 }
            let shift = ratios / (1 / shared + curvature.reduce(0) { $0 + 1 / $1 })
            let next = a.indices.map { Swift.max(a[$0] - (gradient[$0] - shift) / curvature[$0], a[$0] / 4) }
            guard next.allSatisfy(\.isFinite) else { break }
            let isClose = a.indices.allSatisfy { Swift.abs(next[$0] - a[$0]) < 1e-13 * a[$0] }
            a = next
            if isClose { break }
        }
        return try Dirichlet(a: Tensor(a))
    }
}
