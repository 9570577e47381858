import Diagnostics
import Tensors

/// One evaluated entry between the brackets of an index.
public enum IndexPart {
    case value(Value, Span?)
    case slice(start: Int?, end: Int?, isInclusive: Bool, step: Int, Span?)
    case all
}

extension Value {
    /// `x[i]` for one number, where that is a plain element; nil where the general way must be taken.
    @inline(__always) func element(_ position: Double, _ span: Span) throws(Diagnostic) -> Value? {
        switch self {
        case .tensor(let tensor) where tensor.rank == 1:
            let index = try place(position, tensor.count, span)
            if let number = tensor.element(at: index) { return .number(number) }
            if let bool = tensor.boolElement(at: index) { return .bool(bool) }
            return nil
        case .list(let list): return list.items[try place(position, list.items.count, span)]
        case .tuple(let list): return list.items[try place(position, list.items.count, span)]
        default: return nil
        }
    }

    /// `x[...]`
    ///
    /// Throws where an index is out of range or of the wrong kind.
    func indexed(_ parts: [IndexPart]) throws(Diagnostic) -> Value {
        switch self {
        case .tensor(let tensor): return .of(try tensor.indexed(try parts.map { (part) throws(Diagnostic) in try part.tensorIndex() }))
        case .range(let range): return .of(try range.tensor.indexed(try parts.map { (part) throws(Diagnostic) in try part.tensorIndex() }))
        case .list(let list): return try indexedItems(list.items, parts, "a list") { gathered($0) }
        case .tuple(let list): return try indexedItems(list.items, parts, "a tuple") { .tuple(List($0)) }
        case .text(let text):
            guard parts.count == 1 else { throw Diagnostic("a string has one axis, and the index has \(parts.count)") }
            switch parts[0] {
            case .all: return self
            case .value(.number(let position), let span):
                let index = try whole(position, text.count, span)
                return .string(text.slice(index..<index + 1))
            case .slice(let start, let end, let isInclusive, 1, let span):
                return .string(text.slice(try bounds(start, end, isInclusive, text.count, span)))
            default:
                let positions = try selected(parts[0], text.count, "a string")
                let scalars = Array(text.value.unicodeScalars)
                var result = ""
                for position in positions { result.unicodeScalars.append(scalars[position]) }
                return .string(result)
            }
        case .table(let table): return try indexedTable(table, parts)
        case .record(let record):
            guard parts.count == 1, case .value(.text(let name), let span) = parts[0] else {
                throw Diagnostic("a record is read by name, `r.name` or `r[\"name\"]`")
            }
            guard let value = record[name.value] else {
                throw Diagnostic(
                    "the record has no field called \(name.value)", at: span, help: suggestion(for: name.value, among: record.names))
            }
            return value
        case .missing: return .missing
        case .number, .bool:
            throw Diagnostic("\(kindName) cannot be indexed", help: "`[x]` makes a tensor of one number")
        case .object(let object):
            if case .fitted = object.kind {
                throw Diagnostic("a fitted model cannot be indexed", help: "its parts are read by name, as `m.means`")
            }
            throw Diagnostic("\(kindName) cannot be indexed")
        default: throw Diagnostic("\(kindName) cannot be indexed")
        }
    }
}

extension IndexPart {
    func tensorIndex() throws(Diagnostic) -> Index {
        switch self {
        case .all: return .all
        case .slice(let start, let end, let isInclusive, let step, _):
            return .slice(start: start, end: end, step: step, inclusive: isInclusive)
        case .value(let value, let span):
            switch value {
            case .number(let number):
                guard number == number.rounded(), abs(number) < 1e15 else {
                    throw Diagnostic("an index must be whole, and this is \(formatNumber(number))", at: span)
                }
                return .at(Int(number))
            case .none: return .newAxis
            case .tensor(let tensor) where tensor.isScalar && tensor.dtype == .bool:
                throw Diagnostic("an index must be a number, and this is a bool", at: span, help: "a mask has one bool an entry")
            case .tensor(let tensor): return tensor.dtype == .bool ? .mask(tensor) : .positions(tensor)
            case .range(let range): return .positions(range.tensor)
            case .list(let list) where list.items.isEmpty: return .positions(Tensor([Double]()))
            case .bool: throw Diagnostic("an index must be a number, and this is a bool", at: span, help: "a mask has one bool an entry")
            case .text(let name):
                throw Diagnostic("a tensor has no column called \(name.value)", at: span, help: "columns by name belong to tables")
            case .missing: throw Diagnostic("an index cannot be missing", at: span)
            default:
                throw Diagnostic(
                    "an index must be a number, a range, a mask or a tensor of positions, and this is \(value.kindName)", at: span)
            }
        }
    }
}

