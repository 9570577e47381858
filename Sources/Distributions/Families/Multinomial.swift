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
        let (count, p) = (parameters[0], parameters[1])
        // An outcome that cannot happen must not; one that did not adds nothing.
        let powers = try Tensor.select(Tensor.binary(.equal, x, Tensor(0)), p * 0.0, x * p.log())
        let logs = try wholeWithin(Tensor(0), x, Tensor(.infinity), powers - (x + 1).lgamma()).sum(axis: -1)
        let total = try x.sum(axis: -1)
        return try Tensor.select(Tensor.binary(.equal, total, count), logs + (count + 1).lgamma(), Tensor(-Double.infinity))
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
        let (count, p) = (try parameters[0].expandedDims(-1), parameters[1])
        switch statistic {
        case .mean: return try count * p
        case .variance: return try count * p * (1 - p)
        default: return nil
        }
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
