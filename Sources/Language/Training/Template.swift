import Diagnostics
import Layers
import Tensors

/// A value taken apart into the tensors that a traced function takes as inputs and the rest, which must stay as it is.
final class Template {
    indirect enum Kind {
        /// A tensor or number, by its position among the inputs.
        case input(Int, TensorType)
        /// Must be the same, by identity or content.
        case fixed(Value)
        case list([Template])
        case tuple([Template])
        case record([String], [Template])
        case table([String], [Template])
        case weights(Network, [Template])
        /// A function of the same text; the captured variables that were read are in `captures`.
        case function(FunctionCode)
    }
    var kind: Kind
    /// Of a function: what was read of its captured variables.
    var captures: [Int: Template] = [:]

    init(_ kind: Kind) { self.kind = kind }

    /// Collections of more items than this are taken as they are.
    static let largest = 4096

    /// The template of a value, and the value with every tensor replaced.
    ///
    /// - Parameter replace: the position of an input and what stands for it, given its path and whether it is trained; nil where the tensor
    ///   is to stay as it is.
    static func make(
        _ value: Value, path: String = "", isTrained: Bool = true, _ replace: (Tensor, String, Bool) throws(Diagnostic) -> (Int, Tensor)?
    ) throws(Diagnostic) -> (Template, Value) {
        func each(_ values: [Value], _ names: [String], _ flags: [Bool]? = nil) throws(Diagnostic) -> ([Template], [Value]) {
            var templates: [Template] = []
            var results: [Value] = []
            for (index, (name, value)) in zip(names, values).enumerated() {
                let inner = path.isEmpty ? name : "\(path).\(name)"
                let (template, result) = try make(value, path: inner, isTrained: flags?[index] ?? isTrained, replace)
                templates.append(template)
                results.append(result)
            }
            return (templates, results)
        }
        /// What holds no tensor is one fixed thing, known again by its identity.
        func whole(_ made: ([Template], [Value]), _ kind: ([Template]) -> Kind, _ remade: ([Value]) -> Value) -> (Template, Value) {
            let isFixed = made.0.allSatisfy { if case .fixed = $0.kind { true } else { false } }
            return isFixed ? (Template(.fixed(value)), value) : (Template(kind(made.0)), remade(made.1))
        }
        func numbered(_ list: List) -> [String] { list.items.indices.map(String.init) }
        switch value {
        case .number(let number):
            guard let (position, symbol) = try replace(Tensor(number), path, isTrained) else { break }
            return (Template(.input(position, TensorType(.float64, []))), .tensor(symbol))
        case .tensor(let tensor):
            guard let (position, symbol) = try replace(tensor, path, isTrained) else { break }
            return (Template(.input(position, TensorType(tensor.dtype, tensor.shape))), .tensor(symbol))
        case .list(let list) where list.items.count <= largest:
            return whole(try each(list.items, numbered(list)), Kind.list) { .list(List($0)) }
        case .tuple(let list) where list.items.count <= largest:
            return whole(try each(list.items, numbered(list)), Kind.tuple) { .tuple(List($0)) }
        case .record(let record):
            return whole(try each(record.values, record.names), { .record(record.names, $0) }, { .record(Record(record.names, $0)) })
        case .table(let table):
            return whole(try each(table.values, table.names), { .table(table.names, $0) }, { .table(Record(table.names, $0)) })
        case .function(let callable):
            if case .closure(let code, _) = callable.kind { return (Template(.function(code)), value) }
        case .object(let object):
            if case .network(let network) = object.kind {
                let weights = network.namedWeights
                let (templates, results) = try each(weights.map { .tensor($0.tensor) }, weights.map(\.path), weights.map(\.isTrained))
                let tensors = zip(results, weights).map { $0.asTensor ?? $1.tensor }
                return (Template(.weights(network, templates)), .object(Object(.network(network.replacingWeights(tensors)))))
            }
        default: break
        }
        return (Template(.fixed(value)), value)
    }

