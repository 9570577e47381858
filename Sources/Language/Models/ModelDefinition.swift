import Diagnostics
import Syntax
import Tensors

/// A `model` block: its text with names resolved, and what its variables depend on.
public final class ModelDefinition: @unchecked Sendable {
    /// A variable of the model, in order of declaration.
    public struct Variable: Sendable {
        public enum Kind: Sendable {
            /// `x ~ d`
            case random
            /// `x = e`
            case deterministic
            /// `learn x = e`
            case learned
        }
        public let name: String
        public let kind: Kind
        /// The random variables that its distribution or value uses, directly or through deterministic ones.
        public let parents: Set<String>
    }

    // Immutable after it is made; code trees are only walked.
    public let name: String
    public let variables: [Variable]
    let code: FunctionCode
    let captures: [Box]

    init(name: String, variables: [Variable], code: FunctionCode, captures: [Box]) {
        self.name = name
        self.variables = variables
        self.code = code
        self.captures = captures
    }

    public var randomNames: [String] { variables.filter { $0.kind == .random }.map(\.name) }
    /// How it is called.
    public var signature: String { code.signatureText }

    /// The model with its arguments.
    func joint(_ arguments: Arguments, _ machine: Machine, _ span: Span?) throws(Diagnostic) -> Joint {
        let frame = try machine.bind(code, captures, arguments, span)
        defer { machine.leave(frame, code.slotCount) }
        return Joint(definition: self, arguments: (0..<code.parameters.count).map { frame[$0] })
    }

    /// Throws where a variable cannot be fixed.
    func checkCanFix(_ name: String) throws(Diagnostic) {
        guard let variable = variables.first(where: { $0.name == name }) else {
            throw Diagnostic(
                "\(self.name) has no variable called \(name)",
                help: suggestion(for: name, among: randomNames) ?? "its random variables are \(randomNames.joined(separator: ", "))")
        }
        switch variable.kind {
        case .random: break
        case .deterministic: throw Diagnostic("\(name) is `=` in \(self.name): it follows from the other variables and cannot be fixed")
        case .learned: throw Diagnostic("\(name) is `learn` in \(self.name): `fit` estimates it, it has no distribution to fix it in")
        }
    }
}

/// A `model` block called with its arguments: a joint distribution over its variables.
public struct Joint: Sendable {
    public let definition: ModelDefinition
    public let arguments: [Value]

    /// Draws the variables that are not fixed, in the order in which they are declared.
    ///
    /// Throws where a fixed variable depends on one that is not: that takes inference.
    public func sample(given: Record, key: Key, _ machine: Machine) throws(Diagnostic) -> Record {
        for variable in definition.variables where variable.kind == .random && given[variable.name] != nil {
            let open = definition.randomNames.filter { variable.parents.contains($0) && given[$0] == nil }
            guard open.isEmpty else {
                let names = open.joined(separator: ", ")
                throw Diagnostic(
                    "\(variable.name) is fixed and depends on \(names): drawing \(names) given \(variable.name) takes inference, which this version does not have yet",
                    help: "fix \(names) as well, or leave \(variable.name) free")
            }
        }
        let tracer = ForwardSampler(given: given, key: key)
        try run(tracer, machine)
        return tracer.drawn
    }

    /// The log density of a full assignment.
    public func logDensity(_ values: Record, _ machine: Machine) throws(Diagnostic) -> Double {
        for name in values.names { try definition.checkCanFix(name) }
        let open = definition.randomNames.filter { values[$0] == nil }
        guard open.isEmpty else {
            throw Diagnostic(
                "the log density without \(open.joined(separator: ", ")) takes an integral over \(open.count == 1 ? "it" : "them"), which this version cannot do yet",
                help: "give every variable: \(definition.randomNames.joined(separator: ", "))")
        }
        let tracer = Scorer(values: values)
        try run(tracer, machine)
        return tracer.total
    }

    private func run(_ tracer: any ModelTracer, _ machine: Machine) throws(Diagnostic) {
        let frame = try machine.enter(definition.code.slotCount)
        defer { machine.leave(frame, definition.code.slotCount) }
        for (index, argument) in arguments.enumerated() { frame[index] = argument }
        for (index, box) in definition.captures.enumerated() { frame[definition.code.captures[index].slot] = .box(box) }
        let outer = machine.tracer
        machine.tracer = tracer
        defer { machine.tracer = outer }
        _ = try machine.run(definition.code, frame)
    }
}

