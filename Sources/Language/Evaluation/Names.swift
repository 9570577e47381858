import Syntax

/// Which names a piece of program binds and mentions: what scopes need to know before it is compiled.
enum Names {
    /// Names that a function's body binds, in order; nested functions are scopes of their own.
    static func bound(in body: Expression) -> [String] {
        var walk = Walk()
        walk.expression(body)
        return walk.bound
    }
    static func bound(in body: [Statement]) -> [String] {
        var walk = Walk()
        walk.statements(body)
        return walk.bound
    }

    /// Names that functions nested in a body mention, however deep.
    static func inNestedFunctions(_ body: Expression) -> Set<String> {
        var walk = Walk()
        walk.expression(body)
        return walk.nested
    }
    static func inNestedFunctions(_ body: [Statement]) -> Set<String> {
        var walk = Walk()
        walk.statements(body)
        return walk.nested
    }

    static func mentions(_ expression: Expression, _ name: String) -> Bool {
        var walk = Walk()
        walk.expression(expression)
        return walk.mentioned.contains(name) || walk.nested.contains(name) || walk.bound.contains(name)
    }

    /// Every name an expression mentions, in nested functions too.
    static func mentioned(in expression: Expression) -> Set<String> {
        var walk = Walk()
        walk.expression(expression)
        return walk.mentioned.union(walk.nested)
    }
}

private struct Walk {
    var bound: [String] = []
    var mentioned: Set<String> = []
    var nested: Set<String> = []

    mutating func bind(_ name: String) {
        if !bound.contains(name) { bound.append(name) }
    }

    mutating func statements(_ statements: [Statement]) {
        for statement in statements { self.statement(statement) }
    }

    mutating func statement(_ statement: Statement) {
        switch statement.kind {
        case .expression(let e): expression(e)
        case .bind(let targets, let value):
            for target in targets { self.target(target) }
            expression(value)
        case .draw(let target, let distribution):
            self.target(target)
            expression(distribution)
        case .learn(let name, let value):
            bind(name.text)
            expression(value)
        case .define(let function):
            if let name = function.name { bind(name.text) }
            inner(function.parameters) { $0.expression(function.body) }
        case .model(let block):
            bind(block.name.text)
            inner(block.parameters) { $0.statements(block.body) }
        case .forLoop(let names, let iterable, let body):
            for name in names where name.text != "_" { bind(name.text) }
            expression(iterable)
            statements(body)
        case .whileLoop(let condition, let body):
            expression(condition)
            statements(body)
        case .returnValue(let value): if let value { expression(value) }
        case .breakLoop, .continueLoop, .importFile, .help: break
        }
    }

    private mutating func inner(_ parameters: [Parameter], _ body: (inout Walk) -> Void) {
        var walk = Walk()
        for parameter in parameters { if let value = parameter.defaultValue { walk.expression(value) } }
        body(&walk)
        nested.formUnion(walk.mentioned)
        nested.formUnion(walk.nested)
    }

    private mutating func target(_ target: Target) {
        switch target {
        case .name(let name): bind(name.text)
        case .ignored: break
        case .index(let inner, let items, _):
            self.target(inner)
            index(items)
        case .field(let inner, _): self.target(inner)
        }
    }

    private mutating func index(_ items: [IndexItem]) {
        for case .expression(let e) in items { expression(e) }
    }

    mutating func expression(_ expression: Expression) {
        switch expression.kind {
        case .number, .bool, .missing, .none: break
        case .string(let parts): for case .code(let code) in parts { self.expression(code) }
        case .name(let name): mentioned.insert(name)
        case .brackets(let items), .tuple(let items): for item in items { self.expression(item) }
        case .record(let entries): for entry in entries { self.expression(entry.value) }
        case .negate(let e), .not(let e): self.expression(e)
        case .and(let a, let b), .or(let a, let b), .binary(_, let a, let b), .condition(let a, let b):
            self.expression(a)
            self.expression(b)
        case .comparison(let operands, _): for operand in operands { self.expression(operand) }
        case .range(let start, let end, _, let step):
            for part in [start, end, step] { if let part { self.expression(part) } }
        case .call(let callee, let arguments):
            self.expression(callee)
            for argument in arguments { self.expression(argument.value) }
        case .method(let receiver, let name, let arguments):
            self.expression(receiver)
            mentioned.insert(name.text)
            for argument in arguments { self.expression(argument.value) }
        case .field(let receiver, _): self.expression(receiver)
        case .index(let container, let items):
            self.expression(container)
            index(items)
        case .lambda(let function): inner(function.parameters) { $0.expression(function.body) }
        case .block(let statements): self.statements(statements)
        case .conditional(let condition, let then, let otherwise):
            self.expression(condition)
            statements(then)
            if let otherwise { self.expression(otherwise) }
        }
    }
}
