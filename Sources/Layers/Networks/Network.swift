import Diagnostics
import Graphs
import Synchronization
import Tensors

/// A layer with its weights: a value that is applied to tensors.
///
/// Weights are float32. They are drawn when the shape of an example is known: at once where the layer says it, else by `begun(with:)`.
public struct Network: Sendable {
    public let layer: any Layer
    /// Draws the initial weights.
    public let key: Key
    /// The shape of the examples that the weights are for.
    public private(set) var input: [Int]?
    public private(set) var weights: [Tensor] = []
    public private(set) var descriptions: [Weight] = []
    let plans = NetworkPlans()

    public init(_ layer: any Layer, key: Key) { (self.layer, self.key) = (layer, key) }

    /// A network for examples of some shape, with weights that are given.
    ///
    /// - Parameter weight: the tensor for a weight, float32 and of its shape.
    init(_ layer: any Layer, key: Key, input: [Int], weight: (Weight) throws(Diagnostic) -> Tensor) throws(Diagnostic) {
        self.init(layer, key: key)
        descriptions = try layer.weights(for: input)
        weights = try descriptions.map(weight)
        self.input = input
    }

    /// A network with its weights where the layer says what examples it takes.
    ///
    /// Throws where the layers do not fit each other.
    public static func made(_ layer: any Layer, key: Key) throws(Diagnostic) -> Network {
        _ = try layer.width(after: nil)
        let network = Network(layer, key: key)
        guard let example = layer.example else { return network }
        return try network.begun(with: example)
    }

    /// Throws where the weights depend on the shape of an example that nobody has told.
    public func checkBegun() throws(Diagnostic) {
        guard input == nil, layer.hasWeights else { return }
        throw Diagnostic(
            "the network has no weights yet: they depend on the shape of an example",
            help: "say it, as in Chain(..., input: [28, 28, 1]), or name the size that the first layer takes")
    }

    /// The network with weights for examples of some shape; as it is where it has them.
    ///
    /// Throws where the layer takes no such example, or has weights for another.
    public func begun(with example: [Int]) throws(Diagnostic) -> Network {
        if input != nil {
            let needed = try layer.weights(for: example)
            guard needed.map(\.shape) == descriptions.map(\.shape) else {
                throw Diagnostic("the network has weights for examples of shape \(input ?? []), and got some of shape \(example)")
            }
            return self
        }
        _ = try Shape.count(example)
        var copy = self
        copy.descriptions = try layer.weights(for: example)
        _ = try layer.shape(after: example)
        copy.input = example
        copy.weights = []
        for (index, weight) in copy.descriptions.enumerated() {
            copy.weights.append(try weight.initial.tensor(weight.shape, key.folded(UInt64(index))))
        }
        return copy
    }

    /// The same network with other weights.
    ///
    /// Throws where their number, types or shapes differ.
    public func replacing(weights new: [Tensor]) throws(Diagnostic) -> Network {
        guard new.count == weights.count, zip(new, weights).allSatisfy({ $0.shape == $1.shape && $0.dtype == $1.dtype }) else {
            throw Diagnostic("the weights do not fit the network")
        }
        var copy = self
        copy.weights = new
        return copy
    }

    /// What it gives for a batch of examples along axis 0, as float32. An embedding takes whole numbers, as int32.
    ///
    /// Throws where the shapes do not fit, naming the layer, or an embedding has no such row.
    public func callAsFunction(_ x: Tensor, condition: Tensor? = nil) throws(Diagnostic) -> Tensor {
        guard x.rank >= 1 else { throw Diagnostic("\(layer.name) takes a batch of examples, and got one number") }
        let network = try begun(with: Array(x.shape.dropFirst()))
        let rows = layer.vocabulary
        if let rows { try x.checkPositions(below: rows, layer.name, "rows of a table") }
        if let trace = Trace.of([x] + network.weights + (condition.map { [$0] } ?? [])) {
            return try network.traced(x, condition: condition, in: trace)
        }
        var inputs = [try x.converted(to: rows == nil ? .float32 : .int32)]
        if let condition { inputs.append(try condition.converted(to: .float32)) }
        let shapes = inputs.map(\.shape)
        let plan = try plans.plan(.whole(shapes)) { () throws(Diagnostic) in
            let builder = Builder()
            let symbols = inputs.map { builder.input(TensorType($0.dtype, $0.shape)) }
            let weights = network.weights.map { builder.input(TensorType($0.dtype, $0.shape)) }
            let pass = Pass(isTraining: false, condition: symbols.count > 1 ? symbols[1] : nil)
            return try Plan(builder.finish([try network.layer.apply(symbols[0], weights, pass)]))
        }
        return try plan.run(inputs + network.weights, key: key)[0]
    }

    /// The number of weights that are trained.
    public var count: Int { zip(weights, descriptions).reduce(0) { $0 + ($1.1.isTrained ? $1.0.count : 0) } }

    /// A line of what is said of a network: what it gives, how many numbers it learns, and how many bytes all that it keeps takes.
    public typealias Row = (name: String, output: [Int], count: Int, bytes: Int)

    /// One row a layer, then one for all.
    public func rows() throws(Diagnostic) -> [Row] {
        guard var shape = input else { return [] }
        let layers = (layer as? Chain)?.layers ?? [layer]
        var rows: [Row] = []
        for layer in layers {
            let weights = try layer.weights(for: shape)
            let count = weights.reduce(0) { $0 + ($1.isTrained ? $1.shape.reduce(1, *) : 0) }
            let bytes = weights.reduce(0) { $0 + $1.shape.reduce(DType.float32.size, *) }
            shape = try layer.output(for: shape)
            rows.append((layer.name, shape, count, bytes))
        }
        return rows + [("total", shape, rows.reduce(0) { $0 + $1.count }, rows.reduce(0) { $0 + $1.bytes })]
    }
}

/// The plans of a network's last few uses, shared by its copies.
final class NetworkPlans: Sendable {
    /// What a plan was made for.
    enum Use: Hashable {
        /// All of its inputs at once, of some shapes.
        case whole([[Int]])
        /// A place at a time of so many sequences, with memory for so many places.
        case place(batch: Int, capacity: Int)
    }
    private struct Entry {
        var use: Use
        var plan: Plan
    }
    private let entries = Mutex<[Entry]>([])
    private static let limit = 8

    func plan(_ use: Use, _ make: () throws(Diagnostic) -> Plan) throws(Diagnostic) -> Plan {
        if let known = entries.withLock({ $0.first { $0.use == use }?.plan }) { return known }
        let plan = try make()
        entries.withLock {
            $0.append(Entry(use: use, plan: plan))
            if $0.count > NetworkPlans.limit { $0.removeFirst() }
        }
        return plan
    }
}
