import Diagnostics
import Layers
import Tensors

/// A function's text, with its names resolved.
final class FunctionCode {
    struct Parameter {
        let name: String
        let defaultValue: Node?
        let defaultText: String?
        /// A nested function captured it, so it lives in a box.
        let isBoxed: Bool
    }
    /// A captured variable: its box's slot in the enclosing frame when the function is made, and in the function's own.
    struct Capture {
        let source: Int
        let slot: Int
    }
    let name: String?
    let parameters: [Parameter]
    let span: Span
    var captures: [Capture] = []
    /// Locals that nested functions capture: they get an empty box on entry.
    var boxedSlots: [Int] = []
    var slotCount = 0
    /// Nothing is captured, here or by nested functions: a frame needs no boxes.
    var isPlain = false
    let parameterCount: Int
    var body: Node

    init(name: String?, parameters: [Parameter], span: Span) {
        self.name = name
        self.parameters = parameters
        parameterCount = parameters.count
        self.span = span
        body = Constant(.none, span)
    }

    var signatureText: String {
        let shown = parameters.map { p in p.defaultText.map { "\(p.name): \($0)" } ?? p.name }
        return "\(name ?? "")(\(shown.joined(separator: ", ")))"
    }
    var displayName: String { name ?? "the function" }
}

/// Makes a function with what it captures.
final class MakeFunction: Node {
    let code: FunctionCode
    init(_ code: FunctionCode, _ span: Span) {
        self.code = code
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        .function(Callable(.closure(code, captures: captured(code, f))))
    }
}

func captured(_ code: FunctionCode, _ f: Slots) -> [Box] {
    code.captures.map { capture in
        if case .box(let box) = f[capture.source] { return box }
        return Box(.unset)
    }
}

/// `f(a, b)`.
final class CallNode: Node {
    struct Argument {
        let name: (text: String, span: Span)?
        let node: Node
    }
    let callee: Node
    let arguments: [Argument]
    /// The arguments' nodes, where none is named; else none.
    private let positional: NodeList
    private let isPositional: Bool
    init(_ callee: Node, _ arguments: [Argument], _ span: Span) {
        self.callee = callee
        self.arguments = arguments
        isPositional = arguments.allSatisfy { $0.name == nil }
        positional = NodeList(isPositional ? arguments.map(\.node) : [])
        super.init(span)
    }
    deinit { positional.free() }

    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let function = try callee.evalCallee(m, f)
        if case .function(let callable) = function, let code = callable.code, isPositional, code.parameterCount == positional.count {
            // The usual case: arguments go straight into the new frame.
            let frame = try m.placing(span) { (m) throws(Diagnostic) in try m.enter(code.slotCount) }
            defer { m.leave(frame, code.slotCount) }
            for index in 0..<positional.count { frame[index] = try positional.eval(index, m, f) }
            if !code.isPlain, case .closure(_, let captures) = callable.kind {
                for index in 0..<captures.count { frame[code.captures[index].slot] = .box(captures[index]) }
            }
            return try m.run(code, frame)
        }
        return try m.call(function, try evaluated(arguments, m, f), at: span, callee: callee.span)
    }
}

func evaluated(_ arguments: [CallNode.Argument], first: (Value, Span)? = nil, _ m: Machine, _ f: Slots) throws(Diagnostic) -> Arguments {
    var items: [Arguments.Item] = []
    items.reserveCapacity(arguments.count + 1)
    if let first { items.append(Arguments.Item(name: nil, value: first.0, span: first.1)) }
    for argument in arguments {
        items.append(
            Arguments.Item(name: argument.name.map { ($0.text, $0.span) }, value: try argument.node.eval(m, f), span: argument.node.span))
    }
    return Arguments(items)
}

/// `a.f(b)`: a callable field of `a`, or else `f(a, b)`.
final class MethodCall: Node {
    let receiver: Node
    let function: Node
    let name: String
    let nameSpan: Span
    let arguments: [CallNode.Argument]
    init(_ receiver: Node, _ function: Node, _ name: String, _ nameSpan: Span, _ arguments: [CallNode.Argument], _ span: Span) {
        self.receiver = receiver
        self.function = function
        self.name = name
        self.nameSpan = nameSpan
        self.arguments = arguments
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        let value = try receiver.eval(m, f)
        if let field = try? value.field(name), field.isCallable {
            return try m.call(field, try evaluated(arguments, m, f), at: span, callee: nameSpan)
        }
        let callee: Value
        do throws(Diagnostic) {
            callee = try function.evalCallee(m, f)
        } catch {
            throw Diagnostic(
                "\(value.kindName) has no field or verb called \(name)", at: nameSpan,
                help: error.help ?? suggestion(for: name, among: value.fieldNames))
        }
        return try m.call(callee, try evaluated(arguments, first: (value, receiver.span), m, f), at: span, callee: nameSpan)
    }
}

extension Machine {
    @inline(__always) func placing<T>(_ span: Span, _ body: (Machine) throws(Diagnostic) -> T) throws(Diagnostic) -> T {
        do throws(Diagnostic) { return try body(self) } catch { throw error.placed(at: span) }
    }

