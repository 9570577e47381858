import Datasets
import Displays

/// An output as a page shows it: of the forms it has, the richest that a page can show.
enum CellOutput {
    case printed(String, isError: Bool)
    case failed(String)
    case html(String)
    /// The width in CSS pixels, where the output gives one.
    case picture(type: String, base64: String, width: Int?)
    case sound(type: String, base64: String)
    case markdown(String)
    case text(String)
    case nothing

    init(_ output: JSONValue) {
        switch output["output_type"]?.string {
        case "stream": self = .printed(withoutEscapes(Cell.text(output["text"] ?? "")), isError: output["name"] == "stderr")
        case "error":
            let lines = output["traceback"]?.array?.compactMap(\.string) ?? []
            let text = lines.isEmpty ? Cell.text(output["evalue"] ?? "") : lines.joined(separator: "\n")
            self = .failed(withoutEscapes(text))
        default: self = CellOutput(data: output["data"] ?? [:], metadata: output["metadata"] ?? [:])
        }
    }

    private init(data: JSONValue, metadata: JSONValue) {
        func form(_ type: String) -> String? { data[type].map(Cell.text) }
        if let html = form("text/html") {
            self = .html(html)
        } else if let svg = form("image/svg+xml") {
            // In an image, scripts that a drawing may hold do not run.
            self = .picture(type: "image/svg+xml", base64: Base64.encoded(Array(svg.utf8)), width: nil)
        } else if let type = ["image/png", "image/jpeg", "image/gif", "image/webp"].first(where: { data[$0] != nil }),
            let bytes = form(type)
        {
            self = .picture(type: type, base64: bytes.filter { !$0.isWhitespace }, width: metadata[type]?["width"]?.int)
        } else if let type = ["audio/wav", "audio/mpeg", "audio/ogg"].first(where: { data[$0] != nil }), let bytes = form(type) {
            self = .sound(type: type, base64: bytes.filter { !$0.isWhitespace })
        } else if let text = form("text/markdown") {
            self = .markdown(text)
        } else if let text = form("text/plain") {
            self = .text(withoutEscapes(text))
        } else {
            self = .nothing
        }
    }
}

/// Text without the escape sequences that colour it in a terminal.
private func withoutEscapes(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
        guard scalar == "\u{1b}" else {
            plain.append(scalar)
            continue
        }
        // A control sequence is ESC [, parameters, and a final letter (ECMA-48).
        guard scalars.next() == "[" else { continue }
        while let part = scalars.next(), !("\u{40}"..."\u{7e}").contains(part) {}
    }
    return String(plain)
}
