/// Cuts the bytes of a CSV file into fields (RFC 4180): quoted fields, doubled quotes, line breaks in quotes; lines end with LF, CRLF or CR.
struct CSVScanner {
    /// Where a field's content stands in the bytes; of a quoted field, what is between the quotes.
    struct Field {
        enum Style: UInt8 {
            case plain, quoted
            /// Quoted, with doubled quotes inside.
            case escaped
        }
        var start: UInt32
        var end: UInt32
        var style: Style

        var isBlank: Bool { start == end && style == .plain }
    }

    // A hot loop: the pointer is valid only inside the closure of `read` and `sniffed` that make a scanner.
    private let bytes: UnsafeBufferPointer<UInt8>
    private let delimiter: UInt8
    private var index: Int
    /// The fields of all rows so far.
    private(set) var fields: [Field] = []
    /// In tab-separated text a quote is often just a quote, so a field counts as quoted only where the quotes close before a tab or a line's end.
    private let quotesMayBeText: Bool
    private var quotesMayClose = true

    init(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8) {
        self.bytes = bytes
        self.delimiter = delimiter
        quotesMayBeText = delimiter == UInt8(ascii: "\t")
        index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    var isAtEnd: Bool { index >= bytes.count }
    /// The offset at which the next row starts.
    var offset: Int { index }

    /// Reads the fields of one row.
    /// - Returns: how many there are.
    mutating func row() throws(DatasetError) -> Int {
        let before = fields.count
        while true {
            try field()
            guard index < bytes.count else { break }
            let byte = bytes[index]
            index += 1
            if byte == delimiter { continue }
            if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
            break
        }
        return fields.count - before
    }

    /// Takes back the last field, where a blank line turned out to be no row.
    mutating func dropLast() { fields.removeLast() }

    @inline(__always) private func endsField(_ byte: UInt8) -> Bool { byte == delimiter || byte == 0x0A || byte == 0x0D }

    private mutating func field() throws(DatasetError) {
        if index < bytes.count, bytes[index] == UInt8(ascii: "\""), try quoted() { return }
        let start = index
        while index < bytes.count, !endsField(bytes[index]) { index += 1 }
        fields.append(Field(start: UInt32(start), end: UInt32(index), style: .plain))
    }

    private mutating func quoted() throws(DatasetError) -> Bool {
        guard quotesMayClose else { return false }
        var place = index + 1
        var style = Field.Style.quoted
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "\"") else {
                place += 1
                continue
            }
            if place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "\"") {
                style = .escaped
                place += 2
                continue
            }
            guard place + 1 == bytes.count || endsField(bytes[place + 1]) else {
                if quotesMayBeText { return false }
                throw error(
                    "something follows the closing quote of a field", at: place,
                    help: "a quote inside a quoted field is written twice: \"\"")
            }
            fields.append(Field(start: UInt32(index + 1), end: UInt32(place), style: style))
            index = place + 1
            return true
        }
        if quotesMayBeText {
            // No quote closes from here on, so that no later field need look to the end again.
            quotesMayClose = false
            return false
        }
        throw error("a quoted field begins here and is never closed", at: index, help: "add the closing quote")
    }

    func error(_ message: String, at offset: Int, help: String? = nil) -> DatasetError {
        DatasetError(message, line: linePosition(of: offset, in: Array(bytes)).line, help: help)
    }

    /// The delimiter that cuts the first rows into the same number of fields, more than one: a comma, a semicolon or a tab.
    static func sniffed(_ bytes: [UInt8]) -> UInt8 {
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        var best = (delimiter: candidates[0], score: 0)
        for candidate in candidates {
            let counts = bytes.withUnsafeBufferPointer { buffer in
                var scanner = CSVScanner(buffer, delimiter: candidate)
                var counts: [Int] = []
                while counts.count < 20, !scanner.isAtEnd, let count = try? scanner.row() {
                    if count > 1 || scanner.fields.last?.isBlank == false { counts.append(count) }
                }
                return counts
            }
            guard let first = counts.first, first > 1 else { continue }
            // Rows that agree count for most; then the number of fields in the first row.
            let score = (counts.allSatisfy { $0 == first } ? 1_000_000 : 0) + min(first, 999_999)
            if score > best.score { best = (candidate, score) }
        }
        return best.delimiter
    }
}
