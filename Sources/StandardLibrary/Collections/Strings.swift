import Diagnostics
import Foundation
import Language
import Tensors

/// Strings. They count and compare by code points; functions of one string go over lists of strings too.
enum StringChapter {
    static let title = "Strings"

    static let rows: [Builtin] = [
        Builtin(
            "str(x, digits: none)", chapter: title, "A value as text, as print writes it; a number with so many digits after the point.",
            examples: [.init("str(1.5)", "\"1.5\""), .init("str(pi, digits: 2)", "\"3.14\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard let digits = try call.integerIfGiven(1, in: 0...100) else { return .string(call[0].plainText()) }
            return try texts(call[0].asTensor, call, digits)
        },
        Builtin(
            "number(x)", chapter: title, "The number that a string holds, or of each in a list; an empty string and NA are missing.",
            examples: [.init("number(\"3.5\")", "3.5"), .init("number([\"1\", \"\", \"2e3\"])", "[1, missing, 2000]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let tensor = call[0].asTensor { return .of(try tensor.converted(to: .float64)) }
            if case .list(let list) = call[0] {
                return gathered(
                    try list.items.enumerated().map { (item) throws(Diagnostic) in
                        try number(item.element, call, " at position \(item.offset)")
                    })
            }
            return try number(call[0], call, "")
        },
        row("upper", "In upper case.", [.init("upper(\"straße\")", "\"STRASSE\"")]) { .string($0.uppercased()) },
        row("lower", "In lower case.", [.init("lower([\"A\", \"B\"])", "[\"a\", \"b\"]")]) { .string($0.lowercased()) },
        row("trim", "Without spaces and line ends at both ends.", [.init("trim(\"  a b \")", "\"a b\"")]) {
            .string($0.trimmingCharacters(in: .whitespacesAndNewlines))
        },
        row("lines", "The lines of a text.", [.init("lines(\"a\\nb\")", "[\"a\", \"b\"]")]) { text in
            var lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map {
                Value.string(String($0))
            }
            if text.hasSuffix("\n") || text.isEmpty { lines.removeLast() }
            return .list(List(lines))
        },
        row(
            "words", "The words of a text: what stands between spaces and line ends.",
            [.init("words(\"to be  or\")", "[\"to\", \"be\", \"or\"]")]
        ) { text in
            .list(List(text.split(whereSeparator: \.isWhitespace).map { .string(String($0)) }))
        },
        row("chars", "The characters of a text, a code point each.", [.init("chars(\"añ\")", "[\"a\", \"ñ\"]")]) { text in
            .list(List(text.unicodeScalars.map { .string(String($0)) }))
        },
        Builtin(
            "join(parts, separator: \"\")", chapter: title, "The parts as one string, the separator between them.",
            examples: [.init("join([\"a\", \"b\"], \"-\")", "\"a-b\""), .init("join([1, 2], \" \")", "\"1 2\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            .string(try call.items(0).map { $0.plainText() }.joined(separator: try call.string(1)))
        },
        Builtin(
            "replace(text, old, new)", chapter: title, "The text with every occurrence of old replaced.",
            examples: [.init("replace(\"banana\", \"an\", \"on\")", "\"bonona\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (old, new) = (try call.string(1), try call.string(2))
            guard !old.isEmpty else { throw call.wrong(1, "the empty string cannot be replaced") }
            return try each(call) { .string($0.pieces(between: old).joined(separator: new)) }
        },
        Builtin(
            "startswith(text, part)", chapter: title, "Whether the text begins so.",
            examples: [.init("startswith(\"banana\", \"ban\")", "true")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let part = Array(try call.string(1).utf8)
            return try each(call) { .bool($0.utf8.starts(with: part)) }
        },
        Builtin(
            "endswith(text, part)", chapter: title, "Whether the text ends so.",
            examples: [.init("endswith([\"a.csv\", \"b.txt\"], \".csv\")", "[true, false]")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let part = Array(try call.string(1).utf8.reversed())
            return try each(call) { .bool($0.utf8.reversed().starts(with: part)) }
        },
        Builtin(
            "find(text, part)", chapter: title, "The position of the first occurrence, in code points; none where there is none.",
            examples: [.init("find(\"banana\", \"nan\")", "2")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (text, part) = (try call.string(0), try call.string(1))
            guard let range = text.occurrences(of: part, limit: 1).first else { return .none }
            return .number(Double(text.unicodeScalars.distance(from: text.startIndex, to: range.lowerBound)))
        },
        Builtin(
            "pad(text, width, side: \"right\")", chapter: title, "The text with spaces to a width, put on its right or left.",
            examples: [.init("pad(\"7\", 3, side: \"left\")", "\"  7\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let text = call[0].plainText()
            let spaces = String(repeating: " ", count: max(0, try call.integer(1, in: 0...1_000_000) - text.displayWidth))
            switch try call.string(2) {
            case "right": return .string(text + spaces)
            case "left": return .string(spaces + text)
            default: throw call.wrong(2, "side must be \"left\" or \"right\"")
            }
        },
        Builtin("ord(character)", chapter: title, "The number of a code point.", examples: [.init("ord(\"A\")", "65")]) {
            (call: Call) throws(Diagnostic) -> Value in
            let scalars = Array(try call.string(0).unicodeScalars)
            guard scalars.count == 1 else { throw call.wrong(0, "one character is needed, and there are \(scalars.count)") }
            return .number(Double(scalars[0].value))
        },
        Builtin("chr(number)", chapter: title, "The code point of a number, as a string.", examples: [.init("chr(955)", "\"λ\"")]) {
            (call: Call) throws(Diagnostic) -> Value in
            guard let scalar = Unicode.Scalar(UInt32(try call.integer(0, in: 0...0x10FFFF))) else {
                throw call.wrong(0, "no character has the number \(call[0].shown())")
            }
            return .string(String(Character(scalar)))
        },
    ]

    /// A row for a function of one string.
    private static func row(
        _ name: String, _ summary: String, _ examples: [Builtin.Example], _ function: @escaping @Sendable (String) -> Value
    ) -> Builtin {
        Builtin("\(name)(text)", chapter: title, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            try each(call, function)
        }
    }

    /// A function over one string or each of a list; what is missing stays so.
    private static func each(_ call: Call, _ function: (String) -> Value) throws(Diagnostic) -> Value {
        guard case .list(let list) = call[0] else { return function(try call.string(0)) }
        return gathered(
            try list.items.map { (item) throws(Diagnostic) in
                switch item {
                case .text(let text): return function(text.value)
                case .missing: return .missing
                default: throw call.wrong(0, "\(call.name) takes strings, and among them is \(item.kindName)")
                }
            })
    }

    private static func number(_ value: Value, _ call: Call, _ place: String) throws(Diagnostic) -> Value {
        switch value {
        case .number, .missing: return value
        case .bool(let bool): return .number(bool ? 1 : 0)
        case .text(let text):
            let trimmed = text.value.trimmingCharacters(in: .whitespacesAndNewlines)
            if ["", "NA", "NaN", "nan", "?"].contains(trimmed) { return .missing }
            if let number = Double(trimmed.replacing("_", with: "")), !number.isNaN, !trimmed.lowercased().contains("x") {
                return .number(number)
            }
            throw call.wrong(0, "\(quoted(text.value)) is no number\(place)")
        default: throw call.mustBe(0, "a string")
        }
    }

    /// Numbers with a fixed count of digits after the point.
    private static func texts(_ tensor: Tensor?, _ call: Call, _ digits: Int) throws(Diagnostic) -> Value {
        guard let tensor, tensor.rank <= 1 else { throw call.mustBe(0, "a number, when digits are given") }
        let texts = tensor.doubles.enumerated().map { position, number -> Value in
            if tensor.isMissing(at: position) { return .missing }
            return .string(number.isFinite ? String(format: "%.\(digits)f", number) : formatNumber(number))
        }
        return tensor.isScalar ? texts[0] : gathered(texts)
    }
}

extension String {
    /// Where a part occurs, by code points, from left to right without overlap.
    func occurrences(of part: String, limit: Int = .max) -> [Range<String.Index>] {
        let wanted = Array(part.utf8)
        guard !wanted.isEmpty else { return limit > 0 ? [startIndex..<startIndex] : [] }
        var ranges: [Range<String.Index>] = []
        var text = self
        text.makeContiguousUTF8()
        let starts: [Int] =
            text.utf8.withContiguousStorageIfAvailable { bytes in
                var starts: [Int] = []
                var start = 0
                while start + wanted.count <= bytes.count, starts.count < limit {
                    if bytes[start] == wanted[0], wanted.indices.allSatisfy({ bytes[start + $0] == wanted[$0] }) {
                        starts.append(start)
                        start += wanted.count
                    } else {
                        start += 1
                    }
                }
                return starts
            } ?? []
        var index = utf8.startIndex
        var offset = 0
        for start in starts {
            index = utf8.index(index, offsetBy: start - offset)
            let end = utf8.index(index, offsetBy: wanted.count)
            ranges.append(index..<end)
            (index, offset) = (end, start + wanted.count)
        }
        return ranges
    }

    /// What stands between the occurrences of a separator.
    func pieces(between separator: String) -> [String] {
        var pieces: [String] = []
        var start = startIndex
        for range in occurrences(of: separator) {
            pieces.append(String(self[start..<range.lowerBound]))
            start = range.upperBound
        }
        return pieces + [String(self[start...])]
    }
}
