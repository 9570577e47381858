import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

/// A function written with symbols, and where its gradient is checked: one input a range.
struct GradientCase: Sendable {
    let name: String
    let inputs: [(shape: [Int], range: ClosedRange<Double>)]
    /// 2 where second derivatives are checked too.
    var order = 1
    let function: @Sendable ([Symbol]) -> Symbol

    init(
        _ name: String, _ inputs: [(shape: [Int], range: ClosedRange<Double>)], order: Int = 1,
        _ function: @escaping @Sendable ([Symbol]) -> Symbol
    ) {
        (self.name, self.inputs, self.order, self.function) = (name, inputs, order, function)
    }
}

/// Numbers that look random, of a shape and in a range.
func sample(_ shape: [Int], in range: ClosedRange<Double> = -1...1, _ number: Int) -> Tensor {
    let values = uniform(shape.reduce(1, *), Key(seed: 2024).folded(UInt64(number)))
    return Tensor(values.map { range.lowerBound + $0 * (range.upperBound - range.lowerBound) }, shape: shape)
}

/// One number that depends on every element of some symbols: the sum of each times a weight of its own.
func weighed(_ symbols: [Symbol], _ number: Int) -> Symbol? {
    symbols.enumerated().map { (place, symbol) in
        let weights = symbol.builder.constant(
            Literal(sample(symbol.shape, number * 10 + place).doubles, TensorType(.float64, symbol.shape)))
        return (symbol * weights).sum()
    }.reduce(nil) { (total: Symbol?, next) in total.map { $0 + next } ?? next }
}

extension Graph {
    /// A graph with the given outputs of this one, weighed to one number.
    func weighed(_ which: Range<Int>, _ number: Int) throws -> Graph {
        let builder = Builder(self)
        let symbols = which.map { builder.symbol(outputs[$0]) }
        guard let total = TensorsTests.weighed(symbols, number) else { return self }
        return try builder.finish([total])
    }
}

/// The largest difference between the gradient of a graph's single output and central differences, relative to the size of both.
func gradientError(_ graph: Graph, _ inputs: [Tensor], step: Double = 1e-5) throws -> Double {
    let floats = inputs.indices.filter { inputs[$0].dtype.isFloat }
    let key = Key(seed: 9)
    let gradient = try graph.gradient(in: floats)
    try gradient.verify()
    let results = try ReferenceExecutor.run(gradient, inputs: inputs, key: key)
    let value = results[0].double(at: 0)
    #expect(value == (try ReferenceExecutor.run(graph, inputs: inputs, key: key)[0].double(at: 0)))
    var worst = 0.0
    for (place, position) in floats.enumerated() {
        #expect(results[1 + place].shape == inputs[position].shape)
        for index in 0..<inputs[position].count {
            func moved(_ by: Double) throws -> Double {
                var values = inputs[position].doubles
                values[index] += by
                var inputs = inputs
                inputs[position] = Tensor(values, shape: inputs[position].shape)
                return try ReferenceExecutor.run(graph, inputs: inputs, key: key)[0].double(at: 0)
            }
            let difference = (try moved(step) - moved(-step)) / (2 * step)
            let found = results[1 + place].double(at: index)
            let error = abs(found - difference) / (1 + max(abs(found), abs(difference)) + 1e-3 * abs(value))
            worst = error.isNaN ? .infinity : max(worst, error)
        }
    }
    return worst
}

/// Checks the gradient, and the gradient's gradient where asked for.
func check(_ row: GradientCase, _ number: Int) throws {
    let builder = Builder()
    let symbols = row.inputs.map { builder.input(TensorType(.float64, $0.shape)) }
    let inputs = row.inputs.enumerated().map { sample($0.element.shape, in: $0.element.range, number * 10 + $0.offset) }
    do {
        let graph = try builder.finish([row.function(symbols)]).weighed(0..<1, number)
        try graph.verify()
        let first = try gradientError(graph, inputs)
        #expect(first < 2e-7, "\(row.name): the gradient is off by \(first)")
        guard row.order > 1 else { return }
        let second = try graph.gradient(in: Array(inputs.indices)).weighed(1..<1 + inputs.count, number + 7)
        let error = try gradientError(second, inputs)
        #expect(error < 2e-7, "\(row.name): the second derivative is off by \(error)")
    } catch let error as Diagnostic {
        Issue.record("\(row.name): \(error.message)")
    }
}
