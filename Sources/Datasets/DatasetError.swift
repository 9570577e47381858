/// Why data could not be read or written, for a person: the file, the line, what was wrong, the remedy.
public struct DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence without a full stop, which does not repeat the file and the line.
    public var message: String
    public var file: String?
    /// 1-based.
    public var line: Int?
    /// The remedy.
    public var help: String?
    /// Where a name does not exist, what was asked for and what there is, so that the nearest can be offered.
    public var unknown: Unknown?

    public struct Unknown: Sendable, Equatable {
        public var name: String
        public var candidates: [String]
    }

    public init(_ message: String, file: String? = nil, line: Int? = nil, help: String? = nil, unknown: Unknown? = nil) {
        self.message = message
        self.file = file
        self.line = line
        self.help = help
        self.unknown = unknown
    }

    /// The same error with the file's name.
    func inFile(_ name: String) -> DatasetError {
        var copy = self
        copy.file = file ?? name
        return copy
    }

    /// The place and the message in one line: `a.csv, line 7: ...`.
    public var description: String {
        var place = file ?? ""
        if let line { place += (place.isEmpty ? "" : ", ") + "line \(line)" }
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