/// A position from a number that may count from the end.
@inline(__always) private func place(_ position: Double, _ count: Int, _ span: Span?) throws(Diagnostic) -> Int {
    if position >= 0, position < Double(count) {
        let index = Int(position)
        if Double(index) == position { return index }
    }
    return try whole(position, count, span)
}

@inline(never) private func whole(_ position: Double, _ count: Int, _ span: Span?) throws(Diagnostic) -> Int {
    guard position == position.rounded(), abs(position) < 1e15 else {
        throw Diagnostic("an index must be whole, and this is \(formatNumber(position))", at: span)
    }
    let index = Int(position)
    let actual = index < 0 ? index + count : index
    guard actual >= 0, actual < count else {
        throw Diagnostic(
            "index \(index) is out of range for \(count) item\(count == 1 ? "" : "s")", at: span,
            help: count == 0 ? "there are none" : "positions go from 0 to \(count - 1), or from -1 back to \(-count)")
    }
    return actual
}

/// The positions of a slice; negative ends count from the end.
///
/// Throws where an end lies outside, as tensors do.
private func bounds(_ start: Int?, _ end: Int?, _ isInclusive: Bool, _ count: Int, _ span: Span?) throws(Diagnostic) -> Range<Int> {
    let low = start.map { $0 < 0 ? $0 + count : $0 } ?? 0
    var high = end.map { $0 < 0 ? $0 + count : $0 } ?? count
    if isInclusive, end != nil { high += 1 }
    guard low >= 0, low <= count, high <= count, high >= 0 else {
        throw Diagnostic("the slice goes beyond the \(count) item\(count == 1 ? "" : "s") there are", at: span)
    }
    return low..<max(low, high)
}

/// The positions that one index selects.
func selected(_ part: IndexPart, _ count: Int, _ what: String) throws(Diagnostic) -> [Int] {
    switch part {
    case .all: return Array(0..<count)
    case .slice(let start, let end, let isInclusive, let step, let span):
        guard step != 0 else { throw Diagnostic("the step of a slice cannot be 0", at: span) }
        if step > 0 {
            let range = try bounds(start, end, isInclusive, count, span)
            return Array(stride(from: range.lowerBound, to: range.upperBound, by: step))
        }
        let whole = Tensor((0..<count).map(Double.init))
        return try whole.indexed([.slice(start: start, end: end, step: step, inclusive: isInclusive)]).doubles.map { Int($0) }
    case .value(let value, let span):
        switch value {
        case .number(let position): return [try whole(position, count, span)]
        case .tensor(let tensor) where tensor.isScalar: return [try whole(tensor.double(at: 0), count, span)]
        case .missing: throw Diagnostic("an index cannot be missing", at: span)
        default:
            guard let tensor = value.asTensor, tensor.rank == 1 else {
                throw Diagnostic(
                    "\(what) is indexed by numbers, ranges, masks and lists of positions, and this is \(value.kindName)", at: span)
            }
            if tensor.dtype == .bool {
                guard tensor.count == count else {
                    throw Diagnostic("the mask has \(tensor.count) entries, and there are \(count) items", at: span)
                }
                return tensor.bools.enumerated().compactMap { $1 && !tensor.isMissing(at: $0) ? $0 : nil }
            }
            return try tensor.doubles.map { (position) throws(Diagnostic) in try whole(position, count, span) }
        }
    }
}

private func indexedItems(_ items: [Value], _ parts: [IndexPart], _ what: String, _ make: ([Value]) -> Value) throws(Diagnostic) -> Value {
    guard let first = parts.first else { throw Diagnostic("an index needs a position") }
    if case .value(let index, let span) = first, let position = index.single {
        let item = items[try whole(position, items.count, span)]
        return parts.count == 1 ? item : try item.indexed(Array(parts.dropFirst()))
    }
    guard parts.count == 1 else { throw Diagnostic("\(what) has one axis, and the index has \(parts.count)") }
    return make(try selected(first, items.count, what).map { items[$0] })
}

// MARK: Tables

func rowCount(_ table: Record) -> Int {
    switch table.values.first {
    case .tensor(let tensor)?: tensor.shape.first ?? 0
    case .list(let list)?: list.items.count
    case .table(let inner)?: rowCount(inner)
    default: 0
    }
}

/// One row of a table, as a record.
func tableRow(_ table: Record, _ row: Int) throws(Diagnostic) -> Value {
    var values: [Value] = []
    for column in table.values {
        switch column {
        case .tensor(let tensor): values.append(.of(tensor.row(row)))
        case .list(let list): values.append(list.items[row])
        case .table(let inner): values.append(try tableRow(inner, row))
        default: values.append(.none)
        }
    }
    return .record(Record(table.names, values))
}

