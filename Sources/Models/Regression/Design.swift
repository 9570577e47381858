import Diagnostics
import Tensors

/// How the columns of x become numbers for a regression: numbers as they are, labels one column a level but the first, texts as word counts.
struct DesignEncoder: Sendable {
    struct Part: Sendable {
        let name: String
        let encoder: FeatureEncoder
        var width: Int {
            switch encoder {
            case .numbers(let layout, _): layout.width
            case .levels(let labels): labels.count - 1
            case .words(let vocabulary): vocabulary.words.count
            }
        }
    }
    let parts: [Part]
    /// Whether x is a table.
    let isTable: Bool
    var width: Int { parts.reduce(0) { $0 + $1.width } }

    init(parts: [Part], isTable: Bool) { (self.parts, self.isTable) = (parts, isTable) }

    init(_ x: Datum) throws(Diagnostic) {
        var columns: [(String, Datum)] = [("x", x)]
        if case .frame(let frame) = x { columns = Array(zip(frame.names, frame.columns)) }
        if case .frame = x { isTable = true } else { isTable = false }
        var parts: [Part] = []
        for (name, column) in columns {
            // The choice between words and labels is the one of NaiveBayes.
            let told: FeatureKind? = if case .tensor = column { .normal } else { nil }
            parts.append(Part(name: name, encoder: try FeatureModel(for: column, name: name, told: told).encoder))
        }
        self.parts = parts
        guard width > 0 else { throw Diagnostic("x has no columns") }
    }

    /// The names of the columns of the design.
    var names: [String] {
        parts.flatMap { part in
            switch part.encoder {
            case .numbers(let layout, _):
                if let names = layout.names { return names }
                return layout.width == 1 ? [part.name] : (0..<layout.width).map { "\(part.name)[\($0)]" }
            case .levels(let labels): return labels.names.dropFirst().map { "\(part.name) = \($0)" }
            case .words(let vocabulary): return vocabulary.words
            }
        }
    }

    /// - Throws: where an entry is missing: without p(x) it cannot be summed out.
    func read(_ x: Datum) throws(Diagnostic) -> (design: Design, isSingle: Bool) {
        var columns: [Datum] = [x]
        var isSingleRecord = false
        if isTable {
            guard case .frame(let frame) = x else {
                throw Diagnostic("x must be a table or record with the columns \(parts.map(\.name).joined(separator: ", "))")
            }
            columns = []
            isSingleRecord = !frame.isTable
            for part in parts {
                guard let column = frame[part.name] else {
                    throw Diagnostic("x lacks the column \(part.name)", help: suggestion(for: part.name, among: frame.names))
                }
                columns.append(column)
            }
        }
        var design: Design?
        var offset = 0
        var isSingle = isSingleRecord
        for (part, column) in zip(parts, columns) {
            let missing = Diagnostic(
                "\(part.name) has missing entries",
                help: "a model of y given x alone cannot sum them out; a joint model such as NaiveBayes can")
            let model = FeatureModel(kind: .normal, encoder: part.encoder, parameters: [], variances: [], lengths: LengthTable())
            let (data, single) = try model.read(column, name: part.name)
            if !isTable { isSingle = single }
            var whole = design ?? Design(rows: data.rows, columns: width)
            guard whole.rows == data.rows else {
                throw Diagnostic("the column \(part.name) has \(data.rows) rows where others have \(whole.rows)")
            }
            switch data {
            case .numbers(let matrix):
                guard matrix.missing == nil else { throw missing }
                whole.set(matrix, at: offset)
            case .codes(let codes):
                var matrix = NumberMatrix(
                    rows: codes.count, columns: part.width, values: [Double](repeating: 0, count: codes.count * part.width))
                for (row, code) in codes.enumerated() {
                    guard let code else { throw missing }
                    if code > 0 { matrix.values[row * part.width + code - 1] = 1 }
                }
                whole.set(matrix, at: offset)
            case .words(let counts):
                guard !counts.missing.contains(true) else { throw missing }
                whole.words.append((offset, counts))
            }
            offset += part.width
            design = whole
        }
        return (design ?? Design(rows: 0, columns: width), isSingle)
    }

    // MARK: Archive

    var state: Frame {
        var entries: [Datum] = []
        for part in parts {
            var frame = FeatureModel(kind: .normal, encoder: part.encoder, parameters: [], variances: [], lengths: LengthTable()).state
            frame["name"] = .text(part.name)
            entries.append(.frame(frame))
        }
        return Frame([("parts", .list(entries)), ("table", .tensor(Tensor(isTable)))], isTable: false)
    }

    init(state: StateReader) throws(Diagnostic) {
        guard case .list(let items) = try state.datum("parts") else { throw Diagnostic("the saved model is damaged: parts") }
        var parts: [Part] = []
        for item in items {
            guard case .frame(let frame) = item else { throw Diagnostic("the saved model is damaged: parts") }
            let reader = StateReader(frame)
            parts.append(Part(name: try reader.text("name"), encoder: try FeatureEncoder(state: reader)))
        }
        self.parts = parts
        isTable = try state.numbers("table", count: 1)[0] != 0
        guard isTable || parts.count == 1 else { throw Diagnostic("the saved model is damaged: parts") }
    }
}

/// The matrix of a regression: dense columns, and word counts in compressed rows.
struct Design: Sendable {
    let rows: Int
    let columns: Int
    /// Dense parts: where each starts, and its entries.
    var dense: [(offset: Int, matrix: NumberMatrix)] = []
    var words: [(offset: Int, counts: WordCounts)] = []

    init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

    mutating func set(_ matrix: NumberMatrix, at offset: Int) { dense.append((offset, matrix)) }

    /// Calls with each entry of a row that is not in a zero of the counts.
    @inline(__always) func forEach(_ row: Int, _ body: (_ column: Int, _ value: Double) -> Void) {
        for (offset, matrix) in dense {
            for column in 0..<matrix.columns { body(offset + column, matrix.values[row * matrix.columns + column]) }
        }
        for (offset, counts) in words {
            for index in counts.starts[row]..<counts.starts[row + 1] { body(offset + Int(counts.words[index]), counts.counts[index]) }
        }
    }

    /// Mean and standard deviation of the dense columns, 0 and 1 for counts (and for a column that never changes, 1).
    func scales() -> (means: [Double], deviations: [Double]) {
        var means = [Double](repeating: 0, count: columns)
        var deviations = [Double](repeating: 1, count: columns)
        for (offset, matrix) in dense where rows > 0 {
            for column in 0..<matrix.columns {
                var (mean, squares) = (0.0, 0.0)
                for row in 0..<rows {
                    let value = matrix.values[row * matrix.columns + column]
                    let delta = value - mean
                    mean += delta / Double(row + 1)
                    squares += delta * (value - mean)
                }
                means[offset + column] = mean
                let deviation = (squares / Double(rows)).squareRoot()
                deviations[offset + column] = deviation > 1e-12 * abs(mean) && deviation > 0 ? deviation : 1
            }
        }
        return (means, deviations)
    }

    /// The same with dense columns shifted and scaled.
    func standardized(means: [Double], deviations: [Double]) -> Design {
        var copy = self
        for part in dense.indices {
            let (offset, width) = (dense[part].offset, dense[part].matrix.columns)
            for index in dense[part].matrix.values.indices {
                let column = offset + index % width
                copy.dense[part].matrix.values[index] = (dense[part].matrix.values[index] - means[column]) / deviations[column]
            }
        }
        return copy
    }
}
