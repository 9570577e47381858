import Diagnostics
import Tensors

/// A joint distribution over one variable, `x`.
///
/// Parameters are tensors that broadcast against each other to `batchShape`, one independent distribution an entry; a draw
/// of one of them has shape `eventShape`. A value has shape [..., batch, event].
public protocol Distribution: Sendable {
    /// The row of the catalog: name, parameters, how to build and fit one.
    static var family: DistributionFamily { get }
    /// The parameters as they are shown, `sd: 2`.
    var arguments: [(name: String, value: Tensor)] { get }
    var batchShape: [Int] { get }
    var eventShape: [Int] { get }
    /// Where the density is positive.
    var support: Support { get }

    /// log p(x), one number for each entry of the batch; values outside the support give -inf. Built from tensor operations.
    ///
    /// - Parameter x: shape [..., batch, event], or what broadcasts to it.
    func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor

    /// Independent draws, shape `shape` + `batchShape` + `eventShape`.
    func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor

    /// A number that describes each distribution of the batch, shape `batchShape` + `eventShape` (entropy: `batchShape`);
    /// nil where it is not known exactly, NaN where it does not exist.
    func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor?

    /// The distribution function or one of its kin at each entry of `x`; nil where it is not known exactly.
    func cumulative(_ kind: Cumulative, at x: Tensor) throws(Diagnostic) -> Tensor?

    /// The Kullback-Leibler divergence from this distribution to another, in nats, one number for each entry of the two batches; nil where it is not
    /// known exactly.
    func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor?

    /// How it is written, `Normal(mean: 0, sd: 2)`.
    var description: String { get }
}

/// The set of values a distribution can take.
public enum Support: Sendable, Equatable {
    /// An interval of the reals; ends may be infinite. Ends are those of the whole batch's hull.
    case interval(low: Double, high: Double)
    /// Whole numbers from `low` to `high`, which may be infinite.
    case integers(low: Double, high: Double)
    /// Vectors of non-negative numbers that sum to 1.
    case simplex
    /// Vectors of counts that sum to a total.
    case counts
    /// Vectors of reals.
    case vectors

    public var isDiscrete: Bool {
        switch self {
        case .integers, .counts: true
        case .interval, .simplex, .vectors: false
        }
    }
}

/// What a parameter must satisfy; its words appear in errors.
public enum Constraint: Sendable {
    case real, positive, nonNegative, probability, count, simplex, positiveDefinite, lowerTriangular
}

/// One parameter of a family.
public struct Parameter: Sendable {
    public let name: String
    public let constraint: Constraint
    /// Axes that belong to one distribution: 0 for a number, 1 for a vector, 2 for a matrix.
    public let rank: Int
    /// A parameter that may be left out.
    public let isOptional: Bool

    public init(_ name: String, _ constraint: Constraint, rank: Int = 0, isOptional: Bool = false) {
        self.name = name
        self.constraint = constraint
        self.rank = rank
        self.isOptional = isOptional
    }
}

/// A family of distributions: what the name `Normal` stands for.
public struct DistributionFamily: Sendable {
    public let name: String
    /// One sentence for the reference.
    public let summary: String
    public let parameters: [Parameter]
    /// Builds a member from checked-by-the-family arguments, given by parameter name.
    ///
    /// Throws with the blamed argument's name where one is out of its range.
    public let make: @Sendable ([String: Tensor]) throws(Diagnostic) -> any Distribution
    /// The member of highest likelihood; observations along the leading axis, with weights where given. Nil where there is none.
    public let fit: (@Sendable (_ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> any Distribution)?

    public init(
        name: String, summary: String, parameters: [Parameter],
        make: @escaping @Sendable ([String: Tensor]) throws(Diagnostic) -> any Distribution,
        fit: (@Sendable (_ x: Tensor, _ weights: Tensor?) throws(Diagnostic) -> any Distribution)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.make = make
        self.fit = fit
    }
}
