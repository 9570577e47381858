import Diagnostics
import Graphs
import Tensors

// Whole numbers that say which row of a table, or which class, is meant. Those known now are checked now, with all that can be said;
// those that are not, when they are used.
extension Symbol {
    /// The numbers as int32; those that are not whole as -1, which is no position.
    var positions: Symbol {
        guard dtype.isFloat else { return converted(to: .int32) }
        return compared(.equal, unary(.floor)).select(self, -1).converted(to: .int32)
    }

    /// The numbers as int32, each below a count: a run stops at any other.
    func positions(below count: Int) throws(Diagnostic) -> Symbol {
        try builder.apply(.gather, [builder.iota(axis: 0, TensorType(.int32, [count])), positions])
    }

    private func select(_ value: Symbol, _ other: Double) -> Symbol { select(value, value.builder.constant(other, value.type)) }
}

extension Tensor {
    /// The numbers where they are at hand: a tensor's own, or those of an input of a trace. To look at them is not to record it.
    public var known: Tensor? {
        if isConcrete { return self }
        guard let trace = Trace.of([self]), let position = trace.position(of: self), trace.inputs[position].isConcrete else { return nil }
        return trace.inputs[position]
    }

    /// Checks numbers that are known.
    ///
    /// Throws where one is missing, not whole, or not from 0 to below the count.
    public func checkPositions(below count: Int, _ name: String, _ what: String) throws(Diagnostic) {
        guard let known else { return }
        func refusal(_ value: String) -> Diagnostic {
            Diagnostic("\(name) takes \(what), whole numbers from 0 to \(count - 1), and one is \(value)")
        }
        if known.hasMissing { throw refusal("missing") }
        for value in known.doubles where !(value >= 0 && value < Double(count) && value == value.rounded()) {
            throw refusal(formatNumber(value))
        }
    }
}
