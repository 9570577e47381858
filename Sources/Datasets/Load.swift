/// Reads a data file: tables, arrays, pictures, sounds, text, JSON; by the file's extension, or by its content where that says nothing.
///
/// - Throws: `DatasetError` with the file, the line where there is one, and the remedy.
public func load(_ path: String) throws(DatasetError) -> Loaded {
    throw DatasetError("reading files is not there yet", file: path)
}

/// An embedded data set by name; `DatasetCatalog.all` lists them.
public func dataset(_ name: String) throws(DatasetError) -> Loaded {
    throw DatasetError("there is no data set of this name", unknown: .init(name: name, candidates: DatasetCatalog.all.map(\.name)))
}

/// Writes a table as CSV, or with tabs where the path ends in `.tsv`; in one step, so that a reader never sees half a file.
public func save(_ table: DataTable, to path: String) throws(DatasetError) {
    throw DatasetError("writing files is not there yet", file: path)
}

/// What is known of one embedded data set.
public struct DatasetCatalog: Sendable {
    public var name: String
    /// What it is, in one line.
    public var title: String
    public var rows: Int
    /// Its fields, and what they hold.
    public var fields: String
    public var licence: String
    public var citation: String

    public static let all: [DatasetCatalog] = []
}
