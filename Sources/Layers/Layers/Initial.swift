import Diagnostics
import Graphs
import Tensors

/// How weights begin.
public enum Initial: Hashable, Sendable {
    case constant(Double)
    /// Evenly from -bound to bound.
    case uniform(Double)
    case normal(sd: Double)
    /// With orthonormal rows or columns (Saxe, McClelland and Ganguli 2014).
    case orthogonal

    /// Evenly within 1/sqrt(inputs), as linear layers begin in LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, up to a constant.
    public static func fanIn(_ inputs: Int) -> Initial { .uniform(1 / Double(max(1, inputs)).squareRoot()) }
    /// Glorot and Bengio 2010.
    public static func glorot(_ inputs: Int, _ outputs: Int) -> Initial { .uniform((6 / Double(max(1, inputs + outputs))).squareRoot()) }
    /// He, Zhang, Ren and Sun 2015.
    public static func he(_ inputs: Int) -> Initial { .normal(sd: (2 / Double(max(1, inputs))).squareRoot()) }

    /// The numbers, as float32.
    func tensor(_ shape: [Int], _ key: Key) throws(Diagnostic) -> Tensor {
        let count = try Shape.count(shape)
        let values: [Float]
        switch self {
        case .constant(let value): values = [Float](repeating: Float(value), count: count)
        case .uniform(let bound): values = Tensors.uniform(count, key).map { Float((2 * $0 - 1) * bound) }
        case .normal(let sd): values = Tensors.normal(count, key).map { Float($0 * sd) }
        case .orthogonal:
            guard let columns = shape.last, columns > 0, count > 0 else { return Tensor(.float32([]), shape: shape) }
            let rows = count / columns
            // Gram and Schmidt on the shorter side of a matrix of normal draws.
            let draws = Tensors.normal(count, key)
            let (vectors, length) = rows < columns ? (rows, columns) : (columns, rows)
            var basis: [[Double]] = []
            for index in 0..<vectors {
                var vector = (0..<length).map { draws[index * length + $0] }
                for other in basis {
                    let along = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
                    for place in vector.indices { vector[place] -= along * other[place] }
                }
                let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
                basis.append(vector.map { $0 / Swift.max(norm, 1e-12) })
            }
            values = (0..<count).map { place in
                let (row, column) = place.quotientAndRemainder(dividingBy: columns)
                return Float(rows < columns ? basis[row][column] : basis[column][row])
            }
        }
        return Tensor(.float32(values), shape: shape)
    }
}

/// How the matrices and kernels of a layer begin, by the paper that says it; biases then begin at 0.
public enum Scheme: String, Sendable, CaseIterable {
    /// Glorot and Bengio 2010: for tanh and what is like it.
    case glorot
    /// He, Zhang, Ren and Sun 2015: for relu.
    case he
    /// Saxe, McClelland and Ganguli 2014: for deep and linear networks.
    case orthogonal

    func initial(_ inputs: Int, _ outputs: Int) -> Initial {
        switch self {
        case .glorot: .glorot(inputs, outputs)
        case .he: .he(inputs)
        case .orthogonal: .orthogonal
        }
    }
    /// As an argument of a layer.
    var text: String { ", initial: \"\(rawValue)\"" }
}
