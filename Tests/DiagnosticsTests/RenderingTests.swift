import Diagnostics
import Testing

@Test func errorsShowTheLineACaretAndTheRemedy() {
    let source = SourceText(name: "cell 3", text: "x = 1\ny = 名 + fooo\n")
    func span(_ text: String) -> Span {
        let start = source.text.utf8.firstRange(of: text)
        return Span(source, start)
    }
    let cases: [(Diagnostic, String)] = [
        (Diagnostic("it went wrong"), "error: it went wrong"),
        (
            Diagnostic("nothing is called fooo", at: span("fooo"), help: "did you mean `foo`?"),
            """
            error: nothing is called fooo
              --> cell 3, line 2
             2 | y = 名 + fooo
               |          ^^^^
               = help: did you mean `foo`?
            """
        ),
        (
            Diagnostic("two places", at: span("x"), label: "here").labelled(span("fooo"), "and here").noting("a fact"),
            """
            error: two places
              --> cell 3, line 1
             1 | x = 1
               | ^  here
              --> cell 3, line 2
             2 | y = 名 + fooo
               |          ^^^^  and here
               = note: a fact
            """
        ),
        (Diagnostic("stopped", kind: .interrupted), "interrupted: stopped"),
    ]
    for (diagnostic, text) in cases { #expect(diagnostic.rendered(color: false) == text) }
}

extension String.UTF8View {
    /// The offsets of the first occurrence of a text, or none at 0.
    fileprivate func firstRange(of text: String) -> Range<Int> {
        let bytes = Array(self)
        let wanted = Array(text.utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: wanted) } ?? 0
        return start..<start + wanted.count
    }
}

@Test func nearestNames() {
    let names = ["mean", "median", "clamp", "sample", "Normal", "sum"]
    let cases: [(String, [String])] = [
        ("maen", ["mean"]), ("smaple", ["sample"]), ("normal", ["Normal"]), ("sums", ["sum"]), ("foo", []), ("xyzzy", []),
        ("samp", ["sample"]),
    ]
    for (typed, near) in cases { #expect(nearest(to: typed, among: names) == near, "\(typed)") }
}

@Test func aVeryLongLineIsCutAroundTheSpan() {
    let source = SourceText(name: "x", text: String(repeating: "a", count: 5000) + "!" + String(repeating: "b", count: 5000))
    let text = Diagnostic("here", at: Span(source, 5000..<5001)).rendered(color: false)
    #expect(text.count < 1000 && text.contains("!"))
}
