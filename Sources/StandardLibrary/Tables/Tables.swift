import Diagnostics
import Displays
import Language
import Tensors

/// Tables: named columns of one length.
enum TableChapter {
    static let title = "Tables"

    static let rows: [Builtin] = [
        Builtin(
            "table(records: none, **)", chapter: title,
            "Columns by name, tensors or lists of one length, numbers repeated to it; or a list of records, a row each, or a record of columns.",
            examples: [
                .init("table(x: [1, 2], y: [\"a\", \"b\"]).y", "[\"a\", \"b\"]"), .init("table([(a: 1, b: 2), (a: 3, b: 4)]).a", "[1, 3]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            var entries: [(String, Value)] = []
            switch call[0] {
            case .none: break
            case .record(let record), .table(let record): entries = record.entries
            default: entries = try columns(of: call.items(0), call)
            }
            return .table(try Record.table(entries + call.others))
        },
        Builtin(
            "columns(t)", chapter: title, "The names of a table's columns, or of a record's fields.",
            examples: [.init("columns(table(a: [1], b: [2]))", "[\"a\", \"b\"]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            switch call[0] {
            case .table(let record), .record(let record): return .list(List(record.names.map(Value.string)))
            default: throw call.mustBe(0, "a table or a record")
            }
        },
        Builtin(
            "rows(t)", chapter: title, "The rows of a table, a record each.",
            examples: [.init("rows(table(a: [1, 2]))", "[(a: 1), (a: 2)]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            _ = try call.table(0)
            return .list(List(try call.items(0)))
        },
        Builtin(
            "head(t, n: 5)", chapter: title, "The first rows of a table, items of a list or entries of a tensor.",
            examples: [.init("head(0..<10, 3)", "[0, 1, 2]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            guard let count = call[0].length else { throw call.mustBe(0, "a table, a list or a tensor") }
            return try call[0].selecting(Array(0..<min(count, try call.integer(1, in: 0...Int(1e15)))))
        },
        Builtin(
            "tail(t, n: 5)", chapter: title, "The last rows of a table, items of a list or entries of a tensor.",
            examples: [.init("tail(0..<10, 3)", "[7, 8, 9]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            guard let count = call[0].length else { throw call.mustBe(0, "a table, a list or a tensor") }
            return try call[0].selecting(Array(max(0, count - (try call.integer(1, in: 0...Int(1e15))))..<count))
        },
        Builtin(
            "drop(t, names...)", chapter: title, "A table or record without some of its columns.",
            examples: [.init("columns(drop(table(a: [1], b: [2]), \"a\"))", "[\"b\"]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let names = try names(call, 1)
            switch call[0] {
            case .table(let table):
                for name in names { _ = try table.column(name, at: call.spans[1]) }
                let kept = table.entries.filter { !names.contains($0.0) }
                return .table(Record(kept))
            case .record(let record): return .record(Record(record.entries.filter { !names.contains($0.0) }))
            default: throw call.mustBe(0, "a table or a record")
            }
        },
        Builtin(
            "rename(t, **)", chapter: title, "A table with columns renamed, `old: \"new\"`.",
            examples: [.init("columns(rename(table(a: [1]), a: \"b\"))", "[\"b\"]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let table = try call.table(0)
            var names = table.names
            for (old, new) in call.others {
                _ = try table.column(old, at: call.span)
                guard case .text(let text) = new else {
                    throw Diagnostic("the new name of \(old) must be a string, and it is \(new.kindName)", at: call.span)
                }
                names = names.map { $0 == old ? text.value : $0 }
            }
            guard Set(names).count == names.count else { throw Diagnostic("two columns would have the same name", at: call.span) }
            return .table(Record(names, table.values))
        },
        Builtin(
            "drop_missing(t, names...)", chapter: title, "The rows in which nothing is missing, of all columns or of those named.",
            examples: [.init("drop_missing(table(a: [1, missing, 3])).a", "[1, 3]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let table = try call.table(0)
            let names = try names(call, 1)
            for name in names { _ = try table.column(name, at: call.spans[1]) }
            return .table(try tableRows(table, table.completeRows(names.isEmpty ? table.names : names)))
        },
        Builtin(
            "group_by(t, by, **)", chapter: title,
            "The rows of a table by the values of a column or several: a list of records, their key and their rows. With named functions of a group's rows, a table of what they give.",
            examples: [
                .init("t = table(k: [\"a\", \"b\", \"a\"], x: [1, 2, 3])\ngroup_by(t, \"k\", total: g -> sum(g.x)).total", "[4, 2]"),
                .init("map(group_by(table(k: [1, 1, 2]), \"k\"), g -> len(g.rows))", "[2, 1]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let table = try call.table(0)
            let groups = try Groups(table, by: call.strings(1), at: call.spans[1])
            if call.others.isEmpty {
                return .list(
                    List(
                        try groups.rows.enumerated().map { (group) throws(Diagnostic) in
                            .record([("key", groups.key(group.offset)), ("rows", .table(try tableRows(table, group.element)))])
                        }))
            }
            let parts = try groups.rows.map { (rows) throws(Diagnostic) in Value.table(try tableRows(table, rows)) }
            var entries = groups.keyColumns
            for (name, function) in call.others {
                guard function.isCallable else {
                    throw Diagnostic("\(name) must be a function of a group's rows, and it is \(function.kindName)", at: call.span)
                }
                entries.append((name, gathered(try parts.map { (part) throws(Diagnostic) in try call.apply(function, [part]) })))
            }
            return .table(try Record.table(entries))
        },
        Builtin(
            "merge(a, b, on, how: \"inner\")", chapter: title,
            "The rows of two tables that agree in a column or several. how: \"inner\" keeps rows with a partner, \"left\" all of a, what b lacks being missing.",
            examples: [.init("merge(table(k: [1, 2], x: [5, 6]), table(k: [2], y: [7]), \"k\", how: \"left\").y", "[missing, 7]")]
        ) { (call: Call) throws(Diagnostic) -> Value in try merged(call) },
        Builtin(
            "summary(x, **)", chapter: title,
            "What data hold: of each column how many values, how many missing, mean, standard deviation, quartiles, or the most frequent labels. Of a model or a posterior, its report; of a network, its layers.",
            examples: [.init("summary(table(x: [1, 2, 3])).mean", "[2]"), .init("summary(MLP(4, 8, 2)).weights", "[40, 0, 18, 58]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let value = try NetworkChapter.summary(call) { return value }
            if let value = try call.objectVerb() { return value }
            return .table(try Description.table(of: call))
        },
    ]

    /// Names given one by one or as a list.
    static func names(_ call: Call, _ index: Int) throws(Diagnostic) -> [String] {
        var names: [String] = []
        for value in call.rest(index) {
            for item in (value.kindWord == "string" ? [value] : try value.elements() ?? [value]) {
                guard case .text(let text) = item else {
                    throw call.wrong(index, "a column is named by a string, and this is \(item.kindName)")
                }
                names.append(text.value)
            }
        }
        return names
    }

    /// Columns from rows: the records of a list.
    private static func columns(of records: [Value], _ call: Call) throws(Diagnostic) -> [(String, Value)] {
        var names: [String] = []
        for record in records {
            guard case .record(let fields) = record else {
                throw call.wrong(
                    0, "a table is made of named columns or of a list of records, and this holds \(record.kindName)",
                    help: "`table(x: xs, y: ys)`")
            }
            for name in fields.names where !names.contains(name) { names.append(name) }
        }
        return names.map { name in
            (name, gathered(records.map { if case .record(let fields) = $0 { fields[name] ?? .missing } else { .missing } }))
        }
    }

    private static func merged(_ call: Call) throws(Diagnostic) -> Value {
        let (a, b) = (try call.table(0), try call.table(1))
        let names = try call.strings(2)
        let how = try call.string(3)
        guard how == "inner" || how == "left" else { throw call.wrong(3, "how must be \"inner\" or \"left\", and it is \(quoted(how))") }
        let left = try Groups(a, by: names, at: call.spans[2])
        let right = try Groups(b, by: names, at: call.spans[2])
        var pairs: [(Int, Int?)] = []
        for row in 0..<a.rowCount {
            try call.machine.interrupt.check()
            guard pairs.count < 100_000_000 else { throw call.wrong(2, "the merged table would have more than 100 million rows") }
            if let partners = right.rows(with: left.identity(of: row)) {
                pairs += partners.map { (row, $0) }
            } else if how == "left" {
                pairs.append((row, nil))
            }
        }
        var result = try tableRows(a, pairs.map(\.0)).entries
        for (name, column) in b.entries where !names.contains(name) {
            let items = try column.elements() ?? []
            let renamed = a.names.contains(name) ? name + "_2" : name
            result.append((renamed, gathered(pairs.map { pair in pair.1.map { items[$0] } ?? .missing })))
        }
        return .table(try Record.table(result))
    }
}

extension Record {
    /// A table from named columns, which must have one length; single values are repeated to it.
    ///
    /// Throws where lengths differ or a name stands twice.
    static func table(_ entries: [(String, Value)]) throws(Diagnostic) -> Record {
        var rows: Int?
        for (name, value) in entries where value.kindWord != "string" {
            guard let length = value.length, value.kindWord != "record" else { continue }
            if let rows, rows != length { throw Diagnostic("the column \(name) has \(length) entries, and \(entries[0].0) has \(rows)") }
            rows = length
        }
        var columns: [(String, Value)] = []
        for (name, value) in entries {
            guard !columns.contains(where: { $0.0 == name }) else { throw Diagnostic("two columns are called \(name)") }
            columns.append((name, try asColumn(value, rows: rows ?? 1, name)))
        }
        return Record(columns)
    }

    /// The rows in which none of some columns is missing.
    func completeRows(_ names: [String]) -> [Int] {
        let columns = names.compactMap { self[$0] }
        return (0..<rowCount).filter { row in
            columns.allSatisfy { column in
                switch column {
                case .tensor(let tensor):
                    guard tensor.hasMissing else { return true }
                    let width = tensor.count / max(1, tensor.shape[0])
                    return !(row * width..<(row + 1) * width).contains { tensor.isMissing(at: $0) }
                case .list(let list): return !list.items[row].isMissing
                default: return true
                }
            }
        }
    }

    /// The rows of this table and of others with the same columns.
    func followed(by others: [Record]) throws(Diagnostic) -> Record {
        for other in others where Set(other.names) != Set(names) {
            let odd = other.names.first { !names.contains($0) } ?? names.first { !other.names.contains($0) } ?? ""
            throw Diagnostic("tables are joined row by row where they have the same columns, and \(odd) is not in all of them")
        }
        var columns: [(String, Value)] = []
        for (name, column) in entries {
            let parts = [column] + others.compactMap { $0[name] }
            let tensors = parts.compactMap { if case .tensor(let tensor) = $0 { tensor } else { nil } }
            if tensors.count == parts.count {
                columns.append((name, .tensor(try Tensor.concatenated(tensors))))
            } else {
                let items = try parts.map { (part) throws(Diagnostic) in try part.elements() ?? [] }
                columns.append((name, .list(List(items.flatMap { $0 }))))
            }
        }
        return Record(columns)
    }
}
