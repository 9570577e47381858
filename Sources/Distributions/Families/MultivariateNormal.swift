import Diagnostics
import Glibc
import Tensors

/// The normal distribution of vectors, with its mean and one of: its covariance, the lower Cholesky factor of that, its inverse
/// (`precision`), or, where the entries are independent, their variances (`diagonal`).
public struct MultivariateNormal: Reparameterised {
    public static let family = DistributionFamily(
        name: "MultivariateNormal", summary: "The normal distribution of vectors, with a mean and a covariance.", parameters: shapes,
        make: { arguments throws(Diagnostic) in try MultivariateNormal(Parameters("MultivariateNormal", shapes, arguments)) },
        fit: fitted)
    private static let shapes = [
        Parameter("mean", .real, rank: 1), Parameter("covariance", .positiveDefinite, rank: 2, isOptional: true),
        Parameter("cholesky", .lowerTriangular, rank: 2, isOptional: true),
        Parameter("precision", .positiveDefinite, rank: 2, isOptional: true),
        Parameter("diagonal", .positive, rank: 1, isOptional: true),
    ]

    let parameters: Parameters
    private let size: Int
    /// A row of means and the rows of a Cholesky factor for each entry of the batch.
    let means: [Double]
    let factors: [Double]
    /// The lower factor of the covariance as a tensor.
    let factor: Tensor

    init(_ parameters: Parameters) throws(Diagnostic) {
        try parameters.requireOne("MultivariateNormal", of: ["covariance", "cholesky", "precision", "diagonal"])
        let (mean, name, spread) = (parameters[0], parameters.names[1], parameters[1])
        let size = mean.shape[mean.rank - 1]
        let wanted = name == "diagonal" ? [size] : [size, size]
        guard Array(spread.shape.suffix(wanted.count)) == wanted else {
            throw Diagnostic(
                "\(name) must have shape \(wanted), as mean has \(size) entries, and its shape is \(spread.shape)", argument: name)
        }
        let factor = try Self.factor(name, spread, size)
        // Numbers that are not known yet are left to what is written with the tensors.
        let isKnown = !mean.isSymbolic && !factor.isSymbolic
        means = isKnown ? try mean.broadcast(to: parameters.batchShape + [size]).doubles : []
        factors = isKnown ? try factor.broadcast(to: parameters.batchShape + [size, size]).doubles : []
        (self.parameters, self.size, self.factor) = (parameters, size, factor)
    }
    public init(mean: Tensor, covariance: Tensor) throws(Diagnostic) {
        try self.init(Parameters(Self.family, ["mean": mean, "covariance": covariance]))
    }
    public init(mean: Tensor, cholesky: Tensor) throws(Diagnostic) {
        try self.init(Parameters(Self.family, ["mean": mean, "cholesky": cholesky]))
    }
    public init(mean: Tensor, precision: Tensor) throws(Diagnostic) {
        try self.init(Parameters(Self.family, ["mean": mean, "precision": precision]))
    }
    public init(mean: Tensor, diagonal: Tensor) throws(Diagnostic) {
        try self.init(Parameters(Self.family, ["mean": mean, "diagonal": diagonal]))
    }

    /// The lower factor of the covariance.
    private static func factor(_ name: String, _ spread: Tensor, _ size: Int) throws(Diagnostic) -> Tensor {
        switch name {
        case "diagonal": return try spread.sqrt().expandedDims(-1) * Tensor.eye(size)
        case "cholesky":
            if spread.isSymbolic { return spread }
            let numbers = spread.doubles
            for i in numbers.indices {
                let (row, column) = (i / size % size, i % size)
                if column > row ? numbers[i] != 0 : column == row && !(numbers[i] > 0) {
                    throw Parameter(name, .lowerTriangular, rank: 2).broken(spread, at: i)
                }
            }
            return spread
        default:
            if !spread.isSymbolic { try requireSymmetric(name, spread, size) }
            do {
                let factor = try spread.cholesky()
                guard name == "precision" else { return factor }
                return try spread.inverse().cholesky()
            } catch {
                throw error.notes.reduce(Diagnostic("\(name) must be positive definite", argument: name)) { $0.noting($1) }
            }
        }
    }

    private static func requireSymmetric(_ name: String, _ matrix: Tensor, _ size: Int) throws(Diagnostic) {
        let numbers = matrix.doubles
        for i in numbers.indices {
            let (row, column) = (i / size % size, i % size)
            guard column < row else { continue }
            let mirror = i - row * size - column + column * size + row
            let scale = Swift.max(Swift.abs(numbers[i]), Swift.abs(numbers[mirror]))
            if Swift.abs(numbers[i] - numbers[mirror]) > 1e-6 * scale {
                throw Diagnostic(
                    "\(name) must be symmetric, and \(name)\(placeText(i, in: matrix.shape)) is \(formatNumber(numbers[i])) and "
                        + "\(name)\(placeText(mirror, in: matrix.shape)) is \(formatNumber(numbers[mirror]))", argument: name)
            }
        }
    }

