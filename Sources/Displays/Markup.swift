/// Writing text into HTML.
enum Markup {
    /// With the five characters that HTML and XML give a meaning written as entities.
    static func escaped(_ text: some StringProtocol) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Words of the program to its user: shown as they are in a terminal, as a paragraph in a notebook.
public struct Note: Displayable, Equatable {
    public var text: String

    public init(_ text: String) { self.text = text }

    public func mimeBundle() -> MIMEBundle {
        let paragraphs = text.split(separator: "\n\n").map { "<p style=\"white-space: pre-wrap\">\(Markup.escaped($0))</p>" }
        return MIMEBundle(text: text).adding(.html, .text(paragraphs.joined(separator: "\n")))
    }
}

/// Several things shown as one, under each other.
public struct Stack: Displayable {
    public var parts: [any Displayable]

    public init(_ parts: [any Displayable]) { self.parts = parts }

    /// Text and HTML of all parts; a picture without HTML is carried in the HTML as data.
    public func mimeBundle() -> MIMEBundle {
        let bundles = parts.map { $0.mimeBundle() }
        let text = bundles.map(\.text).joined(separator: "\n\n")
        let terminal = bundles.map { bundle in
            if case .text(let colored)? = bundle[.terminal] { return colored }
            return bundle.text
        }
        return MIMEBundle(text: text)
            .adding(.terminal, .text(terminal.joined(separator: "\n\n")))
            .adding(.html, .text(bundles.map(Stack.html).joined(separator: "\n")))
    }

    /// An SVG document without the line that only a file of its own may begin with.
    private static func inner(_ svg: String) -> Substring {
        guard svg.hasPrefix("<?"), let end = svg.firstIndex(of: ">") else { return svg[...] }
        return svg[svg.index(after: end)...]
    }

    private static func html(_ bundle: MIMEBundle) -> String {
        if case .text(let html)? = bundle[.html] { return html }
        if case .text(let svg)? = bundle[.svg] { return "<div>\(inner(svg))</div>" }
        if case .bytes(let png)? = bundle[.png] {
            let size = bundle.displaySize.map { " width=\"\($0.width)\" height=\"\($0.height)\"" } ?? ""
            return "<img\(size) src=\"data:image/png;base64,\(Base64.encoded(png))\"/>"
        }
        return "<pre>\(Markup.escaped(bundle.text))</pre>"
    }
}
