import Diagnostics
import Language
import Tensors

/// Making tensors.
enum CreationChapter {
    static let title = "Making tensors"

    static let rows: [Builtin] = [
        Builtin(
            "zeros(shape...)", chapter: title, "A tensor of zeros, its sizes given one by one or as a list.",
            examples: [.init("zeros(3)", "[0, 0, 0]"), .init("zeros([2, 2])", "[[0, 0],\n [0, 0]]")]
        ) { (call: Call) throws(Diagnostic) -> Value in .of(try Tensor.zeros(call.sizes(0))) },
        Builtin("ones(shape...)", chapter: title, "A tensor of ones.", examples: [.init("ones(2, 3).shape", "[2, 3]")]) {
            (call: Call) throws(Diagnostic) -> Value in .of(try Tensor.ones(call.sizes(0)))
        },
        Builtin(
            "fill(value, shape...)", chapter: title, "One value, many times: a tensor of a number or bool, a list of anything else.",
            examples: [
                .init("fill(7, 3)", "[7, 7, 7]"), .init("fill(\"a\", 2)", "[\"a\", \"a\"]"),
                .init("fill(missing, 2)", "[missing, missing]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let shape = try call.sizes(1)
            switch call[0] {
            case .number(let number): return .of(try Tensor.full(shape, number))
            case .bool(let bool): return .of(try Tensor.full(shape, bool ? 1 : 0, .bool))
            case .missing: return .of(try Tensor.missing(shape))
            default:
                guard shape.count == 1, shape[0] <= Shape.maximumCount / 16 else {
                    throw call.wrong(0, "only numbers and bools fill more than one axis, and this is \(call[0].kindName)")
                }
                return gathered([Value](repeating: call[0], count: shape[0]))
            }
        },
        Builtin("eye(n)", chapter: title, "The identity matrix.", examples: [.init("eye(2)", "[[1, 0],\n [0, 1]]")]) {
            (call: Call) throws(Diagnostic) -> Value in .of(try Tensor.eye(call.integer(0, in: 0...Int(1e15))))
        },
        Builtin(
            "linspace(low, high, n)", chapter: title, "n evenly spaced numbers, both ends included.",
            examples: [.init("linspace(0, 1, 5)", "[0, 0.25, 0.5, 0.75, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            .of(try Tensor.linspace(call.number(0), call.number(1), call.integer(2, in: 0...Int(1e15))))
        },
        Builtin(
            "arange(start, end: none, step: 1)", chapter: title,
            "The numbers start, start + step, ... before end; with one argument, from 0 to before it. `0..<n` is the same as `arange(n)`.",
            examples: [.init("arange(3)", "[0, 1, 2]"), .init("arange(0, 1, 0.25)", "[0, 0.25, 0.5, 0.75]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let first = try call.number(0)
            let step = try call.number(2)
            guard let end = try call.numberIfGiven(1) else { return .of(try Tensor.arange(0, first, step)) }
            return .of(try Tensor.arange(first, end, step))
        },
        Builtin(
            "tensor(x, type: none)", chapter: title, "A tensor of the numbers in a list, a range, a tuple or the columns of a table.",
            examples: [
                .init("tensor(0..<3)", "[0, 1, 2]"), .init("tensor((1, 2))", "[1, 2]"),
                .init("tensor(table(a: [1, 2], b: [3, 4]))", "[[1, 3],\n [2, 4]]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let tensor = try numbers(call)
            guard let name = try call.stringIfGiven(1) else { return .tensor(tensor) }
            guard let type = DType(rawValue: name) else {
                throw call.wrong(1, "there is no type \(name)", help: "types are \(DType.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return .tensor(try tensor.converted(to: type))
        },
        conversion("float64", .float64, "The numbers as 64-bit floats.", [.init("float64(float32(0.5))", "0.5")]),
        conversion(
            "float32", .float32, "The numbers as 32-bit floats, which are half as large and faster in networks.",
            [.init("float32([1, 2]).type", "\"float32\"")]),
        conversion("int32", .int32, "The numbers as 32-bit whole numbers, cut towards 0.", [.init("int32([1.7, -1.7])", "[1, -1]")]),
        conversion("bool", .bool, "Whether each number is other than 0.", [.init("bool([0, 2])", "[false, true]")]),
        Builtin(
            "list(x)", chapter: title, "The items of a value as a list: entries, rows, characters.",
            examples: [.init("list(\"ab\")", "[\"a\", \"b\"]")]
        ) { (call: Call) throws(Diagnostic) -> Value in .list(List(try call.items(0))) },
        Builtin(
            "meshgrid(x, y)", chapter: title,
            "The coordinates of a grid: two matrices, in which x runs along the rows and y down the columns.",
            examples: [.init("meshgrid([1, 2], [5, 6])[0]", "[[1, 2],\n [1, 2]]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (x, y) = (try call.vector(0), try call.vector(1))
            let shape = [y.count, x.count]
            return .tuple(List([.tensor(try x.broadcast(to: shape)), .tensor(try y.expandedDims(1).broadcast(to: shape))]))
        },
    ]

    private static func conversion(_ name: String, _ type: DType, _ summary: String, _ examples: [Builtin.Example]) -> Builtin {
        Builtin("\(name)(x)", chapter: title, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            let tensor = try numbers(call).converted(to: type)
            return tensor.isScalar && type != .float64 && type != .bool ? .tensor(tensor) : .of(tensor)
        }
    }

    private static func numbers(_ call: Call) throws(Diagnostic) -> Tensor {
        if let tensor = call[0].asTensor { return tensor }
        switch call[0] {
        case .table(let table): return try table.matrix()
        case .list(let list), .tuple(let list):
            if let tensor = gatheredDeeply(list.items).asTensor { return tensor }
            if let odd = list.items.first(where: { $0.asTensor == nil && $0.length == nil || $0.kindWord == "string" }) {
                throw call.wrong(
                    0, "a tensor holds numbers, and this list holds \(odd.kindName)",
                    help: odd.kindWord == "string" ? "`number(x)` reads numbers from strings" : nil)
            }
            throw call.wrong(0, "the parts of this list differ in shape, so they make no rectangle")
        default: throw call.mustBe(0, "numbers", help: call[0].kindWord == "string" ? "`number(x)` reads a number from a string" : nil)
        }
    }

    /// Lists of lists become axes.
    private static func gatheredDeeply(_ items: [Value]) -> Value {
        gathered(
            items.map { item in
                switch item {
                case .list(let list), .tuple(let list): gatheredDeeply(list.items)
                default: item
                }
            })
    }
}

extension Record {
    /// The columns of a table side by side, a row each.
    ///
    /// Throws where a column is no vector of numbers.
    func matrix() throws(Diagnostic) -> Tensor {
        guard !names.isEmpty else { throw Diagnostic("the table has no columns") }
        var columns: [Tensor] = []
        for (name, column) in entries {
            guard case .tensor(let tensor) = column else {
                throw Diagnostic("the column \(name) does not hold numbers", help: "choose columns by name, `t[\"a\", \"b\"]`")
            }
            let rows = tensor.shape.first ?? 0
            columns.append(try tensor.reshaped([rows, rows == 0 ? 0 : tensor.count / rows]))
        }
        return try Tensor.concatenated(columns, axis: 1)
    }
}
