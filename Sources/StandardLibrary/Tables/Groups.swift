import Diagnostics
import Language
import Tensors

/// The rows of a table by the combination of values in some of its columns, combinations in order.
struct Groups {
    let names: [String]
    /// The rows of each group, as they stand in the table.
    private(set) var rows: [[Int]] = []
    private let columns: [[Value]]
    private var places: [[Distinct.Identity]: Int] = [:]

    init(_ table: Record, by names: [String], at span: Span? = nil) throws(Diagnostic) {
        self.names = names
        columns = try names.map { (name) throws(Diagnostic) in try table.column(name, at: span).elements() ?? [] }
        var found: [[Int]] = []
        for row in 0..<table.rowCount {
            let identity = identity(of: row)
            if let place = places[identity] {
                found[place].append(row)
            } else {
                places[identity] = found.count
                found.append([row])
            }
        }
        var order = Array(found.indices)
        for column in columns.reversed() {
            guard let keys = try? order.map({ (group) throws(Diagnostic) in try SortKey(column[found[group][0]]) }),
                let sorted = try? SortKey.order(keys)
            else { continue }
            order = sorted.map { order[$0] }
        }
        rows = order.map { found[$0] }
        for (place, group) in rows.enumerated() { places[identity(of: group[0])] = place }
    }

    func identity(of row: Int) -> [Distinct.Identity] { columns.map { Distinct.Identity($0[row]) } }

    /// The rows with a combination of values.
    func rows(with identity: [Distinct.Identity]) -> [Int]? { places[identity].map { rows[$0] } }

    /// The value of the column, or a record of the values of several.
    func key(_ group: Int) -> Value {
        let values = columns.map { $0[rows[group][0]] }
        return values.count == 1 ? values[0] : .record(Record(names, values))
    }

    var keyColumns: [(String, Value)] {
        zip(names, columns).map { name, column in (name, gathered(rows.map { column[$0[0]] })) }
    }

    /// The combinations and how many rows each has.
    func counted() throws(Diagnostic) -> Record {
        try Record.table(keyColumns + [(names.contains("count") ? "rows" : "count", .tensor(Tensor(rows.map(\.count))))])
    }
}
