import Diagnostics
import Displays
import Distributions
import Tensors

/// What a computation is given by whoever runs it: randomness, a way to be stopped, and ears.
public struct Context: Sendable {
    public var key: Key
    public var interrupt: Interrupt
    /// Tells how far a long computation is: one short line. May be called often; the front end thins it out.
    public var progress: @Sendable (String) -> Void
    /// Says something worth knowing, such as which variables were taken.
    public var note: @Sendable (String) -> Void

    public init(
        key: Key, interrupt: Interrupt = Interrupt(), progress: @escaping @Sendable (String) -> Void = { _ in },
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.key = key
        self.interrupt = interrupt
        self.progress = progress
        self.note = note
    }
}

/// A recipe for a joint distribution (or a conditional one): a family with its settings, not yet fitted.
public protocol Model: Sendable {
    static var family: ModelFamily { get }
    /// The settings as they are shown, `k: 3`, those that differ from their defaults.
    var settings: [(name: String, value: Datum)] { get }

    /// Learns from data.
    ///
    /// - Parameter data: a table with columns named as the family's variables (`x`, `y`). `x` may itself be a table (several columns, kept by name).
    /// - Returns: a fitted model, whose capabilities are the protocols it conforms to.
    func fit(_ data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) -> any FittedModel
}

/// A model that has learned. What it can do is said by the protocols below.
public protocol FittedModel: Sendable {
    /// The recipe it was fitted by.
    var model: any Model { get }
    /// What was learned, by name: `means`, `weights`.
    var fields: [(name: String, value: Datum)] { get }
    /// A few lines, a table or a picture for a person.
    func summary() -> MIMEBundle
}

/// It has a distribution over its data and can draw from it: ancestral sampling, exact.
public protocol Generates: FittedModel {
    /// Draws of the variables that are not fixed.
    ///
    /// - Parameters:
    ///   - count: how many rows; nil for one, given as a record.
    ///   - given: the variables that are fixed, one value each (or one a row).
    ///   - options: further arguments such as `length` or `temperature`; an unknown one is an error.
    func sample(_ count: Int?, given: Frame, options: Frame, _ context: Context) throws(Diagnostic) -> Frame
}

/// It can say how probable data are.
public protocol Scores: FittedModel {
    /// Whether `logDensity` is a lower bound rather than exact.
    var isBound: Bool { get }
    /// log p of each example, in nats; variables left out or missing are marginalised.
    func logDensity(_ data: Frame, given: Frame) throws(Diagnostic) -> Tensor
    /// How many independent units (pixels, characters) an example has, and what one is called; for nats a unit.
    func units(_ data: Frame) -> (count: Double, name: String)
}

/// It gives the distribution of what is hidden, exactly: Bayes' rule.
public protocol Infers: FittedModel {
    /// The distribution of the finite variables that are not fixed, one row an example.
    func posterior(given: Frame, _ context: Context) throws(Diagnostic) -> FinitePosterior
}

/// It names the most probable y (or the expected one) for each x.
public protocol Predicts: FittedModel {
    func predict(_ x: Datum, _ context: Context) throws(Diagnostic) -> Datum
}

/// Given x, its y has a distribution with a name: `m | x` is that distribution.
public protocol Conditionals: FittedModel {
    /// p(y | x), one element an example.
    func conditional(on x: Datum) throws(Diagnostic) -> any Distribution
}

/// It fills what is missing with its most probable or expected value.
public protocol Imputes: FittedModel {
    func impute(_ data: Frame, _ context: Context) throws(Diagnostic) -> Frame
}

/// The probabilities of a finite variable, one row an example.
public struct FinitePosterior: Sendable {
    /// The variable: `y` or `z`.
    public var variable: String
    /// Its values: `.texts` or a tensor of numbers, in the order of the columns of `probabilities`.
    public var values: Datum
    /// [examples, values], or [values] for a single example.
    public var probabilities: Tensor

    public init(variable: String, values: Datum, probabilities: Tensor) {
        self.variable = variable
        self.values = values
        self.probabilities = probabilities
    }
}

/// One setting of a family.
public struct Setting: Sendable {
    public let name: String
    public let value: Datum
    public let summary: String
    /// - Parameter value: the default; `.missing` where the setting has none and must be given.
    public init(_ name: String, _ value: Datum, _ summary: String) {
        self.name = name
        self.value = value
        self.summary = summary
    }
}

/// A family of models: what the name `NaiveBayes` stands for.
public struct ModelFamily: Sendable {
    public let name: String
    public let summary: String
    /// The variables it is over, observed ones first.
    public let variables: [String]
    public let settings: [Setting]
    /// Builds a recipe; every setting is present.
    public let make: @Sendable (_ settings: Frame) throws(Diagnostic) -> any Model
    /// Builds a fitted model again from its recipe and its `state`; nil where it cannot be written to a file.
    public let restore: (@Sendable (_ model: any Model, _ state: Frame) throws(Diagnostic) -> any FittedModel)?

    public init(
        name: String, summary: String, variables: [String], settings: [Setting],
        make: @escaping @Sendable (Frame) throws(Diagnostic) -> any Model,
        restore: (@Sendable (any Model, Frame) throws(Diagnostic) -> any FittedModel)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.variables = variables
        self.settings = settings
        self.make = make
        self.restore = restore
    }
}
