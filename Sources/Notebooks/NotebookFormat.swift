import Datasets
import Diagnostics

extension Notebook {
    /// Reads an `.ipynb` file's content: nbformat 4. A file of 4.0 to 4.4 becomes one of 4.5.
    ///
    /// - Parameter name: how errors name the file.
    /// - Throws: `Diagnostic` with the place of what is broken, or which cell lacks what.
    public init(ipynb bytes: [UInt8], name: String) throws(Diagnostic) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw Notebook.broken(error, bytes, name)
        }
        func refuse(_ reason: String, help: String? = nil) -> Diagnostic { Diagnostic("\(name) is not a notebook: \(reason)", help: help) }
        guard json.members != nil else { throw refuse("it holds \(json.kind), and a notebook is an object") }
        guard let major = json["nbformat"]?.int else { throw refuse("it does not say its format (`nbformat`)") }
        guard major == 4 else {
            throw Diagnostic(
                major < 4
                    ? "\(name) has the old notebook format \(major)"
                    : "\(name) has notebook format \(major), which is newer than 4, the one that is read",
                help: major < 4 ? "bring it up to date with `jupyter nbconvert --to notebook --nbformat 4 FILE`" : "save it as nbformat 4")
        }
        guard let list = json["cells"]?.array else { throw refuse("it has no list of cells (`cells`)") }
        var cells: [Cell] = []
        for (place, cell) in list.enumerated() {
            let which = "cell \(place + 1)"
            guard cell.members != nil else { throw refuse("\(which) is \(cell.kind), and should be an object") }
            guard let type = cell["cell_type"]?.string, let kind = Cell.Kind(rawValue: type) else {
                throw refuse("\(which) is neither code, markdown nor raw (`cell_type`)")
            }
            guard Notebook.isText(cell["source"] ?? .null) else { throw refuse("\(which) has no text (`source`)") }
            cells.append(Cell(kind: kind, json: cell))
        }
        var document = json
        document["cells"] = .null
        if document["metadata"]?.members == nil { document["metadata"] = [:] }
        if document["nbformat_minor"]?.int ?? 0 < 5 { document["nbformat_minor"] = 5 }
        self.init(cells: cells, document: document, layout: Layout(of: bytes))
        complete()
    }

    /// The content of an `.ipynb` file.
    public func ipynb() -> [UInt8] {
        var json = document
        json["cells"] = .array(cells.map(\.json))
        return json.encoded(layout.style) + (layout.endsWithNewline ? [0x0A] : [])
    }

    private static func isText(_ json: JSONValue) -> Bool {
        json.string != nil || json.array?.allSatisfy { $0.string != nil } == true
    }

    /// The error with the place that JSON breaks at.
    private static func broken(_ error: JSONError, _ bytes: [UInt8], _ name: String) -> Diagnostic {
        let help = "open it in a text editor at this place, or go back to an earlier copy"
        let text = String(decoding: bytes, as: UTF8.self)
        // Where the bytes are not text, offsets into the repaired text would be wrong.
        guard text.utf8.count == bytes.count, !bytes.isEmpty else {
            return Diagnostic("\(name) is not a notebook: \(error.message), line \(error.line)", help: help)
        }
        let start = min(error.offset, bytes.count - 1)
        return Diagnostic(
            "\(name) is not a notebook: \(error.message)", at: Span(SourceText(name: name, text: text), start..<start + 1), help: help)
    }
}

extension Notebook.Layout {
    /// The layout that a file has: its indentation, whether it escapes what is not ASCII, whether it ends with a newline.
    init(of bytes: [UInt8]) {
        endsWithNewline = bytes.last == 0x0A
        if let line = bytes.firstIndex(of: 0x0A), line < bytes.count - 1 {
            style.indent = max(1, bytes[(line + 1)...].prefix { $0 == 0x20 }.count)
        } else {
            style.indent = nil
        }
        style.ascii = bytes.allSatisfy { $0 < 0x80 } && Notebook.Layout.escapesBeyondASCII(bytes)
    }

    private static func escapesBeyondASCII(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while let slash = bytes[place...].firstIndex(of: UInt8(ascii: "\\")), slash + 5 < bytes.count {
            if bytes[slash + 1] == UInt8(ascii: "u"),
                let code = Int(String(decoding: bytes[slash + 2...slash + 5], as: UTF8.self), radix: 16), code >= 0x80
            {
                return true
            }
            place = slash + 2
        }
        return false
    }
}
