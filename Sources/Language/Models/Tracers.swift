import Diagnostics
import Distributions
import Tensors

/// What happens at each `~` of a `model` block that runs: draw, score, and later more.
protocol ModelTracer: AnyObject {
    /// The value of a variable.
    ///
    /// - Parameter entry: the indices, for an entry of an indexed family.
    func value(_ name: String, entry: [Int]?, _ source: Value, _ machine: Machine, _ span: Span) throws(Diagnostic) -> Value
}

/// Draws what is not fixed.
final class ForwardSampler: ModelTracer {
    let given: Record
    var key: Key
    /// The variables that were not fixed, in order.
    var drawn = Record([], [])

    init(given: Record, key: Key) {
        self.given = given
        self.key = key
    }

    func value(_ name: String, entry: [Int]?, _ source: Value, _ machine: Machine, _ span: Span) throws(Diagnostic) -> Value {
        let (now, next) = key.split()
        key = next
        if let fixed = given[name] {
            let value = try entry.map { (entry) throws(Diagnostic) in try entryValue(fixed, name, entry, span) } ?? fixed
            guard value.asTensor?.hasMissing == true else { return try checked(value, name, source, span) }
            // Entries that were not observed stay random.
            let draw = try self.draw(source, now, machine, span)
            guard let observed = value.asTensor, let random = draw.asTensor, observed.shape == random.shape, let mask = observed.missing
            else {
                throw Diagnostic("\(name) is \(draw.kindName), and it is fixed to \(value.kindName)", at: span)
            }
            return .of(try Tensor.select(Tensor(mask, shape: observed.shape), random, observed))
        }
        let draw = try self.draw(source, now, machine, span)
        if let entry {
            var family = drawn[name] ?? .unset
            try fill(&family, entry, draw, span)
            drawn.set(name, family)
        } else {
            drawn.set(name, draw)
        }
        return draw
    }

    private func draw(_ source: Value, _ key: Key, _ machine: Machine, _ span: Span) throws(Diagnostic) -> Value {
        try drawOnce(source, key, machine, span)
    }

    private func checked(_ value: Value, _ name: String, _ source: Value, _ span: Span) throws(Diagnostic) -> Value {
        guard case .object(let object) = source, case .distribution(let distribution) = object.kind else { return value }
        try checkShape(value, name, distribution, span)
        return value
    }
}

/// Adds up the log density of values that are all given.
final class Scorer: ModelTracer {
    let values: Record
    var total = 0.0
    init(values: Record) { self.values = values }

    func value(_ name: String, entry: [Int]?, _ source: Value, _ machine: Machine, _ span: Span) throws(Diagnostic) -> Value {
        guard let all = values[name] else { throw Diagnostic("the value of \(name) is not given", at: span) }
        let value = try entry.map { (entry) throws(Diagnostic) in try entryValue(all, name, entry, span) } ?? all
        guard case .object(let object) = source else { throw notADistribution(source, span) }
        switch object.kind {
        case .distribution(let distribution):
            try checkShape(value, name, distribution, span)
            guard let tensor = value.asTensor else {
                throw Diagnostic("\(name) must be a number or a tensor, and it is \(value.kindName)", at: span)
            }
            let density = try machine.placing(span) { (_) throws(Diagnostic) in
                try tensor.deferring { (x) throws(Diagnostic) in try distribution.logDensity(x) }.sum()
            }
            guard !density.hasMissing else { throw Diagnostic("the log density needs all of \(name), and an entry is missing", at: span) }
            total += density.double(at: 0)
        case .joint(let joint):
            guard case .record(let record) = value else {
                throw Diagnostic(
                    "\(name) is a record of the variables of \(joint.definition.name), and it is given \(value.kindName)", at: span)
            }
            total += try joint.logDensity(record, machine)
        default: throw notADistribution(source, span)
        }
        return value
    }
}

