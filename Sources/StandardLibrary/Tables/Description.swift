import Diagnostics
import Language
import Tensors

/// What columns of data hold, as a table.
enum Description {
    /// Of a table, a record, a tensor or a list.
    static func table(of call: Call) throws(Diagnostic) -> Record {
        switch call[0] {
        case .table(let record), .record(let record): return try table(record.entries)
        case .list, .range: return try table([("x", call[0])])
        case .tensor(let tensor):
            guard tensor.rank == 2 else { return try table([("x", call[0])]) }
            let columns = try (0..<tensor.shape[1]).map { (column) throws(Diagnostic) in
                (String(column), Value.tensor(try tensor.indexed([.all, .at(column)])))
            }
            return try table(columns)
        default: throw call.mustBe(0, "data, a distribution or a model")
        }
    }

    private static func table(_ columns: [(String, Value)]) throws(Diagnostic) -> Record {
        let lines = try columns.map { (column) throws(Diagnostic) in try line(column.0, column.1) }
        let numeric = ["mean", "sd", "min", "q25", "median", "q75", "max"]
        let isNumeric = lines.contains { $0.numbers != nil }
        let hasLabels = lines.contains { $0.labels != nil }
        var entries: [(String, Value)] = [
            ("column", .list(List(lines.map { .string($0.name) }))), ("count", .tensor(Tensor(lines.map(\.count)))),
            ("missing", .tensor(Tensor(lines.map(\.missing)))),
        ]
        if isNumeric {
            for (place, name) in numeric.enumerated() {
                entries.append((name, gathered(lines.map { line in line.numbers.map { $0[place] } ?? .missing })))
            }
        }
        if hasLabels { entries.append(("levels", .list(List(lines.map { line in line.labels.map(Value.string) ?? .missing })))) }
        return Record(entries)
    }

    private struct Line {
        var name: String
        var count: Int
        var missing: Int
        /// Mean, standard deviation, least, quartiles, largest.
        var numbers: [Value]?
        /// The most frequent labels.
        var labels: String?
    }

    private static func line(_ name: String, _ column: Value) throws(Diagnostic) -> Line {
        if let tensor = column.asTensor {
            let observed = tensor.observed()
            var line = Line(name: name, count: observed.count, missing: tensor.count - observed.count)
            guard tensor.dtype != .bool else {
                let trues = observed.bools.count { $0 }
                line.labels = "true (\(trues)), false (\(observed.count - trues))"
                return line
            }
            guard observed.count > 0 else { return line }
            let quartiles = try observed.quantile(Tensor([0, 0.25, 0.5, 0.75, 1])).doubles
            let sd: Value = observed.count > 1 ? .of(try observed.sd()) : .missing
            line.numbers = [.of(try observed.mean()), sd] + quartiles.map(Value.number)
            return line
        }
        guard let items = try column.elements() else { return Line(name: name, count: 1, missing: 0, labels: column.kindWord) }
        let observed = items.filter { !$0.isMissing }
        var line = Line(name: name, count: observed.count, missing: items.count - observed.count)
        let distinct = try Distinct(observed)
        let order = distinct.counts.indices.sorted { (distinct.counts[$1], $0) < (distinct.counts[$0], $1) }
        let shown = order.prefix(3).map { place in
            let text = distinct.values[place].plainText()
            return "\(text.count > 20 ? text.prefix(19) + "…" : text) (\(distinct.counts[place]))"
        }
        line.labels = shown.joined(separator: ", ") + (distinct.values.count > 3 ? ", … \(distinct.values.count - 3) more" : "")
        return line
    }
}
