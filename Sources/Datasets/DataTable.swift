/// A named column of a table: one value a row.
public enum Column: Sendable, Equatable {
    /// Row-major numbers; each row has the trailing `shape`, `[]` for a scalar. `missing` has a flag a number: where it is true nothing was
    /// observed, and the number is 0.
    case numbers([Double], missing: [Bool]? = nil, shape: [Int] = [])
    case booleans([Bool], missing: [Bool]? = nil)
    /// `nil` where nothing was observed.
    case texts([String?])
    /// Sequences of different lengths, such as sounds.
    case sequences([[Double]])

    /// How many rows it has.
    public var count: Int {
        switch self {
        case .numbers(let values, _, let shape):
            let size = shape.reduce(1, *)
            return size == 0 ? 0 : values.count / size
        case .booleans(let values, _): return values.count
        case .texts(let values): return values.count
        case .sequences(let values): return values.count
        }
    }
}

/// Named columns of one length.
public struct DataTable: Sendable, Equatable {
    public var names: [String]
    public var columns: [Column]
    public var rows: Int

    /// - Parameter columns: of equal length; that of the first is the number of rows.
    public init(_ columns: [(name: String, column: Column)]) {
        names = columns.map(\.name)
        self.columns = columns.map(\.column)
        rows = columns.first?.column.count ?? 0
    }

    public subscript(name: String) -> Column? {
        names.firstIndex(of: name).map { columns[$0] }
    }
}

/// A rectangle of numbers in the type that the file has them in.
public struct DataArray: Sendable, Equatable {
    /// Row-major. Bytes are kept as bytes, since big picture files would grow eightfold; they are 0...255, not scaled.
    public enum Elements: Sendable, Equatable {
        case bytes([UInt8])
        case floats([Float])
        case doubles([Double])
        case booleans([Bool])
    }
    public var elements: Elements
    public var shape: [Int]

    public init(_ elements: Elements, shape: [Int]) {
        self.elements = elements
        self.shape = shape
    }

    /// Whether the file held unsigned bytes, as pictures do.
    public var isBytes: Bool {
        if case .bytes = elements { return true }
        return false
    }

    /// The numbers as they are in the file.
    public var values: [Double] {
        switch elements {
        case .bytes(let values): values.map(Double.init)
        case .floats(let values): values.map(Double.init)
        case .doubles(let values): values
        case .booleans(let values): values.map { $0 ? 1 : 0 }
        }
    }
}

/// A recording: samples in -1...1, and how many there are a second.
public struct Sound: Sendable, Equatable {
    /// One list a channel, of equal lengths.
    public var channels: [[Double]]
    public var rate: Int
    public init(channels: [[Double]], rate: Int) {
        self.channels = channels
        self.rate = rate
    }
}

/// What a file or an embedded set holds.
public enum Loaded: Sendable, Equatable {
    case table(DataTable)
    case array(DataArray)
    case sound(Sound)
    case text(String)
    case json(JSONValue)
    case column(Column)
    /// Several things under names, in order.
    indirect case record([Field])

    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: Loaded
        public init(_ name: String, _ value: Loaded) {
            self.name = name
            self.value = value
        }
    }
}
