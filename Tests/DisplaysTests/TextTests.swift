import Testing

@testable import Displays

@Test func displayWidths() {
    // Widths of EastAsianWidth.txt (Unicode 15); combining marks take no room.
    let cases: [(String, Int)] = [
        ("", 0), ("abc", 3), ("标签", 4), ("σ²", 2), ("e\u{301}", 1), ("🙂", 2), ("👩‍👩‍👧", 2), ("ｆｕｌｌ", 8), ("한글", 4), ("かな", 4),
        ("−1×10⁻⁹", 7), ("▀█⠿", 3), ("❤️", 2), ("a\u{200B}b", 2),
    ]
    for (text, width) in cases { #expect(TextWidth.of(text) == width, "\(text)") }
}

@Test func fittingHoldsTheWidth() {
    for text in ["", "a", "标签标签", "mixed 标签 text", "🙂🙂🙂🙂"] {
        for width in 1...9 {
            for side in [TextWidth.Side.left, .right, .center] {
                #expect(TextWidth.of(TextWidth.fitted(text, to: width, side: side)) == width, "\(text) \(width)")
            }
        }
    }
    #expect(TextWidth.cut("generative", to: 5) == "gene…")
    #expect(TextWidth.oneLine("a\r\nb\u{1B}[31mc") == "a b [31mc")
}

@Test func numbersForPeople() {
    let cases: [(Double, String)] = [
        (0, "0"), (-0.0, "0"), (3, "3"), (-2.5, "−2.5"), (0.1 + 0.2, "0.3"), (12345.678, "12,346"), (1e9, "1×10⁹"),
        (1_234_567, "1.235×10⁶"),
        (3.2e-7, "3.2×10⁻⁷"), (.nan, "NaN"), (-.infinity, "−∞"), (.leastNonzeroMagnitude, "4.941×10⁻³²⁴"),
    ]
    for (value, text) in cases { #expect(NumberText.short(value) == text) }
    #expect(NumberText.fixed(-0.001, decimals: 2) == "0.00")
    #expect(NumberText.grouped(1792) == "1,792")
}

@Test func tableInText() {
    let table = TextTable(
        title: "Posterior",
        columns: [
            .init("name", ["mu", "标签", "x[0]", "y"]),
            .init("mean", ["1.25", "-10.5", "3", "NaN"], alignment: .decimal),
            .init("ess", ["1,024", "980"], alignment: .right),
        ], caption: "4 chains", rowLimit: 3, totalRows: 1795)
    let expected = """
        Posterior
        name    mean    ess
        ───────────────────
        mu      1.25  1,024
        标签  -10.5     980
        x[0]    3
        … 1,792 more rows
        4 chains
        """
    #expect(table.text() == expected)
    #expect(TextTable(columns: []).text() == "")
    #expect(TextTable(columns: [.init("a", [])]).text() == "a\n─")
}

@Test func wideTablesLeaveColumnsOut() {
    let table = TextTable(columns: (0..<70).map { .init("column \($0)", ["\($0)"]) })
    let lines = table.text(width: 30).split(separator: "\n")
    #expect(lines[0] == "column 0  column 1  column 2")
    #expect(lines[3] == "… 67 more columns: column 3, …")
    #expect(table.html().contains("… 10 more columns"))
}

@Test func tableInHTMLIsEscaped() {
    let table = TextTable(
        title: "<b>", columns: [.init("a & b", ["<script>alert(\"x\")</script>", "'"])], caption: "</table>")
    let html = table.html()
    #expect(isWellFormed(html))
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"))
    #expect(html.contains("<th style=\"text-align: left\">a &amp; b</th>"))
    #expect(html.contains("&lt;/table&gt;") && html.contains("&#39;"))
    #expect(isWellFormed("<div>\(Note("a < b\n\nc & d").html)</div>"))
}

extension Note {
    fileprivate var html: String {
        if case .text(let html)? = mimeBundle()[.html] { return html }
        return "<missing"
    }
}

@Test func stacksHoldAllParts() {
    let chart = Chart(title: "a < b", layers: [.init(.line(x: [0, 1], y: [0, 1]))])
    let stack = Stack([Note("one & two"), TextTable(columns: [.init("a", ["1"])]), chart, SoundClip(samples: [0], rate: 8_000)])
    let bundle = stack.mimeBundle()
    #expect(bundle.text.hasPrefix("one & two\n\na\n─\n1\n\n"))
    guard case .text(let html)? = bundle[.html] else {
        Issue.record("no HTML")
        return
    }
    // Of HTML's shorthands only one is used here.
    let xml = html.replacing("<audio controls ", with: "<audio ").replacing("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", with: "")
    #expect(isWellFormed("<div>\(xml)</div>"))
    #expect(!html.contains("<?xml"))
}

@Test func base64AgreesWithTheStandard() {
    // RFC 4648, section 10.
    let cases = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, coded) in cases { #expect(Base64.encoded(Array(plain.utf8)) == coded) }
}

@Test func soundIsAWaveFile() {
    let clip = SoundClip(samples: [0, 1, -1, 0.5, .nan, 7], rate: 8_000)
    let wav = clip.wav()
    func number(_ place: Int, _ bytes: Int) -> Int { (0..<bytes).reduce(0) { $0 | Int(wav[place + $1]) << (8 * $1) } }
    func word(_ place: Int) -> String { String(decoding: wav[place..<(place + 4)], as: UTF8.self) }
    #expect(wav.count == 44 + 12)
    #expect([word(0), word(8), word(12), word(36)] == ["RIFF", "WAVE", "fmt ", "data"])
    // Sizes, PCM, one channel, rate, bytes a second, bytes a frame, bits.
    let fields = [number(4, 4), number(20, 2), number(22, 2), number(24, 4), number(28, 4), number(32, 2), number(34, 2), number(40, 4)]
    #expect(fields == [48, 1, 1, 8_000, 16_000, 2, 16, 12])
    let samples = (0..<6).map { Int16(truncatingIfNeeded: number(44 + 2 * $0, 2)) }
    #expect(samples == [0, 32_767, -32_767, 16_384, 0, 32_767])
    #expect(SoundClip(samples: [Double](repeating: 0.1, count: 4_800), rate: 8_000).text(width: 8) == "sound, 0.6 s at 8,000 Hz\n████████")
    #expect(SoundClip(samples: [], rate: 0).text() == "sound, 0 s at 1 Hz")
}
