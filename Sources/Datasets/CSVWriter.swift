/// A table as CSV text (RFC 4180), which `readCSV` reads back: a row of names, LF line ends, numbers in the shortest digits that read back.
///
/// Nothing observed is an empty field (`NA` where the table has one column, since a blank line is no row). A column whose rows are themselves
/// arrays becomes one column an entry: `x_0`, `x_1`, ....
/// - Throws: `DatasetError` where a column holds sequences of different lengths.
public func writeCSV(_ table: DataTable, delimiter: UInt8 = UInt8(ascii: ",")) throws(DatasetError) -> [UInt8] {
    var columns: [(name: String, field: (Int) -> String?)] = []
    for (name, column) in zip(table.names, table.columns) {
        switch column {
        case .numbers(let values, let missing, let shape):
            let size = shape.reduce(1, *)
            for entry in 0..<size {
                columns.append(
                    (
                        shape.isEmpty ? name : "\(name)_\(entry)",
                        { row in
                            let place = row * size + entry
                            return missing?[place] == true ? nil : decimalText(values[place])
                        }
                    ))
            }
        case .booleans(let values, let missing):
            columns.append((name, { row in missing?[row] == true ? nil : values[row] ? "true" : "false" }))
        case .texts(let values):
            columns.append((name, { row in values[row].map { quoted($0, delimiter: delimiter) } }))
        case .sequences:
            throw DatasetError(
                "the column \(name) holds sequences of different lengths, which a CSV file has no place for", help: "save the other columns"
            )
        }
    }
    var bytes: [UInt8] = []
    func append(_ fields: some Sequence<String>) {
        for (place, field) in fields.enumerated() {
            if place > 0 { bytes.append(delimiter) }
            bytes += field.utf8
        }
        bytes.append(0x0A)
    }
    let blank = columns.count == 1 ? "NA" : ""
    append(columns.map { quoted($0.name, delimiter: delimiter) })
    for row in 0..<table.rows { append(columns.lazy.map { $0.field(row) ?? blank }) }
    return bytes
}

/// A text in quotes where it needs them, to be read back as it was.
private func quoted(_ text: String, delimiter: UInt8) -> String {
    let needed =
        text.isEmpty || missingMarks.contains(text) || text.hasPrefix(" ") || text.hasSuffix(" ")
        || text.utf8.contains { $0 == delimiter || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }
    guard needed else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
