/// Reads a data file: tables, arrays, pictures, sounds, text, JSON; by the file's extension, or by its content where that says nothing.
/// A file compressed with gzip is decompressed.
///
/// - Throws: `DatasetError` with the file, the line where there is one, and the remedy.
public func load(_ path: String) throws(DatasetError) -> Loaded {
    let bytes = try Files.read(path)
    do {
        return try decode(bytes, name: path)
    } catch {
        throw error.inFile(path)
    }
}

/// The content of a file that has been read; its name tells the format, or the content where the name does not.
func decode(_ bytes: [UInt8], name: String) throws(DatasetError) -> Loaded {
    let format = FileFormat(name: name) ?? FileFormat(content: bytes)
    if isGzip(bytes), format != .idx {
        let content = try inflated(bytes, limit: Files.sizeLimit + 1)
        if content.count > Files.sizeLimit { throw DatasetError("it is larger than 2 GiB when decompressed", help: "cut it into parts") }
        // What is packed twice is left packed, so that no file unpacks for ever.
        if isGzip(content) { throw DatasetError("it is compressed twice", help: "decompress it once with `gunzip`") }
        return try decode(content, name: name.hasSuffix(".gz") ? String(name.dropLast(3)) : "")
    }
    switch format {
    case .commaSeparated: return .table(try readCSV(bytes))
    case .tabSeparated: return .table(try readCSV(bytes, delimiter: UInt8(ascii: "\t")))
    case .idx: return .array(try readIDX(bytes))
    case .npy: return .array(try readNPY(bytes))
    case .npz: return .record(try readNPZ(bytes).map { Loaded.Field($0.name, .array($0.array)) })
    case .png: return .array(try readPNG(bytes))
    case .wav: return .sound(try readWAV(bytes))
    case .json:
        do {
            return .json(try JSONValue(parsing: bytes))
        } catch {
            throw DatasetError("\(error.message) (column \(error.column))", line: error.line)
        }
    case .text: return .text(try decodedText(bytes))
    case nil:
        throw DatasetError(
            "neither its name nor its content tells what it holds",
            help: "these are read: .csv .tsv .txt .json .npy .npz .png .wav and IDX, each also with .gz")
    }
}

/// The formats that are read.
private enum FileFormat {
    case commaSeparated, tabSeparated, idx, npy, npz, png, wav, json, text

    /// By the extension, before `.gz` where there is one.
    init?(name: String) {
        let file = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let plain = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
        switch plain.split(separator: ".").last.map(String.init) ?? "" {
        case "csv": self = .commaSeparated
        case "tsv", "tab": self = .tabSeparated
        case "txt", "md": self = .text
        case "json", "ipynb": self = .json
        case "npy": self = .npy
        case "npz": self = .npz
        case "png": self = .png
        case "wav": self = .wav
        case "idx": self = .idx
        case _ where plain.hasSuffix("-ubyte") && plain.contains("idx"): self = .idx
        default: return nil
        }
    }

    /// By the first bytes, or as text where all of it is text.
    init?(content bytes: [UInt8]) {
        switch true {
        case isIDX(bytes): self = .idx
        case isNPY(bytes): self = .npy
        case isPNG(bytes): self = .png
        case isWAV(bytes): self = .wav
        case isGzip(bytes):
            guard let start = try? inflated(bytes, limit: 4), isIDX(start) else { return nil }
            self = .idx
        case firstInvalidUTF8(in: bytes) == nil && !bytes.contains(0): self = .text
        default: return nil
        }
    }
}

/// Writes a table as CSV, with tabs where the path ends in `.tsv`; in one step, so that a reader never sees half a file.
public func save(_ table: DataTable, to path: String) throws(DatasetError) {
    let tabs = path.lowercased().hasSuffix(".tsv") || path.lowercased().hasSuffix(".tab")
    try Files.write(try writeCSV(table, delimiter: UInt8(ascii: tabs ? "\t" : ",")), to: path)
}
