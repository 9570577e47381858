/// The offset of the first byte that is not part of a UTF-8 character, or `nil` where the text is valid.
func firstInvalidUTF8(in bytes: [UInt8]) -> Int? {
    do {
        _ = try UTF8Span(validating: bytes.span)
        return nil
    } catch {
        return error.byteOffsets.lowerBound
    }
}

/// The 1-based line and column (in bytes) of an offset. LF, CRLF and a lone CR end lines.
func linePosition(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
    var line = 1
    var start = 0
    for place in 0..<min(offset, bytes.count) {
        if bytes[place] == 0x0A || (bytes[place] == 0x0D && !(place + 1 < bytes.count && bytes[place + 1] == 0x0A)) {
            line += 1
            start = place + 1
        }
    }
    return (line, offset - start + 1)
}

/// Refuses what is not text in UTF-8, naming the line.
func checkText(_ bytes: [UInt8]) throws(DatasetError) {
    let convert = "save it as UTF-8, for instance with `iconv -f latin1 -t utf-8 OLD > NEW`"
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        throw DatasetError(
            "the text is UTF-16, and UTF-8 is read", help: "save it as UTF-8, for instance with `iconv -f utf-16 -t utf-8 OLD > NEW`")
    }
    if let offset = firstInvalidUTF8(in: bytes) {
        let byte = String(bytes[offset], radix: 16, uppercase: true)
        throw DatasetError("the text is not valid UTF-8 (byte 0x\(byte))", line: linePosition(of: offset, in: bytes).line, help: convert)
    }
    if let offset = bytes.firstIndex(of: 0) {
        throw DatasetError("the file holds a zero byte, so it is not text", line: linePosition(of: offset, in: bytes).line)
    }
}

/// The text of a file in UTF-8, without its byte order mark.
func decodedText(_ bytes: [UInt8]) throws(DatasetError) -> String {
    try checkText(bytes)
    return String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
}
