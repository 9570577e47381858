import Diagnostics
import Layers
import Tensors

extension Value {
    /// The tensors and numbers in a value with their names: fields of records, places in lists and weights of networks, joined by dots.
    ///
    /// - Throws: where the value holds something else.
    public func namedTensors() throws(Diagnostic) -> [(name: String, tensor: Tensor)] {
        var found: [(name: String, tensor: Tensor)] = []
        _ = try mapTensors("") { (name, tensor, _) throws(Diagnostic) in
            guard !name.isEmpty else {
                throw Diagnostic(
                    "a safetensors file holds tensors by name, and this has none", help: "give it one in a record, as (x: value)")
            }
            found.append((name, tensor.settled()))
            return tensor
        }
        return found
    }

    /// The value with tensors from a source in the place of its own.
    ///
    /// - Throws: where the source has none for a name, or one of another shape, or has more than the value takes.
    public func restored(from tensors: [(name: String, tensor: Tensor)]) throws(Diagnostic) -> Value {
        var source = WeightSource(tensors)
        let result = try mapTensors("") { (name, tensor, owner) throws(Diagnostic) in
            try source.take(name, TensorType(tensor.dtype, tensor.shape), of: owner ?? "the value")
        }
        try source.finish()
        return result
    }

    /// The value with other tensors, given each one's name and, of a network's weights, the layer they belong to.
    private func mapTensors(
        _ path: String, _ body: (_ name: String, _ tensor: Tensor, _ owner: String?) throws(Diagnostic) -> Tensor
    ) throws(Diagnostic) -> Value {
        func inner(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        func each(_ list: List) throws(Diagnostic) -> List {
            var items: [Value] = []
            for (index, item) in list.items.enumerated() { items.append(try item.mapTensors(inner("\(index)"), body)) }
            return List(items)
        }
        func each(_ record: Record) throws(Diagnostic) -> Record {
            var values: [Value] = []
            for (name, value) in record.entries { values.append(try value.mapTensors(inner(name), body)) }
            return Record(record.names, values)
        }
        switch self {
        case .number, .bool, .missing, .range: return .of(try body(path, asTensor ?? Tensor(0), nil))
        case .tensor(let tensor): return .of(try body(path, tensor, nil))
        case .list(let list): return .list(try each(list))
        case .tuple(let list): return .tuple(try each(list))
        case .record(let record): return .record(try each(record))
        case .table(let table): return .table(try each(table))
        case .object(let object):
            guard case .network(let network) = object.kind else { break }
            guard network.input != nil || network.layer.isWeightless else {
                throw Diagnostic(
                    "\(network.layer.name) has no weights yet, since it does not know the shape of an example",
                    help: "tell it the sizes, as in Dense(64, 10), or Chain(..., input: [28, 28, 1])")
            }
            var weights: [Tensor] = []
            for (name, tensor, _) in network.namedWeights {
                weights.append(try body(inner(name), tensor, network.layer.name(ofOwner: name)))
            }
            return .object(Object(.network(try network.replacing(weights: weights))))
        default: break
        }
        throw Diagnostic("\(path.isEmpty ? "it" : path) is \(kindName), and a safetensors file holds tensors and networks alone")
    }
}
