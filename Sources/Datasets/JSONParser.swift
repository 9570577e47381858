/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String
    /// 1-based.
    public var line: Int
    /// 1-based, in bytes.
    public var column: Int
    /// In bytes, from the start of the text.
    public var offset: Int

    public var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONValue {
    /// How deep lists and objects may nest; deeper text is refused, so that no input can exhaust the stack.
    public static let depthLimit = 512

    /// Reads one JSON text in UTF-8, with or without a byte order mark.
    ///
    /// A lone surrogate escape such as `\ud800` names no character and reads as U+FFFD.
    /// - Throws: `JSONError` with the place of the first thing that is wrong.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }

    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// Recursive descent over the bytes of one text.
private struct JSONParser {
    let bytes: [UInt8]
    var index = 0
    var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSONValue {
        if let offset = firstInvalidUTF8(in: bytes) { throw error("the text is not valid UTF-8", at: offset) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let value = try value()
        skipSpace()
        if index < bytes.count { throw error("something follows the end of the value", at: index) }
        return value
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        guard let byte = next else { throw error("the text ends where a value should stand", at: index) }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.list() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    private mutating func nested(_ body: (inout JSONParser) throws(JSONError) -> JSONValue) throws(JSONError) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        if depth > JSONValue.depthLimit { throw error("lists and objects nest deeper than \(JSONValue.depthLimit)", at: index) }
        index += 1
        return try body(&self)
    }

    private mutating func list() throws(JSONError) -> JSONValue {
        var items: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            index += 1
            return .array(items)
        }
        while true {
            items.append(try value())
            if try ended(by: UInt8(ascii: "]"), called: "list") { return .array(items) }
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            index += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a key in double quotes should stand here", at: index) }
            let key = try string()
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw error("a colon should follow the key \"\(key.prefix(40))\"", at: index) }
            index += 1
            members.append(JSONValue.Member(key, try value()))
            if try ended(by: UInt8(ascii: "}"), called: "object") { return .object(members) }
        }
    }

    /// Reads the comma after an element, or the bracket that closes.
    private mutating func ended(by close: UInt8, called name: String) throws(JSONError) -> Bool {
        skipSpace()
        guard let byte = next else { throw error("the text ends inside the \(name)", at: index) }
        guard byte == close || byte == UInt8(ascii: ",") else {
            throw error("a comma or the end of the \(name) should stand here", at: index)
        }
        index += 1
        return byte == close
    }

    private mutating func word() throws(JSONError) -> JSONValue {
        for (word, value) in [
            ("true", JSONValue.bool(true)), ("false", .bool(false)), ("null", .null), ("NaN", .number(text: "NaN")),
            ("Infinity", .number(text: "Infinity")),
        ] where bytes[index...].starts(with: word.utf8) {
            index += word.utf8.count
            return value
        }
        throw error("a value should stand here", at: index)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false }
        if next == UInt8(ascii: "-") { index += 1 }
        if next == UInt8(ascii: "I"), start < index {
            guard case .number = try word() else { throw error("a number should stand here", at: start) }
            return .number(text: "-Infinity")
        }
        guard isDigit(next) else { throw error("a digit should follow the minus sign", at: index) }
        let leading = index
        while isDigit(next) { index += 1 }
        if bytes[leading] == UInt8(ascii: "0"), index - leading > 1 { throw error("a number may not begin with 0", at: leading) }
        if next == UInt8(ascii: ".") {
            index += 1
            guard isDigit(next) else { throw error("a digit should follow the point", at: index) }
            while isDigit(next) { index += 1 }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            guard isDigit(next) else { throw error("a digit should follow the exponent's e", at: index) }
            while isDigit(next) { index += 1 }
        }
        return .number(text: String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func string() throws(JSONError) -> String {
        let opening = index
        index += 1
        var start = index
        var decoded: [UInt8] = []
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                defer { index += 1 }
                if decoded.isEmpty { return String(decoding: bytes[start..<index], as: UTF8.self) }
                decoded += bytes[start..<index]
                return String(decoding: decoded, as: UTF8.self)
            }
            if byte < 0x20 { throw error("a line break or control character stands unescaped in a string", at: index) }
            if byte == UInt8(ascii: "\\") {
                decoded += bytes[start..<index]
                try escape(into: &decoded)
                start = index
            } else {
                index += 1
            }
        }
        throw error("the string is never closed", at: opening)
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        guard let letter = next else { throw error("the text ends inside an escape", at: start) }
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal(from: start)
            if (0xD800..<0xDC00).contains(code), bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
                let second = index
                index += 2
                let low = try hexadecimal(from: second)
                if (0xDC00..<0xE000).contains(low) {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    index = second
                }
            }
            decoded += Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw error("a backslash should be followed by one of \" \\ / b f n r t u", at: start)
        }
    }

    private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count, bytes[index] != UInt8(ascii: "+"),
            let code = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw error("\\u should be followed by four hexadecimal digits", at: start) }
        index += 4
        return code
    }

    private func error(_ message: String, at offset: Int) -> JSONError {
        let place = linePosition(of: offset, in: bytes)
        return JSONError(message: message, line: place.line, column: place.column, offset: offset)
    }
}
