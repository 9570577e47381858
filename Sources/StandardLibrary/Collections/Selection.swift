import Diagnostics
import Language
import Tensors

/// Finding, choosing and ordering.
enum SelectionChapter {
    static let title = "Choosing and ordering"

    static let rows: [Builtin] = [
        Builtin(
            "where(condition, a: none, b: none)", chapter: title,
            "a where the condition holds and b where not, element by element. With a condition alone, the positions where it holds. `xs.where(mask)` gives the items, or the rows of a table, that a mask selects.",
            examples: [
                .init("where([true, false], 1, 0)", "[1, 0]"), .init("where([1, 5, 7] > 3)", "[1, 2]"),
                .init("table(a: [1, 2, 3]).where([true, false, true]).a", "[1, 3]"),
                .init("where([1, 5] > 3, \"big\", \"small\")", "[\"small\", \"big\"]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in try chosen(call) },
        Builtin(
            "take(xs, positions, axis: 0)", chapter: title, "The items at some positions, or the first n where one number is given.",
            examples: [.init("take([5, 6, 7], [2, 0])", "[7, 5]"), .init("take([5, 6, 7], 2)", "[5, 6]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let axis = try call.integer(2)
            let isTensor = call[0].asTensor != nil
            let size: Int
            if isTensor {
                let shape = try call.array(0).shape
                guard axis >= -shape.count, axis < shape.count else {
                    throw call.wrong(2, "the tensor has \(shape.count) axes, and axis \(axis) is none of them")
                }
                size = shape[axis < 0 ? axis + shape.count : axis]
            } else {
                size = try call.items(0).count
            }
            let positions: [Int]
            if case .number = call[1] {
                positions = Array(0..<min(size, try call.integer(1, in: 0...Int(1e15))))
            } else {
                positions = try call.vector(1).doubles.map { (number) throws(Diagnostic) in
                    guard number == number.rounded(), number >= Double(-size), number < Double(size) else {
                        throw call.wrong(1, "position \(formatNumber(number)) is out of range for \(size) items")
                    }
                    return number < 0 ? Int(number) + size : Int(number)
                }
            }
            guard isTensor, axis != 0 else { return try call[0].selecting(positions) }
            let x = try call.array(0)
            let before = [Index](repeating: .all, count: axis < 0 ? axis + x.rank : axis)
            return .tensor(try x.indexed(before + [.positions(Tensor(positions))]))
        },
        Builtin("first(xs)", chapter: title, "The first item.", examples: [.init("first([5, 6])", "5")]) {
            (call: Call) throws(Diagnostic) -> Value in
            guard let item = try call.items(0).first else { throw call.wrong(0, "there is no first item, as there is none") }
            return item
        },
        Builtin("last(xs)", chapter: title, "The last item.", examples: [.init("last([5, 6])", "6")]) {
            (call: Call) throws(Diagnostic) -> Value in
            guard let item = try call.items(0).last else { throw call.wrong(0, "there is no last item, as there is none") }
            return item
        },
        Builtin(
            "indexof(xs, x)", chapter: title, "The position of the first item equal to x; none where there is none.",
            examples: [.init("indexof([\"a\", \"b\"], \"b\")", "1")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard let position = try call.items(0).firstIndex(where: { sameContent($0, call[1]) }) else { return .none }
            return .number(Double(position))
        },
        Builtin(
            "contains(xs, x)", chapter: title, "Whether a list, tensor or string holds x, as `x in xs` says.",
            examples: [.init("contains([1, 2], 2)", "true"), .init("contains(\"banana\", \"nan\")", "true")]
        ) { (call: Call) throws(Diagnostic) -> Value in try ValueOperation.contained.apply(call[1], call[0]) },
        Builtin(
            "sort(xs, by: none, descending: false, axis: -1)", chapter: title,
            "In ascending order, what is missing last. `by` is a function that gives the key of an item, or the columns of a table.",
            examples: [
                .init("sort([3, 1, 2])", "[1, 2, 3]"), .init("sort([\"b\", \"a\"], descending: true)", "[\"b\", \"a\"]"),
                .init("sort([-3, 1, 2], by: abs)", "[1, 2, -3]"), .init("sort(table(a: [2, 1]), by: \"a\").a", "[1, 2]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let descending = try call.bool(2)
            // A descending vector takes the way of lists, which keeps what is missing last.
            if let tensor = call[0].asTensor, !call.isGiven(1), tensor.rank != 1 || !descending {
                guard tensor.rank > 0 else { throw call.mustBe(0, "a list, a tensor or a table") }
                let sorted = try tensor.sorted(call.integer(3))
                return .tensor(descending ? try sorted.flipped(call.integer(3)) : sorted)
            }
            return try call[0].selecting(order(call, by: 1, descending: descending))
        },
        Builtin(
            "argsort(xs, by: none, descending: false)", chapter: title, "The positions that would sort the items.",
            examples: [.init("argsort([3, 1, 2])", "[1, 2, 0]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let tensor = call[0].asTensor, tensor.rank > 1, !call.isGiven(1) { return .tensor(try tensor.argsort()) }
            return .tensor(Tensor(try order(call, by: 1, descending: call.bool(2))))
        },
        Builtin(
            "unique(xs)", chapter: title, "The different values, numbers and strings in order, what is missing left out.",
            examples: [.init("unique([3, 1, 3])", "[1, 3]"), .init("unique([\"b\", \"a\", \"b\"])", "[\"a\", \"b\"]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let tensor = call[0].asTensor { return .tensor(tensor.unique().values) }
            return gathered(try Distinct(call.items(0)).values)
        },
        Builtin(
            "shuffle(xs, seed: none)", chapter: title, "The items of a list, the rows of a tensor or table, in random order.",
            examples: [.init("sort(shuffle(0..<5))", "[0, 1, 2, 3, 4]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let count = try call.items(0).count
            var generator = try call.key(seed: 1).generator()
            return try call[0].selecting(generator.permutation(count))
        },
        Builtin(
            "diff(x, axis: -1)", chapter: title, "The differences of neighbours.", examples: [.init("diff([1, 4, 9])", "[3, 5]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.array(0)
            let axis = try call.integer(1)
            guard axis >= -x.rank, axis < x.rank else {
                throw call.wrong(1, "the tensor has \(x.rank) axes, and axis \(axis) is none of them")
            }
            let before = [Index](repeating: .all, count: axis < 0 ? axis + x.rank : axis)
            let later = try x.indexed(before + [.slice(start: 1, end: nil)])
            let earlier = try x.indexed(before + [.slice(start: nil, end: -1)])
            return .tensor(try defined(try later - earlier, from: [x], call.name))
        },
        Builtin(
            "lag(x, n: 1)", chapter: title, "The values n steps before; the first n are missing.",
            examples: [.init("lag([1, 2, 3])", "[missing, 1, 2]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let items = try call.items(0)
            let n = min(try call.integer(1, in: 0...Int(1e15)), items.count)
            return gathered([Value](repeating: .missing, count: n) + items.dropLast(n))
        },
    ]

    private static func chosen(_ call: Call) throws(Diagnostic) -> Value {
        guard call.isGiven(2) else {
            guard call.isGiven(1) else {
                let condition = try call.array(0)
                let places = condition.bools.indices.filter { condition.bools[$0] && !condition.isMissing(at: $0) }
                guard condition.rank > 1 else { return .tensor(Tensor(places)) }
                let strides = Shape.strides(condition.shape)
                let indices = places.flatMap { place in zip(strides, condition.shape).map { Double(place / $0 % $1) } }
                return .tensor(Tensor(indices, shape: [places.count, condition.rank]))
            }
            return try selected(call)
        }
        let condition = try call.tensor(0)
        if let a = call[1].asTensor, let b = call[2].asTensor { return .of(try Tensor.select(condition, a, b)) }
        guard condition.rank <= 1 else {
            throw call.wrong(
                0, "a condition of several axes chooses between numbers, and these are \(call[1].kindName) and \(call[2].kindName)")
        }
        func item(_ index: Int, _ position: Int) throws(Diagnostic) -> Value {
            guard case .list(let list) = call[index] else {
                guard let tensor = call[index].asTensor, tensor.rank == 1 else { return call[index] }
                guard tensor.count == condition.count else {
                    throw call.wrong(index, "the condition has \(condition.count) entries, and this has \(tensor.count)")
                }
                return .of(tensor.row(position))
            }
            guard list.items.count == condition.count else {
                throw call.wrong(index, "the condition has \(condition.count) entries, and this has \(list.items.count)")
            }
            return list.items[position]
        }
        let bools = condition.bools
        let items = try bools.indices.map { (position) throws(Diagnostic) -> Value in
            condition.isMissing(at: position) ? .missing : try item(bools[position] ? 1 : 2, position)
        }
        return condition.isScalar ? items[0] : gathered(items)
    }

    /// `xs.where(mask)`
    private static func selected(_ call: Call) throws(Diagnostic) -> Value {
        guard let mask = call[1].asTensor, mask.rank == 1 else {
            throw call.wrong(1, "where needs a value for b too", help: "`where(condition, a, b)`, or `xs.where(mask)`")
        }
        if let tensor = call[0].asTensor, tensor.dtype == .bool, mask.dtype != .bool {
            throw call.wrong(1, "where needs a value for b too", help: "`where(condition, a, b)`")
        }
        guard let count = call[0].length else { throw call.mustBe(0, "a table, a list or a tensor") }
        guard mask.count == count else { throw call.wrong(1, "the mask has \(mask.count) entries, and there are \(count) items") }
        let bools = mask.bools
        return try call[0].selecting(bools.indices.filter { bools[$0] && !mask.isMissing(at: $0) })
    }

    /// The order of the items, by themselves, by a function or by columns.
    static func order(_ call: Call, by index: Int, descending: Bool) throws(Diagnostic) -> [Int] {
        if case .table(let table) = call[0], !call[index].isCallable {
            guard call.isGiven(index) else {
                throw call.wrong(0, "a table is sorted by its columns", help: "`sort(t, by: \"\(table.names.first ?? "a")\")`")
            }
            var order = Array(0..<table.rowCount)
            // From the last column to the first: each pass keeps the order of equals.
            for name in try call.strings(index).reversed() {
                let column = try table.column(name, at: call.spans[index])
                let keys = try (column.elements() ?? []).map { (item) throws(Diagnostic) in try SortKey(item) }
                order = try SortKey.order(order.map { keys[$0] }, descending: descending).map { order[$0] }
            }
            return order
        }
        let items = try call.items(0)
        guard call.isGiven(index) else {
            return try SortKey.order(items.map { (item) throws(Diagnostic) in try SortKey(item) }, descending: descending)
        }
        let function = try call.function(index)
        let keys = try items.map { (item) throws(Diagnostic) in try SortKey(call.apply(function, [item])) }
        return try SortKey.order(keys, descending: descending)
    }
}

extension Record {
    /// A column, by a name that must exist.
    func column(_ name: String, at span: Span? = nil) throws(Diagnostic) -> Value {
        guard let column = self[name] else {
            throw Diagnostic(
                "the table has no column called \(name)", at: span,
                help: suggestion(for: name, among: names) ?? "it has \(names.joined(separator: ", "))")
        }
        return column
    }
}
