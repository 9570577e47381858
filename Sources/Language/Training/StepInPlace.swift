import Diagnostics
import Layers

/// `D = step(D, loss, optimiser)`: the name lets go of the weights while the step runs, so that they change where they lie.
final class StepInPlace: Action {
    let target: Destination
    let call: CallNode
    let builtin: Variable
    init(_ target: Destination, _ call: CallNode, _ builtin: Variable, _ span: Span) {
        self.target = target
        self.call = call
        self.builtin = builtin
        super.init(span)
    }

    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        guard case .function(let function) = try builtin.evalCallee(m, f), function.builtin?.name == "step" else {
            target.store(try call.eval(m, f), m, f)
            return .normal
        }
        var value = try call.arguments[0].node.eval(m, f)
        let loss = try call.arguments[1].node.eval(m, f)
        let optimizer = try m.optimizer(try call.arguments[2].node.eval(m, f), at: call.arguments[2].node.span)
        var isReleased = false
        do throws(Diagnostic) {
            let result = try m.step(&value, loss, optimizer, span: call.span) {
                isReleased = true
                target.store(.unset, m, f)
            }
            target.store(result, m, f)
        } catch {
            if isReleased { target.store(value, m, f) }
            throw error.placed(at: call.span)
        }
        return .normal
    }
}

extension Machine {
    /// An optimiser as an argument: one with its settings, or a bare family.
    public func optimizer(_ value: Value, at span: Span?) throws(Diagnostic) -> any Optimizer {
        if case .object(let object) = value, case .optimizer(let method) = object.kind { return method.optimizer }
        throw Diagnostic("an optimiser is needed, as Adam(1e-3), and this is \(value.kindName)", at: span)
    }

    /// `step(value, loss, optimiser)` as an expression: what holds the old weights keeps them.
    public func step(_ value: Value, loss: Value, optimizer: Value, at span: Span?) throws(Diagnostic) -> Value {
        var value = value
        return try step(&value, loss, try self.optimizer(optimizer, at: span), span: span)
    }
}
