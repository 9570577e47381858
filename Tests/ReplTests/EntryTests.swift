import Testing

@testable import Repl

struct EntryTests {
    @Test func enterRunsWhatIsCompleteAndTrapsNobody() {
        let cases: [(text: String, indent: String?, does: Entry.Enter)] = [
            ("1 + 1", nil, .accept),
            ("f(x) = {", "  ", .newLine(indent: "  ")),
            ("f(x) = {\n  y = (", "    ", .newLine(indent: "    ")),
            ("f(x) = {\n", "  ", .accept),
            ("f(x) = {\n  ", "  ", .accept),
            ("", "", .newLine(indent: "")),
        ]
        for (text, indent, does) in cases { #expect(Entry.enter(text, incompleteIndent: indent) == does, "\(text)") }
    }

    @Test func pastedTextIsOneInput() {
        let forty = (1...40).map { "x\($0) = \($0)" }.joined(separator: "\n")
        let cases: [(String, String)] = [
            (forty, forty),
            (forty.replacing("\n", with: "\r"), forty),
            (forty.replacing("\n", with: "\r\n") + "\r\n", forty),
            ("a\n\nb\n\n\n", "a\n\nb"),
            ("a\tb", "a  b"),
            ("a\u{1b}[31mb\u{7}\u{0}", "a[31mb"),
            ("σ = \"标签 😀\"", "σ = \"标签 😀\""),
            ("", ""),
        ]
        for (pasted, expected) in cases { #expect(Entry.pasted(pasted) == expected) }
    }

    @Test func aClosingBraceMovesLeftOnAnEmptyLineOnly() {
        let cases: [(String, Int)] = [
            ("f = {\n  ", 2), ("f = {\n    ", 2), ("f = {\n ", 1), ("f = {\n  x ", 0), ("", 0), ("  x", 0), ("a\n", 0),
        ]
        for (text, spaces) in cases { #expect(Entry.outdent(before: text) == spaces, "\(text)") }
    }

    @Test func arrowsMoveInsideAnInputOfManyLines() {
        let text = Array("ab\ncdef\n\ngh".unicodeScalars)
        let cases: [(cursor: Int, up: Bool, lands: Int?)] = [
            (0, true, nil), (2, true, nil), (3, true, 0), (7, true, 2), (8, true, 3), (9, true, 8), (11, true, 8),
            (0, false, 3), (2, false, 5), (7, false, 8), (8, false, 9), (9, false, nil), (11, false, nil),
        ]
        for (cursor, up, lands) in cases {
            #expect(Entry.verticalMove(in: text, cursor: cursor, up: up) == lands.map { $0 - cursor }, "\(cursor) \(up)")
        }
        #expect(Entry.verticalMove(in: [], cursor: 0, up: true) == nil)
        #expect(Entry.verticalMove(in: [], cursor: 0, up: false) == nil)
    }
}
