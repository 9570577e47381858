extension JSONValue {
    /// How a JSON text is laid out.
    public struct Style: Sendable, Equatable {
        /// Spaces a level of indentation; `nil` puts everything on one line without spaces.
        public var indent: Int?
        /// Whether characters beyond ASCII are written as `\u` escapes.
        public var ascii: Bool
        public init(indent: Int? = nil, ascii: Bool = false) {
            self.indent = indent
            self.ascii = ascii
        }

        public static let compact = Style()
        /// As nbformat writes notebooks, and Python's `json.dumps(value, indent=1, ensure_ascii=False)`.
        public static let notebook = Style(indent: 1)
    }

    /// The JSON text in UTF-8.
    public func encoded(_ style: Style = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(self, level: 0)
        return writer.bytes
    }

    /// The JSON text.
    public func text(_ style: Style = .compact) -> String {
        String(decoding: encoded(style), as: UTF8.self)
    }
}

private struct JSONWriter {
    let style: JSONValue.Style
    var bytes: [UInt8] = []

    init(style: JSONValue.Style) { self.style = style }

    mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): write(text)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                separate(place, level: level + 1)
                write(item, level: level + 1)
            }
            if !items.isEmpty { breakLine(level: level) }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                separate(place, level: level + 1)
                write(member.key)
                bytes += (style.indent == nil ? ":" : ": ").utf8
                write(member.value, level: level + 1)
            }
            if !members.isEmpty { breakLine(level: level) }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func separate(_ place: Int, level: Int) {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        breakLine(level: level)
    }

    private mutating func breakLine(level: Int) {
        guard let indent = style.indent else { return }
        bytes.append(0x0A)
        bytes += repeatElement(0x20, count: indent * level)
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if style.ascii, !text.utf8.allSatisfy({ $0 < 0x80 }) {
            // The long way round, for text that holds what must be escaped by its UTF-16 units.
            for unit in text.utf16 {
                if unit < 0x80 { write(UInt8(unit)) } else { escape(unit) }
            }
        } else {
            for byte in text.utf8 { write(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes += #"\""#.utf8
        case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
        case 0x08: bytes += #"\b"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0x0A: bytes += #"\n"#.utf8
        case 0x0C: bytes += #"\f"#.utf8
        case 0x0D: bytes += #"\r"#.utf8
        case ..<0x20: escape(UInt16(byte))
        default: bytes.append(byte)
        }
    }

    private mutating func escape(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
    }
}
