import Diagnostics
import Displays
import Distributions
import Foundation
import Models
import Tensors

func pow10(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
func logTen(_ x: Double) -> Double { log10(x) }

extension Value {
    /// A value from what a model gives.
    public init(_ datum: Datum) {
        switch datum {
        case .none: self = .none
        case .missing: self = .missing
        case .tensor(let tensor): self = .of(tensor)
        case .text(let text): self = .string(text)
        case .texts(let texts): self = .list(List(texts.map { $0.map(Value.string) ?? .missing }))
        case .list(let items): self = .list(List(items.map { Value($0) }))
        case .frame(let frame): self = Value(frame)
        case .distribution(let distribution): self = .distribution(distribution)
        case .distributionFamily(let family): self = .object(Object(.distributionFamily(family)))
        case .model(let model): self = .object(Object(.recipe(model)))
        case .fitted(let model): self = .object(Object(.fitted(model)))
        case .network(let network): self = .object(Object(.network(network)))
        case .picture(let picture): self = .picture(picture)
        }
    }

    public init(_ frame: Frame) {
        let record = Record(
            frame.names,
            frame.columns.map { column in
                // A column keeps its axis where a value of rank 0 would lose it.
                if case .tensor(let tensor) = column, frame.isTable { return .tensor(tensor) }
                return Value(column)
            })
        self = frame.isTable ? .table(record) : .record(record)
    }

    /// The value as the models know it.
    ///
    /// Throws for functions and other values that no model takes.
    public func datum() throws(Diagnostic) -> Datum {
        switch self {
        case .unset, .box, .none: return .none
        case .missing: return .missing
        case .number, .bool, .tensor, .range: return asTensor.map(Datum.tensor) ?? .none
        case .text(let text): return .text(text.value)
        case .list(let list):
            var texts: [String?] = []
            for item in list.items {
                switch item {
                case .text(let text): texts.append(text.value)
                case .missing: texts.append(nil)
                default: break
                }
            }
            if texts.count == list.items.count, texts.contains(where: { $0 != nil }) { return .texts(texts) }
            return .list(try list.items.map { (item) throws(Diagnostic) in try item.datum() })
        case .tuple(let list): return .list(try list.items.map { (item) throws(Diagnostic) in try item.datum() })
        case .record(let record): return .frame(try frame(record, isTable: false))
        case .table(let table): return .frame(try frame(table, isTable: true))
        case .function: throw Diagnostic("a model takes data, and this is a function")
        case .object(let object):
            switch object.kind {
            case .distribution(let distribution): return .distribution(distribution)
            case .distributionFamily(let family): return .distributionFamily(family)
            case .recipe(let model): return .model(model)
            case .fitted(let model): return .fitted(model)
            case .picture(let picture): return .picture(picture)
            case .network(let network): return .network(network)
            case .modelFamily(let family):
                return .model(try family.make(Frame(family.settings.map { ($0.name, $0.value) }, isTable: false)))
            case .definition, .joint, .conditioned, .optimizer, .batches:
                throw Diagnostic("a model takes data, and this is \(kindName)")
            }
        }
    }
}

/// A record or table as the models know it.
public func frame(_ record: Record, isTable: Bool) throws(Diagnostic) -> Frame {
    Frame(
        try record.entries.map { (entry) throws(Diagnostic) in (entry.0, try entry.1.datum()) }, isTable: isTable)
}
