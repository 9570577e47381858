import Diagnostics
import Syntax
import Tensors

/// The names of one function, model or cell, and where they live.
final class Scope {
    enum Kind { case cell, function, model }
    let kind: Kind
    let parent: Scope?
    /// Every name that is bound somewhere in the body, parameters first.
    private(set) var slots: [String: Int] = [:]
    /// Names that nested functions mention: those bound here live in boxes.
    var captured: Set<String> = []
    /// Names taken from enclosing scopes, each with the slot of its box.
    private(set) var captures: [(name: String, slot: Int)] = []
    /// Names that are surely bound at the point being compiled.
    var definite: Set<String> = []
    private(set) var slotCount = 0

    init(_ kind: Kind, parent: Scope?) {
        self.kind = kind
        self.parent = parent
    }

    func newSlot() -> Int {
        defer { slotCount += 1 }
        return slotCount
    }
    func declare(_ name: String) {
        if slots[name] == nil { slots[name] = newSlot() }
    }
    func undeclare(_ name: String) { slots[name] = nil }
    func redeclare(_ name: String, _ slot: Int?) { slots[name] = slot }
    func isBoxed(_ name: String) -> Bool { captured.contains(name) }

    /// The slot that holds the box of an enclosing scope's variable, taken along when the function is made.
    func capture(_ name: String) -> Int {
        if let known = captures.first(where: { $0.name == name }) { return known.slot }
        let slot = newSlot()
        captures.append((name, slot))
        return slot
    }
}

/// Turns trees into nodes: every name becomes the list of slots in which it may be bound.
final class Compiler {
    let globals: Globals
    let builtins: [String: Value]
    var scope: Scope
    /// The `=`, `~` and `learn` of a model block are variables of the model.
    var isInModel: Bool { scope.kind == .model }

    init(globals: Globals, builtins: [String: Value]) {
        self.globals = globals
        self.builtins = builtins
        scope = Scope(.cell, parent: nil)
    }

    // MARK: Names

    private func knownNames() -> [String] {
        var names = Array(builtins.keys) + globals.bindings.map(\.name)
        var next: Scope? = scope
        while let here = next {
            names += here.slots.keys
            next = here.parent
        }
        return names + ["true", "false", "missing", "none"]
    }

    func variable(_ name: String, _ span: Span) -> Node {
        var places: [Variable.Place] = []
        if let slot = scope.slots[name] {
            if scope.definite.contains(name), !scope.isBoxed(name) { return Local(slot, span) }
            places.append(scope.isBoxed(name) ? .boxed(slot) : .local(slot))
        }
        if isBoundOutside(scope, name) { places.append(.boxed(scope.capture(name))) }
        let index = globals.index(of: name)
        places.append(.global(index))
        if let builtin = builtins[name] { places.append(.constant(builtin)) }
        let names = knownNames()
        let node = Variable(name, places, span, known: { names })
        if case .global = places[0] { return GlobalVariable(index, node) }
        return node
    }

    /// Whether an enclosing scope binds the name in a slot.
    private func isBoundOutside(_ scope: Scope, _ name: String) -> Bool {
        var next = scope.parent
        while let here = next {
            if here.slots[name] != nil { return true }
            next = here.parent
        }
        return false
    }

    /// Where `name = ...` puts its value.
    func destination(_ name: String) -> Destination {
        if let slot = scope.slots[name] {
            if scope.kind == .cell { return .boxedGlobal(box: slot, global: globals.index(of: name)) }
            return scope.isBoxed(name) ? .boxed(slot) : .local(slot)
        }
        return .global(globals.index(of: name))
    }

    // MARK: Statements

    func block(_ statements: [Statement], _ span: Span) throws(Diagnostic) -> Node {
        var nodes: [Node] = []
        for statement in statements { nodes.append(try self.statement(statement)) }
        var hasValue = false
        if let last = statements.last {
            switch last.kind {
            case .expression: hasValue = true
            default: break
            }
        }
        if nodes.count == 1, hasValue { return nodes[0] }
        return Sequence(nodes, hasValue: hasValue, span)
    }

