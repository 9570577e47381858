import Diagnostics
import Tensors

extension Machine {
    /// Runs a body with a trace as the innermost one: draws become nodes of it, and numbers read of it are noted.
    func tracing<T>(_ trace: Trace, outer reads: OuterReads? = nil, _ body: () throws(Diagnostic) -> T) throws(Diagnostic) -> T {
        let (before, readsBefore) = (self.trace, outerReads)
        (self.trace, outerReads) = (trace, reads ?? readsBefore)
        defer { (self.trace, outerReads) = (before, readsBefore) }
        return try body()
    }

    /// A trace inside the one that runs, whose draws come from the machine's stream.
    func newTrace() -> Trace { Trace(inside: trace, key: { [unowned self] in stream.next() }) }

    /// The error of a builtin that read floats which a gradient should pass through, and made numbers of them.
    @inline(never) func lostGradient(_ name: String, _ result: Value) -> Diagnostic? {
        var isLost = false
        var next = trace
        while let trace = next {
            if trace.takeLostGradient() { isLost = true }
            next = trace.outer
        }
        guard isLost, result.holdsNumbers else { return nil }
        return Diagnostic(
            "\(name) has no gradient here", help: "it cannot be part of what a gradient is taken of; detach(x) lets x through without one")
    }

    /// The loss as a scalar tensor.
    func scalar(_ value: Value, of function: Value, _ span: Span?) throws(Diagnostic) -> Tensor {
        guard let tensor = value.asTensor else {
            throw Diagnostic("a gradient is taken of a number, and the function gave \(value.kindName)", at: span)
        }
        guard tensor.count == 1 else {
            throw Diagnostic(
                "a gradient is taken of one number, and the function gave a tensor of shape \(tensor.shape)", at: span,
                help: "reduce it with mean or sum first")
        }
        guard tensor.dtype.isFloat else {
            throw Diagnostic("a gradient is taken of a float, and the function gave \(tensor.dtype.rawValue)", at: span)
        }
        return tensor.isScalar ? tensor : tensor.flattened().row(0)
    }
}

extension Value {
    /// Whether numbers are in it, that a gradient might be asked for.
    var holdsNumbers: Bool {
        switch self {
        case .number, .tensor, .range, .table: true
        case .list(let list), .tuple(let list): list.items.contains(where: \.holdsNumbers)
        case .record(let record): record.values.contains(where: \.holdsNumbers)
        case .object(let object): if case .distribution = object.kind { true } else { false }
        case .unset, .box, .none, .missing, .bool, .text, .function: false
        }
    }

    /// A bool that has to be computed, as a symbolic condition is.
    var computedTruth: Bool? {
        guard case .tensor(let tensor) = self, tensor.isScalar, !tensor.isConcrete else { return nil }
        let number = tensor.double(at: 0)
        return number == 1 ? true : number == 0 ? false : nil
    }

    /// The number that it is, where it is one: that of a tensor without axes is computed if it has to be.
    public var single: Double? {
        switch self {
        case .number(let number): number
        case .tensor(let tensor) where tensor.isScalar && !tensor.hasMissing: tensor.double(at: 0)
        default: nil
        }
    }
}
