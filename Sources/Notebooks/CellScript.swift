import Datasets

extension Notebook {
    /// Reads a `.latent` file: `# %%` starts a code cell and `# %% [markdown]` a text cell, whose lines start with `# `; `tags=["parameters"]`
    /// may follow. What stands before the first such line is a code cell, so a plain script is a notebook of one cell.
    ///
    /// Blank lines at a cell's end are layout. A code line that would itself read as a cell's start is written with one more `# ` in front.
    public init(script: String) {
        var cells: [Cell] = []
        var heading: CellHeading? = nil
        var lines: [String] = []
        func finish() {
            while lines.last?.isEmpty == true { lines.removeLast() }
            if let heading {
                cells.append(heading.cell(lines))
            } else if !lines.allSatisfy(\.isEmpty) {
                cells.append(CellHeading().cell(lines))
            }
            lines = []
        }
        for line in scriptLines(script) {
            if let next = CellHeading(line) {
                finish()
                heading = next
            } else {
                lines.append(line)
            }
        }
        finish()
        self.init(cells: cells)
    }

    /// The `.latent` file: the cells' sources and tags, without outputs.
    public func script() -> String {
        cells.map { cell in
            let lines = cell.source.isEmpty ? [] : scriptLines(cell.source)
            let body = lines.map { line in
                switch cell.kind {
                case .code: isEscapable(line) ? "# " + line : line
                // Without its space, a text line that would start a cell does not.
                case .markdown, .raw: line.isEmpty ? "#" : (CellHeading("# " + line) == nil ? "# " : "#") + line
                }
            }
            return ([CellHeading(cell).line] + body).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }
}

/// A line that starts a cell: `# %%`, then a title, the kind in brackets and tags, each of which may be missing.
private struct CellHeading {
    var title = ""
    var kind = Cell.Kind.code
    var tags: [String] = []

    init() {}

    init?(_ line: String) {
        guard line.hasPrefix("# %%") else { return nil }
        var rest = line.dropFirst(4)
        guard rest.isEmpty || rest.first == " " || rest.first == "[" else { return nil }
        if let place = rest.firstRange(of: "tags="), let tags = (try? JSONValue(parsing: String(rest[place.upperBound...])))?.array {
            self.tags = tags.compactMap(\.string)
            rest = rest[..<place.lowerBound]
        }
        for kind in Cell.Kind.allCases {
            if let place = rest.firstRange(of: "[\(kind.rawValue)]") {
                self.kind = kind
                rest = rest[..<place.lowerBound]
            }
        }
        title = rest.split(separator: " ").joined(separator: " ")
    }

    init(_ cell: Cell) {
        title = cell.metadata["title"]?.string?.split(whereSeparator: \.isNewline).joined(separator: " ") ?? ""
        kind = cell.kind
        tags = cell.tags
    }

    var line: String {
        var parts = ["# %%"]
        if !title.isEmpty { parts.append(title) }
        if kind != .code { parts.append("[\(kind.rawValue)]") }
        if !tags.isEmpty { parts.append("tags=[" + tags.map { JSONValue.string($0).text() }.joined(separator: ", ") + "]") }
        return parts.joined(separator: " ")
    }

    func cell(_ lines: [String]) -> Cell {
        let source = lines.map { line in
            switch kind {
            case .code: isEscaped(line) ? String(line.dropFirst(2)) : line
            case .markdown, .raw: line.hasPrefix("# ") ? String(line.dropFirst(2)) : line.hasPrefix("#") ? String(line.dropFirst()) : line
            }
        }
        var cell = Cell(kind, source.joined(separator: "\n"), tags: tags)
        if !title.isEmpty { cell.metadata["title"] = .string(title) }
        return cell
    }
}

/// Whether a code line reads as a cell's start, or as one that was escaped.
private func isEscapable(_ line: String) -> Bool {
    var rest = line[...]
    while rest.hasPrefix("# # ") { rest = rest.dropFirst(2) }
    return CellHeading(String(rest)) != nil
}

private func isEscaped(_ line: String) -> Bool { line.hasPrefix("# # ") && isEscapable(line) }

/// The lines of a text; CRLF and CR end lines too.
private func scriptLines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
        defer { afterReturn = scalar == "\r" }
        if scalar == "\n", afterReturn { continue }
        if scalar == "\n" || scalar == "\r" {
            lines.append(String(line))
            line = String.UnicodeScalarView()
        } else {
            line.append(scalar)
        }
    }
    if !line.isEmpty { lines.append(String(line)) }
    return lines
}
