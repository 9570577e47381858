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

/// A number in the shortest digits that read back, as an integer where it is one below 1e15.
func decimalText(_ value: Double) -> String {
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    if abs(value) < 1e15, value == value.rounded() { return String(Int(value)) }
    return value.description
}