/// One draw from whatever may stand right of `~`.
func drawOnce(_ source: Value, _ key: Key, _ machine: Machine, _ span: Span) throws(Diagnostic) -> Value {
    guard case .object(let object) = source else { throw notADistribution(source, span) }
    return try machine.placing(span) { (m) throws(Diagnostic) in
        switch object.kind {
        case .distribution(let distribution): .of(try distribution.sample([], key: key))
        case .joint(let joint): .record(try joint.sample(given: Record([], []), key: key, m))
        case .conditioned(let conditioned):
            if case .object(let inner) = conditioned.model, case .joint(let joint) = inner.kind {
                .record(try joint.sample(given: conditioned.given, key: key, m))
            } else {
                throw notADistribution(source, span)
            }
        default: throw notADistribution(source, span)
        }
    }
}

func notADistribution(_ value: Value, _ span: Span) -> Diagnostic {
    var help = "as in `x ~ Normal(0, 1)`"
    if case .object(let object) = value, case .definition(let definition) = object.kind {
        help = "call the model: `\(definition.signature)`"
    }
    if case .object(let object) = value, case .distributionFamily(let family) = object.kind {
        help = "give it its parameters: `\(family.name)(\(family.parameters.map(\.name).joined(separator: ", ")))`"
    }
    return Diagnostic("what stands right of `~` must be a distribution or a model, and this is \(value.kindName)", at: span, help: help)
}

/// Throws where a fixed value has not the shape of the variable, with a word about one axis too many.
private func checkShape(_ value: Value, _ name: String, _ distribution: any Distribution, _ span: Span) throws(Diagnostic) {
    let shape = distribution.batchShape + distribution.eventShape
    guard let tensor = value.asTensor else {
        throw Diagnostic("\(name) must be a number or a tensor, and it is fixed to \(value.kindName)", at: span)
    }
    guard tensor.shape != shape else { return }
    func words(_ shape: [Int]) -> String { shape.isEmpty ? "one number" : "of shape \(shape)" }
    var help: String?
    if tensor.rank == shape.count + 1, Array(tensor.shape.dropFirst()) == shape {
        help =
            "the model is written for one example: `\(name) ~ \(type(of: distribution).family.name)(...).iid(\(tensor.shape[0]))` declares \(tensor.shape[0]) of them"
    }
    throw Diagnostic("\(name) is \(words(shape)), and the data are \(words(tensor.shape))", at: span, help: help)
}

/// One entry of a fixed family.
private func entryValue(_ family: Value, _ name: String, _ entry: [Int], _ span: Span) throws(Diagnostic) -> Value {
    do throws(Diagnostic) {
        return try family.indexed(entry.map { .value(.number(Double($0)), nil) })
    } catch {
        throw error.placed(at: span, label: "\(name) is given as \(family.kindName)")
    }
}

/// Sets an entry of an indexed family, which grows as needed; entries never set are missing.
func fill(_ family: inout Value, _ entry: [Int], _ value: Value, _ span: Span) throws(Diagnostic) {
    guard entry.allSatisfy({ $0 >= 0 && $0 < 100_000_000 }) else {
        throw Diagnostic("an index of a model's variable goes from 0, and this is \(entry)", at: span)
    }
    guard let new = value.asTensor else { throw Diagnostic("an entry of an indexed variable must be a number or a tensor", at: span) }
    if case .unset = family { family = .tensor(Tensor([Double](), shape: [Int](repeating: 0, count: entry.count) + new.shape)) }
    // Only the shape is kept: another reference to the tensor would forbid changing it in place.
    guard let old = family.asTensor?.shape else { throw Diagnostic("this variable is \(family.kindName) and has no entries", at: span) }
    do throws(Diagnostic) {
        let sizes = Array(old.prefix(entry.count))
        guard Array(old.dropFirst(entry.count)) == new.shape else {
            throw Diagnostic(
                "the entries of a variable must have one shape; this one has \(new.shape), those before \(Array(old.dropFirst(entry.count)))"
            )
        }
        if entry.count == 1, entry[0] == sizes[0] { return try family.appendEntry(new) }
        let needed = zip(sizes, entry).map { max($0, $1 + 1) }
        if needed != sizes {
            let shape = needed + new.shape
            let count = try Shape.count(shape)
            var larger = Tensor([Double](repeating: 0, count: count), shape: shape, missing: [Bool](repeating: true, count: count))
            if let tensor = family.asTensor, tensor.count > 0 {
                try larger.set(sizes.map { .slice(start: 0, end: $0, step: 1, inclusive: false) }, to: tensor)
            }
            family = .tensor(larger)
        }
        guard var changed = family.takeTensor() else { return }
        defer { family = .tensor(changed) }
        try changed.set(entry.map { .at($0) }, to: new)
    } catch {
        throw error.placed(at: span)
    }
}

