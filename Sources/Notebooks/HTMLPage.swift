import Datasets

/// A notebook as one web page that needs nothing else: sources, text and pictures are all inside it.
///
/// HTML that a cell has shown is put in as it is, as Jupyter does; everything else is escaped, and scripts of outputs are left out.
struct HTMLPage {
    let text: String

    init(_ notebook: Notebook, title: String) {
        var body = ""
        for cell in notebook.cells {
            switch cell.kind {
            case .markdown: body += "<section class=\"text\">\n\(MarkdownHTML(cell.source).html)</section>\n"
            case .raw: body += "<section class=\"text\"><pre>\(escaped(cell.source))</pre></section>\n"
            case .code:
                let count = cell.executionCount.map(String.init) ?? " "
                body += "<section class=\"code\">\n<div class=\"count\">[\(count)]</div>\n<div>\n"
                if !cell.source.isEmpty { body += "<pre class=\"source\">\(escaped(cell.source))</pre>\n" }
                for output in cell.outputs { body += HTMLPage.html(output) }
                body += "</div>\n</section>\n"
            }
        }
        text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escaped(title))</title>
            <style>
            \(HTMLPage.style)
            </style>
            </head>
            <body>
            <main>
            \(body)</main>
            </body>
            </html>

            """
    }

    private static func html(_ output: JSONValue) -> String {
        switch CellOutput(output) {
        case .printed(let text, let isError): "<pre class=\"\(isError ? "note" : "output")\">\(escaped(text))</pre>\n"
        case .failed(let text): "<pre class=\"error\">\(escaped(text))</pre>\n"
        case .html(let html): "<div class=\"output\">\(html)</div>\n"
        case .picture(let type, let base64, let width):
            "<div class=\"output\"><img alt=\"\"\(width.map { " width=\"\($0)\"" } ?? "") src=\"data:\(type);base64,\(escaped(base64))\"></div>\n"
        case .sound(let type, let base64):
            "<div class=\"output\"><audio controls src=\"data:\(type);base64,\(escaped(base64))\"></audio></div>\n"
        case .markdown(let text): "<div class=\"output\">\(MarkdownHTML(text).html)</div>\n"
        case .text(let text): "<pre class=\"output\">\(escaped(text))</pre>\n"
        case .nothing: ""
        }
    }

    private static let style = """
        body { margin: 0; background: #fff; color: #1f2328; font: 16px/1.55 system-ui, sans-serif; }
        main { max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
        section { margin: 1rem 0; }
        .code { display: grid; grid-template-columns: 3rem minmax(0, 1fr); gap: .5rem; }
        .count { color: #6e7781; font: 13px/1.5 ui-monospace, monospace; padding-top: .6rem; text-align: right; }
        pre, code { font: 14px/1.5 ui-monospace, monospace; }
        pre { margin: .25rem 0; padding: .5rem .75rem; overflow-x: auto; }
        code { background: #f3f4f6; padding: .1em .3em; border-radius: 3px; }
        pre code { background: none; padding: 0; }
        .text pre, pre.source { background: #f6f8fa; border-radius: 4px; }
        pre.error { background: #fff1f0; color: #a4161a; }
        pre.note { background: #fff8e6; }
        .output { overflow-x: auto; }
        .output img { max-width: 100%; }
        table { border-collapse: collapse; }
        th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #e5e7eb; }
        blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid #d0d7de; color: #57606a; }
        """
}

/// Text with the five characters that mean something in HTML written as entities.
func escaped(_ text: String) -> String {
    var html = ""
    html.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": html += "&amp;"
        case "<": html += "&lt;"
        case ">": html += "&gt;"
        case "\"": html += "&quot;"
        case "'": html += "&#39;"
        default: html.unicodeScalars.append(scalar)
        }
    }
    return html
}
