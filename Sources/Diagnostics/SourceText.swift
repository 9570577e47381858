/// A piece of source: a cell, a file, a line typed at the prompt.
///
/// Offsets into it are UTF-8 byte offsets, which is what tokens and spans carry.
public final class SourceText: Sendable {
    /// How the place is named to a person: `cell 3`, `tour.latent`.
    public let name: String
    public let text: String
    /// The UTF-8 bytes of `text`.
    public let bytes: [UInt8]
    /// The offset at which each line starts.
    private let lineStarts: [Int]

    public init(name: String, text: String) {
        self.name = name
        self.text = text
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        lineStarts = starts
    }

    /// The 1-based line that holds a byte offset.
    public func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// The byte range of a 1-based line, without its newline.
    public func range(ofLine line: Int) -> Range<Int> {
        let start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<max(start, end)
    }

    /// The text of a byte range.
    public subscript(range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
}

/// A stretch of a source, in UTF-8 byte offsets.
public struct Span: Sendable {
    public let source: SourceText
    public let start: Int32
    public let end: Int32

    public init(_ source: SourceText, _ range: Range<Int>) {
        self.source = source
        start = Int32(clamping: range.lowerBound)
        end = Int32(clamping: range.upperBound)
    }

    public var range: Range<Int> { Int(start)..<max(Int(start), Int(end)) }
    public var text: String { source[range] }
    /// The 1-based line on which the span starts.
    public var line: Int { source.line(at: Int(start)) }

    /// From the start of this span to the end of another in the same source.
    public func joined(to other: Span) -> Span {
        Span(source, Int(min(start, other.start))..<Int(max(end, other.end)))
    }
}
