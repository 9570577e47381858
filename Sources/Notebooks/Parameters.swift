import Datasets
import Diagnostics

/// A value given from outside for a name that the cell tagged `parameters` binds.
public struct Parameter: Sendable, Equatable {
    public var name: String
    /// The value as source text.
    public var code: String

    /// From `name=value` as typed on a command line. What does not look like a literal of the language is a string.
    /// - Throws: `Diagnostic` where there is no name.
    public init(assignment: String) throws(Diagnostic) {
        guard let equals = assignment.firstIndex(of: "=") else {
            throw Diagnostic("`\(assignment)` gives no value", help: "write name=value, as in lr=0.01")
        }
        let name = String(assignment[..<equals])
        guard isIdentifier(name) else { throw Diagnostic("`\(name)` is not a name", help: "write name=value, as in lr=0.01") }
        self.name = name
        code = literal(typed: String(assignment[assignment.index(after: equals)...]))
    }

    init(name: String, code: String) {
        self.name = name
        self.code = code
    }

    /// From the content of a JSON file that holds one object.
    /// - Throws: `Diagnostic` where the JSON is broken, or holds what the language has no value for.
    public static func list(json bytes: [UInt8], name file: String) throws(Diagnostic) -> [Parameter] {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw Diagnostic("\(file), line \(error.line): \(error.message)")
        }
        guard let members = json.members else {
            throw Diagnostic("\(file) holds \(json.kind)", help: "parameters are an object, as in {\"lr\": 0.01}")
        }
        var parameters: [Parameter] = []
        for member in members {
            guard isIdentifier(member.key) else { throw Diagnostic("`\(member.key)` in \(file) is not a name") }
            parameters.append(Parameter(name: member.key, code: try literal(of: member.value)))
        }
        return parameters
    }
}

extension Notebook {
    /// Puts the parameters into a cell of their own after the one tagged `parameters`; one that an earlier run put there is replaced.
    /// - Throws: `Diagnostic` where no cell is tagged, or it binds no such name.
    mutating func inject(_ parameters: [Parameter]) throws(Diagnostic) {
        var merged: [Parameter] = []
        for parameter in parameters {
            merged.removeAll { $0.name == parameter.name }
            merged.append(parameter)
        }
        if merged.isEmpty { return }
        cells.removeAll { $0.kind == .code && $0.tags.contains("injected-parameters") }
        guard let place = cells.firstIndex(where: { $0.kind == .code && $0.tags.contains("parameters") }) else {
            throw Diagnostic(
                "no cell is tagged `parameters`, so there is nothing to override", help: "begin that cell with `# %% tags=[\"parameters\"]`"
            )
        }
        let bound = boundNames(in: cells[place].source)
        for parameter in merged where !bound.contains(parameter.name) {
            throw Diagnostic(
                "the cell tagged `parameters` binds no `\(parameter.name)`",
                help: suggestion(for: parameter.name, among: bound) ?? (bound.isEmpty ? nil : "it binds " + bound.joined(separator: ", ")))
        }
        let lines = ["# Parameters"] + merged.map { "\($0.name) = \($0.code)" }
        cells.insert(Cell(.code, lines.joined(separator: "\n"), tags: ["injected-parameters"]), at: place + 1)
        complete()
    }
}

/// The names that lines of the form `name = ...` or `a, b = ...` bind.
private func boundNames(in source: String) -> [String] {
    source.split(whereSeparator: { $0.isNewline || $0 == ";" }).flatMap { line -> [String] in
        guard let equals = line.firstIndex(of: "="), line[line.index(after: equals)...].first != "=" else { return [] }
        let names = line[..<equals].split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        return names.allSatisfy(isIdentifier) ? names : []
    }
}

private func isIdentifier(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
    return text.unicodeScalars.allSatisfy {
        $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil || $0.properties.isXIDContinue
    }
}

/// A value typed on a command line as source text.
private func literal(typed text: String) -> String {
    if let json = try? JSONValue(parsing: text), let code = try? literal(of: json) { return code }
    let words = ["missing", "none", "nothing", "inf", "-inf"]
    if words.contains(text) { return text }
    if let value = Double(text.filter { $0 != "_" }), value.isFinite, text.first != "_" { return literal(of: value) }
    // What is in brackets is the language's to read; a line break could smuggle in a statement, so such text is a string.
    if let first = text.first, "[(".contains(first), !text.contains(where: \.isNewline), !text.contains(";") { return text }
    return quoted(text)
}

private func literal(of value: Double) -> String { JSONValue(value).text().filter { $0 != "+" } }

private func literal(of json: JSONValue) throws(Diagnostic) -> String {
    switch json {
    case .null: return "none"
    case .bool(let value): return value ? "true" : "false"
    case .number(let text):
        guard let value = Double(text), !value.isNaN else { return "missing" }
        return value.isFinite ? literal(of: value) : value < 0 ? "-inf" : "inf"
    case .string(let text): return quoted(text)
    case .array(let items):
        var parts: [String] = []
        for item in items { parts.append(try literal(of: item)) }
        return "[" + parts.joined(separator: ", ") + "]"
    case .object(let members):
        var parts: [String] = []
        for member in members {
            guard isIdentifier(member.key) else { throw Diagnostic("`\(member.key)` is not a name, so it cannot be a field of a record") }
            parts.append("\(member.key): \(try literal(of: member.value))")
        }
        return "(" + parts.joined(separator: ", ") + ")"
    }
}

/// A string literal; a backslash is escaped, so nothing in it is interpolated.
private func quoted(_ text: String) -> String {
    var code = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": code += "\\\""
        case "\\": code += "\\\\"
        case "\n": code += "\\n"
        case "\t": code += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: code += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: code.unicodeScalars.append(scalar)
        }
    }
    return code + "\""
}