/// Compiles `model` blocks.
extension Compiler {
    func modelBlock(_ block: ModelBlock, _ span: Span) throws(Diagnostic) -> Node {
        let code = try code(block.name.text, block.parameters, .model, span) { (compiler) throws(Diagnostic) in
            var nodes: [Node] = []
            for statement in block.body { nodes.append(try compiler.statement(statement)) }
            return Sequence(nodes, hasValue: false, span)
        } declaring: {
            Names.bound(in: block.body)
        } nested: {
            Names.inNestedFunctions(block.body)
        }
        var dependencies = Dependencies()
        // Twice, because a loop's later statements reach its earlier ones in the next round.
        try dependencies.statements(block.body, under: [])
        try dependencies.statements(block.body, under: [])
        let variables = dependencies.order.map { name in
            ModelDefinition.Variable(name: name, kind: dependencies.kinds[name] ?? .random, parents: dependencies.parents[name] ?? [])
        }
        guard variables.contains(where: { $0.kind == .random }) else {
            throw Diagnostic(
                "the model \(block.name.text) declares no random variable", at: block.name.span,
                help: "a variable is declared by `x ~ Normal(0, 1)`")
        }
        return MakeModel(block.name.text, variables, code, span)
    }
}

final class MakeModel: Node {
    let name: String
    let variables: [ModelDefinition.Variable]
    let code: FunctionCode
    init(_ name: String, _ variables: [ModelDefinition.Variable], _ code: FunctionCode, _ span: Span) {
        self.name = name
        self.variables = variables
        self.code = code
        super.init(span)
    }
    override func eval(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        .object(Object(.definition(ModelDefinition(name: name, variables: variables, code: code, captures: captured(code, f)))))
    }
}

/// Which random variables each variable of a model depends on.
private struct Dependencies {
    var order: [String] = []
    var kinds: [String: ModelDefinition.Variable.Kind] = [:]
    var parents: [String: Set<String>] = [:]

    /// The random variables behind names: themselves where random, what they use where not.
    private func sources(_ names: Set<String>) -> Set<String> {
        names.reduce(into: []) { result, name in
            if kinds[name] == .random { result.insert(name) } else { result.formUnion(parents[name] ?? []) }
        }
    }

    private mutating func add(_ name: String, _ kind: ModelDefinition.Variable.Kind, _ sources: Set<String>) {
        if kinds[name] == nil { order.append(name) }
        // What is drawn anywhere is random, also where another entry of it is set by `=`.
        if kinds[name] != .random { kinds[name] = kind }
        parents[name, default: []].formUnion(sources.subtracting(kind == .random ? [] : [name]))
    }

    mutating func statements(_ statements: [Statement], under control: Set<String>) throws(Diagnostic) {
        for statement in statements {
            switch statement.kind {
            case .draw(let target, let distribution):
                let (name, used) = root(target)
                guard let name else { continue }
                // An entry of a family may depend on other entries of it: that alone does not make it need inference.
                add(name, .random, sources(Names.mentioned(in: distribution).union(used)).union(control).subtracting([name]))
            case .bind(let targets, let value):
                for target in targets {
                    let (name, used) = root(target)
                    if let name { add(name, .deterministic, sources(Names.mentioned(in: value).union(used)).union(control)) }
                }
            case .learn(let name, let value): add(name.text, .learned, sources(Names.mentioned(in: value)))
            case .define(let function):
                if let name = function.name { add(name.text, .deterministic, sources(Names.mentioned(in: function.body))) }
            case .forLoop(let names, let iterable, let body):
                let used = sources(Names.mentioned(in: iterable)).union(control)
                for name in names { parents[name.text, default: []].formUnion(used) }
                try self.statements(body, under: used)
            case .whileLoop(let condition, let body):
                try self.statements(body, under: sources(Names.mentioned(in: condition)).union(control))
            case .expression(let expression): try self.expression(expression, under: control)
            case .model(let block):
                throw Diagnostic(
                    "a model cannot be declared inside another", at: block.name.span,
                    help: "declare it before, and draw from it: `prior ~ \(block.name.text)()`")
            case .breakLoop, .continueLoop, .returnValue, .importFile, .help: break
            }
        }
    }

    private mutating func expression(_ expression: Expression, under control: Set<String>) throws(Diagnostic) {
        guard case .conditional(let condition, let then, let otherwise) = expression.kind else { return }
        let used = sources(Names.mentioned(in: condition)).union(control)
        try statements(then, under: used)
        if let otherwise {
            if case .block(let body) = otherwise.kind {
                try statements(body, under: used)
            } else {
                try self.expression(otherwise, under: used)
            }
        }
    }

    private func root(_ target: Target) -> (String?, Set<String>) {
        switch target {
        case .name(let name): (name.text, [])
        case .ignored: (nil, [])
        case .field(let inner, _): root(inner)
        case .index(let inner, let items, _):
            (
                root(inner).0,
                items.reduce(into: root(inner).1) { used, item in
                    if case .expression(let e) = item { used.formUnion(Names.mentioned(in: e)) }
                }
            )
        }
    }
}