/// The chosen rows of a table.
public func tableRows(_ table: Record, _ rows: [Int]) throws(Diagnostic) -> Record {
    let positions = Tensor(rows.map(Double.init))
    var values: [Value] = []
    for column in table.values {
        switch column {
        case .tensor(let tensor): values.append(.tensor(try tensor.indexed([.positions(positions)])))
        case .list(let list): values.append(.list(List(rows.map { list.items[$0] })))
        case .table(let inner): values.append(.table(try tableRows(inner, rows)))
        default: values.append(column)
        }
    }
    return Record(table.names, values)
}

private func indexedTable(_ table: Record, _ parts: [IndexPart]) throws(Diagnostic) -> Value {
    var names: [String] = []
    for part in parts {
        guard case .value(.text(let name), let span) = part else { break }
        guard table.names.contains(name.value) else {
            throw Diagnostic(
                "the table has no column called \(name.value)", at: span,
                help: suggestion(for: name.value, among: table.names) ?? "it has \(table.names.joined(separator: ", "))")
        }
        names.append(name.value)
    }
    if names.count == parts.count {
        if names.count == 1 { return table[names[0]] ?? .none }
        return .table(Record(names, names.map { table[$0] ?? .none }))
    }
    guard names.isEmpty, parts.count == 1 else {
        throw Diagnostic("a table is indexed by rows, `t[0..<5]`, or by columns, `t[\"a\", \"b\"]`")
    }
    if case .value(let index, let span) = parts[0], let position = index.single {
        return try tableRow(table, try whole(position, rowCount(table), span))
    }
    return .table(try tableRows(table, try selected(parts[0], rowCount(table), "a table")))
}

// MARK: Changing

extension Value {
    /// `x[i] = v` for a plain position of a list or vector; false where the general way must be taken.
    @inline(__always) mutating func setElement(_ position: Double, _ value: Value) throws(Diagnostic) -> Bool {
        if var tensor = takeTensor() {
            defer { self = .tensor(tensor) }
            guard tensor.rank == 1 else { return false }
            let index = try place(position, tensor.count, nil)
            switch value {
            case .number(let number): return tensor.setElement(index, number)
            case .bool(let bool): return tensor.setElement(index, bool)
            default: return false
            }
        }
        if var list = takeList() {
            defer { self = .list(list) }
            let index = try place(position, list.items.count, nil)
            if !isKnownUniquelyReferenced(&list) { list = List(list.items) }
            list.items[index] = value
            return true
        }
        return false
    }

    /// Moves the tensor out, so that it can be unique: a `switch` on self would hold a second reference. Put it back.
    @inline(never) mutating func takeTensor() -> Tensor? {
        guard case .tensor(let tensor) = self else { return nil }
        self = .none
        return tensor
    }

    /// Moves the list out, as `takeTensor` does.
    @inline(never) private mutating func takeList() -> List? {
        guard case .list(let list) = self else { return nil }
        self = .none
        return list
    }

    /// Changes what a path of indices and fields leads to.
    mutating func set(_ steps: ArraySlice<PathTarget.EvaluatedStep>, _ value: Value, _ span: Span) throws(Diagnostic) {
        guard let step = steps.first else {
            self = value
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .field(let name, let place): try setField(name, rest, value, place)
        case .index(let parts, let place):
            do throws(Diagnostic) { try setIndex(parts, rest, value, span) } catch { throw error.placed(at: place) }
        }
    }

    private mutating func setField(_ name: String, _ rest: ArraySlice<PathTarget.EvaluatedStep>, _ value: Value, _ span: Span)
        throws(Diagnostic)
    {
        switch self {
        case .record(let record):
            var part = record[name] ?? .none
            if !rest.isEmpty, record[name] == nil {
                throw Diagnostic("the record has no field called \(name)", at: span, help: suggestion(for: name, among: record.names))
            }
            try part.set(rest, value, span)
            let copy = record.copy
            copy.set(name, part)
            self = .record(copy)
        case .table(let table):
            var column = table[name] ?? .none
            try column.set(rest, value, span)
            let copy = table.copy
            copy.set(name, try asColumn(column, rows: table.names.isEmpty ? nil : rowCount(table), name))
            self = .table(copy)
        default:
            throw Diagnostic("\(kindName) has no fields that can be set", at: span)
        }
    }

