/// The rules by which typed and pasted text becomes one input.
enum Entry {
    /// What Enter does with the text typed so far.
    enum Enter: Equatable {
        case accept
        case newLine(indent: String)
    }

    /// An empty last line ends an input that is not complete, so that nobody is caught in a bracket: running it shows what is missing.
    static func enter(_ text: String, incompleteIndent indent: String?) -> Enter {
        guard let indent else { return .accept }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.count > 1, lines.last?.allSatisfy(\.isWhitespace) == true { return .accept }
        return .newLine(indent: indent)
    }

    /// Pasted text as it is put into the line: newlines of every kind as one, none at the end, nothing that would steer the terminal.
    static func pasted(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": scalars.append("\n")
            case "\n": if previous != "\r" { scalars.append("\n") }
            case "\t": scalars.append(contentsOf: "  ".unicodeScalars)
            case "\0"..<" ", "\u{7f}"..<"\u{a0}": break
            default: scalars.append(scalar)
            }
            previous = scalar
        }
        while scalars.last == "\n" { scalars.removeLast() }
        return String(scalars)
    }

    /// How far a closing brace typed at the cursor moves to the left: by one level where only spaces stand before it.
    static func outdent(before cursor: some StringProtocol) -> Int {
        let line = cursor.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
        return line.allSatisfy { $0 == " " } ? min(2, line.count) : 0
    }

    /// How far the cursor moves to reach the line above or below, at the same column or the end of the line; `nil` where there is none.
    static func verticalMove(in text: [Unicode.Scalar], cursor: Int, up: Bool) -> Int? {
        let start = (text[..<cursor].lastIndex(of: "\n") ?? -1) + 1
        let end = text[cursor...].firstIndex(of: "\n") ?? text.count
        if up {
            guard start > 0 else { return nil }
            let above = (text[..<(start - 1)].lastIndex(of: "\n") ?? -1) + 1
            return min(above + cursor - start, start - 1) - cursor
        }
        guard end < text.count else { return nil }
        let below = text[(end + 1)...].firstIndex(of: "\n") ?? text.count
        return min(end + 1 + cursor - start, below) - cursor
    }
}
