import Diagnostics
import Language
import Tensors

/// The shapes of tensors, and putting them together.
enum ShapingChapter {
    static let title = "Shapes"

    static let rows: [Builtin] = [
        Builtin(
            "shape(x)", chapter: title, "The size of each axis, as `x.shape` gives it.", examples: [.init("shape(zeros(2, 3))", "[2, 3]")]
        ) { (call: Call) throws(Diagnostic) -> Value in .tensor(Tensor(try call.tensor(0).shape)) },
        Builtin(
            "reshape(x, shape...)", chapter: title, "The same numbers in another shape; one size may be -1 and is then what fits.",
            examples: [.init("reshape(0..<4, 2, 2)", "[[0, 1],\n [2, 3]]"), .init("zeros(6, 4).reshape(-1, 8).shape", "[3, 8]")]
        ) { (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).reshaped(call.sizes(1, fitting: true))) },
        Builtin(
            "flatten(x)", chapter: title, "The numbers in one axis, row by row.",
            examples: [.init("flatten([[1, 2], [3, 4]])", "[1, 2, 3, 4]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            if case .list(let list) = call[0] {
                return gathered(
                    list.items.flatMap { item in (try? item.elements()).flatMap { item.kindWord == "string" ? [item] : $0 } ?? [item] })
            }
            return .tensor(try call.tensor(0).flattened())
        },
        Builtin(
            "transpose(x, axes: none)", chapter: title, "The axes in another order: reversed, or as told.",
            examples: [
                .init("transpose([[1, 2], [3, 4]])", "[[1, 3],\n [2, 4]]"), .init("zeros(2, 3, 4).transpose([1, 0, 2]).shape", "[3, 2, 4]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.tensor(0)
            guard call.isGiven(1) else { return .of(try x.transposed()) }
            return .of(try x.transposed(StatisticsChapter.wholeNumbers(call, 1)))
        },
        Builtin(
            "squeeze(x, axis: none)", chapter: title, "Without its axes of size 1, or without the one told.",
            examples: [.init("squeeze(zeros(1, 3, 1)).shape", "[3]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).squeezed(call.axis(1)))
        },
        Builtin(
            "broadcast(x, shape...)", chapter: title, "Stretched to a shape, as arithmetic does it.",
            examples: [.init("broadcast([1, 2], 2, 2)", "[[1, 2],\n [1, 2]]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).broadcast(to: call.sizes(1)))
        },
        Builtin(
            "concat(values..., axis: 0)", chapter: title,
            "Lists, tensors, tables or strings one after the other. One argument that is a list holds what is joined.",
            examples: [
                .init("concat([1, 2], [3])", "[1, 2, 3]"), .init("concat([\"a\"], [1, 2])", "[\"a\", 1, 2]"),
                .init("concat([[1], [2]], [[3], [4]], axis: 1)", "[[1, 3],\n [2, 4]]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in try concatenated(call) },
        Builtin(
            "stack(values..., axis: 0)", chapter: title, "Tensors of one shape along a new axis.",
            examples: [.init("stack([1, 2], [3, 4])", "[[1, 2],\n [3, 4]]"), .init("stack([1, 2], [3, 4], axis: 1)", "[[1, 3],\n [2, 4]]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let parts = try parts(call)
            let tensors = try parts.map { (part) throws(Diagnostic) in
                guard let tensor = part.asTensor else { throw call.wrong(0, "stack takes tensors, and this is \(part.kindName)") }
                return tensor
            }
            guard !tensors.isEmpty else { throw Diagnostic("stack needs something to stack") }
            return .of(try Tensor.stacked(tensors, axis: call.integer(1)))
        },
        Builtin(
            "append(xs, x)", chapter: title, "A list or tensor with one more item at the end.",
            examples: [.init("append([1, 2], 3)", "[1, 2, 3]"), .init("append([\"a\"], \"b\")", "[\"a\", \"b\"]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            var value = call[0]
            try value.append(call[1])
            return value
        },
        Builtin(
            "insert(xs, position, x)", chapter: title, "A list or tensor with one more item before a position.",
            examples: [.init("insert([1, 3], 1, 2)", "[1, 2, 3]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            var items = try call.items(0)
            let position = try call.integer(1, in: -items.count...items.count)
            items.insert(call[2], at: position < 0 ? position + items.count : position)
            return gathered(items)
        },
        Builtin(
            "delete(xs, position)", chapter: title, "A list, tensor or table without the item at a position.",
            examples: [.init("delete([1, 2, 3], 0)", "[2, 3]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let count = try call.items(0).count
            guard count > 0 else { throw call.wrong(0, "there is nothing to delete") }
            let position = try call.integer(1, in: -count...(count - 1))
            return try call[0].selecting((0..<count).filter { $0 != (position < 0 ? position + count : position) })
        },
        Builtin(
            "repeat(x, n, axis: none)", chapter: title,
            "Each number n times in a row, or each slice along an axis; of a string, the string n times.",
            examples: [.init("repeat([1, 2], 2)", "[1, 1, 2, 2]"), .init("repeat(\"ab\", 2)", "\"abab\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let n = try call.integer(1, in: 0...Int(1e15))
            func check(_ size: Int, most: Int) throws(Diagnostic) {
                let (total, overflows) = size.multipliedReportingOverflow(by: n)
                guard !overflows, total <= most else { throw call.wrong(1, "so many repetitions are larger than memory") }
            }
            switch call[0] {
            case .text(let text):
                try check(text.value.utf8.count, most: 1 << 31)
                return text.value.isEmpty ? call[0] : .string(String(repeating: text.value, count: n))
            case .list(let list):
                try check(list.items.count, most: Shape.maximumCount / 16)
                return gathered(list.items.flatMap { [Value](repeating: $0, count: n) })
            default: return .of(try call.tensor(0).repeated(n, axis: call.axis(2)))
            }
        },
        Builtin(
            "tile(x, times...)", chapter: title, "The whole tensor side by side, so often along each axis.",
            examples: [.init("tile([1, 2], 2)", "[1, 2, 1, 2]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).tiled(call.sizes(1)))
        },
        Builtin(
            "reverse(x, axis: 0)", chapter: title, "Back to front: a list, a string, a table or a tensor along an axis.",
            examples: [.init("reverse([1, 2, 3])", "[3, 2, 1]"), .init("reverse(\"abc\")", "\"cba\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if case .tensor(let tensor) = call[0] { return .of(try tensor.flipped(call.integer(1))) }
            guard let count = call[0].length, call[0].kindWord != "record" else {
                throw call.mustBe(0, "a list, a string, a table or a tensor")
            }
            return try call[0].selecting((0..<count).reversed())
        },
    ]

    /// What is joined: the arguments, or the items of the only one where that is a list or a tuple.
    private static func parts(_ call: Call) throws(Diagnostic) -> [Value] {
        let arguments = call.rest(0)
        guard arguments.count == 1 else { return arguments }
        switch arguments[0] {
        case .list(let list), .tuple(let list): return list.items
        case .tensor: return try arguments[0].elements() ?? arguments
        default: return arguments
        }
    }

    private static func concatenated(_ call: Call) throws(Diagnostic) -> Value {
        let parts = try parts(call)
        guard let first = parts.first else { return gathered([]) }
        let kinds = Set(parts.map(\.kindWord))
        if kinds == ["string"] { return .string(parts.map { $0.plainText() }.joined()) }
        if kinds == ["table"], case .table(let table) = first {
            let tables = parts.compactMap { if case .table(let table) = $0 { table } else { nil } }
            return .table(try table.followed(by: Array(tables.dropFirst())))
        }
        let tensors = parts.compactMap(\.asTensor)
        if tensors.count == parts.count {
            // Vectors may stand beside single numbers, as in concat(x, 1), and the empty list beside anything.
            let arrays = try tensors.map { (x) throws(Diagnostic) in x.isScalar ? try x.expandedDims(0) : x }
            let filled = arrays.filter { $0.shape != [0] }
            return .tensor(try Tensor.concatenated(filled.isEmpty ? arrays : filled, axis: call.integer(1)))
        }
        var items: [Value] = []
        for part in parts {
            guard part.kindWord != "string", part.kindWord != "table", let more = try part.elements() else {
                throw call.wrong(
                    0, "concat joins lists, tensors, tables or strings, and among them is \(part.kindName)",
                    help: "`append(xs, x)` adds one item")
            }
            items += more
        }
        return gathered(items)
    }
}
