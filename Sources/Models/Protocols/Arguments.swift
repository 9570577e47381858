import Diagnostics
import Displays
import Tensors

// What families share in reading their settings and arguments, and in telling about themselves.

/// Reads the settings of a family, with errors that name the setting.
struct SettingsReader {
    let settings: Frame
    let family: ModelFamily

    init(_ settings: Frame, of family: ModelFamily) { (self.settings, self.family) = (settings, family) }

    func value(_ name: String) -> Datum { settings[name] ?? family.settings.first { $0.name == name }?.value ?? .none }

    func number(_ name: String, in range: ClosedRange<Double>) throws(Diagnostic) -> Double {
        guard case .tensor(let tensor) = value(name), tensor.isScalar, !tensor.hasMissing else {
            throw Diagnostic("\(name) must be a number", argument: name)
        }
        let number = tensor.double(at: 0)
        guard range.contains(number) else {
            throw Diagnostic(
                "\(name) must be between \(formatNumber(range.lowerBound)) and \(formatNumber(range.upperBound)), not \(formatNumber(number))",
                argument: name)
        }
        return number
    }

    func whole(_ name: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
        let number = try number(name, in: Double(range.lowerBound)...Double(range.upperBound))
        guard number == number.rounded() else {
            throw Diagnostic("\(name) must be a whole number, not \(formatNumber(number))", argument: name)
        }
        return Int(number)
    }

    func choice(_ name: String, of words: [String]) throws(Diagnostic) -> String {
        guard case .text(let text) = value(name) else { throw Diagnostic("\(name) must be a text", argument: name) }
        guard words.contains(text) else {
            throw Diagnostic(
                "\(name) cannot be \"\(text)\"", argument: name,
                help: suggestion(for: text, among: words) ?? "it is one of \(words.joined(separator: ", "))")
        }
        return text
    }

    /// The settings that differ from their defaults.
    var changed: [(name: String, value: Datum)] {
        family.settings.compactMap { setting in
            guard let given = settings[setting.name], !given.isSame(as: setting.value) else { return nil }
            return (setting.name, given)
        }
    }
}

extension Datum {
    var isNone: Bool {
        if case .none = self { return true }
        return false
    }

    /// Equality of the simple values that settings have.
    fileprivate func isSame(as other: Datum) -> Bool {
        switch (self, other) {
        case (.none, .none), (.missing, .missing): true
        case (.text(let a), .text(let b)): a == b
        case (.tensor(let a), .tensor(let b)): a.shape == b.shape && a.doubles == b.doubles && a.missing == b.missing
        case (.distributionFamily(let a), .distributionFamily(let b)): a.name == b.name
        default: false
        }
    }
}

extension Frame {
    /// Both frames' entries; the other's win.
    func merging(_ other: Frame) -> Frame {
        var copy = self
        copy.isTable = isTable || other.isTable
        for (name, value) in zip(other.names, other.columns) { copy[name] = value }
        return copy
    }
}

/// Refuses variables that a model does not have.
func refuseUnknown(_ frame: Frame, variables: [String]) throws(Diagnostic) {
    for name in frame.names where !variables.contains(name) {
        throw Diagnostic(
            "the model has no variable \(name)", argument: name,
            help: suggestion(for: name, among: variables) ?? "its variables are \(variables.joined(separator: ", "))")
    }
}

/// Refuses options of `sample` that a model does not have.
func refuseOptions(_ options: Frame) throws(Diagnostic) {
    if let name = options.names.first { throw Diagnostic("sampling this model has no option \(name)", argument: name) }
}

/// How many rows to draw, and whether it is a single record.
func drawCount(_ count: Int?) throws(Diagnostic) -> (rows: Int, isSingle: Bool) {
    guard let count else { return (1, true) }
    guard count >= 0, count <= 100_000_000 else { throw Diagnostic("cannot draw \(count) rows") }
    return (count, false)
}

/// A number for a table: four significant digits.
func shown(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return formatNumber(value) }
    var scale = 1.0
    var size = abs(value)
    guard size > 1e-6, size < 1e9 else { return formatNumber(value) }
    while size < 1000 { (size, scale) = (size * 10, scale * 10) }
    return formatNumber((value * scale).rounded() / scale)
}

/// A table with a title, as text and HTML.
func report(_ title: String, header: [String], rows: [[String]], caption: String? = nil) -> MIMEBundle {
    let columns = header.indices.map { column in
        let cells = rows.map { column < $0.count ? $0[column] : "" }
        let isNumeric = !cells.isEmpty && cells.allSatisfy { $0.isEmpty || Double($0) != nil }
        return TextTable.Column(header[column], cells, alignment: isNumeric ? .decimal : .left)
    }
    return TextTable(title: title, columns: columns, caption: caption).mimeBundle()
}
