import Diagnostics
import Tensors

/// The normal distribution of vectors, with a mean and a covariance matrix.
public struct MultivariateNormal: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "MultivariateNormal",
        summary:
            "The normal distribution of vectors. In place of covariance it takes `precision:`, `cholesky:` (lower) or `diagonal:` (variances).",
        parameters: [
            Parameter("mean", .real, rank: 1), Parameter("covariance", .positiveDefinite, rank: 2, isOptional: true),
            Parameter("precision", .positiveDefinite, rank: 2, isOptional: true),
            Parameter("cholesky", .lowerTriangular, rank: 2, isOptional: true),
            Parameter("diagonal", .positive, rank: 1, isOptional: true),
        ],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            let mean = try family.parameters[0].checked(arguments)
            let name = try oneOf(arguments, "covariance", "precision", "cholesky", "diagonal")
            guard let parameter = family.parameters.first(where: { $0.name == name }) else {
                return try MultivariateNormal(mean: mean, factor: mean, shown: (name, mean))
            }
            let given = try parameter.checked(arguments)
            let size = given.shape.last ?? 0
            guard size > 0, parameter.rank == 1 || given.shape[given.rank - 2] == size else {
                throw Diagnostic("\(name) must be square, and it is of shape \(given.shape)", argument: name)
            }
            guard mean.shape.last == size || mean.shape.last == 1 else {
                throw Diagnostic("the mean has \(mean.shape.last ?? 0) entries, and \(name) is of shape \(given.shape)", argument: name)
            }
            let factor: Tensor
            switch name {
            case "diagonal": factor = try given.applying(.sqrt).expandedDims(-1) * Tensor.eye(size)
            case "cholesky":
                let diagonal = try (given * Tensor.eye(size)).sum(axis: -1)
                let above = try Tensor.binary(
                    .greater, Tensor.arange(0, Double(size), 1).expandedDims(0), Tensor.arange(0, Double(size), 1).expandedDims(1))
                guard diagonal.doubles.allSatisfy({ $0 > 0 }), try Tensor.select(above, given, Tensor(0)).doubles.allSatisfy({ $0 == 0 })
                else {
                    throw Diagnostic("cholesky must be \(Constraint.lowerTriangular.words)", argument: name)
                }
                factor = given
            default: factor = try symmetricFactor(name == "precision" ? given.inverse() : given, given, name)
            }
            return try MultivariateNormal(mean: mean, factor: factor, shown: (name, given))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            guard x.rank == 2, x.shape[0] > 0 else {
                throw Diagnostic("the observations must be rows of numbers, and they have shape \(x.shape)", argument: "data")
            }
            guard !x.hasMissing else {
                throw Diagnostic("an entry of the observations is missing", argument: "data", help: "`drop_missing` leaves such rows out")
            }
            var given = try Tensor.ones([x.shape[0]])
            if let weights { given = weights }
            let column = try (given / given.sum()).expandedDims(-1)
            let mean = try (x * column).sum(axis: 0)
            let centred = try x - mean
            let covariance = try (centred * column).transposed().matmul(centred)
            return try family.make(["mean": mean, "covariance": covariance])
        })

    public let mean: Tensor
    /// The lower Cholesky factor of the covariance.
    public let factor: Tensor
    private let shown: (name: String, value: Tensor)
    public let batchShape: [Int]

    init(mean: Tensor, factor: Tensor, shown: (name: String, value: Tensor)) throws(Diagnostic) {
        let size = factor.shape.last ?? 0
        batchShape = try Shape.broadcast(Array(mean.shape.dropLast()), Array(factor.shape.dropLast(2)))
        self.mean = try mean.broadcast(to: Array(mean.shape.dropLast()) + [size])
        self.factor = factor
        self.shown = shown
    }

    public var arguments: [(name: String, value: Tensor)] { [("mean", mean), shown] }
    public var eventShape: [Int] { [factor.shape.last ?? 0] }
    public var support: Support { .vectors }
    public var covariance: Tensor {
        get throws(Diagnostic) { try factor.matmul(factor.transposed(Array(0..<factor.rank - 2) + [factor.rank - 1, factor.rank - 2])) }
    }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let d = eventShape[0]
        guard x.shape.last == d else { throw Diagnostic("a value has \(d) entries, and this is of shape \(x.shape)", argument: "x") }
        let difference = try x - mean
        let shape = try Shape.broadcast(Array(difference.shape.dropLast()), batchShape)
        let values = try difference.broadcast(to: shape + [d])
        let centred = values.doubles
        let factors = try factor.broadcast(to: batchShape + [d, d]).doubles
        let matrices = factors.count / (d * d)
        let rows = centred.count / d
        var result = [Double](repeating: 0, count: rows)
        var missing = [Bool](repeating: false, count: rows)
        var z = [Double](repeating: 0, count: d)
        for row in 0..<rows {
            // Forward substitution: z = L⁻¹ (x - mean).
            let start = (row % matrices) * d * d
            var total = -0.5 * Double(d) * logTwoPi
            for i in 0..<d {
                var sum = centred[row * d + i]
                for j in 0..<i { sum -= factors[start + i * d + j] * z[j] }
                z[i] = sum / factors[start + i * d + i]
                total -= 0.5 * z[i] * z[i] + logOf(factors[start + i * d + i])
                if values.isMissing(at: row * d + i) { missing[row] = true }
            }
            result[row] = total
        }
        return Tensor(result, shape: shape, missing: missing)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let d = eventShape[0]
        let full = shape + batchShape + [d]
        let count = try Shape.count(full)
        let z = normal(count, key)
        let means = try mean.broadcast(to: batchShape + [d]).doubles
        let factors = try factor.broadcast(to: batchShape + [d, d]).doubles
        let matrices = factors.count / (d * d)
        var result = [Double](repeating: 0, count: count)
        for row in 0..<count / d {
            let which = row % matrices
            for i in 0..<d {
                var sum = means[which * d + i]
                for j in 0...i { sum += factors[which * d * d + i * d + j] * z[row * d + j] }
                result[row * d + i] = sum
            }
        }
        return Tensor(result, shape: full)
    }
}

/// The Cholesky factor of a symmetric matrix.
private func symmetricFactor(_ matrix: Tensor, _ given: Tensor, _ name: String) throws(Diagnostic) -> Tensor {
    let axes = Array(0..<given.rank - 2) + [given.rank - 1, given.rank - 2]
    let transposed = try given.transposed(axes)
    let scale = given.doubles.map(abs).max() ?? 0
    guard zip(given.doubles, transposed.doubles).allSatisfy({ abs($0 - $1) <= 1e-8 * scale }) else {
        throw Diagnostic("\(name) must be symmetric", argument: name)
    }
    do throws(Diagnostic) {
        return try matrix.cholesky()
    } catch {
        throw Diagnostic(
            "\(name) must be positive definite, and it is not", argument: name,
            help: "a little on its diagonal makes it so: `c + 1e-6 * eye(n)`")
    }
}
