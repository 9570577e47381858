import Diagnostics

/// A piece of a string as it is written.
enum StringPiece {
    /// Text between quotes and interpolations, escapes unread.
    case raw(Range<Int>)
    case code(Expression)

    /// The parts that pieces stand for.
    ///
    /// - Parameter isBlock: whether three quotes opened the string; then its first newline and the indent that its lines
    ///   share, that of the closing quotes included, are dropped, and a line always ends in a bare newline.
    static func parts(of pieces: [StringPiece], isBlock: Bool, in source: SourceText) throws(Diagnostic) -> [StringPart] {
        let indent = isBlock ? commonIndent(of: pieces, in: source.bytes) : []
        var parts: [StringPart] = []
        for (number, piece) in pieces.enumerated() {
            switch piece {
            case .code(let expression): parts.append(.code(expression))
            case .raw(let range):
                let text = try text(of: range, isFirst: number == 0, isBlock: isBlock, indent: indent.count, in: source)
                if !text.isEmpty { parts.append(.text(text)) }
            }
        }
        return parts
    }

    /// The blank beginning that all lines but the first have in common; lines of nothing but blanks do not count.
    private static func commonIndent(of pieces: [StringPiece], in bytes: [UInt8]) -> [UInt8] {
        var common: [UInt8]?
        for case .raw(let range) in pieces {
            var position = range.lowerBound
            while let newline = bytes[position..<range.upperBound].firstIndex(of: UInt8(ascii: "\n")) {
                position = newline + 1
                var end = position
                while end < range.upperBound, isBlank(bytes[end]) { end += 1 }
                let isBlankLine = end < range.upperBound && (bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r"))
                if isBlankLine { continue }
                // A line that ends the piece here is that of the closing quotes, or of an interpolation: both count.
                let indent = Array(bytes[position..<end])
                common = common.map { zip($0, indent).prefix { $0 == $1 }.map(\.0) } ?? indent
            }
        }
        return common ?? []
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func text(of range: Range<Int>, isFirst: Bool, isBlock: Bool, indent: Int, in source: SourceText) throws(Diagnostic)
        -> String
    {
        let bytes = source.bytes
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\") {
                let (scalar, end) = try escape(at: position, in: source, upTo: range.upperBound)
                result.append(contentsOf: Array(String(scalar).utf8))
                position = end
            } else if byte == UInt8(ascii: "\n") {
                if !(isBlock && isFirst && result.isEmpty && isStart(position, of: range, in: bytes)) { result.append(byte) }
                position += 1
                // A blank line may be shorter than the indent.
                var dropped = 0
                while dropped < indent, position < range.upperBound, isBlank(bytes[position]) {
                    (dropped, position) = (dropped + 1, position + 1)
                }
            } else if byte == UInt8(ascii: "\r"), isBlock, position + 1 < range.upperBound, bytes[position + 1] == UInt8(ascii: "\n") {
                position += 1
            } else {
                result.append(byte)
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether a newline is the first thing in a block string.
    private static func isStart(_ newline: Int, of range: Range<Int>, in bytes: [UInt8]) -> Bool {
        newline == range.lowerBound || (newline == range.lowerBound + 1 && bytes[range.lowerBound] == UInt8(ascii: "\r"))
    }

    /// The character that an escape stands for, and where the escape ends.
    private static func escape(at start: Int, in source: SourceText, upTo limit: Int) throws(Diagnostic) -> (Unicode.Scalar, end: Int) {
        let bytes = source.bytes
        guard start + 1 < limit else { throw unknown(start..<start + 1, in: source) }
        switch bytes[start + 1] {
        case UInt8(ascii: "n"): return ("\n", start + 2)
        case UInt8(ascii: "t"): return ("\t", start + 2)
        case UInt8(ascii: "r"): return ("\r", start + 2)
        case UInt8(ascii: "0"): return ("\0", start + 2)
        case UInt8(ascii: "\""): return ("\"", start + 2)
        case UInt8(ascii: "\\"): return ("\\", start + 2)
        case UInt8(ascii: "u"): break
        default:
            var end = start + 2
            while end < limit, bytes[end] & 0xC0 == 0x80 { end += 1 }
            throw unknown(start..<end, in: source)
        }
        guard start + 2 < limit, bytes[start + 2] == UInt8(ascii: "{"),
            let close = bytes[start + 3..<limit].prefix(16).firstIndex(of: UInt8(ascii: "}"))
        else {
            throw Diagnostic("`\\u` needs a code in braces", at: Span(source, start..<start + 2), help: "write it like \\u{41}, which is A")
        }
        let place = Span(source, start..<close + 1)
        let digits = source[start + 3..<close]
        guard digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }), let code = UInt32(digits, radix: 16) else {
            throw Diagnostic("`\(digits)` is not a hexadecimal code", at: place, help: "write it like \\u{41}, which is A")
        }
        guard let scalar = Unicode.Scalar(code) else {
            let isSurrogate = (0xD800...0xDFFF).contains(code)
            throw Diagnostic(
                isSurrogate
                    ? "U+\(digits.uppercased()) is half of a surrogate pair, not a character"
                    : "there is no character U+\(digits.uppercased())",
                at: place, help: isSurrogate ? "write the code of the whole character: \\u{1F600}" : "the last code is \\u{10FFFF}")
        }
        return (scalar, close + 1)
    }

    private static func unknown(_ range: Range<Int>, in source: SourceText) -> Diagnostic {
        Diagnostic(
            "`\(source[range])` is not an escape", at: Span(source, range),
            help: "a backslash is written \\\\; the escapes are \\n \\t \\r \\0 \\\" \\\\ \\u{41} and \\(expression)")
    }
}
