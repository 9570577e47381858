import Diagnostics
import Displays
import Distributions
import Layers
import Models
import Tensors

/// A value of the language. It is 16 bytes: what does not fit is one reference.
public enum Value: Sendable {
    /// A slot that holds nothing yet; programs never see it.
    case unset
    /// A captured variable's box in a frame; programs never see it.
    case box(Box)
    case none
    case missing
    case number(Double)
    case bool(Bool)
    case text(Text)
    case tensor(Tensor)
    case range(RangeValue)
    case list(List)
    case tuple(List)
    case record(Record)
    case table(Record)
    case function(Callable)
    case object(Object)
}

/// A variable that outlives its frame because a function captured it.
public final class Box: @unchecked Sendable {
    // Touched only by the evaluating thread.
    @exclusivity(unchecked) var value: Value
    init(_ value: Value) { self.value = value }
}

/// A string. Programs count in code points.
public final class Text: @unchecked Sendable {
    // Changed in place only while uniquely referenced.
    @exclusivity(unchecked) private(set) var string: String
    private var scalarCount: Int?

    public init(_ string: String) { self.string = string }

    public var value: String { string }

    func append(_ other: String) {
        string += other
        scalarCount = nil
    }

    /// The number of code points.
    public var count: Int {
        if let scalarCount { return scalarCount }
        let count = string.unicodeScalars.count
        scalarCount = count
        return count
    }

    private var isASCII: Bool { count == string.utf8.count }

    /// The code points of a range of positions.
    func slice(_ range: Range<Int>) -> String {
        if isASCII {
            let start = string.utf8.index(string.startIndex, offsetBy: range.lowerBound)
            let end = string.utf8.index(start, offsetBy: range.count)
            return String(string[start..<end])
        }
        let scalars = string.unicodeScalars
        let start = scalars.index(scalars.startIndex, offsetBy: range.lowerBound)
        return String(scalars[start..<scalars.index(start, offsetBy: range.count)])
    }
}

/// `low..<high by step`: acts as a tensor of its numbers.
public final class RangeValue: Sendable {
    public let start: Double
    public let step: Double
    public let count: Int

    init(start: Double, step: Double, count: Int) {
        self.start = start
        self.step = step
        self.count = count
    }

    /// - Throws: where an end is not finite, the step is 0, or the range is longer than memory.
    static func make(_ start: Double, _ end: Double, step: Double, inclusive: Bool) throws(Diagnostic) -> RangeValue {
        guard start.isFinite, end.isFinite, step.isFinite else { throw Diagnostic("a range needs finite ends") }
        guard step != 0 else { throw Diagnostic("the step of a range cannot be 0") }
        let steps = (end - start) / step
        // An inclusive end may be missed by rounding, as in 0...1 by 0.1.
        let count = inclusive ? (steps + 1e-9).rounded(.down) + 1 : (steps - 1e-9).rounded(.up)
        guard count < Double(Shape.maximumCount) else {
            throw Diagnostic("a range of \(formatNumber(count)) numbers is larger than memory")
        }
        return RangeValue(start: start, step: step, count: count > 0 ? Int(count) : 0)
    }

    func number(at index: Int) -> Double { start + Double(index) * step }
    public var numbers: [Double] { (0..<count).map(number) }
    public var tensor: Tensor { Tensor(numbers) }
}

/// Values in a row, of any kinds.
public final class List: @unchecked Sendable {
    // Changed in place only while uniquely referenced.
    @exclusivity(unchecked) public internal(set) var items: [Value]
    public init(_ items: [Value]) { self.items = items }
}

/// Names and values: a record, or a table whose values are columns of one length.
public final class Record: @unchecked Sendable {
    // Changed in place only while uniquely referenced.
    public internal(set) var names: [String]
    public internal(set) var values: [Value]

    public init(_ names: [String], _ values: [Value]) {
        self.names = names
        self.values = values
    }
    public convenience init(_ entries: [(String, Value)]) { self.init(entries.map(\.0), entries.map(\.1)) }

    public subscript(name: String) -> Value? { names.firstIndex(of: name).map { values[$0] } }

