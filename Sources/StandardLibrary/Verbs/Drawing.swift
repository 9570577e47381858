import Diagnostics
import Distributions
import Language
import Models
import Tensors

/// `sample` and `logp`, which mean the same on a coin and on a fitted model.
enum DrawingChapter {
    static let name = "Models"

    static let rows: [Builtin] = [
        Builtin(
            "sample(m, n: none, seed: none, **)", chapter: name,
            "Draws from a distribution or model. A distribution gives a value, or leading axes of draws: `sample(d, 10)`, `sample(d, [2, 3])`. Any other model gives a record of the variables that are not fixed, or a table of n rows. What a family takes beyond that (`length:`, `temperature:`) is named.",
            examples: [.init("sample(Normal(0, 1), 3).shape", "[3]"), .init("sample(Bernoulli(1), 4)", "[1, 1, 1, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in try draw(call) },
        Builtin(
            "logp(m, x, y: none, **)", chapter: name,
            "The log probability, in nats: of each value under a distribution, of each example under a fitted model, of a full assignment `(mu: 0, y: 1)` under a model block.",
            examples: [.init("round(logp(Normal(0, 1), 0), digits: 6)", "-0.918939")]
        ) { (call: Call) throws(Diagnostic) -> Value in try score(call) },
        Builtin(
            "infer(m)", chapter: name,
            "The distribution of what is not fixed, where that is exact: `infer(judge | (x: x))` gives the probabilities of each y, as a record of `values` and `probabilities`."
        ) { (call: Call) throws(Diagnostic) -> Value in
            let posterior = try finitePosterior(call)
            return .record([
                ("variable", .string(posterior.variable)), ("values", Value(posterior.values)),
                ("probabilities", .of(posterior.probabilities)),
            ])
        },
    ]

    /// The model and what is fixed in it.
    static func parts(_ value: Value) -> (model: Object.Kind, given: Record)? {
        guard case .object(let object) = value else { return nil }
        if case .conditioned(let conditioned) = object.kind, case .object(let inner) = conditioned.model {
            return (inner.kind, conditioned.given)
        }
        return (object.kind, Record([], []))
    }

    private static func draw(_ call: Call) throws(Diagnostic) -> Value {
        guard let (model, given) = parts(call[0]) else {
            throw call.wrong(
                0, "`sample` draws from a distribution or a model, and this is \(call[0].kindName)",
                help: "`split` and `x[[0, 2]]` choose rows of data")
        }
        if case .fitted(let fitted) = model {
            let generator = try require(fitted as? any Generates, .generates, of: fitted)
            let count: Int? = call[1].isNone ? nil : try call.integer(1, in: 0...10_000_000)
            let options = Frame(try call.others.map { (other) throws(Diagnostic) in (other.0, try other.1.datum()) }, isTable: false)
            let key = try call.key(seed: 2)
            return Value(
                try generator.sample(count, given: try frame(given, isTable: false), options: options, call.machine.context(key: key)))
        }
        if let (name, _) = call.others.first {
            throw call.wrong(0, "sample has no argument named \(name) here", help: "it is called as \(call.signature.text)")
        }
        switch model {
        case .distribution(let distribution):
            guard given.names.isEmpty else { throw call.wrong(0, "x is fixed: nothing is left to draw") }
            return .of(try distribution.drawn(try call.shape(1), key: try call.drawKey(seed: 2)))
        case .joint(let joint):
            let key = try call.key(seed: 2)
            guard !call[1].isNone else { return .record(try joint.sample(given: given, key: key, call.machine)) }
            let count = try call.integer(1, in: 0...10_000_000)
            var rows: [Record] = []
            for key in key.split(count) {
                try call.machine.interrupt.check()
                rows.append(try joint.sample(given: given, key: key, call.machine))
            }
            let names = rows.first?.names ?? []
            return .table(Record(names, names.map { name in gathered(rows.map { $0[name] ?? .missing }) }))
        default: throw unready(model, verb: "sample") ?? call.wrong(0, "`sample` cannot draw from \(call[0].kindName)")
        }
    }

    private static func score(_ call: Call) throws(Diagnostic) -> Value {
        guard let (model, given) = parts(call[0]) else {
            throw call.wrong(0, "`logp` scores data under a distribution or a model, and this is \(call[0].kindName)")
        }
        switch model {
        case .distribution(let distribution):
            return .of(try call.tensor(1).deferring { (x) throws(Diagnostic) in try distribution.logDensity(x) })
        case .joint(let joint):
            guard case .record(let values) = call[1] else {
                throw call.wrong(1, "the values of a model's variables are a record, `(mu: 0, y: 1)`, and this is \(call[1].kindName)")
            }
            let all = given.names.isEmpty ? values : Record(given.names + values.names, given.values + values.values)
            return .number(try joint.logDensity(all, call.machine))
        case .fitted(let fitted):
            let scorer = try require(fitted as? any Scores, .scores, of: fitted)
            let single = isSingle(call[1], fitted)
            let data = try variables(call, 1, y: 2, fitted)
            let result = try scorer.logDensity(data, given: try frame(given, isTable: false))
            return .of(single && result.count == 1 ? try result.reshaped([]) : result)
        default: throw unready(model, verb: "logp") ?? call.wrong(0, "`logp` cannot score under \(call[0].kindName)")
        }
    }

    /// Whether data are one example, so that its score is one number.
    private static func isSingle(_ value: Value, _ model: any FittedModel) -> Bool {
        switch value {
        case .text, .number, .bool, .missing, .record: true
        default: false
        }
    }

    static func finitePosterior(_ call: Call) throws(Diagnostic) -> FinitePosterior {
        guard let (model, given) = parts(call[0]) else { throw call.wrong(0, "`infer` takes a model with something fixed, `m | (x: x)`") }
        guard case .fitted(let fitted) = model else {
            throw call.wrong(
                0, "inference in models of your own is not in this version yet",
                help: "`sample(m | (...))` is exact where what is fixed comes first")
        }
        guard !given.names.isEmpty else { throw call.wrong(0, "nothing is fixed", help: "`infer(m | (x: x))` asks for y given x") }
        return try require(fitted as? any Infers, .infers, of: fitted).posterior(
            given: try frame(given, isTable: false), call.machine.context(key: Key(seed: 0)))
    }
}

/// Why a family or recipe cannot take a verb yet.
func unready(_ model: Object.Kind, verb: String) -> Diagnostic? {
    switch model {
    case .distributionFamily(let family):
        Diagnostic(
            "\(family.name) needs its parameters first",
            help: "`\(verb)(\(family.name)(\(family.parameters.filter { !$0.isOptional }.map(\.name).joined(separator: ", "))), ...)`")
    case .modelFamily(let family): Diagnostic("\(family.name) has learned nothing yet", help: "`m = fit(\(family.name)(), data)` first")
    case .recipe(let model): Diagnostic("this \(type(of: model).family.name) has learned nothing yet", help: "`m = fit(m, data)` first")
    case .definition(let definition):
        Diagnostic("the model \(definition.name) needs its arguments first", help: "`\(verb)(\(definition.signature), ...)`")
    default: nil
    }
}

/// The variables of a fitted model in data; it may remember which columns they are.
func variables(_ call: Call, _ index: Int, y: Int, _ fitted: any FittedModel) throws(Diagnostic) -> Frame {
    guard call[y].isNone else { return try variables(call, index, y: y, type(of: fitted.model).family) }
    return try takeVariables(try call[index].datum(), for: fitted)
}

/// The variables of a family in data, where `y:` may name the column that is y.
func variables(_ call: Call, _ index: Int, y: Int?, _ family: ModelFamily) throws(Diagnostic) -> Frame {
    var label: String?
    var data = call[index]
    if let y, !call[y].isNone {
        if case .text(let name) = call[y] {
            label = name.value
        } else {
            data = .record([("x", data), ("y", call[y])])
        }
    }
    return try takeVariables(try data.datum(), y: label, for: family)
}