    public var arguments: [(name: String, value: Tensor)] { parameters.arguments }
    public var batchShape: [Int] { parameters.batchShape }
    public var eventShape: [Int] { [size] }
    public var support: Support { .vectors }

    func logDeterminant(_ row: Int) -> Double {
        2 * (0..<size).reduce(0) { $0 + log(factors[row * size * size + $1 * size + $1]) }
    }

    /// L^-1 v, in place.
    func solve(_ row: Int, _ v: inout [Double]) {
        let start = row * size * size
        for i in 0..<size {
            var sum = v[i]
            for j in 0..<i { sum -= factors[start + i * size + j] * v[j] }
            v[i] = sum / factors[start + i * size + i]
        }
    }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        try requireEvent(x)
        if x.isSymbolic || parameters[0].isSymbolic || factor.isSymbolic { return try tracedLogDensity(x) }
        let shape = try Shape.broadcast(Array(x.shape.dropLast()), batchShape)
        let points = try x.broadcast(to: shape + [size])
        let rows = try Tensor((0..<parameters.batchCount).map(Double.init), shape: batchShape).broadcast(to: shape).doubles
        let constants = (0..<parameters.batchCount).map { -0.5 * logDeterminant($0) - Double(size) * halfLogTwoPi }
        let numbers = points.doubles
        var values = [Double](repeating: 0, count: rows.count)
        var missing = [Bool](repeating: false, count: rows.count)
        var z = [Double](repeating: 0, count: size)
        for i in values.indices {
            let row = Int(rows[i])
            for j in 0..<size { z[j] = numbers[i * size + j] - means[row * size + j] }
            solve(row, &z)
            let square = z.reduce(0) { $0 + $1 * $1 }
            // Infinite entries may cancel to NaN on the way.
            let isFar = square.isNaN && !(i * size..<(i + 1) * size).contains { numbers[$0].isNaN }
            values[i] = isFar ? -.infinity : constants[row] - 0.5 * square
            if points.hasMissing { missing[i] = (i * size..<(i + 1) * size).contains { points.isMissing(at: $0) } }
        }
        return Tensor(values, shape: shape, missing: missing)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let full = shape + batchShape + eventShape
        let z = normal(try Shape.count(full), key)
        var draws = z
        for draw in 0..<z.count / size {
            let row = draw % parameters.batchCount
            for i in 0..<size {
                var sum = means[row * size + i]
                for j in 0...i { sum += factors[row * size * size + i * size + j] * z[draw * size + j] }
                draws[draw * size + i] = sum
            }
        }
        return Tensor(draws, shape: full)
    }

    /// The median, variance and the like are those of each entry; the whole covariance is an argument or follows from one.
    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        switch statistic {
        case .mean, .mode, .median: return Tensor(means, shape: batchShape + [size])
        case .variance:
            let variances = (0..<parameters.batchCount * size).map { i in factors[i * size..<(i + 1) * size].reduce(0) { $0 + $1 * $1 } }
            return Tensor(variances, shape: batchShape + [size])
        case .entropy:
            let values = (0..<parameters.batchCount).map { 0.5 * logDeterminant($0) + Double(size) * (halfLogTwoPi + 0.5) }
            return Tensor(values, shape: batchShape)
        case .skewness, .kurtosis: return try Tensor.zeros(batchShape + [size])
        case .sd: return nil
        }
    }

    /// With batches of equal shape.
    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? {
        guard let other = other as? MultivariateNormal, other.size == size, other.batchShape == batchShape else { return nil }
        let values = (0..<parameters.batchCount).map { row in
            var gap = (0..<size).map { means[row * size + $0] - other.means[row * size + $0] }
            other.solve(row, &gap)
            var sum = gap.reduce(0) { $0 + $1 * $1 } - Double(size)
            for j in 0..<size {
                var column = (0..<size).map { factors[row * size * size + $0 * size + j] }
                other.solve(row, &column)
                sum += column.reduce(0) { $0 + $1 * $1 }
            }
            return 0.5 * (sum + other.logDeterminant(row) - logDeterminant(row))
        }
        return Tensor(values, shape: batchShape)
    }

    private static func fitted(_ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> any Distribution {
        guard x.rank == 2, x.shape[0] > 0 else {
            throw Diagnostic("MultivariateNormal is fitted to a matrix, a row an observation, and x has shape \(x.shape)", argument: "x")
        }
        try Parameter("x", .real, rank: 2).check(x)
        let counts = try WeightedSample.rowWeights(weights, x.shape[0])
        let total = counts.reduce(0, +)
        guard total > 0 else { throw Diagnostic("MultivariateNormal cannot be fitted to no observations", argument: "weights") }
        let w = try Tensor(counts) / total
        let mean = try w.matmul(x)
        let centered = try x - mean
        let covariance = try centered.transposed().matmul(centered * w.expandedDims(-1))
        do { return try MultivariateNormal(mean: mean, covariance: covariance) } catch {
            throw Diagnostic(
                "the observations lie in fewer than \(x.shape[1]) directions, so their covariance is singular", argument: "x",
                help: "give more observations than entries, and no column that follows from others")
        }
    }
}
