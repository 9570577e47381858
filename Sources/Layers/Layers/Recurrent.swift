import Diagnostics
import Graphs

/// A recurrence over a sequence [length, size]; gives the state at every place, [length, units].
///
/// LSTM: Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000; gates in the order input, forget, cell,
/// output. GRU: Cho and others 2014; gates in the order reset, update, new.
public struct Recurrent: Layer, Hashable {
    public enum Cell: String, Sendable, CaseIterable {
        case rnn = "RNN"
        case gru = "GRU"
        case lstm = "LSTM"

        /// Blocks of units in its weights.
        var gates: Int {
            switch self {
            case .rnn: 1
            case .gru: 3
            case .lstm: 4
            }
        }
    }
    public var cell: Cell
    public var inputs: Int?
    public var units: Int
    public init(_ cell: Cell, _ inputs: Int? = nil, _ units: Int) { (self.cell, self.inputs, self.units) = (cell, inputs, units) }

    public var name: String { "\(cell.rawValue)(\(inputs.map { "\($0), " } ?? "")\(units))" }
    public var inputRank: Int? { 2 }
    public var example: [Int]? { inputs.map { [1, $0] } }

    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        _ = try agreed(inputs, width)
        try check("the number of units", units)
        return units
    }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        _ = try output(for: input)
        let width = cell.gates * units
        var weights = [
            Weight("input", [input[1], width], .fanIn(units)), Weight("recurrent", [units, width], .fanIn(units)),
            Weight("bias", [width], .fanIn(units)),
        ]
        // The new gate's own bias lies inside the reset.
        if cell == .gru { weights.append(Weight("newBias", [units], .fanIn(units))) }
        return weights
    }

    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        guard input.count == 2, input[1] == inputs ?? input[1] else {
            throw refusal(input, "sequences [length, \(inputs.map(String.init) ?? "size")]")
        }
        return [input[0], units]
    }

    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        _ = try output(for: Array(x.shape.dropFirst()))
        let (batch, length, size, width) = (x.shape[0], x.shape[1], x.shape[2], cell.gates * units)
        // What comes from the inputs is one product for all places; places come first, as the recurrence takes them.
        let entering = (x.reshaped([batch * length, size]).product(weights[0]) + weights[2]).reshaped([batch, length, width]).transposed([
            1, 0, 2,
        ])
        let body = Builder()
        let state = TensorType(x.dtype, [batch, units])
        let h = body.input(state)
        let c = cell == .lstm ? body.input(state) : nil
        let now = body.input(TensorType(x.dtype, [batch, width]))
        let recurrent = body.input(weights[1].type)
        let newBias = cell == .gru ? body.input(weights[3].type) : nil
        let next = round(now, [h] + (c.map { [$0] } ?? []), recurrent, newBias)
        let outputs = next + [next[0]]
        let carried = outputs.count - 1
        let scan = Scan(body: try body.finish(outputs), length: length, carried: carried, sequences: 1)
        let zero = x.builder.constant(0, state)
        let operands = [Symbol](repeating: zero, count: carried) + [entering, weights[1]] + (cell == .gru ? [weights[3]] : [])
        let node = try x.builder.apply(.scan(scan), operands)
        return try x.builder.apply(.result(carried), [node]).transposed([1, 0, 2])
    }
    /// The states after a place: the output, then the cell's where there is one; from what enters, the states before and the weights.
    func round(_ now: Symbol, _ states: [Symbol], _ recurrent: Symbol, _ newBias: Symbol?) -> [Symbol] {
        let h = states[0]
        let back = h.product(recurrent)
        func gate(_ z: Symbol, _ index: Int) -> Symbol { z.slice(axis: 1, index * units..<(index + 1) * units) }
        switch cell {
        case .rnn: return [(now + back).unary(.tanh)]
        case .gru:
            let reset = (gate(now, 0) + gate(back, 0)).unary(.sigmoid)
            let update = (gate(now, 1) + gate(back, 1)).unary(.sigmoid)
            var inner = gate(back, 2)
            if let newBias { inner = inner + newBias }
            let new = (gate(now, 2) + reset * inner).unary(.tanh)
            return [new + update * (h - new)]
        case .lstm:
            let z = now + back
            let next = gate(z, 1).unary(.sigmoid) * states[1] + gate(z, 0).unary(.sigmoid) * gate(z, 2).unary(.tanh)
            return [gate(z, 3).unary(.sigmoid) * next.unary(.tanh), next]
        }
    }
}
