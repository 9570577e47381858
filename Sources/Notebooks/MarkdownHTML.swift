/// The part of Markdown that text in notebooks uses, as HTML: headings, paragraphs, lists, quotes, tables, fenced code, rules; in a line
/// code, bold, italics, links and pictures. HTML in the text is shown, not obeyed; formulas stay as they are written.
struct MarkdownHTML {
    private(set) var html = ""
    private var lines: ArraySlice<Substring>

    init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
        while let line = lines.first { block(line) }
    }

    private mutating func block(_ line: Substring) {
        let content = line.drop { $0 == " " }
        if content.isEmpty {
            lines.removeFirst()
        } else if content.hasPrefix("```") || content.hasPrefix("~~~") {
            fence(content)
        } else if let level = headingLevel(content) {
            lines.removeFirst()
            html += "<h\(level)>\(inline(content.dropFirst(level).trimmingSpaces()))</h\(level)>\n"
        } else if isRule(content) {
            lines.removeFirst()
            html += "<hr>\n"
        } else if content.hasPrefix(">") {
            let inner = take { $0.hasPrefix(">") }.map { $0.drop { $0 == " " }.dropFirst().drop { $0 == " " } }
            html += "<blockquote><p>\(inner.map(inline).joined(separator: "\n"))</p></blockquote>\n"
        } else if let marker = listMarker(content) {
            list(isNumbered: marker.isNumbered)
        } else if content.hasPrefix("|"), lines.count > 1, isTableRule(lines[lines.startIndex + 1]) {
            table()
        } else {
            paragraph()
        }
    }

    /// Takes the lines from the first on for which a test of the line without its indentation holds.
    private mutating func take(while test: (Substring) -> Bool) -> [Substring] {
        let taken = lines.prefix { test($0.drop { $0 == " " }) }
        lines = lines.dropFirst(taken.count)
        return Array(taken)
    }

    private mutating func fence(_ opening: Substring) {
        let mark = opening.prefix { $0 == opening.first }
        lines.removeFirst()
        let code = lines.prefix { !$0.drop { $0 == " " }.hasPrefix(mark) }
        lines = lines.dropFirst(code.count + 1)
        html += "<pre><code>\(escaped(code.joined(separator: "\n")))</code></pre>\n"
    }

    private mutating func paragraph() {
        var first = true
        let text = take { content in
            defer { first = false }
            return first
                || !(content.isEmpty || content.hasPrefix("```") || content.hasPrefix("~~~") || content.hasPrefix(">")
                    || headingLevel(content) != nil
                    || isRule(content) || listMarker(content) != nil)
        }
        html += "<p>\(text.map { inline($0.trimmingSpaces()) }.joined(separator: "\n"))</p>\n"
    }

    private mutating func list(isNumbered: Bool) {
        var items: [[Substring]] = []
        while let line = lines.first {
            let content = line.drop { $0 == " " }
            if let marker = listMarker(content), marker.isNumbered == isNumbered {
                items.append([content.dropFirst(marker.length)])
            } else if !content.isEmpty, line.first == " ", !items.isEmpty {
                items[items.count - 1].append(content)
            } else {
                break
            }
            lines.removeFirst()
        }
        let tag = isNumbered ? "ol" : "ul"
        let body = items.map { "<li>\($0.map { inline($0.trimmingSpaces()) }.joined(separator: "\n"))</li>\n" }
        html += "<\(tag)>\n\(body.joined())</\(tag)>\n"
    }

    private mutating func table() {
        let rows = take { $0.hasPrefix("|") }
        for (place, row) in rows.enumerated() where place != 1 {
            let tag = place == 0 ? "th" : "td"
            var cells = row.trimmingSpaces().dropFirst()
            if cells.last == "|" { cells = cells.dropLast() }
            let texts = cells.split(separator: "|", omittingEmptySubsequences: false).map {
                "<\(tag)>\(inline($0.trimmingSpaces()))</\(tag)>"
            }
            html += "\(place == 0 ? "<table>\n" : "")<tr>\(texts.joined())</tr>\n"
        }
        html += "</table>\n"
    }
}

