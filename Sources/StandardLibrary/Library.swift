import Diagnostics
import Language
import Tensors

public enum StandardLibrary {
    public static let rows: [Builtin] = [
        Builtin("print(values..., end: \"\\n\")", chapter: "Session", "Prints.") { (call: Call) throws(Diagnostic) -> Value in
            call.machine.surroundings.print(try call.items(0).map { $0.plainText() }.joined(separator: " ") + "\n")
            return .none
        },
        Builtin("str(x)", chapter: "Strings", "Text.") { (call: Call) throws(Diagnostic) -> Value in .string(call[0].plainText()) },
        Builtin("len(x)", chapter: "Strings", "Length.") { (call: Call) throws(Diagnostic) -> Value in
            if case .text(let text) = call[0] { return .number(Double(text.count)) }
            return .number(Double(try call.items(0).count)) },
        Builtin("sum(x)", chapter: "Strings", "Sum.") { (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).sum()) },
        Builtin("fill(x, n)", chapter: "Strings", "Fill.") { (call: Call) throws(Diagnostic) -> Value in
            if case .bool(let b) = call[0] { return .tensor(Tensor([Bool](repeating: b, count: try call.integer(1)))) }
            return .tensor(Tensor([Double](repeating: try call.number(0), count: try call.integer(1)))) },
    ]
    public static func table() -> [String: Value] {
        var table: [String: Value] = [:]
        for row in rows { table[row.name] = .function(Callable(row)) }
        return table
    }
}
public enum Reference { public static func text(on name: String?) -> String? { nil } }
