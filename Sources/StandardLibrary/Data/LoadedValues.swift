import Datasets
import Diagnostics
import Language
import Tensors

extension Value {
    /// What a file holds, as a value of the language. A NaN in a file is missing, bytes of pictures become 0...1.
    init(_ loaded: Loaded) {
        switch loaded {
        case .table(let table): self = .table(Record(zip(table.names, table.columns).map { ($0, Value($1)) }))
        case .array(let array): self = Value(array)
        case .sound(let sound): self = Value(sound)
        case .text(let text): self = .string(text)
        case .json(let json): self = Value(json)
        case .column(let column): self = Value(column)
        case .record(let fields): self = .record(Record(fields.map { ($0.name, Value($0.value)) }))
        }
    }

    private init(_ column: Column) {
        switch column {
        case .numbers(let numbers, let missing, let shape): self = .tensor(Tensor(numbers, shape: [column.count] + shape, missing: missing))
        case .booleans(let bools, let missing): self = .tensor(Tensor(bools, shape: [bools.count], missing: missing))
        case .texts(let texts): self = .list(List(texts.map { $0.map(Value.string) ?? .missing }))
        case .sequences(let sequences): self = .list(List(sequences.map { .tensor(Tensor($0)) }))
        }
    }

    private init(_ array: DataArray) {
        switch array.elements {
        // Bytes of two axes and more are pictures; of one, labels.
        case .bytes(let bytes) where array.shape.count > 1:
            self = .tensor(Tensor(bytes.map { Double($0) / 255 }, shape: array.shape))
        case .booleans(let bools): self = .of(Tensor(bools, shape: array.shape))
        default:
            let values = array.values
            guard values.contains(where: \.isNaN) else {
                self = .of(Tensor(values, shape: array.shape))
                return
            }
            self = .of(Tensor(values.map { $0.isNaN ? 0 : $0 }, shape: array.shape, missing: values.map(\.isNaN)))
        }
    }

    /// One channel is a vector, more are columns.
    private init(_ sound: Sound) {
        let channels = sound.channels.map { Tensor($0) }
        let samples = channels.count == 1 ? channels[0] : try? Tensor.stacked(channels, axis: 1)
        self = .record([("x", .tensor(samples ?? Tensor([Double]()))), ("rate", .number(Double(sound.rate)))])
    }

    private init(_ json: JSONValue) {
        switch json {
        case .null: self = .missing
        case .bool(let bool): self = .bool(bool)
        case .number(let text): self = .number(Double(text) ?? 0)
        case .string(let string): self = .string(string)
        case .array(let items): self = gathered(items.map { Value($0) })
        case .object(let members): self = .record(Record(members.map { ($0.key, Value($0.value)) }))
        }
    }
}