    func set(_ name: String, _ value: Value) {
        if let index = names.firstIndex(of: name) {
            values[index] = value
        } else {
            names.append(name)
            values.append(value)
        }
    }
    var copy: Record { Record(names, values) }
    public var entries: [(String, Value)] { Array(zip(names, values)) }
}

/// What the language knows only through protocols.
public final class Object: Sendable {
    public enum Kind: Sendable {
        case distribution(any Distribution)
        case distributionFamily(DistributionFamily)
        case modelFamily(ModelFamily)
        /// A family with its settings.
        case recipe(any Model)
        case fitted(any FittedModel)
        /// A `model` block.
        case definition(ModelDefinition)
        /// A `model` block called with its arguments.
        case joint(Joint)
        /// `m | c`
        case conditioned(Conditioned)
        case picture(any Displayable)
        /// What holds weights and can be called: a layer, a network.
        case network(Network)
        case optimizer(Method)
        /// Data in small parts, made as a loop comes to them.
        case batches(Batches)
    }
    public let kind: Kind
    public init(_ kind: Kind) { self.kind = kind }
}

/// A model and the variables that are fixed in it.
public struct Conditioned: Sendable {
    public let model: Value
    /// The fixed variables, by name.
    public let given: Record
    public init(model: Value, given: Record) {
        self.model = model
        self.given = given
    }
}

extension Object {
    var batches: Batches? {
        if case .batches(let batches) = kind { return batches }
        return nil
    }
}

extension Value {
    public static func string(_ string: String) -> Value { .text(Text(string)) }
    public static func distribution(_ distribution: any Distribution) -> Value { .object(Object(.distribution(distribution))) }
    public static func picture(_ picture: any Displayable) -> Value { .object(Object(.picture(picture))) }
    public static func record(_ entries: [(String, Value)]) -> Value { .record(Record(entries)) }
    /// A tensor, or a plain number, bool or `missing` where its rank is 0.
    public static func of(_ tensor: Tensor) -> Value {
        // A number that is not computed yet stays a tensor.
        guard tensor.isScalar, tensor.isConcrete else { return .tensor(tensor) }
        if tensor.isMissing(at: 0) { return .missing }
        return tensor.dtype == .bool ? .bool(tensor.double(at: 0) != 0) : .number(tensor.double(at: 0))
    }

    /// What the value is, with its article, as errors name it.
    public var kindName: String {
        switch self {
        case .unset, .box: "nothing"
        case .none: "none"
        case .missing: "missing"
        case .number: "a number"
        case .bool: "a bool"
        case .text: "a string"
        case .tensor(let tensor): "a tensor of shape \(tensor.shape)"
        case .range: "a range"
        case .list: "a list"
        case .tuple: "a tuple"
        case .record: "a record"
        case .table: "a table"
        case .function: "a function"
        case .object(let object):
            switch object.kind {
            case .distribution(let distribution): "a \(type(of: distribution).family.name) distribution"
            case .distributionFamily(let family): "the family \(family.name)"
            case .modelFamily(let family): "the family \(family.name)"
            case .recipe(let model): "a \(type(of: model).family.name) that has not been fitted"
            case .fitted(let model): "a fitted \(type(of: model.model).family.name)"
            case .definition(let definition): "the model \(definition.name)"
            case .joint(let joint): "a \(joint.definition.name) model"
            case .conditioned: "a conditioned model"
            case .picture: "a picture"
            case .network: "a network"
            case .optimizer(let method): "the optimiser \(method.text)"
            case .batches: "batches of data"
            }
        }
    }

    /// Whether it can be called.
    public var isCallable: Bool {
        switch self {
        case .function: true
        case .object(let object):
            switch object.kind {
            case .distributionFamily, .modelFamily, .definition: true
            default: false
            }
        default: false
        }
    }

    /// The value as a tensor, where it is made of numbers.
    public var asTensor: Tensor? {
        switch self {
        case .number(let number): Tensor(number)
        case .bool(let bool): Tensor(bool)
        case .missing: Tensor([0], shape: [], missing: [true])
        case .tensor(let tensor): tensor
        case .range(let range): range.tensor
        default: nil
        }
    }

    public var isNone: Bool { if case .none = self { true } else { false } }
    public var isUnset: Bool { if case .unset = self { true } else { false } }
}