    func statement(_ statement: Statement) throws(Diagnostic) -> Node {
        let span = statement.span
        switch statement.kind {
        case .expression(let expression): return try self.expression(expression)
        case .bind(let targets, let value): return try bind(targets, value, span)
        case .draw(let target, let distribution): return try draw(target, distribution, span)
        case .learn(let name, let value):
            guard isInModel else {
                throw Diagnostic("`learn` declares a parameter of a model and belongs in a `model` block", at: span)
            }
            let node = try expression(value)
            defer { scope.definite.insert(name.text) }
            return Bind(destination(name.text), node, span)
        case .define(let function):
            guard let name = function.name else { return try lambda(function, span) }
            let node = try lambda(function, span)
            defer { if scope.kind != .cell { scope.definite.insert(name.text) } }
            return Bind(destination(name.text), node, span)
        case .model(let block):
            if block.isGuide {
                throw Diagnostic(
                    "guides come with variational inference, which this version does not have yet", at: block.name.span)
            }
            let node = try modelBlock(block, span)
            defer { if scope.kind != .cell { scope.definite.insert(block.name.text) } }
            return Bind(destination(block.name.text), node, span)
        case .forLoop(let names, let iterable, let body): return try forLoop(names, iterable, body, span)
        case .whileLoop(let condition, let body):
            let test = try expression(condition)
            let before = scope.definite
            defer { scope.definite = before }
            return WhileLoop(test, try block(body, span), span)
        case .breakLoop: return Leave(.breaks, nil, span)
        case .continueLoop: return Leave(.continues, nil, span)
        case .returnValue(let value):
            guard scope.kind == .function else { throw Diagnostic("`return` belongs in a function", at: span) }
            return Leave(.returns, try value.map { (value) throws(Diagnostic) in try expression(value) }, span)
        case .importFile(let path): return Import(path, span)
        case .help(let name):
            let callee = variable("help", span)
            let arguments = name.map { [CallNode.Argument(name: nil, node: Constant(.string($0), span))] } ?? []
            return CallNode(callee, arguments, span)
        }
    }

    private func bind(_ targets: [Target], _ value: Expression, _ span: Span) throws(Diagnostic) -> Node {
        if targets.count == 1, case .name(let name) = targets[0] {
            let destination = destination(name.text)
            if let node = try growth(name, destination, value, span) { return node }
            let node = try expression(value)
            if scope.kind != .cell { scope.definite.insert(name.text) }
            return Bind(destination, node, span)
        }
        if targets.count == 1, case .ignored = targets[0] { return Bind(.nowhere, try expression(value), span) }
        let node = try expression(value)
        if isInModel, targets.count == 1, case .index(.name(let name), let items, _) = targets[0], scope.slots[name.text] != nil {
            return FillEntry(destination(name.text), try indices(items), node, span)
        }
        if targets.count == 1, let path = try target(targets[0]) as? PathTarget { return AssignPath(path, node, span) }
        var nodes: [Node & Assignable] = []
        for each in targets { nodes.append(try target(each)) }
        return BindSeveral(nodes, node, span)
    }

    /// `s = s + e...` and `x = append(x, e)`, which may grow in place.
    private func growth(_ name: Name, _ destination: Destination, _ value: Expression, _ span: Span) throws(Diagnostic) -> Node? {
        if case .binary(.add, _, _) = value.kind {
            var pieces: [(Expression, Span)] = []
            var left = value
            while case .binary(.add, let a, let b) = left.kind {
                pieces.append((b, left.span))
                left = a
            }
            guard case .name(name.text) = left.kind, !pieces.contains(where: { Names.mentions($0.0, name.text) }) else { return nil }
            let reader = variable(name.text, left.span)
            var nodes: [(node: Node, span: Span)] = []
            for (piece, place) in pieces.reversed() { nodes.append((try expression(piece), place)) }
            if scope.kind != .cell { scope.definite.insert(name.text) }
            return Grow(destination, reader, nodes, span)
        }
        if case .call(let callee, let arguments) = value.kind, case .name("append") = callee.kind, arguments.count == 2,
            arguments.allSatisfy({ $0.name == nil }), case .name(name.text) = arguments[0].value.kind,
            !Names.mentions(arguments[1].value, name.text), builtins["append"] != nil
        {
            guard let call = try expression(value) as? CallNode else { return nil }
            var callee: Node = call.callee
            if let global = callee as? GlobalVariable { callee = global.fallback }
            guard let builtin = callee as? Variable else { return nil }
            if scope.kind != .cell { scope.definite.insert(name.text) }
            return Append(destination, call, builtin, span)
        }
        if case .call(let callee, let arguments) = value.kind, case .name("step") = callee.kind, arguments.count == 3,
            arguments.allSatisfy({ $0.name == nil }), case .name(name.text) = arguments[0].value.kind, builtins["step"] != nil
        {
            guard let call = try expression(value) as? CallNode else { return nil }
            var callee: Node = call.callee
            if let global = callee as? GlobalVariable { callee = global.fallback }
            guard let builtin = callee as? Variable else { return nil }
            if scope.kind != .cell { scope.definite.insert(name.text) }
            return StepInPlace(destination, call, builtin, span)
        }
        return nil
    }

