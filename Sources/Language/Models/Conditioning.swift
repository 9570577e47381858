import Diagnostics
import Displays
import Distributions
import Models
import Tensors

/// `m | c`: the model with variables fixed. A bare value fixes `x`; conditioning again adds. Where what is left has a name, it is that distribution.
///
/// Throws where a variable does not exist, is fixed already or cannot be.
public func conditioned(_ model: Value, _ given: Value) throws(Diagnostic) -> Value {
    guard case .object(let object) = model else {
        throw Diagnostic("`|` fixes variables of a model, and on its left is \(model.kindName)", help: "`a or b` is the logical or")
    }
    let names: [String]
    var base = model
    var fixed = Record([], [])
    func variables(_ object: Object) throws(Diagnostic) -> [String] {
        switch object.kind {
        case .distribution: return ["x"]
        case .recipe(let recipe): return type(of: recipe).family.variables
        case .fitted(let fitted): return type(of: fitted.model).family.variables
        case .joint(let joint): return joint.definition.variables.map(\.name)
        case .definition(let definition):
            throw Diagnostic(
                "\(definition.name) needs its arguments before it is conditioned", help: "call it first: `\(definition.signature) | ...`")
        case .distributionFamily(let family):
            throw Diagnostic("\(family.name) needs its parameters before it is conditioned")
        case .modelFamily(let family):
            throw Diagnostic(
                "\(family.name) has learned nothing yet", help: "`fit(\(family.name)(), data)` gives a model that can be conditioned")
        case .picture, .network, .optimizer, .batches:
            throw Diagnostic("`|` fixes variables of a model, and on its left is \(model.kindName)")
        case .conditioned: return []
        }
    }
    if case .conditioned(let before) = object.kind, case .object(let inner) = before.model {
        base = before.model
        fixed = before.given.copy
        names = try variables(inner)
    } else {
        names = try variables(object)
    }
    if case .object(let inner) = base, case .recipe(let recipe) = inner.kind {
        throw Diagnostic(
            "\(type(of: recipe).family.name) has learned nothing yet", help: "`fit(m, data)` gives a model that can be conditioned")
    }
    let new: Record
    switch given {
    case .record(let record), .table(let record):
        // Columns that a fitted model remembers are x; other names are variables.
        if case .object(let inner) = base, case .fitted(let fitted) = inner.kind, !record.names.contains(where: names.contains),
            let columns = (fitted as? any RemembersColumns)?.xColumns, record.names.contains(where: columns.contains)
        {
            let taken = try takeVariables(try given.datum(), for: fitted, takesY: false)
            new = Record(["x"], [taken["x"].map { Value($0) } ?? given])
        } else if case .table = given, !record.names.contains(where: names.contains) {
            new = Record(["x"], [given])
        } else {
            new = record
        }
    case .none: throw Diagnostic("`|` needs something to fix, and this is none")
    default:
        guard names.contains("x") else {
            throw Diagnostic("a bare value fixes x, and this model has no x", help: "name the variable: `m | (\(names.first ?? "y"): ...)`")
        }
        new = Record(["x"], [given])
    }
    for (name, given) in new.entries {
        var value = given
        if name == "x", case .object(let inner) = base, case .fitted(let fitted) = inner.kind,
            case .frame(let columns) = try? given.datum(),
            let taken = try? takeVariables(.frame(columns), for: fitted, takesY: false)["x"]
        {
            value = Value(taken)
        }
        if fixed[name] != nil { throw Diagnostic("\(name) is fixed already") }
        if case .object(let inner) = base, case .joint(let joint) = inner.kind {
            try joint.definition.checkCanFix(name)
        } else if !names.contains(name) {
            throw Diagnostic(
                "the model has no variable called \(name)",
                help: suggestion(for: name, among: names) ?? "it has \(names.joined(separator: ", "))")
        }
        fixed.set(name, value)
    }
    if fixed.names == ["x"], case .object(let inner) = base, case .fitted(let fitted) = inner.kind,
        let conditionals = fitted as? any Conditionals, let x = fixed["x"]
    {
        return .object(Object(.distribution(try conditionals.conditional(on: try x.datum()))))
    }
    return .object(Object(.conditioned(Conditioned(model: base, given: fixed))))
}

/// What is left of a conditioned model, where it is finite: its probabilities. Nil where it is not, or nothing is fixed that tells of it.
func posterior(_ conditioned: Conditioned) throws(Diagnostic) -> FinitePosterior? {
    guard case .object(let object) = conditioned.model, case .fitted(let fitted) = object.kind, let infers = fitted as? any Infers else {
        return nil
    }
    let given = try frame(conditioned.given, isTable: false)
    // Given its finite variable, a model has no other finite one to tell of.
    guard given.names.contains("x") else { return nil }
    return try infers.posterior(given: given, Context(key: Key(seed: 0)))
}

/// Probabilities as a table: one row an example, most probable values first where there is only one.
func probabilityTable(_ posterior: FinitePosterior) -> TextTable {
    let values = Value(posterior.values)
    let names = ((try? values.elements()) ?? nil ?? []).map { $0.plainText() }
    let probabilities = posterior.probabilities
    func text(_ p: Double) -> String { Value.number(p).shown(significant: p < 0.001 ? 3 : 4) }
    guard probabilities.rank == 2, probabilities.shape[0] != 1 else {
        let order = probabilities.doubles.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
        return TextTable(
            columns: [
                TextTable.Column(posterior.variable, order.map { $0.offset < names.count ? names[$0.offset] : "" }),
                TextTable.Column("probability", order.map { text($0.element) }, alignment: .decimal),
            ], rowLimit: 20)
    }
    let rows = probabilities.shape[0]
    let width = probabilities.shape[1]
    let flat = probabilities.doubles
    let columns = names.prefix(width).enumerated().map { column, name in
        TextTable.Column(
            "\(posterior.variable) = \(name)", (0..<min(rows, 20)).map { text(flat[$0 * width + column]) }, alignment: .decimal)
    }
    return TextTable(columns: columns, caption: "probabilities of \(posterior.variable) for \(rows) examples", totalRows: rows)
}
