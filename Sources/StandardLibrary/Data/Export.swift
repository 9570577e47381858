import Datasets
import Diagnostics
import Displays
import Language
import Tensors

/// A value as the bytes of a file, in the format that the file's name ends in.
struct Export {
    let bytes: [UInt8]

    init(_ value: Value, path: String, _ call: Call) throws(Diagnostic) {
        let ending = path.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() } ?? ""
        switch ending {
        case "csv": bytes = try Export.table(value, call, separator: UInt8(ascii: ","))
        case "tsv", "tab": bytes = try Export.table(value, call, separator: UInt8(ascii: "\t"))
        case "txt", "md": bytes = Array(try Export.text(value, call).utf8)
        case "json": bytes = try Export.json(value, call).encoded(JSONValue.Style(indent: 1))
        case "svg": bytes = try Export.picture(value, .svg, call)
        case "png": bytes = try Export.picture(value, .png, call)
        case "wav": bytes = try Export.picture(value, .wav, call)
        default:
            throw call.wrong(
                1, "the name does not tell in which format to save",
                help:
                    "it may end in .csv .tsv .txt .json .svg .png or .wav; models and networks are saved as .latentmodel, weights as .safetensors"
            )
        }
    }

    private static func table(_ value: Value, _ call: Call, separator: UInt8) throws(Diagnostic) -> [UInt8] {
        let entries: [(String, Value)]
        switch value {
        case .table(let table): entries = table.entries
        case .record(let record): entries = try Record.table(record.entries).entries
        case .tensor(let tensor) where tensor.rank >= 1: entries = [("x", value)]
        case .list, .range: entries = [("x", value)]
        default: throw call.wrong(0, "a table is saved as .csv or .tsv, and this is \(value.kindName)")
        }
        var columns: [(name: String, column: Column)] = []
        for (name, value) in entries { columns.append((name, try column(value, name, call))) }
        do throws(DatasetError) { return try writeCSV(DataTable(columns), delimiter: separator) } catch {
            throw Diagnostic(error, at: call.spans[0] ?? call.span)
        }
    }

    private static func column(_ value: Value, _ name: String, _ call: Call) throws(Diagnostic) -> Column {
        if let tensor = value.asTensor {
            if tensor.dtype == .bool, tensor.rank == 1 { return .booleans(tensor.bools, missing: tensor.missing) }
            return .numbers(tensor.doubles, missing: tensor.missing, shape: Array(tensor.shape.dropFirst()))
        }
        guard case .list(let list) = value else {
            throw call.wrong(0, "the column \(name) is \(value.kindName), which no table file can hold")
        }
        let sequences = list.items.compactMap { item in item.asTensor.flatMap { $0.rank == 1 && !$0.hasMissing ? $0.doubles : nil } }
        if sequences.count == list.items.count { return .sequences(sequences) }
        return .texts(
            try list.items.map { (item) throws(Diagnostic) in
                switch item {
                case .missing: return nil
                case .text, .number, .bool: return item.plainText()
                default: throw call.wrong(0, "the column \(name) holds \(item.kindName), which no table file can hold")
                }
            })
    }

    private static func text(_ value: Value, _ call: Call) throws(Diagnostic) -> String {
        switch value {
        case .text(let text): return text.value
        case .list(let list): return list.items.map { $0.plainText() + "\n" }.joined()
        default: throw call.wrong(0, "a string or a list of strings is saved as text, and this is \(value.kindName)")
        }
    }

    private static func json(_ value: Value, _ call: Call) throws(Diagnostic) -> JSONValue {
        switch value {
        case .none, .missing, .unset, .box: return .null
        case .bool(let bool): return .bool(bool)
        case .number(let number): return JSONValue(number)
        case .text(let text): return .string(text.value)
        case .tensor, .range, .list, .tuple:
            return .array(try (value.elements() ?? []).map { (item) throws(Diagnostic) in try json(item, call) })
        case .record(let record), .table(let record):
            return .object(try record.entries.map { (entry) throws(Diagnostic) in JSONValue.Member(entry.0, try json(entry.1, call)) })
        case .function, .object: throw call.wrong(0, "JSON holds data, and this is \(value.kindName)")
        }
    }

    private static func picture(_ value: Value, _ type: MIMEType, _ call: Call) throws(Diagnostic) -> [UInt8] {
        guard case .object = value, let content = try value.mimeBundle()?[type] else {
            if case .object(let object) = value, case .picture = object.kind, type != .wav, let problem = MIMEBundle.fontProblem {
                throw Diagnostic(problem)
            }
            let what = type == .wav ? "a sound" : "a picture that has this form"
            throw call.wrong(0, "\(what) is saved so, and this is \(value.kindName)")
        }
        switch content {
        case .bytes(let bytes): return bytes
        case .text(let text): return Array(text.utf8)
        }
    }
}
