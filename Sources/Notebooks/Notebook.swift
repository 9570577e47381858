import Datasets

/// A notebook: cells in order, and everything else its file holds.
///
/// Cells and the document around them keep the JSON they were read from, so that what is not changed is written as it was: unknown keys,
/// their order, the digits of numbers, outputs of other languages (nbformat 4.5).
public struct Notebook: Sendable, Equatable {
    public var cells: [Cell]
    /// The file's other keys; under `cells` stands a placeholder that keeps the place.
    var document: JSONValue
    var layout: Layout

    /// How the file is laid out.
    struct Layout: Sendable, Equatable {
        var style = JSONValue.Style.notebook
        var endsWithNewline = true
    }

    /// A notebook for Latent with these cells.
    public init(cells: [Cell]) {
        self.cells = cells
        document = ["cells": nil, "metadata": [:], "nbformat": 4, "nbformat_minor": 5]
        layout = Layout()
        complete()
    }

    init(cells: [Cell], document: JSONValue, layout: Layout) {
        self.cells = cells
        self.document = document
        self.layout = layout
    }

    /// What is said of the whole notebook.
    public var metadata: JSONValue {
        get { document["metadata"] ?? [:] }
        set { document["metadata"] = newValue }
    }

    /// The language that the notebook says it is written in; `nil` where it says nothing.
    public var language: String? {
        metadata["language_info"]?["name"]?.string ?? metadata["kernelspec"]?["language"]?.string
    }

    /// Puts in what nbformat 4.5 asks for and the file lacks: ids of cells that are valid and not repeated, empty outputs and metadata, and
    /// for a notebook that names no language, Latent's kernel and language.
    mutating func complete() {
        if language == nil {
            if metadata["kernelspec"]?["name"]?.string == nil { metadata["kernelspec"] = Notebook.kernelspec }
            metadata["language_info"] = Notebook.languageInfo
        }
        var taken: Set<String> = []
        for place in cells.indices {
            cells[place].complete()
            if let id = cells[place].id, Cell.isValid(id: id), taken.insert(id).inserted { continue }
            var salt = place
            var id = Cell.derivedID(of: cells[place], salt: salt)
            while !taken.insert(id).inserted {
                salt += cells.count
                id = Cell.derivedID(of: cells[place], salt: salt)
            }
            cells[place].id = id
        }
    }

    /// The kernel that Jupyter starts for a notebook.
    public static let kernelspec: JSONValue = ["display_name": "Latent", "language": "latent", "name": "latent"]

    /// How Jupyter names and colours the language. `julia` colours comments, strings, numbers and keywords with nothing to install.
    public static let languageInfo: JSONValue = [
        "codemirror_mode": "julia", "file_extension": ".latent", "mimetype": "text/x-latent", "name": "latent", "pygments_lexer": "julia",
        "version": "0.1",
    ]
}

/// A cell of a notebook.
public struct Cell: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable { case code, markdown, raw }

    public let kind: Kind
    /// The cell as its file holds it.
    public internal(set) var json: JSONValue

    init(kind: Kind, json: JSONValue) {
        self.kind = kind
        self.json = json
    }

    public init(_ kind: Kind, _ source: String, tags: [String] = []) {
        self.kind = kind
        let metadata: JSONValue = tags.isEmpty ? [:] : ["tags": .array(tags.map(JSONValue.string))]
        json = ["cell_type": .string(kind.rawValue)]
        if kind == .code { json["execution_count"] = .null }
        json["id"] = ""
        json["metadata"] = metadata
        if kind == .code { json["outputs"] = [] }
        json["source"] = Cell.lines(source)
    }

    /// 1 to 64 letters, digits, `-` or `_`, once in a notebook.
    public var id: String? {
        get { json["id"]?.string }
        set { json["id"] = newValue.map(JSONValue.string) }
    }

    public var source: String {
        get { Cell.text(json["source"] ?? "") }
        set { json["source"] = Cell.lines(newValue) }
    }

    public var metadata: JSONValue {
        get { json["metadata"] ?? [:] }
        set { json["metadata"] = newValue }
    }

    /// Sets a key of the metadata; a new one goes where it stands in alphabetical order, as nbformat writes them.
    mutating func setMetadata(_ key: String, to value: JSONValue) {
        var members = metadata.members ?? []
        if metadata[key] == nil, let place = members.firstIndex(where: { $0.key > key }) {
            members.insert(JSONValue.Member(key, value), at: place)
            metadata = .object(members)
        } else {
            metadata[key] = value
        }
    }

    public var tags: [String] { metadata["tags"]?.array?.compactMap(\.string) ?? [] }

    /// What running it has shown, as nbformat stores it.
    public var outputs: [JSONValue] {
        get { json["outputs"]?.array ?? [] }
        set { json["outputs"] = .array(newValue) }
    }

    public var executionCount: Int? {
        get { json["execution_count"]?.int }
        set { json["execution_count"] = newValue.map { JSONValue($0) } ?? .null }
    }

    mutating func complete() {
        if json["metadata"]?.members == nil { metadata = [:] }
        guard kind == .code else { return }
        if json["outputs"]?.array == nil { outputs = [] }
        if json["execution_count"] == nil { executionCount = nil }
    }

    static func isValid(id: String) -> Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// An id from what the cell says, so that converting a file twice gives the same notebook (FNV-1a, 64 bits, folded to 8 hexadecimal digits).
    static func derivedID(of cell: Cell, salt: Int) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(cell.kind.rawValue) \(salt) \(cell.source)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String((hash ^ hash >> 32) & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// A text as nbformat stores it: a list of lines, each with its newline.
    static func lines(_ text: String) -> JSONValue {
        var lines: [JSONValue] = []
        var line = ""
        for scalar in text.unicodeScalars {
            line.unicodeScalars.append(scalar)
            if scalar == "\n" {
                lines.append(.string(line))
                line = ""
            }
        }
        if !line.isEmpty { lines.append(.string(line)) }
        return .array(lines)
    }

    /// A text that is stored as a string or as a list of lines.
    static func text(_ json: JSONValue) -> String {
        json.string ?? json.array?.compactMap(\.string).joined() ?? ""
    }
}
