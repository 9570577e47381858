import Diagnostics
import Glibc
import Tensors

/// One of the numbers 0 to k - 1, with the probabilities `p`, or with probabilities in proportion to exp(`logits`).
public struct Categorical: Drawable {
    public static let family = DistributionFamily(
        name: "Categorical", summary: "One of the numbers 0 to k - 1, with given probabilities.", parameters: choices,
        make: { arguments throws(Diagnostic) in try Categorical(Parameters("Categorical", choices, arguments)) }, fit: fitted)
    private static let choices = [
        Parameter("p", .simplex, rank: 1, isOptional: true), Parameter("logits", .real, rank: 1, isOptional: true),
    ]

    let parameters: Parameters
    /// Normalised, one row of `size` a distribution.
    private let logs: [Double]
    /// The same as a tensor.
    private let normalised: Tensor
    private let size: Int

    init(_ parameters: Parameters) throws(Diagnostic) {
        try parameters.requireOne("Categorical", of: ["p", "logits"])
        let given = parameters[0]
        self.parameters = parameters
        size = given.shape[given.rank - 1]
        let raw = parameters.names == ["p"] ? given.log() : given
        normalised = try raw - raw.logsumexp(axis: -1, keep: true)
        // Where they are not known yet, what is asked of them is written with the tensor.
        logs = normalised.isSymbolic ? [] : normalised.doubles
    }
    public init(p: Tensor) throws(Diagnostic) { try self.init(Parameters(Self.family, ["p": p])) }
    public init(logits: Tensor) throws(Diagnostic) { try self.init(Parameters(Self.family, ["logits": logits])) }

    public var arguments: [(name: String, value: Tensor)] { parameters.arguments }
    public var batchShape: [Int] { parameters.batchShape }
    public var eventShape: [Int] { [] }
    public var support: Support { .integers(low: 0, high: Double(size - 1)) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        if normalised.isSymbolic || x.isSymbolic {
            let isIt = try Tensor.binary(.equal, x.expandedDims(-1), Tensor((0..<size).map(Double.init)))
            return try Tensor.select(isIt, normalised, Tensor(-Double.infinity)).max(axis: -1)
        }
        return try mapped(x) { x, row in
            guard x >= 0, x < Double(size), x == x.rounded() else { return -.infinity }
            return logs[row * size + Int(x)]
        }
    }

    /// A function of each entry of x and of the row of its distribution.
    private func mapped(_ x: Tensor, _ f: (Double, Int) -> Double) throws(Diagnostic) -> Tensor {
        let shape = try Shape.broadcast(x.shape, batchShape)
        let rowTensor = try Tensor((0..<parameters.batchCount).map(Double.init), shape: batchShape).broadcast(to: shape)
        let (points, rows) = (try x.broadcast(to: shape), rowTensor.doubles)
        var values = points.doubles
        for i in values.indices { values[i] = f(values[i], Int(rows[i])) }
        return Tensor(values, shape: shape, missing: points.missing)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let full = shape + batchShape
        let count = try Shape.count(full)
        let cumulated = (0..<parameters.batchCount).flatMap(cumulated)
        if parameters.batchCount == 1, count >= 1024, let total = cumulated.last {
            let table = GuidedTable(lowest: 0, cumulated: cumulated.map { $0 / total })
            return Tensor(filled(count) { $0.lookup(table, key) }, shape: full)
        }
        var generator = key.generator()
        var draws = [Double](repeating: 0, count: count)
        for i in 0..<count {
            let start = i % parameters.batchCount * size
            let u = generator.uniform() * cumulated[start + size - 1]
            // The first place whose cumulated probability exceeds u.
            var (low, high) = (0, size - 1)
            while low < high {
                let middle = (low + high) / 2
                if cumulated[start + middle] > u { high = middle } else { low = middle + 1 }
            }
            draws[i] = Double(low)
        }
        return Tensor(draws, shape: full)
    }

    /// The place of the largest of the log probabilities, each with a Gumbel draw added (Gumbel, 1954).
    public func undifferentiated(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let noise = try -(-Tensor.uniform(shape + batchShape + [size], key).log()).log()
        return try (noise + normalised).argmax(axis: -1)
    }

    private func probabilities(_ row: Int) -> [Double] { logs[row * size..<(row + 1) * size].map { exp($0) } }
    private func cumulated(_ row: Int) -> [Double] {
        var sum = 0.0
        return probabilities(row).map {
            sum += $0
            return sum
        }
    }

    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        let values = (0..<parameters.batchCount).map { row -> Double in
            let p = probabilities(row)
            let mean = p.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
            func moment(_ n: Int) -> Double { p.enumerated().reduce(0) { $0 + pow(Double($1.offset) - mean, Double(n)) * $1.element } }
            switch statistic {
            case .mean: return mean
            case .variance: return moment(2)
            case .sd: return moment(2).squareRoot()
            case .mode: return Double(p.indices.max { p[$0] < p[$1] } ?? 0)
            case .median: return quantile(0.5, row)
            case .skewness: return moment(3) / pow(moment(2), 1.5)
            case .kurtosis: return moment(4) / (moment(2) * moment(2)) - 3
            case .entropy: return p.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
            }
        }
        return Tensor(values, shape: batchShape)
    }

    private func quantile(_ q: Double, _ row: Int) -> Double {
        Double(cumulated(row).firstIndex { $0 >= q * (1 - 1e-15) } ?? size - 1)
    }

    public func cumulative(_ kind: Cumulative, at x: Tensor) throws(Diagnostic) -> Tensor? {
        try mapped(x) { x, row in
            if kind == .quantile { return quantile(x, row) }
            if x.isNaN { return x }
            let p = probabilities(row)
            let split = x < 0 ? 0 : x >= Double(size - 1) ? size : Int(x) + 1
            let tails = Tails(below: p[..<split].reduce(0, +), above: p[split...].reduce(0, +))
            switch kind {
            case .cdf: return tails.below
            case .survival: return tails.above
            case .logCDF: return tails.logBelow
            case .logSurvival, .quantile: return tails.logAbove
            }
        }
    }

    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? {
        guard let other = other as? Categorical, other.size == size else { return nil }
        let (p, q) = (Tensor(logs, shape: batchShape + [size]), Tensor(other.logs, shape: other.batchShape + [size]))
        let terms = try p.exp() * (p - q)
        return try Tensor.select(Tensor.binary(.equal, p, Tensor(-Double.infinity)), Tensor(0), terms).sum(axis: -1)
    }

    /// The share of each number up to the greatest.
    private static func fitted(_ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> any Distribution {
        let (columns, shape) = try WeightedSample.columns("Categorical", x, weights)
        for column in columns { try column.require("whole numbers from 0 to 1,000,000") { $0 >= 0 && $0 <= 1e6 && $0 == $0.rounded() } }
        let size = Int(columns.flatMap(\.values).max() ?? 0) + 1
        var shares = [Double](repeating: 0, count: try Shape.count(shape + [size]))
        for (row, column) in columns.enumerated() {
            for (value, weight) in zip(column.values, column.weights) { shares[row * size + Int(value)] += weight / column.total }
        }
        return try Categorical(p: Tensor(shares, shape: shape + [size]))
    }
}
