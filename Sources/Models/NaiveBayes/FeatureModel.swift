import Diagnostics
import Foundation
import Tensors

/// The families that a feature may have, given the class.
enum FeatureKind: String, Sendable, CaseIterable {
    case normal = "Normal"
    case multinomial = "Multinomial"
    case bernoulli = "Bernoulli"
    case categorical = "Categorical"
}

/// How a column is read, fixed when the model is fitted.
enum FeatureEncoder: Sendable {
    case numbers(NumericLayout, DType)
    case levels(Labels)
    case words(Vocabulary)
}

/// A column as a feature reads it.
enum FeatureData: Sendable {
    case numbers(NumberMatrix)
    case codes([Int?])
    case words(WordCounts)

    var rows: Int {
        switch self {
        case .numbers(let matrix): matrix.rows
        case .codes(let codes): codes.count
        case .words(let counts): counts.rows
        }
    }
}

/// p(column | class) for one column of x: its entries are independent given the class.
struct FeatureModel: Sendable {
    let kind: FeatureKind
    let encoder: FeatureEncoder
    /// [classes, entries]: means, probabilities of 1, of levels or of words.
    var parameters: [Double] = []
    /// [classes, entries], of a Normal.
    var variances: [Double] = []
    /// How many words or counts an example has, by class, of a Multinomial.
    var lengths = LengthTable()

    /// Entries of one example: numbers, levels or words.
    var width: Int {
        switch encoder {
        case .numbers(let layout, _): layout.width
        case .levels(let labels): labels.count
        case .words(let vocabulary): vocabulary.words.count
        }
    }

    // MARK: Reading

    /// Chooses a family for a column, unless it is told.
    init(for column: Datum, name: String, told: FeatureKind?) throws(Diagnostic) {
        switch column {
        case .texts(let texts):
            let spaced = texts.lazy.filter { $0?.contains(" ") ?? false }.count
            let observed = texts.lazy.filter { $0 != nil }.count
            let looksLikeText = spaced * 2 > observed || Tokenizer(for: texts) == .characters
            kind = told ?? (looksLikeText ? .multinomial : .categorical)
            switch kind {
            case .multinomial:
                let vocabulary = Vocabulary(texts)
                guard !vocabulary.words.isEmpty else { throw Diagnostic("the texts of \(name) hold no word of two letters or more") }
                encoder = .words(vocabulary)
            case .categorical: encoder = .levels(try Labels(column, name: name))
            default:
                throw Diagnostic("\(name) holds texts, which cannot be \(kind.rawValue)", help: "texts may be Multinomial or Categorical")
            }
        case .tensor(let tensor):
            kind = told ?? (tensor.dtype == .bool ? .bernoulli : .normal)
            if kind == .categorical {
                encoder = .levels(try Labels(column, name: name))
            } else {
                encoder = .numbers(try NumericLayout(column, name: name), tensor.dtype)
            }
        default: throw Diagnostic("\(name) must hold numbers, bools or texts, one example a row")
        }
    }

    /// For an archive.
    init(kind: FeatureKind, encoder: FeatureEncoder, parameters: [Double], variances: [Double], lengths: LengthTable) {
        (self.kind, self.encoder, self.parameters, self.variances, self.lengths) = (kind, encoder, parameters, variances, lengths)
    }

    /// Reads a column or a single value, and checks that the family can hold it.
    func read(_ column: Datum, name: String) throws(Diagnostic) -> (data: FeatureData, isSingle: Bool) {
        switch encoder {
        case .words(let vocabulary):
            switch column {
            case .text(let text): return (.words(vocabulary.count([text])), true)
            case .missing: return (.words(vocabulary.count([nil])), true)
            case .texts(let texts): return (.words(vocabulary.count(texts)), false)
            default: throw Diagnostic("\(name) must be texts, as those the model was fitted on")
            }
        case .levels(let labels): return (.codes(try labels.encode(column, name: name)), column.isSingleLabel)
        case .numbers(let layout, _):
            let (matrix, isSingle) = try layout.read(column, name: name)
            for (index, value) in matrix.values.enumerated() where !(matrix.missing?[index] ?? false) {
                if kind == .bernoulli, value != 0, value != 1 {
                    throw Diagnostic(
                        "\(name) holds \(formatNumber(value)), and a Bernoulli is 0 or 1", help: "\(name) > 0.5 makes bools of it")
                }
                if kind == .multinomial, value < 0 || value != value.rounded() {
                    throw Diagnostic("\(name) holds \(formatNumber(value)), and a Multinomial counts: whole numbers from 0")
                }
            }
            return (.numbers(matrix), isSingle)
        }
    }

    // MARK: Learning

    /// The largest variance of a numeric entry over all classes together.
    static func largestVariance(_ data: FeatureData) -> Double {
        guard case .numbers(let matrix) = data else { return 0 }
        var largest = 0.0
        for column in 0..<matrix.columns {
            var (count, mean, squares) = (0.0, 0.0, 0.0)
            for row in 0..<matrix.rows where !matrix.isMissing(row, column) {
                count += 1
                let value = matrix.values[row * matrix.columns + column]
                let delta = value - mean
                mean += delta / count
                squares += delta * (value - mean)
            }
            if count > 0 { largest = max(largest, squares / count) }
        }
        return largest
    }

