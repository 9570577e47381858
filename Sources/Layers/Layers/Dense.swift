import Diagnostics
import Graphs

/// x W + b along the last axis.
public struct Dense: Layer, Hashable {
    public var inputs: Int?
    public var outputs: Int
    public var hasBias: Bool
    /// How the matrix begins, where not as `Initial.fanIn`.
    public var scheme: Scheme?

    public init(_ inputs: Int? = nil, _ outputs: Int, bias: Bool = true, initial scheme: Scheme? = nil) {
        (self.inputs, self.outputs, hasBias, self.scheme) = (inputs, outputs, bias, scheme)
    }

    public var name: String { "Dense(\(inputs.map { "\($0), " } ?? "")\(outputs)\(hasBias ? "" : ", bias: false")\(scheme?.text ?? ""))" }
    public var example: [Int]? { inputs.map { [$0] } }
    public var isVectorial: Bool { true }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        _ = try agreed(inputs, width)
        try check("the size that it gives", outputs)
        return outputs
    }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        let size = try checked(input)
        let matrix = Weight("weight", [size, outputs], scheme?.initial(size, outputs) ?? .fanIn(size))
        return hasBias ? [matrix, Weight("bias", [outputs], scheme == nil ? .fanIn(size) : .constant(0))] : [matrix]
    }

    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try checked(input)
        return input.dropLast() + [outputs]
    }

    private func checked(_ input: [Int]) throws(Diagnostic) -> Int {
        guard let size = input.last, size == inputs ?? size, size > 0 else {
            throw refusal(input, inputs.map { "a last axis of \($0)" } ?? "at least one axis")
        }
        return size
    }

    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        _ = try checked(Array(x.shape.dropFirst()))
        // Leading axes are rows of one product.
        let rows = x.reshaped([x.shape.dropLast().reduce(1, *), x.shape[x.rank - 1]])
        let product = rows.product(weights[0])
        return (hasBias ? product + weights[1] : product).reshaped(x.shape.dropLast() + [outputs])
    }
}

/// Rows of a table by whole numbers from 0; what is no row's number stops the run (Bengio, Ducharme, Vincent and Jauvin 2003).
public struct Embedding: Layer, Hashable {
    public var count: Int, size: Int
    public init(_ count: Int, _ size: Int) { (self.count, self.size) = (count, size) }

    public var name: String { "Embedding(\(count), \(size))" }
    public var example: [Int]? { [1] }
    public var vocabulary: Int? { count }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the number of rows", count)
        try check("the size of a row", size)
        return size
    }
    public func weights(for input: [Int]) -> [Weight] { [Weight("weight", [count, size], .normal(sd: 1))] }
    public func output(for input: [Int]) -> [Int] { input + [size] }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        try x.builder.apply(.gather, [weights[0], x.positions])
    }
}

/// Adds a learned vector for each place of a sequence [length, size].
public struct Positions: Layer, Hashable {
    public var length: Int
    public init(_ length: Int) { self.length = length }

    public var name: String { "Positions(\(length))" }
    public var inputRank: Int? { 2 }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the length", length)
        return width
    }
    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        guard input.count == 2, input[0] <= length else { throw refusal(input, "sequences of at most \(length) vectors") }
        return [Weight("weight", [length, input[1]], .normal(sd: 0.02))]
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try weights(for: input)
        return input
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        guard x.rank == 3, x.shape[1] <= length else { throw refusal(Array(x.shape.dropFirst()), "sequences of at most \(length) vectors") }
        return x + weights[0].slice(axis: 0, 0..<x.shape[1])
    }
}