private func headingLevel(_ content: Substring) -> Int? {
    let level = content.prefix { $0 == "#" }.count
    return (1...6).contains(level) && (content.count == level || content.dropFirst(level).first == " ") ? level : nil
}

private func isRule(_ content: Substring) -> Bool {
    let marks = content.filter { $0 != " " }
    return marks.count >= 3 && Set(marks).count == 1 && "-*_".contains(marks.first ?? " ")
}

private func listMarker(_ content: Substring) -> (length: Int, isNumbered: Bool)? {
    if let mark = content.first, "-*+".contains(mark), content.dropFirst().first == " " { return (2, false) }
    let digits = content.prefix { ("0"..."9").contains($0) }.count
    guard (1...9).contains(digits), content.dropFirst(digits).first == ".", content.dropFirst(digits + 1).first == " " else { return nil }
    return (digits + 2, true)
}

private func isTableRule(_ line: Substring) -> Bool {
    line.contains("-") && line.contains("|") && line.allSatisfy { "|-: ".contains($0) }
}

/// What stands in a line: code first, since nothing inside it means anything; then links and pictures; then emphasis.
private func inline(_ text: Substring) -> String {
    var html = ""
    var rest = text
    var plain = ""
    func flush() {
        html += emphasised(escaped(plain))
        plain = ""
    }
    while let character = rest.first {
        if character == "\\", let next = rest.dropFirst().first, next.isASCII, next.isPunctuation || next.isSymbol {
            flush()
            html += escaped(String(next))
            rest = rest.dropFirst(2)
        } else if character == "`", let end = rest.dropFirst().firstIndex(of: "`") {
            flush()
            html += "<code>\(escaped(String(rest[rest.index(after: rest.startIndex)..<end])))</code>"
            rest = rest[rest.index(after: end)...]
        } else if character == "$", let end = rest.dropFirst().firstIndex(of: "$") {
            // Stars and underscores in a formula are no emphasis.
            flush()
            html += escaped(String(rest[...end]))
            rest = rest[rest.index(after: end)...]
        } else if character == "[" || character == "!", let link = Link(rest) {
            flush()
            html += link.html
            rest = rest[link.end...]
        } else {
            plain.append(character)
            rest.removeFirst()
        }
    }
    flush()
    return html
}

/// `[text](target)` or `![text](target)`.
private struct Link {
    var html: String
    var end: Substring.Index

    init?(_ text: Substring) {
        let isPicture = text.first == "!"
        let opening = isPicture ? text.dropFirst() : text
        // The bound keeps a line of ten thousand brackets from being read ten thousand times.
        guard opening.first == "[", let close = opening.prefix(1000).firstIndex(of: "]") else { return nil }
        let target = opening[opening.index(after: close)...]
        guard target.first == "(", let last = target.prefix(1_000_000).firstIndex(of: ")") else { return nil }
        let label = opening[opening.index(after: opening.startIndex)..<close]
        let address = String(target[target.index(after: target.startIndex)..<last])
        // Only addresses that cannot run a script.
        let scheme = address.prefix { $0 != ":" && $0 != "/" && $0 != "#" && $0 != "?" }
        let hasScheme = address.dropFirst(scheme.count).first == ":"
        let allowed = ["http", "https", "mailto"] + (isPicture ? ["data"] : [])
        guard !hasScheme || allowed.contains(scheme.lowercased()) else { return nil }
        let safe = escaped(address)
        html =
            isPicture
            ? "<img alt=\"\(escaped(String(label)))\" src=\"\(safe)\">" : "<a href=\"\(safe)\">\(emphasised(escaped(String(label))))</a>"
        end = target.index(after: last)
    }
}

/// Bold and italics in text that is escaped already.
private func emphasised(_ text: String) -> String {
    var result = text
    for (mark, tag) in [("**", "strong"), ("*", "em")] {
        let parts = result.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count > 2 else { continue }
        var joined = String(parts[0])
        for place in 1..<parts.count {
            let opens = place % 2 == 1
            // A mark without its partner is just text.
            if opens, place == parts.count - 1 { joined += mark } else { joined += opens ? "<\(tag)>" : "</\(tag)>" }
            joined += parts[place]
        }
        result = joined
    }
    return result
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