    func target(_ target: Target) throws(Diagnostic) -> Node & Assignable {
        switch target {
        case .name(let name):
            let node = NameTarget(destination(name.text), name.span)
            if scope.kind != .cell { scope.definite.insert(name.text) }
            return node
        case .ignored(let span): return NameTarget(.nowhere, span)
        case .index, .field:
            var path: [PathTarget.Step] = []
            var rest = target
            while true {
                switch rest {
                case .index(let inner, let items, let span):
                    path.insert(.index(try indices(items), span), at: 0)
                    rest = inner
                case .field(let inner, let name):
                    path.insert(.field(name.text, name.span), at: 0)
                    rest = inner
                case .name(let name):
                    return PathTarget(destination(name.text), variable(name.text, name.span), path, target.span)
                case .ignored(let span): throw Diagnostic("`_` keeps nothing that could be changed", at: span)
                }
            }
        }
    }

    private func draw(_ target: Target, _ distribution: Expression, _ span: Span) throws(Diagnostic) -> Node {
        let node = try expression(distribution)
        switch target {
        case .name(let name):
            let place = destination(name.text)
            if scope.kind != .cell { scope.definite.insert(name.text) }
            return isInModel ? DrawVariable(name.text, place, node, span) : DrawOnce(NameTarget(place, name.span), node, span)
        case .index(.name(let name), let items, _) where isInModel:
            return DrawEntry(
                name.text, destination(name.text), variable(name.text, name.span), try indices(items), node, span)
        default:
            guard !isInModel else {
                throw Diagnostic("a variable of a model is a name or an entry of one, `x` or `x[t]`", at: target.span)
            }
            return DrawOnce(try self.target(target), node, span)
        }
    }

    private func forLoop(_ names: [Name], _ iterable: Expression, _ body: [Statement], _ span: Span) throws(Diagnostic) -> Node {
        let values = try expression(iterable)
        let before = scope.definite
        // At the top level a loop variable that a function in the body mentions gets a box a round.
        var hidden: [(String, Int?)] = []
        if scope.kind == .cell {
            let mentioned = Names.inNestedFunctions(body)
            for name in names where mentioned.contains(name.text) && name.text != "_" {
                hidden.append((name.text, scope.slots[name.text]))
                scope.redeclare(name.text, scope.newSlot())
                scope.captured.insert(name.text)
            }
        }
        defer {
            scope.definite = before
            for (name, slot) in hidden { scope.redeclare(name, slot) }
        }
        let targets = names.map { $0.text == "_" ? Destination.nowhere : destination($0.text) }
        if scope.kind != .cell { for name in names { scope.definite.insert(name.text) } }
        return ForLoop(targets, values, try block(body, span), span)
    }

    // MARK: Functions

    func lambda(_ function: Function, _ span: Span) throws(Diagnostic) -> Node {
        MakeFunction(
            try code(function.name?.text, function.parameters, .function, span) { (compiler) throws(Diagnostic) in
                try compiler.expression(function.body)
            } declaring: {
                Names.bound(in: function.body)
            } nested: {
                Names.inNestedFunctions(function.body)
            }, span)
    }

    /// Compiles a body in a scope of its own.
    func code(
        _ name: String?, _ parameters: [Syntax.Parameter], _ kind: Scope.Kind, _ span: Span,
        body: (Compiler) throws(Diagnostic) -> Node, declaring: () -> [String], nested: () -> Set<String>
    ) throws(Diagnostic) -> FunctionCode {
        let inner = Scope(kind, parent: scope)
        for parameter in parameters { inner.declare(parameter.name.text) }
        inner.captured = nested()
        for parameter in parameters { if let value = parameter.defaultValue { inner.captured.formUnion(Names.inNestedFunctions(value)) } }
        inner.definite = Set(parameters.map(\.name.text))
        let outer = scope
        scope = inner
        defer { scope = outer }
        for name in declaring() { inner.declare(name) }
        var defaults: [FunctionCode.Parameter] = []
        for parameter in parameters {
            let node = try parameter.defaultValue.map { (value) throws(Diagnostic) in try expression(value) }
            defaults.append(
                FunctionCode.Parameter(
                    name: parameter.name.text, defaultValue: node, defaultText: parameter.defaultValue?.span.text,
                    isBoxed: inner.isBoxed(parameter.name.text)))
        }
        let code = FunctionCode(name: name, parameters: defaults, span: span)
        code.body = try body(self)
        code.slotCount = inner.slotCount
        let captureSlots = Set(inner.captures.map(\.slot))
        code.boxedSlots = inner.slots.filter { inner.captured.contains($0.key) && !captureSlots.contains($0.value) }.map(\.value).sorted()
        scope = outer
        for capture in inner.captures {
            // The enclosing scope either owns the variable or takes it along itself.
            let source = outer.slots[capture.name].flatMap { outer.isBoxed(capture.name) ? $0 : nil } ?? outer.capture(capture.name)
            code.captures.append(FunctionCode.Capture(source: source, slot: capture.slot))
        }
        code.isPlain = code.captures.isEmpty && code.boxedSlots.isEmpty
        return code
    }
}
