import Diagnostics
import Tensors

/// The parameters of one member of a family, checked and in the family's order.
public struct Parameters: Sendable {
    public let names: [String]
    public let values: [Tensor]
    /// What the parameters broadcast to, without the axes that belong to one distribution.
    public let batchShape: [Int]
    public let batchCount: Int

    /// Throws where an argument is absent, has the wrong number of axes, is out of its range, or does not broadcast with the others.
    public init(_ family: DistributionFamily, _ arguments: [String: Tensor]) throws(Diagnostic) {
        try self.init(family.name, family.parameters, arguments)
    }

    init(_ family: String, _ parameters: [Parameter], _ arguments: [String: Tensor]) throws(Diagnostic) {
        if let unknown = arguments.keys.sorted().first(where: { key in !parameters.contains { $0.name == key } }) {
            throw Diagnostic(
                "\(family) has no parameter \(unknown)", help: "it takes " + parameters.map(\.name).joined(separator: ", "))
        }
        var names: [String] = []
        var values: [Tensor] = []
        var shape: [Int] = []
        for parameter in parameters {
            guard let given = arguments[parameter.name] else {
                if parameter.isOptional { continue }
                throw Diagnostic("\(family) needs \(parameter.name)", argument: parameter.name)
            }
            let value = given.dtype < .float32 ? try given.converted(to: .float64) : given
            try parameter.check(value)
            let batch = Array(value.shape.dropLast(parameter.rank))
            do { shape = try Shape.broadcast(shape, batch) } catch {
                throw Diagnostic(
                    "the parameters of \(family) do not go together: \(parameter.name) has shape \(value.shape), those before it \(shape)",
                    argument: parameter.name)
            }
            names.append(parameter.name)
            values.append(value)
        }
        (self.names, self.values, batchShape) = (names, values, shape)
        batchCount = try Shape.count(shape)
    }

    public subscript(index: Int) -> Tensor { values[index] }
    public subscript(name: String) -> Tensor? { names.firstIndex(of: name).map { values[$0] } }
    public var arguments: [(name: String, value: Tensor)] { Array(zip(names, values)).map { (name: $0.0, value: $0.1) } }

    /// The numbers of up to four parameters of rank 0, for each entry of a shape that the batch broadcasts to.
    func columns(_ shape: [Int]) throws(Diagnostic) -> Columns { try Columns(values, shape) }

    /// Parameters read entry by entry.
    struct Columns {
        private let columns: [[Double]]

        init(_ values: [Tensor], _ shape: [Int]) throws(Diagnostic) {
            var columns: [[Double]] = []
            for value in values { columns.append(value.count == 1 ? value.doubles : try value.broadcast(to: shape).doubles) }
            self.columns = columns
        }

        subscript(index: Int) -> SIMD4<Double> {
            var row = SIMD4<Double>()
            for (place, column) in columns.enumerated() { row[place] = column[column.count == 1 ? 0 : index] }
            return row
        }
    }
}

extension Constraint {
    /// How an error says it: "sd must be ...".
    var words: String {
        switch self {
        case .real: "finite"
        case .positive: "positive"
        case .nonNegative: "0 or more"
        case .probability: "between 0 and 1"
        case .count: "a whole number, 0 or more"
        case .simplex: "probabilities that sum to 1"
        case .positiveDefinite: "positive definite"
        case .lowerTriangular: "lower triangular with a positive diagonal"
        }
    }

    /// Whether one number satisfies it; what a whole vector or matrix must satisfy is checked apart.
    func holds(_ value: Double) -> Bool {
        switch self {
        case .real, .positiveDefinite, .lowerTriangular: value.isFinite
        case .positive: value > 0 && value.isFinite
        case .nonNegative: value >= 0 && value.isFinite
        case .probability, .simplex: value >= 0 && value <= 1
        case .count: value >= 0 && value == value.rounded() && value <= 0x1p53
        }
    }
}

extension Parameter {
    /// "sd must be positive, and it is -1".
    func broken(_ value: Tensor, at index: Int, _ words: String? = nil) -> Diagnostic {
        let number = value.isMissing(at: index) ? "missing" : formatNumber(value.double(at: index))
        let subject = value.isScalar ? "it" : name + placeText(index, in: value.shape)
        return Diagnostic("\(name) must be \(words ?? constraint.words), and \(subject) is \(number)", argument: name)
    }

    /// Checks what is there; missing values pass.
    func checkPresent(_ value: Tensor) throws(Diagnostic) {
        let numbers = value.doubles
        if let bad = numbers.indices.first(where: { !value.isMissing(at: $0) && !constraint.holds(numbers[$0]) }) {
            throw broken(value, at: bad)
        }
    }

    func check(_ value: Tensor) throws(Diagnostic) {
        guard value.rank >= rank else {
            throw Diagnostic("\(name) must be a \(rank == 1 ? "vector" : "matrix"), and it has shape \(value.shape)", argument: name)
        }
        // Numbers that are not known yet cannot be checked.
        if value.isSymbolic { return }
        let numbers = value.doubles
        if let bad = numbers.indices.first(where: { value.isMissing(at: $0) || !constraint.holds(numbers[$0]) }) {
            throw broken(value, at: bad)
        }
        if rank > 0, value.shape.suffix(rank).contains(0) { throw Diagnostic("\(name) must not be empty", argument: name) }
        guard case .simplex = constraint else { return }
        let size = value.shape[value.rank - 1]
        // Probabilities written or computed to single precision still count.
        for start in stride(from: 0, to: numbers.count, by: size) {
            let sum = numbers[start..<start + size].reduce(0, +)
            if Swift.abs(sum - 1) > 1e-6 {
                let row = value.rank > 1 ? placeText(start / size, in: Array(value.shape.dropLast())) : ""
                throw Diagnostic(
                    "\(name) must sum to 1, and \(row.isEmpty ? "the sum" : "\(name)\(row)") is \(formatNumber(sum))", argument: name)
            }
        }
    }
}

/// The indices of a row-major position, `[1, 2]`.
func placeText(_ index: Int, in shape: [Int]) -> String {
    var (rest, indices) = (index, [Int]())
    for size in shape.reversed() {
        indices.append(rest % Swift.max(size, 1))
        rest /= Swift.max(size, 1)
    }
    return "\(Array(indices.reversed()))"
}
