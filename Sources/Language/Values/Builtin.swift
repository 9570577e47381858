import Diagnostics
import Distributions
import Models
import Tensors

/// A function that the language ships with: one row, from which help, completion and example tests derive.
public struct Builtin: Sendable {
    /// An example of the reference, and what it shows; nil where what it shows is not fixed.
    public struct Example: Sendable {
        public let code: String
        public let shows: String?
        public init(_ code: String, _ shows: String? = nil) {
            self.code = code
            self.shows = shows
        }
    }

    public let signature: Signature
    /// The chapter of the reference it stands in.
    public let chapter: String
    /// One or more sentences; the first stands alone in lists.
    public let summary: String
    public let examples: [Example]
    let code: @Sendable (Call) throws(Diagnostic) -> Value

    public var name: String { signature.name }

    public init(
        _ signature: String, chapter: String, _ summary: String, examples: [Example] = [],
        code: @escaping @Sendable (Call) throws(Diagnostic) -> Value
    ) {
        self.signature = Signature(signature)
        self.chapter = chapter
        self.summary = summary
        self.examples = examples
        self.code = code
    }
}

/// One call of a builtin: its arguments in the order of its parameters, and the machine's services.
public struct Call {
    public let machine: Machine
    public let signature: Signature
    public let values: [Value]
    public let spans: [Span?]
    /// Named arguments beyond the parameters, where the signature takes them.
    public let others: [(String, Value)]
    public let span: Span?

    public subscript(index: Int) -> Value { values[index] }

    /// An error about one argument.
    public func wrong(_ index: Int, _ message: String, help: String? = nil) -> Diagnostic {
        Diagnostic(message, at: spans[index] ?? span, help: help)
    }

    private func expected(_ index: Int, _ what: String) -> Diagnostic {
        wrong(
            index, "\(signature.parameters[index].name) must be \(what), and it is \(values[index].kindName)",
            help: "\(signature.name) is called as \(signature.text)")
    }

    public func tensor(_ index: Int) throws(Diagnostic) -> Tensor {
        guard let tensor = values[index].asTensor else { throw expected(index, "a number or a tensor") }
        return tensor
    }
    public func number(_ index: Int) throws(Diagnostic) -> Double {
        switch values[index] {
        case .number(let number): return number
        case .bool(let bool): return bool ? 1 : 0
        case let value:
            if let number = value.single { return number }
            throw expected(index, "a number")
        }
    }
    /// A whole number.
    public func integer(_ index: Int, in range: ClosedRange<Int> = Int(-1e15)...Int(1e15)) throws(Diagnostic) -> Int {
        let number = try number(index)
        guard number == number.rounded(), abs(number) <= 1e15 else {
            throw wrong(index, "\(signature.parameters[index].name) must be a whole number, and it is \(formatNumber(number))")
        }
        guard range.contains(Int(number)) else {
            let bound = range.upperBound >= Int(1e15) ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw wrong(index, "\(signature.parameters[index].name) must be \(bound), and it is \(formatNumber(number))")
        }
        return Int(number)
    }
    public func bool(_ index: Int) throws(Diagnostic) -> Bool {
        switch values[index] {
        case .bool(let bool): return bool
        case .number(0): return false
        case .number(1): return true
        case let value:
            if let truth = value.computedTruth { return truth }
            throw expected(index, "true or false")
        }
    }
    public func string(_ index: Int) throws(Diagnostic) -> String {
        guard case .text(let text) = values[index] else { throw expected(index, "a string") }
        return text.value
    }
    public func function(_ index: Int) throws(Diagnostic) -> Value {
        guard values[index].isCallable else { throw expected(index, "a function") }
        return values[index]
    }
    /// The items of a list, tuple, range or the rows of a tensor.
    public func items(_ index: Int) throws(Diagnostic) -> [Value] {
        guard let items = try values[index].elements() else { throw expected(index, "a list, a tensor or a range") }
        return items
    }
    /// A shape: numbers, one list of numbers, or none for `[]`.
    public func shape(_ index: Int) throws(Diagnostic) -> [Int] {
        var sizes: [Double] = []
        switch values[index] {
        case .none: break
        case .list(let list):
            for item in list.items {
                guard let tensor = item.asTensor else { throw expected(index, "a shape") }
                sizes += tensor.doubles
            }
        default:
            guard let tensor = values[index].asTensor else { throw expected(index, "a shape") }
            sizes = tensor.doubles
        }
        var shape: [Int] = []
        for size in sizes {
            guard size == size.rounded(), size >= -1, size < 1e15 else {
                throw wrong(index, "a size must be a whole number that is not negative, and it is \(formatNumber(size))")
            }
            shape.append(Int(size))
        }
        return shape
    }
    /// An optional axis.
    public func axis(_ index: Int) throws(Diagnostic) -> Int? {
        values[index].isNone ? nil : try integer(index)
    }
    /// The key of a draw: from `seed:` where it is given, else the next of the stream.
    public func key(seed index: Int) throws(Diagnostic) -> Key {
        values[index].isNone ? machine.nextKey() : Key(seed: UInt64(bitPattern: Int64(try integer(index))))
    }

    /// The same for a draw from a distribution, which may be recorded.
    public func drawKey(seed index: Int) throws(Diagnostic) -> Key {
        values[index].isNone ? machine.nextDrawKey() : try key(seed: index)
    }

    /// Calls a function with positional arguments.
    public func apply(_ function: Value, _ arguments: [Value]) throws(Diagnostic) -> Value {
        try machine.call(function, Arguments(values: arguments), at: span)
    }
}
