import Datasets
import Diagnostics
import Foundation
import Language
import StandardLibrary
import Syntax

extension Session {
    /// What could stand at the cursor. Offsets count Unicode code points.
    public struct Completions: Sendable {
        public struct Item: Sendable {
            /// What replaces `range`.
            public var text: String
            /// `function`, `family`, `variable`, `argument`, `field`, `keyword`, `file`, `dataset`.
            public var kind: String
            public init(text: String, kind: String) {
                self.text = text
                self.kind = kind
            }
        }
        public var range: Range<Int>
        public var items: [Item]
        public init(range: Range<Int>, items: [Item]) {
            self.range = range
            self.items = items
        }
    }
}

/// What the names mean between cells: enough for completion and inspection, without holding the values.
struct NameTable: Sendable {
    private struct Entry {
        var kind: String
        var description: String
        var fields: [String]
        /// Names of arguments, where it can be called.
        var arguments: [String]
    }
    private var builtins: [String: Entry] = [:]
    private var bindings: [String: Entry] = [:]

    init() {}

    init(builtins: [String: Value]) { self.builtins = builtins.mapValues(NameTable.entry) }

    mutating func update(_ bound: [(name: String, value: Value)]) {
        bindings = [:]
        for (name, value) in bound { bindings[name] = NameTable.entry(value) }
    }

    private static func entry(_ value: Value) -> Entry {
        var kind = "variable"
        var arguments: [String] = []
        var description = value.kindName
        switch value {
        case .function(let function):
            kind = "function"
            arguments = function.builtin?.signature.parameters.map(\.name) ?? argumentNames(function.signature)
            description = "a function, \(function.signature)"
        case .object(let object):
            switch object.kind {
            case .distributionFamily(let family):
                kind = "family"
                arguments = family.parameters.map(\.name)
            case .modelFamily(let family):
                kind = "family"
                arguments = family.settings.map(\.name)
            case .definition(let definition):
                arguments = argumentNames(definition.signature)
                description += ", \(definition.signature)"
            default: break
            }
        case .number, .bool: description += ", \(value.shown())"
        case .text(let text): if text.count <= 60 { description += ", \(value.shown())" }
        default: break
        }
        return Entry(kind: kind, description: description, fields: value.fieldNames, arguments: arguments)
    }

    private static func argumentNames(_ signature: String) -> [String] {
        guard let open = signature.firstIndex(of: "(") else { return [] }
        return signature[signature.index(after: open)...].dropLast().split(separator: ",").map {
            String($0.drop { $0 == " " }.prefix { $0 != ":" && $0 != " " })
        }
    }

    private func entry(_ name: String) -> Entry? { bindings[name] ?? builtins[name] }

    // MARK: Completion

    func completions(of code: String, cursor: Int) -> Session.Completions {
        let scalars = Array(code.unicodeScalars)
        let cursor = min(max(cursor, 0), scalars.count)
        if let named = stringCompletions(scalars, cursor) { return named }
        var start = cursor
        while start > 0, isWord(scalars[start - 1]) { start -= 1 }
        let prefix = text(scalars[start..<cursor])
        var items: [Session.Completions.Item] = []
        func add(_ names: some Swift.Sequence<String>, _ kind: String) {
            for name in names.sorted() where name.hasPrefix(prefix) && !items.contains(where: { $0.text == name }) {
                items.append(Session.Completions.Item(text: name, kind: kind))
            }
        }
        if start > 0, scalars[start - 1] == "." {
            var nameStart = start - 1
            while nameStart > 0, isWord(scalars[nameStart - 1]) { nameStart -= 1 }
            if let receiver = entry(text(scalars[nameStart..<start - 1])) { add(receiver.fields, "field") }
            // Every function can follow a dot; before a letter is typed the fields alone are worth listing.
            if !prefix.isEmpty || items.isEmpty {
                add(builtins.filter { $0.value.kind == "function" }.keys, "function")
                add(bindings.filter { $0.value.kind == "function" }.keys, "function")
            }
        } else {
            if let callee = enclosingCall(scalars, start), let called = entry(callee) { add(called.arguments.map { $0 + ":" }, "argument") }
            add(bindings.filter { $0.value.kind != "function" }.keys, "variable")
            add(bindings.filter { $0.value.kind == "function" }.keys, "function")
            if !prefix.isEmpty || items.isEmpty {
                for (name, entry) in builtins.sorted(by: { $0.key < $1.key }) { add([name], entry.kind) }
                add(Parser.keywords, "keyword")
            }
        }
        return Session.Completions(range: start..<cursor, items: items)
    }

    /// The function whose brackets the cursor is in.
    private func enclosingCall(_ scalars: [Unicode.Scalar], _ cursor: Int) -> String? {
        var depth = 0
        var position = cursor
        while position > 0 {
            position -= 1
            switch scalars[position] {
            case ")", "]", "}": depth += 1
            case "[", "{":
                if depth == 0 { return nil }
                depth -= 1
            case "(":
                if depth > 0 {
                    depth -= 1
                    continue
                }
                var start = position
                while start > 0, isWord(scalars[start - 1]) { start -= 1 }
                return start < position ? text(scalars[start..<position]) : nil
            default: break
            }
        }
        return nil
    }

    /// File names or, for `dataset`, names of data, where the cursor is in a string.
    private func stringCompletions(_ scalars: [Unicode.Scalar], _ cursor: Int) -> Session.Completions? {
        let line = scalars[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        guard scalars[line..<cursor].count(where: { $0 == "\"" }) % 2 == 1, let open = scalars[line..<cursor].lastIndex(of: "\"") else {
            return nil
        }
        let typed = text(scalars[open + 1..<cursor])
        if enclosingCall(scalars, open) == "dataset" {
            let names = EmbeddedSet.all.map(\.name).filter { $0.hasPrefix(typed) }.sorted()
            return Session.Completions(range: open + 1..<cursor, items: names.map { .init(text: $0, kind: "dataset") })
        }
        let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
        let stem = typed.dropFirst(folder.count)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        let items = files.sorted().filter { $0.hasPrefix(stem) && (!$0.hasPrefix(".") || stem.hasPrefix(".")) }.map { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
            return Session.Completions.Item(text: folder + name + (isFolder.boolValue ? "/" : ""), kind: "file")
        }
        return Session.Completions(range: open + 1..<cursor, items: items)
    }

    // MARK: Inspection

    func inspect(_ code: String, cursor: Int) -> String? {
        let scalars = Array(code.unicodeScalars)
        let cursor = min(max(cursor, 0), scalars.count)
        var start = cursor
        var end = cursor
        while start > 0, isWord(scalars[start - 1]) { start -= 1 }
        while end < scalars.count, isWord(scalars[end]) { end += 1 }
        var name = text(scalars[start..<end])
        if entry(name) == nil, let callee = enclosingCall(scalars, cursor) { name = callee }
        guard !name.isEmpty, let entry = entry(name) else { return nil }
        if bindings[name] == nil, let text = Reference.text(on: name) { return text }
        return "\(name): \(entry.description)" + (entry.fields.isEmpty ? "" : "\nfields: \(entry.fields.joined(separator: ", "))")
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
    private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var string = String.UnicodeScalarView()
        string.append(contentsOf: scalars)
        return String(string)
    }
}