    /// Runs a function's body in a frame that holds its arguments and captured boxes.
    @inline(__always) func run(_ code: FunctionCode, _ frame: Slots) throws(Diagnostic) -> Value {
        try interrupt.check()
        if !code.isPlain {
            // A boxed parameter keeps its value, other locals start empty.
            for slot in code.boxedSlots {
                let box = Box(frame[slot])
                frame[slot] = .box(box)
                if let outerReads { outerReads.created(box) }
            }
        }
        do throws(Diagnostic) {
            return try code.body.eval(self, frame)
        } catch {
            guard pending == .returns else { throw error }
            pending = .normal
            defer { returned = .none }
            return returned
        }
    }

    /// Calls any callable value.
    ///
    /// - Parameters:
    ///   - span: the whole call, for errors.
    ///   - callee: what is called, for errors about it.
    public func call(_ function: Value, _ arguments: Arguments, at span: Span?, callee: Span? = nil) throws(Diagnostic) -> Value {
        switch function {
        case .function(let callable):
            switch callable.kind {
            case .closure(let code, let captures): return try callClosure(code, captures, arguments, span)
            case .builtin(let builtin): return try callBuiltin(builtin, arguments, span)
            }
        case .object(let object):
            if case .definition(let definition) = object.kind {
                return try placed(span) { () throws(Diagnostic) in
                    .object(Object(.joint(try definition.joint(arguments, self, span))))
                }
            }
            if case .network(let network) = object.kind {
                return try placed(span) { () throws(Diagnostic) in try applied(network, arguments) }
            }
            guard let construct = Families.constructor(for: object.kind) else { break }
            return try callBuiltin(construct, arguments, span)
        default: break
        }
        throw Diagnostic(
            "\(function.kindName) cannot be called", at: callee ?? span,
            help: function.asTensor != nil ? "a product is written with `*`, an entry of a tensor as `x[0]`" : nil)
    }

    /// `net(x)`, or `net(x, t)` where a layer reads a time beside its input. A single example of the shape that the weights are for may stand alone.
    private func applied(_ network: Network, _ arguments: Arguments) throws(Diagnostic) -> Value {
        let tensors = arguments.items.compactMap(\.value.asTensor)
        guard (1...2).contains(arguments.items.count), tensors.count == arguments.items.count,
            arguments.items.allSatisfy({ $0.name == nil })
        else {
            throw Diagnostic("a network is called with a batch of examples, net(x), or with what conditions it beside them, net(x, t)")
        }
        let x = tensors[0]
        if let input = network.input, x.shape == input, network.layer.inputRank == x.rank || network.layer.isVectorial && x.rank == 1 {
            let result = try network(try x.reshaped([1] + x.shape), condition: tensors.count > 1 ? try tensors[1].reshaped([1]) : nil)
            return .of(try result.reshaped(Array(result.shape.dropFirst())))
        }
        return .of(try network(x, condition: tensors.count > 1 ? tensors[1] : nil))
    }

    private func placed<T>(_ span: Span?, _ body: () throws(Diagnostic) -> T) throws(Diagnostic) -> T {
        do throws(Diagnostic) { return try body() } catch { throw span.map { error.placed(at: $0) } ?? error }
    }

    /// A frame for a closure, its parameters bound: named arguments, defaults.
    func bind(_ code: FunctionCode, _ captures: [Box], _ arguments: Arguments, _ span: Span?) throws(Diagnostic) -> Slots {
        let frame = try placed(span) { () throws(Diagnostic) in try enter(code.slotCount) }
        do throws(Diagnostic) {
            let signature = Signature(
                name: code.displayName,
                parameters: code.parameters.map {
                    Signature.Parameter(
                        name: $0.name, defaultValue: $0.defaultValue == nil ? nil : .unset, defaultText: $0.defaultText, isVariadic: false)
                })
            let bound = try placed(span) { () throws(Diagnostic) in try signature.bind(arguments) }
            for (index, box) in captures.enumerated() { frame[code.captures[index].slot] = .box(box) }
            for (index, value) in bound.values.enumerated() { frame[index] = value }
            // A default may use the parameters before it.
            for (index, parameter) in code.parameters.enumerated() where frame[index].isUnset {
                if let node = parameter.defaultValue { frame[index] = try node.eval(self, frame) }
            }
            return frame
        } catch {
            leave(frame, code.slotCount)
            throw error
        }
    }

    private func callClosure(_ code: FunctionCode, _ captures: [Box], _ arguments: Arguments, _ span: Span?) throws(Diagnostic) -> Value {
        let frame = try bind(code, captures, arguments, span)
        defer { leave(frame, code.slotCount) }
        return try run(code, frame)
    }

    private func callBuiltin(_ builtin: Builtin, _ arguments: Arguments, _ span: Span?) throws(Diagnostic) -> Value {
        try placed(span) { () throws(Diagnostic) in
            let bound = try builtin.signature.bind(arguments)
            let call = Call(
                machine: self, signature: builtin.signature, values: bound.values, spans: bound.spans, others: bound.others, span: span)
            do throws(Diagnostic) {
                let result = try builtin.code(call)
                if trace != nil, let lost = lostGradient(builtin.name, result) { throw lost }
                return result
            } catch {
                // An error about a named argument points at it.
                guard error.labels.isEmpty, let name = error.argument else { throw error }
                if let index = builtin.signature.parameters.firstIndex(where: { $0.name == name }), let place = bound.spans[index] {
                    throw error.placed(at: place)
                }
                if let item = arguments.items.first(where: { $0.name?.text == name }), let place = item.span {
                    throw error.placed(at: place)
                }
                throw error
            }
        }
    }
}