    /// Takes a value apart in the same way; false where it has another structure.
    func match(_ value: Value, _ inputs: inout [Tensor?]) -> Bool {
        func each(_ templates: [Template], _ values: [Value]) -> Bool {
            guard templates.count == values.count else { return false }
            for (template, value) in zip(templates, values) where !template.match(value, &inputs) { return false }
            return true
        }
        switch (kind, value) {
        case (.input(let position, let type), .number(let number)):
            guard type.shape.isEmpty, type.dtype == .float64 else { return false }
            inputs[position] = Tensor(number)
            return true
        case (.input(let position, let type), .tensor(let tensor)):
            guard tensor.dtype == type.dtype, tensor.shape == type.shape, !tensor.hasMissing else { return false }
            inputs[position] = tensor
            return true
        case (.list(let templates), .list(let list)), (.tuple(let templates), .tuple(let list)): return each(templates, list.items)
        case (.record(let names, let templates), .record(let record)), (.table(let names, let templates), .table(let record)):
            return names == record.names && each(templates, record.values)
        case (.weights(let network, let templates), .object(let object)):
            guard case .network(let other) = object.kind, network.hasStructure(of: other) else { return false }
            return each(templates, other.namedWeights.map { .tensor($0.tensor) })
        case (.function(let code), .function(let callable)):
            guard case .closure(let other, let boxes) = callable.kind, other === code else { return false }
            for (index, template) in captures where !template.match(boxes[index].value, &inputs) { return false }
            return true
        case (.fixed(let old), _): return isSame(old, value)
        default: return false
        }
    }

    /// Throws where a network in it has no weights yet that could be trained.
    func checkBegun() throws(Diagnostic) {
        switch kind {
        case .weights(let network, _): try network.checkBegun()
        case .list(let templates), .tuple(let templates), .record(_, let templates): for template in templates { try template.checkBegun() }
        case .input, .fixed, .table, .function: break
        }
    }

    /// The inputs that are found again in such a value.
    var positions: Set<Int> {
        let inner: [Template]
        switch kind {
        case .input(let position, _): return [position]
        case .fixed: return []
        case .list(let templates), .tuple(let templates), .record(_, let templates), .table(_, let templates), .weights(_, let templates):
            inner = templates
        case .function: inner = Array(captures.values)
        }
        return inner.reduce(into: []) { $0.formUnion($1.positions) }
    }

    /// The value with tensors in the places of the inputs.
    func filled(_ tensor: (Int) -> Tensor) -> Value {
        func each(_ templates: [Template]) -> [Value] { templates.map { $0.filled(tensor) } }
        switch kind {
        case .input(let position, _): return .of(tensor(position))
        case .fixed(let value): return value
        case .list(let templates): return gathered(each(templates))
        case .tuple(let templates): return .tuple(List(each(templates)))
        case .record(let names, let templates): return .record(Record(names, each(templates)))
        case .table(let names, let templates): return .table(Record(names, each(templates)))
        case .weights(let network, let templates):
            return .object(Object(.network(network.replacingWeights(each(templates).map { $0.asTensor ?? Tensor(0) }))))
        case .function: return .none
        }
    }
}

/// Whether two values are one, or at least alike: the quick answers first.
private func isSame(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none), (.missing, .missing), (.unset, .unset): return true
    case (.bool(let p), .bool(let q)): return p == q
    case (.number(let p), .number(let q)): return p == q
    case (.tensor(let p), .tensor(let q)) where p.isIdentical(to: q): return true
    case (.range(let p), .range(let q)): return p.start == q.start && p.step == q.step && p.count == q.count
    case (.list(let p), .list(let q)) where p === q: return true
    case (.tuple(let p), .tuple(let q)) where p === q: return true
    case (.record(let p), .record(let q)) where p === q: return true
    case (.table(let p), .table(let q)) where p === q: return true
    case (.object(let p), .object(let q)) where p === q: return true
    case (.function(let p), .function(let q)) where p === q: return true
    default: return a.tag == b.tag && sameContent(a, b)
    }
}

extension Value {
    /// The kind, as a number.
    fileprivate var tag: Int {
        switch self {
        case .unset: 0
        case .box: 1
        case .none: 2
        case .missing: 3
        case .number: 4
        case .bool: 5
        case .text: 6
        case .tensor: 7
        case .range: 8
        case .list: 9
        case .tuple: 10
        case .record: 11
        case .table: 12
        case .function: 13
        case .object: 14
        }
    }
}
