import Diagnostics
import Syntax
import Testing

/// Broken text never crashes the lexer or the parser, and whatever they say of it lies inside it.
@Suite struct MutationTests {
    private static let seeds = [
        "model Line(x) {\n  slope ~ Normal(0, 10)\n  y ~ Normal(slope * x, 1)\n}\nx = 0..<50\ny = sample(Line(x) | (slope: 2)).y\n",
        "g(x, k: 2) = {\n  y = x^k\n  y / (1 + y)\n}\nif a > 0 { \"pos\\(a)\" } else if b { [1, 2] } else { none }\n",
        "for a, b in pairs { x[a, :, 1...] = -b^2 by 3; z.f(k: x -> x) }\n\"\"\"\n  a\\(\"\\(b)\")\n  \\u{41}\n  \"\"\"\n",
        "train, _ = split(d, 0.8)\nm\n  | (y: missing)\n  .f()\nwhile not a < b <= c { break }\n?help\nimport \"a.latent\"\n",
    ]
    private static let alphabet = Array("()[]{}\"\\\n\r .,:;=~-><|+*^@#?1e_xif é“".utf8)

    @Test func mutatedTextIsSafe() {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        /// Steele's splitmix64.
        func next(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(bound))
        }
        var parsed = 0
        for _ in 0..<3000 {
            var bytes = Array(Self.seeds[next(Self.seeds.count)].utf8)
            for _ in 0..<1 + next(3) {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = Self.alphabet[next(Self.alphabet.count)]
                case 2: bytes.insert(Self.alphabet[next(Self.alphabet.count)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + next(30)))
                }
                if bytes.isEmpty { bytes = [10] }
            }
            let source = SourceText(name: "test", text: String(decoding: bytes, as: UTF8.self))
            let size = Int32(source.bytes.count)
            do throws(Diagnostic) {
                for statement in try Parser.parse(source) where statement.span.start > statement.span.end || statement.span.end > size {
                    Issue.record("a span outside of \(source.text)")
                }
                parsed += 1
            } catch {
                for label in error.labels where label.span.start > label.span.end || label.span.end > size {
                    Issue.record("a label outside of \(source.text)")
                }
                #expect(!error.labels.isEmpty, "\(source.text)")
                _ = error.rendered(color: false)
            }
            var end: Int32 = 0
            for lexeme in Parser.lexemes(of: source) {
                if lexeme.span.start < end || lexeme.span.end > size { Issue.record("lexemes overlap in \(source.text)") }
                end = lexeme.span.end
            }
        }
        // Some texts survive, and some do not: the cases reach both ends.
        #expect(parsed > 100 && parsed < 2900)
    }

    @Test func lexemesOfUnfinishedText() {
        func kinds(_ text: String) -> String {
            Parser.lexemes(of: SourceText(name: "test", text: text)).map { "\($0.kind):\($0.span.text)" }.joined(separator: " ")
        }
        #expect(kinds("if x.in(3 # c") == "keyword:if word:x operator:. word:in operator:( number:3 comment:# c")
        #expect(kinds("f(\"a\\(b") == "word:f operator:( string:\" string:a string:\\( word:b")
        #expect(kinds("a 'b' ] c") == "word:a unknown:'b' unknown:] word:c")
        #expect(kinds("\"ab\nc") == "string:\" string:ab word:c")
    }
}
