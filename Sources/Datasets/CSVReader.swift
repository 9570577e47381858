/// Reads CSV text (RFC 4180) into typed columns.
///
/// The first row gives the names, unless all of it is numbers: then the columns are `x1`, `x2`, .... A column is of numbers where every field
/// is a number or missing, of booleans where every field is `true` or `false` or missing, else of text. Missing is an empty field, `NA`, `NaN`
/// or `?`; in a text column a quoted field is text as it stands. Numbers with a leading zero (`0123`) are ids and make a text column.
///
/// - Parameters:
///   - bytes: UTF-8, with or without a byte order mark.
///   - delimiter: found in the first rows where it is not given.
/// - Throws: `DatasetError` with the line.
public func readCSV(_ bytes: [UInt8], delimiter: UInt8? = nil) throws(DatasetError) -> DataTable {
    guard bytes.count < Int(UInt32.max) else { throw DatasetError("the file is larger than 4 GiB", help: "cut it into parts") }
    try checkText(bytes)
    let delimiter = delimiter ?? CSVScanner.sniffed(bytes)
    return try bytes.withUnsafeBufferPointer { (buffer) throws(DatasetError) in
        let (fields, width) = try rows(of: buffer, delimiter: delimiter)
        let cells = CSVCells(bytes: buffer, fields: fields, width: width)
        let hasHeader = !cells.isAllNumbers(row: 0)
        let names = uniqueNames(hasHeader ? (0..<width).map { cells.text(row: 0, column: $0).trimmed } : Array(repeating: "", count: width))
        let rows = (hasHeader ? 1 : 0)..<(fields.count / width)
        return DataTable((0..<width).map { (names[$0], cells.column($0, rows: rows)) })
    }
}

/// The fields of all rows, which are equally long. Blank lines are no rows, except between the rows of a file with one column, where
/// they are missing values.
private func rows(of buffer: UnsafeBufferPointer<UInt8>, delimiter: UInt8) throws(DatasetError) -> (fields: [CSVScanner.Field], width: Int)
{
    var scanner = CSVScanner(buffer, delimiter: delimiter)
    var width = 0
    var trailingBlanks = 0
    while !scanner.isAtEnd {
        let start = scanner.offset
        let count = try scanner.row()
        if count == 1, scanner.fields.last?.isBlank == true {
            if width == 1 { trailingBlanks += 1 } else { scanner.dropLast() }
            continue
        }
        trailingBlanks = 0
        if width == 0 { width = count }
        guard count == width else {
            let mark = delimiter == UInt8(ascii: "\t") ? "a tab" : "`\(Character(Unicode.Scalar(delimiter)))`"
            throw scanner.error(
                "the row has \(count) \(count == 1 ? "field" : "fields"), and the first row has \(width)", at: start,
                help: "fields are separated by \(mark); one that holds it must stand in double quotes")
        }
    }
    for _ in 0..<trailingBlanks { scanner.dropLast() }
    guard width > 0 else { throw DatasetError("the file is empty", help: "a table needs at least a row of column names") }
    return (scanner.fields, width)
}

/// Column names without blanks and repeats: an empty name becomes `x` and its place, from 1; a repeated one gets `_2`, `_3`, ....
func uniqueNames(_ names: [String]) -> [String] {
    var taken = Set(names)
    var seen: Set<String> = []
    return names.enumerated().map { place, name in
        if !name.isEmpty, seen.insert(name).inserted { return name }
        let stem = name.isEmpty ? "x\(place + 1)" : name
        var candidate = name.isEmpty ? stem : "\(stem)_2"
        var number = 2
        while taken.contains(candidate) {
            number += 1
            candidate = "\(stem)_\(number)"
        }
        taken.insert(candidate)
        return candidate
    }
}

/// The fields as typed columns.
private struct CSVCells {
    let bytes: UnsafeBufferPointer<UInt8>
    let fields: [CSVScanner.Field]
    let width: Int

    func isAllNumbers(row: Int) -> Bool {
        var numbers = 0
        for column in 0..<width {
            let content = trimmed(fields[row * width + column])
            if isMissing(content) { continue }
            guard decimalNumber(content) != nil else { return false }
            numbers += 1
        }
        return numbers > 0
    }

    func column(_ column: Int, rows: Range<Int>) -> Column {
        numbers(column, rows) ?? booleans(column, rows) ?? .texts(rows.map { optionalText(row: $0, column: column) })
    }

    private func numbers(_ column: Int, _ rows: Range<Int>) -> Column? {
        values(column, rows, empty: 0, decimalNumber).map { .numbers($0.values, missing: $0.missing) }
    }

    private func booleans(_ column: Int, _ rows: Range<Int>) -> Column? {
        values(column, rows, empty: false, truth).map { .booleans($0.values, missing: $0.missing) }
    }

    /// The column's values where each is missing or is read by `parse`; else `nil`, at the first that is not.
    @inline(__always)
    private func values<Value>(
        _ column: Int, _ rows: Range<Int>, empty: Value, _ parse: (UnsafeBufferPointer<UInt8>) -> Value?
    ) -> (values: [Value], missing: [Bool]?)? {
        var values: [Value] = []
        var gaps: [Int] = []
        for row in rows {
            let content = trimmed(fields[row * width + column])
            if let value = parse(content) {
                if values.isEmpty { values.reserveCapacity(rows.count) }
                values.append(value)
            } else if isMissing(content) {
                gaps.append(values.count)
                values.append(empty)
            } else {
                return nil
            }
        }
        guard !gaps.isEmpty else { return (values, nil) }
        var missing = [Bool](repeating: false, count: values.count)
        for gap in gaps { missing[gap] = true }
        return (values, missing)
    }

    private func content(_ field: CSVScanner.Field) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[Int(field.start)..<Int(field.end)])
    }

    private func trimmed(_ field: CSVScanner.Field) -> UnsafeBufferPointer<UInt8> {
        var (start, end) = (Int(field.start), Int(field.end))
        while start < end, bytes[start] == 0x20 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    private func isMissing(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
        switch content.count {
        case 0: true
        case 1...3: missingMarks.contains { content.elementsEqual($0.utf8) }
        default: false
        }
    }

    private func truth(_ content: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard (4...5).contains(content.count) else { return nil }
        switch String(decoding: content, as: UTF8.self).lowercased() {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }

    private func optionalText(row: Int, column: Int) -> String? {
        let field = fields[row * width + column]
        return field.style == .plain && isMissing(trimmed(field)) ? nil : text(row: row, column: column)
    }

    func text(row: Int, column: Int) -> String {
        let field = fields[row * width + column]
        let content = content(field)
        guard field.style == .escaped else { return String(decoding: content, as: UTF8.self) }
        var halved: [UInt8] = []
        var place = 0
        while place < content.count {
            halved.append(content[place])
            place += content[place] == UInt8(ascii: "\"") ? 2 : 1
        }
        return String(decoding: halved, as: UTF8.self)
    }
}

/// What stands for nothing observed in a file, beside an empty field.
let missingMarks = ["NA", "NaN", "?"]

extension String {
    fileprivate var trimmed: String {
        let kept = unicodeScalars.drop { $0 == " " || $0 == "\t" }
        return String(String.UnicodeScalarView(kept.reversed().drop { $0 == " " || $0 == "\t" }.reversed()))
    }
}
