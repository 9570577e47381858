import Diagnostics
import Language
import Tensors

/// Functions over data. Data comes first, the function last.
enum FunctionChapter {
    static let title = "Functions over data"

    static let rows: [Builtin] = [
        Builtin(
            "map(xs, f)", chapter: title,
            "f of every item: entries of a tensor or list, rows of a matrix or table, characters of a string. Results make a tensor where they can.",
            examples: [
                .init("map([1, 2, 3], x -> x^2)", "[1, 4, 9]"), .init("map([\"a\", \"b\"], upper)", "[\"A\", \"B\"]"),
                .init("map([(1, 2), (3, 4)], (a, b) -> a * b)", "[2, 12]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let function = try call.function(1)
            let items = try call.items(0)
            let isSpread = takesSeveral(function)
            var results: [Value] = []
            results.reserveCapacity(items.count)
            for item in items {
                try call.machine.interrupt.check()
                results.append(try call.apply(function, arguments(item, isSpread)))
            }
            return gathered(results)
        },
        Builtin(
            "filter(xs, f)", chapter: title, "The items for which f is true, in the kind of the whole.",
            examples: [.init("filter(0..<6, x -> x % 2 == 0)", "[0, 2, 4]"), .init("filter(\"a1b2\", c -> c in \"0123456789\")", "\"12\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in try call[0].selecting(chosen(call.items(0), call, 1)) },
        Builtin(
            "fold(xs, start, f)", chapter: title, "f(f(start, first), second) and so on to the last item.",
            examples: [.init("fold([1, 2, 3], 0, (total, x) -> total + x)", "6")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let function = try call.function(2)
            var state = call[1]
            for item in try call.items(0) {
                try call.machine.interrupt.check()
                state = try call.apply(function, [state, item])
            }
            return state
        },
        Builtin(
            "scan(xs, start, f)", chapter: title, "As fold, but every state on the way, one an item.",
            examples: [.init("scan([1, 2, 3], 0, (total, x) -> total + x)", "[1, 3, 6]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let function = try call.function(2)
            var state = call[1]
            var states: [Value] = []
            for item in try call.items(0) {
                try call.machine.interrupt.check()
                state = try call.apply(function, [state, item])
                states.append(state)
            }
            return gathered(states)
        },
        Builtin(
            "zip(xs...)", chapter: title, "The first items of all as a tuple, then the second ones, to the end of the shortest.",
            examples: [.init("zip([1, 2], [\"a\", \"b\"])", "[(1, \"a\"), (2, \"b\")]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let columns = try call.rest(0).map { (value) throws(Diagnostic) -> [Value] in
                guard let items = try value.elements() else {
                    throw call.wrong(0, "zip takes lists and tensors, and this is \(value.kindName)")
                }
                return items
            }
            let count = columns.map(\.count).min() ?? 0
            return .list(List((0..<count).map { row in .tuple(List(columns.map { $0[row] })) }))
        },
        Builtin(
            "enumerate(xs)", chapter: title, "Pairs of position and item.",
            examples: [.init("enumerate([\"a\", \"b\"])", "[(0, \"a\"), (1, \"b\")]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            .list(List(try call.items(0).enumerated().map { .tuple(List([.number(Double($0.offset)), $0.element])) }))
        },
        Builtin(
            "len(xs)", chapter: title,
            "How many items there are: entries of the first axis, code points of a string, rows of a table, fields of a record.",
            examples: [.init("len([1, 2, 3])", "3"), .init("len(\"日本\")", "2")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard let length = call[0].length else { throw call.mustBe(0, "a list, a tensor, a string, a table or a record") }
            return .number(Double(length))
        },
        Builtin(
            "apply(f, arguments)", chapter: title, "f called with the items of a tuple or list as its arguments.",
            examples: [.init("apply((a, b) -> a - b, (5, 3))", "2")]
        ) { (call: Call) throws(Diagnostic) -> Value in try call.apply(call.function(0), call.items(1)) },
    ]

    /// The positions of the items for which a function is true.
    static func chosen(_ items: [Value], _ call: Call, _ index: Int) throws(Diagnostic) -> [Int] {
        let function = try call.function(index)
        let isSpread = takesSeveral(function)
        var positions: [Int] = []
        for (position, item) in items.enumerated() {
            try call.machine.interrupt.check()
            switch try call.apply(function, arguments(item, isSpread)) {
            case .bool(true), .number(1): positions.append(position)
            case .bool(false), .number(0), .missing: break
            case let other: throw call.wrong(index, "the function must give true or false, and it gave \(other.kindName)")
            }
        }
        return positions
    }

    /// Whether a function written in the program has several parameters, so that pairs are spread over them.
    private static func takesSeveral(_ function: Value) -> Bool {
        if case .function(let callable) = function { return callable.builtin == nil && callable.requiredCount > 1 }
        return false
    }

    private static func arguments(_ item: Value, _ isSpread: Bool) -> [Value] {
        if isSpread, case .tuple(let list) = item { return list.items }
        return [item]
    }
}