    /// Learns from examples that belong to class k with the weights `memberships[row, k]`.
    ///
    /// - Parameter floor: what a Normal adds to each variance.
    mutating func learn(_ data: FeatureData, memberships: [Double], classes: Int, smoothing: Double, floor: Double) {
        let width = self.width
        var totals = [Double](repeating: 0, count: classes * width)
        var weights = [Double](repeating: 0, count: classes * width)
        switch data {
        case .numbers(let matrix):
            for row in 0..<matrix.rows {
                for k in 0..<classes {
                    let weight = memberships[row * classes + k]
                    guard weight > 0 else { continue }
                    for column in 0..<width where !matrix.isMissing(row, column) {
                        totals[k * width + column] += weight * matrix.values[row * width + column]
                        weights[k * width + column] += weight
                    }
                }
            }
        case .codes(let codes):
            for (row, code) in codes.enumerated() {
                guard let code else { continue }
                for k in 0..<classes { totals[k * width + code] += memberships[row * classes + k] }
            }
        case .words(let counts):
            for row in 0..<counts.rows {
                for k in 0..<classes where memberships[row * classes + k] > 0 {
                    for index in counts.starts[row]..<counts.starts[row + 1] {
                        totals[k * width + Int(counts.words[index])] += memberships[row * classes + k] * counts.counts[index]
                    }
                }
            }
        }
        switch kind {
        case .normal:
            parameters = totals.indices.map { weights[$0] > 0 ? totals[$0] / weights[$0] : 0 }
            variances = squaredDeviations(data, memberships: memberships, classes: classes)
            for index in variances.indices { variances[index] = (weights[index] > 0 ? variances[index] / weights[index] : 1) + floor }
        case .bernoulli:
            parameters = totals.indices.map { index in
                let total = weights[index] + 2 * smoothing
                return total > 0 ? (totals[index] + smoothing) / total : 0.5
            }
        case .categorical, .multinomial:
            parameters = totals
            for k in 0..<classes {
                let range = (k * width)..<((k + 1) * width)
                let total = totals[range].reduce(0, +) + smoothing * Double(width)
                for index in range { parameters[index] = total > 0 ? (totals[index] + smoothing) / total : 1 / Double(width) }
            }
            if kind == .multinomial { lengths = LengthTable(data, memberships: memberships, classes: classes) }
        }
    }

    private func squaredDeviations(_ data: FeatureData, memberships: [Double], classes: Int) -> [Double] {
        var result = [Double](repeating: 0, count: parameters.count)
        guard case .numbers(let matrix) = data else { return result }
        let width = matrix.columns
        for row in 0..<matrix.rows {
            for k in 0..<classes {
                let weight = memberships[row * classes + k]
                guard weight > 0 else { continue }
                for column in 0..<width where !matrix.isMissing(row, column) {
                    let deviation = matrix.values[row * width + column] - parameters[k * width + column]
                    result[k * width + column] += weight * deviation * deviation
                }
            }
        }
        return result
    }

    // MARK: Scoring

    /// Adds log p(column | class k) to `logs[row, k]`. Missing entries add nothing, which marginalises them exactly.
    ///
    /// A Multinomial is scored as a sequence of words, given how many there are.
    func score(_ data: FeatureData, classes: Int, into logs: inout [Double]) {
        let width = self.width
        switch data {
        case .numbers(let matrix):
            // One log density is constant + sum of terms, so constants are made once a class.
            let logs2 = parameters.map { log($0) }
            let logsOfRest = kind == .bernoulli ? parameters.map { log1p(-$0) } : []
            let halfLogs = variances.map { -0.5 * log(2 * .pi * $0) }
            for row in 0..<matrix.rows {
                for k in 0..<classes {
                    var sum = 0.0
                    for column in 0..<width where !matrix.isMissing(row, column) {
                        let value = matrix.values[row * width + column]
                        let index = k * width + column
                        switch kind {
                        case .normal:
                            let deviation = value - parameters[index]
                            sum += halfLogs[index] - 0.5 * deviation * deviation / variances[index]
                        case .bernoulli: sum += value == 1 ? logs2[index] : logsOfRest[index]
                        case .multinomial, .categorical: if value > 0 { sum += value * logs2[index] }
                        }
                    }
                    logs[row * classes + k] += sum
                }
            }
        case .codes(let codes):
            for (row, code) in codes.enumerated() {
                guard let code else { continue }
                for k in 0..<classes { logs[row * classes + k] += log(parameters[k * width + code]) }
            }
        case .words(let counts):
            let wordLogs = parameters.map { log($0) }
            for row in 0..<counts.rows {
                for k in 0..<classes {
                    var sum = 0.0
                    for index in counts.starts[row]..<counts.starts[row + 1] {
                        sum += counts.counts[index] * wordLogs[k * width + Int(counts.words[index])]
                    }
                    logs[row * classes + k] += sum
                }
            }
        }
    }

