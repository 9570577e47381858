import Diagnostics
import Dispatch
import Language
import Tensors

/// The program and who runs it.
enum SessionChapter {
    static let title = "Session"

    static let rows: [Builtin] = [
        Builtin(
            "print(values..., sep: \" \", end: \"\\n\")", chapter: title,
            "Writes values as text, with sep between them and end after the last.",
            examples: [.init("print(\"a\", 1 + 1)", "a 2"), .init("print([1, 2], end: \"!\")", "[1, 2]!")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (separator, end) = (try call.string(1), try call.string(2))
            call.machine.surroundings.print(call.rest(0).map { $0.plainText() }.joined(separator: separator) + end)
            return .none
        },
        Builtin(
            "progress(values...)", chapter: title,
            "Says how far a long computation is, on one line that the next call rewrites and the end of the cell clears.",
            examples: [.init("progress(\"step\", 10, \"of\", 20)", "")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            call.machine.surroundings.progress(call.rest(0).map { $0.plainText() }.joined(separator: " "))
            return .none
        },
        Builtin(
            "show(x)", chapter: title,
            "Shows a value as a cell shows its last: a picture, a table, text. For what is to be seen before the cell ends.",
            examples: [.init("show(plot([1, 3, 2]))")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let bundle = try call[0].mimeBundle() { call.machine.surroundings.display(bundle) }
            return .none
        },
        Builtin("warn(text)", chapter: title, "Writes a text to standard error.", examples: [.init("warn(\"mind the gap\")")]) {
            (call: Call) throws(Diagnostic) -> Value in
            call.machine.surroundings.note(try call.string(0))
            return .none
        },
        Builtin("clear()", chapter: title, "Takes back what the cell has shown so far, in a notebook.", examples: [.init("clear()")]) {
            (call: Call) throws(Diagnostic) -> Value in
            call.machine.surroundings.clear()
            return .none
        },
        Builtin(
            "help(x: none)", chapter: title,
            "What is known of a name or a value, as `?name` does; without one, the chapters of the reference.",
            examples: [.init("help(\"sum\")"), .init("help(sum)")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let text = try helpText(call)
            call.machine.surroundings.print(text + "\n")
            return .none
        },
        Builtin(
            "time(f)", chapter: title, "Calls f without arguments, prints how long it took, and gives what it gave.",
            examples: [.init("time(() -> sum(0..<1000))")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard call[0].isCallable else { throw call.mustBe(0, "a function", help: "`time(() -> ...)` delays what is timed") }
            let start = DispatchTime.now().uptimeNanoseconds
            let before = call.machine.stepCounts
            let value = try call.apply(call[0], [])
            call.machine.surroundings.print(duration(DispatchTime.now().uptimeNanoseconds - start) + "\n")
            if let note = call.machine.stepNote(since: before) { call.machine.surroundings.print(note + "\n") }
            return value
        },
        Builtin(
            "seed(n)", chapter: title, "Starts the stream of random numbers again with n, as in a first cell.",
            examples: [.init("seed(1)\na = shuffle(0..<100)\nseed(1)\nall(shuffle(0..<100) == a)", "true")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            call.machine.reseed(UInt64(bitPattern: Int64(try call.integer(0))))
            return .none
        },
        Builtin(
            "vars()", chapter: title, "The names that the program has bound, as a table.",
            examples: [.init("x = [1, 2]\nvars().name", "[\"x\"]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let bindings = call.machine.bindings.filter { $0.name != "ans" }
            return .table(
                Record([
                    ("name", .list(List(bindings.map { .string($0.name) }))),
                    ("kind", .list(List(bindings.map { .string($0.value.kindWord) }))),
                    ("size", .list(List(bindings.map { .string($0.value.sizeText) }))),
                ]))
        },
        Builtin("input(prompt: \"\")", chapter: title, "A line that the person types.", examples: [.init("name = input(\"name? \")")]) {
            (call: Call) throws(Diagnostic) -> Value in
            guard let readLine = call.machine.surroundings.readLine else {
                throw Diagnostic("there is nobody to ask here", help: "`input` works in the terminal and in notebooks that a person runs")
            }
            guard let line = readLine(try call.string(0)) else { throw Diagnostic("the input ended", kind: .interrupted) }
            return .string(line)
        },
        Builtin(
            "kind(x)", chapter: title,
            "What sort of value it is: number, bool, string, tensor, list, table, function, distribution, model, ...",
            examples: [.init("kind([1, 2])", "\"tensor\""), .init("kind(sum)", "\"function\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in .string(call[0].kindWord) },
        Builtin(
            "error(message)", chapter: title, "Stops the cell with an error.",
            examples: [.init("f(x) = if x > 0 { x } else { error(\"x must be positive\") }\nf(1)", "1")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in throw Diagnostic(call[0].plainText(), at: call.span)
        },
        Builtin(
            "assert(condition, message: none)", chapter: title,
            "Stops the cell with an error unless the condition, or every entry of it, is true.",
            examples: [.init("assert(1 < 2)"), .init("assert([1, 2] > 0, \"all must be positive\")")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard let condition = call[0].asTensor, condition.dtype == .bool || condition.doubles.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                throw call.mustBe(0, "true or false")
            }
            guard let wrong = condition.bools.indices.first(where: { !condition.bools[$0] || condition.isMissing(at: $0) }) else {
                return .none
            }
            let at = condition.isScalar ? "" : ", first at \(place(wrong, in: condition.shape))"
            throw Diagnostic(call.isGiven(1) ? call[1].plainText() : "what was asserted does not hold\(at)", at: call.spans[0] ?? call.span)
        },
    ]

    /// `1.23 s`, in three digits and a unit that fits.
    private static func duration(_ nanoseconds: UInt64) -> String {
        let seconds = Double(nanoseconds) / 1e9
        let (value, unit) = seconds >= 1 ? (seconds, "s") : seconds >= 1e-3 ? (seconds * 1e3, "ms") : (seconds * 1e6, "µs")
        return "\(Value.number(value).shown(significant: 3)) \(unit)"
    }

    private static func helpText(_ call: Call) throws(Diagnostic) -> String {
        switch call[0] {
        case .none: return Reference.contents
        case .text(let text):
            let name = text.value
            let reference = Reference.text(on: name)
            if let bound = call.machine.bindings.first(where: { $0.name == name })?.value {
                let text = Reference.text(describing: bound, name: name)
                return reference.map { "\(text)\n\nThe builtin of that name:\n\($0)" } ?? text
            }
            if let reference { return reference }
            let names = Reference.names + call.machine.bindings.map(\.name)
            throw call.wrong(0, "nothing is called \(name)", help: suggestion(for: name, among: names) ?? "`help()` lists the chapters")
        default: return Reference.text(describing: call[0], name: nil)
        }
    }
}

extension Value {
    /// How large it is, for a list of bindings: a shape, rows and columns, a count.
    fileprivate var sizeText: String {
        switch self {
        case .tensor(let tensor): "\(tensor.shape)"
        case .table(let table): "\(table.rowCount) rows, \(table.names.count) columns"
        case .number, .bool: shown()
        default: length.map { String($0) } ?? ""
        }
    }
}