    private mutating func setIndex(_ parts: [IndexPart], _ rest: ArraySlice<PathTarget.EvaluatedStep>, _ value: Value, _ span: Span)
        throws(Diagnostic)
    {
        if !rest.isEmpty {
            var part = try indexed(parts)
            try part.set(rest, value, span)
            return try setIndex(parts, [], part, span)
        }
        switch self {
        case .tensor:
            guard let new = value.asTensor else {
                guard case .tensor(let tensor) = self, tensor.rank == 1, parts.count == 1 else {
                    throw Diagnostic("an entry of a tensor must be a number, and this is \(value.kindName)")
                }
                // Something else in a vector makes a list of it.
                var list = Value.list(List(try elements() ?? []))
                try list.setIndex(parts, [], value, span)
                self = list
                return
            }
            let indices = try parts.map { (part) throws(Diagnostic) in try part.tensorIndex() }
            try setTensor(indices, new)
        case .range(let range):
            self = .tensor(range.tensor)
            try setIndex(parts, rest, value, span)
        case .list(let list):
            guard parts.count == 1 else {
                guard case .value(.number(let position), let place) = parts[0] else {
                    throw Diagnostic("a list has one axis, and the index has \(parts.count)")
                }
                var item = list.items[try whole(position, list.items.count, place)]
                try item.setIndex(Array(parts.dropFirst()), [], value, span)
                return try setIndex([parts[0]], [], item, span)
            }
            let positions = try selected(parts[0], list.items.count, "a list")
            var items = list.items
            if case .value(.number, _) = parts[0] {
                items[positions[0]] = value
            } else {
                let news = try value.elements()
                guard news.map({ $0.count == positions.count }) ?? true else {
                    throw Diagnostic("\(positions.count) items cannot take \(news?.count ?? 0) values")
                }
                for (index, position) in positions.enumerated() { items[position] = news?[index] ?? value }
            }
            self = .list(List(items))
        case .record, .table:
            guard parts.count == 1, case .value(.text(let name), let place) = parts[0] else {
                throw Diagnostic("\(kindName) is changed by name, `t.name = v`, or an entry of it, `t.name[0] = v`")
            }
            try setField(name.value, rest, value, place ?? span)
        case .text: throw Diagnostic("the characters of a string cannot be set", help: "a changed string is made by joining its parts")
        default: throw Diagnostic("\(kindName) cannot be changed by index")
        }
    }

    /// Apart from the switch, whose subject would hold a second reference.
    @inline(never) private mutating func setTensor(_ indices: [Index], _ new: Tensor) throws(Diagnostic) {
        guard var tensor = takeTensor() else { return }
        defer { self = .tensor(tensor) }
        try tensor.set(indices, to: new)
    }

    /// Adds an item at the end; in place where the value is held once.
    public mutating func append(_ item: Value) throws(Diagnostic) {
        if var list = takeList() {
            defer { self = .list(list) }
            if !isKnownUniquelyReferenced(&list) { list = List(list.items) }
            list.items.append(item)
            return
        }
        if case .range(let range) = self { self = .tensor(range.tensor) }
        if var tensor = takeTensor() {
            if let row = item.asTensor, tensor.shape != [0], tensor.rank > 0, Array(tensor.shape.dropFirst()) == row.shape {
                defer { self = .tensor(tensor) }
                return try tensor.append(row)
            }
            self = .tensor(tensor)
            guard let items = try elements() else {
                throw Diagnostic("nothing can be appended to a number", help: "`[x]` makes a tensor of one number")
            }
            self = gathered(items + [item])
            return
        }
        guard case .tuple(let list) = self else {
            throw Diagnostic("nothing can be appended to \(kindName)", help: "`append(xs, x)` takes a list or a tensor first")
        }
        self = .tuple(List(list.items + [item]))
    }
}

/// A value as a column of a table: a tensor or a list of the right length.
public func asColumn(_ value: Value, rows: Int?, _ name: String) throws(Diagnostic) -> Value {
    let column: Value
    let count: Int
    switch value {
    case .tensor(let tensor) where tensor.rank > 0:
        column = value
        count = tensor.shape[0]
    case .range(let range):
        column = .tensor(range.tensor)
        count = range.count
    case .list(let list):
        column = value
        count = list.items.count
    case .number, .bool, .missing, .text:
        guard let rows else { throw Diagnostic("the column \(name) must be a tensor or a list, and this is \(value.kindName)") }
        return gathered([Value](repeating: value, count: rows))
    default: throw Diagnostic("the column \(name) must be a tensor or a list, and this is \(value.kindName)")
    }
    if let rows, rows != count { throw Diagnostic("the column \(name) has \(count) entries, and the table has \(rows) rows") }
    return column
}