    // MARK: Drawing and filling

    /// A column with one draw for each class number.
    func sample(_ classes: [Int], isSingle: Bool, generator: inout Generator) -> Datum {
        let width = self.width
        switch encoder {
        case .levels(let labels):
            var codes: [Int] = []
            for k in classes { codes.append(generator.categorical(parameters[(k * width)..<((k + 1) * width)])) }
            return isSingle ? labels.decode(codes[0]) : labels.decode(codes)
        case .words(let vocabulary):
            var texts: [String?] = []
            for k in classes { texts.append(text(of: k, vocabulary, generator: &generator)) }
            return isSingle ? .text(texts[0] ?? "") : .texts(texts)
        case .numbers(let layout, let dtype):
            var values: [Double] = []
            values.reserveCapacity(classes.count * width)
            for k in classes {
                if kind == .multinomial {
                    var counts = [Double](repeating: 0, count: width)
                    let sampler = CumulativeWeights(parameters[(k * width)..<((k + 1) * width)])
                    for _ in 0..<lengths.sample(k, generator: &generator) { counts[sampler.sample(&generator)] += 1 }
                    values += counts
                } else {
                    for index in (k * width)..<((k + 1) * width) {
                        values.append(
                            kind == .normal
                                ? parameters[index] + variances[index].squareRoot() * generator.normal()
                                : generator.uniform() < parameters[index] ? 1 : 0)
                    }
                }
            }
            let matrix = NumberMatrix(rows: classes.count, columns: width, values: values)
            return restored(layout.write(matrix, isSingle: isSingle), dtype)
        }
    }

    private func text(of k: Int, _ vocabulary: Vocabulary, generator: inout Generator) -> String {
        let width = vocabulary.words.count
        let weights = parameters[(k * width)..<((k + 1) * width)]
        // Characters are drawn one by one; their pairs only help to tell classes apart.
        let usable = vocabulary.tokenizer == .words ? Array(weights) : zip(weights, vocabulary.words).map { $1.count == 1 ? $0 : 0 }
        let sampler = CumulativeWeights(usable[...])
        var length = lengths.sample(k, generator: &generator)
        if vocabulary.tokenizer == .characters { length = (length + 1) / 2 }
        var words: [String] = []
        for _ in 0..<length { words.append(vocabulary.words[sampler.sample(&generator)]) }
        return vocabulary.tokenizer.joined(words)
    }

    /// The column with each missing entry filled by its expected value (Normal, Multinomial) or most probable one, under the probabilities of classes.
    func fill(_ column: Datum, _ data: FeatureData, posterior: [Double], classes: Int, isSingle: Bool) -> Datum {
        let width = self.width
        func mixed(_ row: Int, _ entry: Int) -> Double {
            (0..<classes).reduce(0) { $0 + posterior[row * classes + $1] * parameters[$1 * width + entry] }
        }
        switch (encoder, data) {
        case (.numbers(let layout, let dtype), .numbers(var matrix)):
            guard let missing = matrix.missing else { return column }
            for row in 0..<matrix.rows {
                for entry in 0..<width where missing[row * width + entry] {
                    let value = mixed(row, entry)
                    matrix.values[row * width + entry] = kind == .bernoulli ? (value > 0.5 ? 1 : 0) : value
                }
            }
            matrix.missing = nil
            return restored(layout.write(matrix, isSingle: isSingle), dtype)
        case (.levels(let labels), .codes(let codes)):
            let filled = codes.enumerated().map { row, code in
                code ?? argmax((0..<width).map { mixed(row, $0) }[...])
            }
            return isSingle ? labels.decode(filled[0]) : labels.decode(filled)
        default: return column
        }
    }

    /// Draws of bools are bools again.
    private func restored(_ datum: Datum, _ dtype: DType) -> Datum {
        guard dtype == .bool, case .tensor(let tensor) = datum, let bools = try? tensor.converted(to: .bool) else { return datum }
        return .tensor(bools)
    }

    // MARK: Telling

    /// What was learned, by name.
    func learned(classes: Int) -> Frame {
        var shape = [classes]
        var entries: [(name: String, value: Datum)] = []
        switch encoder {
        case .numbers(let layout, _): shape += layout.shape
        case .levels(let labels):
            shape.append(labels.count)
            entries.append(("levels", labels.datum))
        case .words(let vocabulary):
            shape.append(vocabulary.words.count)
            entries.append(("vocabulary", .texts(vocabulary.words)))
        }
        let tensor = Datum.tensor(Tensor(parameters, shape: shape))
        entries.append((kind == .normal ? "means" : "probabilities", tensor))
        if kind == .normal { entries.append(("variances", .tensor(Tensor(variances, shape: shape)))) }
        return Frame(entries, isTable: false)
    }
}
