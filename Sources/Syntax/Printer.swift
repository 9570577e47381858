/// Writes a tree compactly as nested lists, one way for each shape, so that trees can be compared and read.
public enum Printer {
    /// The statements, one a line.
    public static func print(_ statements: [Statement]) -> String {
        statements.map(print).joined(separator: "\n")
    }

    public static func print(_ statement: Statement) -> String {
        content(statement.kind) + (statement.isSilent ? ";" : "")
    }

    private static func content(_ kind: Statement.Kind) -> String {
        switch kind {
        case .expression(let value): print(value)
        case .bind(let targets, let value): list(["="] + targets.map(print) + [print(value)])
        case .draw(let target, let value): list(["~", print(target), print(value)])
        case .learn(let name, let value): list(["learn", name.text, print(value)])
        case .define(let function): print(function)
        case .model(let block):
            list([block.isGuide ? "guide" : "model", block.name.text, print(block.parameters), body(block.body)])
        case .forLoop(let names, let sequence, let statements):
            list(["for"] + names.map(\.text) + ["in", print(sequence), body(statements)])
        case .whileLoop(let condition, let statements): list(["while", print(condition), body(statements)])
        case .breakLoop: "(break)"
        case .continueLoop: "(continue)"
        case .returnValue(let value): list(["return"] + (value.map { [print($0)] } ?? []))
        case .importFile(let path): list(["import", quoted(path)])
        case .help(let name): list(["?"] + (name.map { [$0] } ?? []))
        }
    }

    public static func print(_ target: Target) -> String {
        switch target {
        case .name(let name): name.text
        case .ignored: "_"
        case .index(let target, let items, _): list(["index", print(target)] + items.map(print))
        case .field(let target, let name): list([".", print(target), name.text])
        }
    }

    public static func print(_ expression: Expression) -> String {
        switch expression.kind {
        case .number(let value): number(value)
        case .bool(let value): "\(value)"
        case .missing: "missing"
        case .none: "none"
        case .string(let parts): string(parts)
        case .name(let text): text
        case .brackets(let elements): "[" + elements.map(print).joined(separator: " ") + "]"
        case .tuple(let elements): list(["tuple"] + elements.map(print))
        case .record(let entries): list(["record"] + entries.map { "\($0.name.text): \(print($0.value))" })
        case .negate(let value): list(["neg", print(value)])
        case .not(let value): list(["not", print(value)])
        case .and(let left, let right): list(["and", print(left), print(right)])
        case .or(let left, let right): list(["or", print(left), print(right)])
        case .binary(let operation, let left, let right): list([operation.rawValue, print(left), print(right)])
        case .comparison(let operands, let operators):
            list([print(operands[0])] + zip(operators, operands.dropFirst()).map { "\($0.rawValue) \(print($1))" })
        case .condition(let model, let data): list(["|", print(model), print(data)])
        case .range(let start, let end, let isInclusive, let step):
            list([isInclusive ? "..." : "..<", start.map(print) ?? "_", end.map(print) ?? "_"] + (step.map { ["by", print($0)] } ?? []))
        case .call(let function, let arguments): list(["call", print(function)] + arguments.map(print))
        case .method(let value, let name, let arguments): list([".\(name.text)", print(value)] + arguments.map(print))
        case .field(let value, let name): list([".", print(value), name.text])
        case .index(let value, let items): list(["index", print(value)] + items.map(print))
        case .lambda(let function): print(function)
        case .block(let statements): body(statements)
        case .conditional(let condition, let then, let otherwise):
            list(["if", print(condition), body(then)] + (otherwise.map { [print($0)] } ?? []))
        }
    }

    private static func print(_ function: Function) -> String {
        list((function.name.map { ["def", $0.text] } ?? ["->"]) + [print(function.parameters), print(function.body)])
    }

    private static func print(_ parameters: [Parameter]) -> String {
        list(parameters.map { $0.name.text + ($0.defaultValue.map { ": " + print($0) } ?? "") })
    }

    private static func print(_ argument: Argument) -> String {
        (argument.name.map { "\($0.text): " } ?? "") + print(argument.value)
    }

    private static func print(_ item: IndexItem) -> String {
        switch item {
        case .expression(let value): print(value)
        case .all: ":"
        }
    }

    private static func body(_ statements: [Statement]) -> String { "{" + statements.map(print).joined(separator: " ") + "}" }

    private static func list(_ parts: [String]) -> String { "(" + parts.joined(separator: " ") + ")" }

    private static func number(_ value: Double) -> String {
        value.rounded() == value && value.magnitude < 1e15 ? String(Int(value)) : "\(value)"
    }

    private static func string(_ parts: [StringPart]) -> String {
        let isPlain = parts.count <= 1
        let pieces = parts.map { part in
            switch part {
            case .text(let text): quoted(text)
            case .code(let code): list(["code", print(code)])
            }
        }
        if parts.isEmpty { return "\"\"" }
        if isPlain, case .text = parts[0] { return pieces[0] }
        return list(["string"] + pieces)
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.unicodeScalars.map { $0 == "\n" ? "\\n" : $0 == "\"" ? "\\\"" : $0 == "\\" ? "\\\\" : String($0) }.joined() + "\""
    }
}
