/// A notebook as one Markdown text: text cells as they are, code and what it showed in fences, pictures inside as data.
struct MarkdownPage {
    let text: String

    init(_ notebook: Notebook) {
        var blocks: [String] = []
        for cell in notebook.cells {
            switch cell.kind {
            case .markdown, .raw: blocks.append(cell.source)
            case .code:
                if !cell.source.isEmpty { blocks.append(fenced(cell.source, "latent")) }
                for output in cell.outputs {
                    switch CellOutput(output) {
                    case .printed(let text, _), .failed(let text), .text(let text): blocks.append(fenced(text, "text"))
                    case .html(let text), .markdown(let text): blocks.append(text)
                    case .picture(let type, let base64, _): blocks.append("![](data:\(type);base64,\(base64))")
                    case .sound(let type, let base64): blocks.append("<audio controls src=\"data:\(type);base64,\(base64)\"></audio>")
                    case .nothing: break
                    }
                }
            }
        }
        text = blocks.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined(separator: "\n")
    }
}

/// Text in a fence that is longer than any run of backticks in it.
private func fenced(_ text: String, _ language: String) -> String {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
        run = byte == UInt8(ascii: "`") ? run + 1 : 0
        longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
}
