extension Diagnostic {
    /// The error as a person reads it: the message, the line with a caret, the remedy.
    ///
    /// - Parameter color: whether to use ANSI colours.
    public func rendered(color: Bool) -> String {
        func paint(_ text: String, _ code: String) -> String { color ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text }
        let word = kind == .interrupted ? "interrupted" : "error"
        var lines = [paint("\(word): ", "1;31") + paint(message, "1")]
        let width = labels.map { String($0.span.line).count }.max() ?? 0
        let margin = String(repeating: " ", count: width)
        var shown: (name: String, line: Int)?
        for label in labels {
            let source = label.span.source
            let line = label.span.line
            if shown?.name != source.name || shown?.line != line {
                lines.append("\(margin) \(paint("-->", "34")) \(source.name), line \(line)")
                let number = String(line)
                let pad = String(repeating: " ", count: width - number.count)
                lines.append(" " + paint("\(pad)\(number) |", "34") + " " + Excerpt(label.span).text)
                shown = (source.name, line)
            }
            let excerpt = Excerpt(label.span)
            let caret = String(repeating: " ", count: excerpt.column) + paint(String(repeating: "^", count: excerpt.width), "31")
            lines.append(" \(margin) " + paint("|", "34") + " " + caret + (label.text.isEmpty ? "" : "  " + label.text))
        }
        for note in notes { lines.append(" \(margin) " + paint("=", "34") + " note: " + note) }
        if let help { lines.append(" \(margin) " + paint("=", "34") + " " + paint("help:", "32") + " " + help) }
        return lines.joined(separator: "\n")
    }
}

/// The line a span starts on, cut to what fits a screen, and the columns of the span in it.
private struct Excerpt {
    var text: String
    var column: Int
    var width: Int

    init(_ span: Span) {
        let limit = 160
        let lineRange = span.source.range(ofLine: span.line)
        let start = min(max(Int(span.start), lineRange.lowerBound), lineRange.upperBound)
        let end = min(max(Int(span.end), start), lineRange.upperBound)
        // A very long line is cut around the span before anything is measured.
        var low = lineRange.lowerBound
        if start - low > limit {
            low = start - limit / 2
            while low > lineRange.lowerBound, span.source.bytes[low] & 0xC0 == 0x80 { low -= 1 }
        }
        var high = lineRange.upperBound
        if high - low > 2 * limit {
            high = low + 2 * limit
            while high > low, high < span.source.bytes.count, span.source.bytes[high] & 0xC0 == 0x80 { high -= 1 }
        }
        func shown(_ range: Range<Int>) -> String {
            span.source[range].unicodeScalars.reduce(into: "") { text, scalar in
                if scalar == "\t" {
                    text += "    "
                } else if scalar.value < 32 || scalar.value == 127 {
                    text += "·"
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        let before = (low > lineRange.lowerBound ? "…" : "") + shown(low..<max(low, min(start, high)))
        let marked = shown(min(start, high)..<min(end, high))
        let after = shown(min(end, high)..<high) + (high < lineRange.upperBound ? "…" : "")
        text = before + marked + after
        column = before.displayWidth
        width = max(1, marked.displayWidth)
    }
}

extension String {
    /// How many columns of a terminal the text takes: 0 for combining marks, 2 for East Asian wide characters and emoji.
    public var displayWidth: Int {
        unicodeScalars.reduce(0) { width, scalar in width + scalar.displayWidth }
    }
}

extension Unicode.Scalar {
    /// How many columns of a terminal the character takes (Unicode Standard Annex 11).
    public var displayWidth: Int {
        let code = value
        if code < 0x300 { return code < 32 ? 0 : 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch code {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