extension Value {
    fileprivate mutating func appendEntry(_ row: Tensor) throws(Diagnostic) {
        guard var tensor = takeTensor() else { return }
        defer { self = .tensor(tensor) }
        try tensor.append(row)
    }
}

// MARK: Nodes

/// `x ~ d` outside a model: draws once and binds.
final class DrawOnce: Action {
    let target: Node & Assignable
    let distribution: Node
    init(_ target: Node & Assignable, _ distribution: Node, _ span: Span) {
        self.target = target
        self.distribution = distribution
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let source = try distribution.eval(m, f)
        try target.assign(try drawOnce(source, m.nextDrawKey(), m, distribution.span), m, f)
        return .normal
    }
}

/// `x ~ d` in a model.
final class DrawVariable: Action {
    let name: String
    let target: Destination
    let distribution: Node
    init(_ name: String, _ target: Destination, _ distribution: Node, _ span: Span) {
        self.name = name
        self.target = target
        self.distribution = distribution
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let source = try distribution.eval(m, f)
        guard let tracer = m.tracer else { throw Diagnostic("`~` here belongs to a model that is not running", at: span) }
        target.store(try tracer.value(name, entry: nil, source, m, distribution.span), m, f)
        return .normal
    }
}

/// `x[t] ~ d` in a model.
final class DrawEntry: Action {
    let name: String
    let target: Destination
    let reader: Node
    let indices: [IndexNode]
    let distribution: Node
    init(_ name: String, _ target: Destination, _ reader: Node, _ indices: [IndexNode], _ distribution: Node, _ span: Span) {
        self.name = name
        self.target = target
        self.reader = reader
        self.indices = indices
        self.distribution = distribution
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let entry = try entryIndices(indices, m, f)
        let source = try distribution.eval(m, f)
        guard let tracer = m.tracer else { throw Diagnostic("`~` here belongs to a model that is not running", at: span) }
        let value = try tracer.value(name, entry: entry, source, m, distribution.span)
        try fillSlot(target, entry, value, span, m, f)
        return .normal
    }
}

/// `s[t] = e` in a model: fills a deterministic variable, which need not exist yet.
final class FillEntry: Action {
    let target: Destination
    let indices: [IndexNode]
    let value: Node
    init(_ target: Destination, _ indices: [IndexNode], _ value: Node, _ span: Span) {
        self.target = target
        self.indices = indices
        self.value = value
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        let entry = try entryIndices(indices, m, f)
        try fillSlot(target, entry, try value.eval(m, f), span, m, f)
        return .normal
    }
}

private func entryIndices(_ indices: [IndexNode], _ m: Machine, _ f: Slots) throws(Diagnostic) -> [Int] {
    var entry: [Int] = []
    for index in indices {
        guard case .value(.number(let number), let span) = try index.evaluated(m, f), number == number.rounded(), abs(number) < 1e9 else {
            throw Diagnostic("an entry of a model's variable is named by whole numbers, `x[t]`")
        }
        _ = span
        entry.append(Int(number))
    }
    return entry
}

/// Fills an entry of the family that a local slot keeps, in place.
private func fillSlot(_ target: Destination, _ entry: [Int], _ value: Value, _ span: Span, _ m: Machine, _ f: Slots) throws(Diagnostic) {
    switch target {
    case .local(let slot): try fill(&f[slot], entry, value, span)
    case .boxed(let slot):
        guard case .box(let box) = f[slot] else { return }
        try fill(&box.value, entry, value, span)
    default: throw Diagnostic("an entry can only be filled inside a model", at: span)
    }
}
