import Diagnostics
import Displays
import Distributions
import Models
import Tensors

extension Value {
    /// The value as `print` and interpolation write it: strings bare, numbers in the shortest digits that read back.
    public func plainText() -> String {
        if case .text(let text) = self { return text.value }
        return shown()
    }

    /// The value as it is shown under a cell: strings quoted.
    public func shown() -> String { shown(depth: 0) }

    private func shown(depth: Int) -> String {
        guard depth < 50 else { return "…" }
        switch self {
        case .unset, .box: return ""
        case .none: return "none"
        case .missing: return "missing"
        case .number(let number): return formatNumber(number)
        case .bool(let bool): return bool ? "true" : "false"
        case .text(let text): return quoted(text.value)
        case .tensor(let tensor): return tensor.formatted()
        case .range(let range): return range.shown
        case .list(let list): return "[" + items(list.items, depth) + "]"
        case .tuple(let list): return "(" + items(list.items, depth) + (list.items.count == 1 ? ",)" : ")")
        case .record(let record):
            let parts = record.entries.map { name, value in "\(name): \(value.shown(depth: depth + 1))" }
            let line = "(" + parts.joined(separator: ", ") + ")"
            guard line.count > 100 || line.contains("\n") else { return line }
            return "(\n" + parts.map { "  " + $0.replacingNewlines(by: "\n  ") }.joined(separator: ",\n") + "\n)"
        case .table(let table): return tableText(table).text(width: 100)
        case .function(let callable): return callable.signature.isEmpty ? "a function" : callable.signature
        case .object(let object): return object.shown(depth)
        }
    }

    private func items(_ items: [Value], _ depth: Int) -> String {
        let most = 100
        let parts = items.prefix(most).map { $0.shown(depth: depth + 1) }
        return parts.joined(separator: ", ") + (items.count > most ? ", … \(items.count - most) more" : "")
    }

    /// Every form in which the value can be shown; nil for what shows nothing.
    ///
    /// Throws where what is fixed in a conditioned model does not fit it.
    public func mimeBundle() throws(Diagnostic) -> MIMEBundle? {
        switch self {
        case .none, .unset, .box: return nil
        case .table(let table): return tableText(table).mimeBundle()
        case .object(let object):
            switch object.kind {
            case .picture(let picture): return picture.mimeBundle()
            case .fitted(let model): return model.summary()
            case .conditioned(let conditioned):
                guard let posterior = try posterior(conditioned) else { return MIMEBundle(text: shown()) }
                return probabilityTable(posterior).mimeBundle()
            default: return MIMEBundle(text: shown())
            }
        case .text(let text) where text.count > Value.longestText:
            let rest = text.count - Value.longestText
            return MIMEBundle(text: quoted(text.slice(0..<Value.longestText)).dropLast() + "… \(rest) more characters")
        default: return MIMEBundle(text: shown())
        }
    }

    /// How many characters of a string are shown under a cell; `print` writes all.
    private static var longestText: Int { 2000 }
}

extension Value {
    /// A fitted model by its kind alone, all else as it is shown.
    fileprivate var briefly: String {
        if case .object(let object) = self, case .fitted = object.kind { return kindName }
        return shown()
    }
}

extension RangeValue {
    var shown: String {
        let last = number(at: count - 1)
        guard count > 0 else { return "0..<0" }
        if step == 1 { return "\(formatNumber(start))...\(formatNumber(last))" }
        return "\(formatNumber(start))...\(formatNumber(last)) by \(formatNumber(step))"
    }
}

extension Object {
    fileprivate func shown(_ depth: Int) -> String {
        switch kind {
        case .distribution(let distribution): distribution.description
        case .distributionFamily(let family):
            "\(family.name)(\(family.parameters.map(\.name).joined(separator: ", "))): a family of distributions"
        case .modelFamily(let family): "\(family.name)(\(family.settings.map(\.name).joined(separator: ", "))): a family of models"
        case .recipe(let model): "\(describe(model)), not fitted yet"
        case .fitted(let model): model.summary().text
        case .definition(let definition): "model \(definition.signature): \(definition.randomNames.joined(separator: ", "))"
        case .joint(let joint):
            "\(joint.definition.signature): a joint distribution of \(joint.definition.randomNames.joined(separator: ", "))"
        case .conditioned(let conditioned):
            (try? posterior(conditioned)).map { probabilityTable($0).text() }
                ?? "\(conditioned.model.briefly) | \(Value.record(conditioned.given).shown())"
        case .picture(let picture): picture.mimeBundle().text
        case .network(let network): "\(network.layer.name), \(network.count) weights"
        case .optimizer(let method): method.text
        case .batches(let batches): "\(batches.count) batches of data"
        }
    }
}

/// `Mixture(3)`
public func describe(_ model: any Model) -> String {
    let settings = model.settings.map { setting in
        if case .distributionFamily(let family) = setting.value { return "\(setting.name): \(family.name)" }
        return "\(setting.name): \(Value(setting.value).shown())"
    }
    return "\(type(of: model).family.name)(\(settings.joined(separator: ", ")))"
}

/// A string as it is written in a program.
public func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        default:
            if scalar.value < 32 || scalar.value == 127 {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}

extension String {
    func replacingNewlines(by text: String) -> String { split(separator: "\n", omittingEmptySubsequences: false).joined(separator: text) }
}

/// A table as text and HTML: its first rows, tensors in cells by their shape.
func tableText(_ table: Record) -> TextTable {
    let rows = rowCount(table)
    let most = 20
    let columns = flatColumns(table).map { name, column in
        var cells: [String] = []
        var isNumeric = false
        switch column {
        case .tensor(let tensor) where tensor.rank == 1:
            isNumeric = tensor.dtype != .bool
            for row in 0..<min(rows, most) {
                cells.append(tensor.isMissing(at: row) ? "missing" : Value.of(tensor.row(row)).shown(significant: 6))
            }
        case .tensor(let tensor):
            cells = [String](repeating: "\(tensor.shape.dropFirst().map(String.init).joined(separator: "x"))", count: min(rows, most))
        case .list(let list):
            for item in list.items.prefix(most) {
                let text = item.plainText().replacingNewlines(by: " ")
                cells.append(text.count > 60 ? text.prefix(59) + "…" : text)
            }
        default: break
        }
        return TextTable.Column(name, cells, alignment: isNumeric ? .decimal : .left)
    }
    return TextTable(columns: columns, caption: "\(rows) row\(rows == 1 ? "" : "s")", totalRows: rows)
}

/// The columns of a table, with those of a table inside it named by their path, as `x.waiting`.
private func flatColumns(_ table: Record) -> [(name: String, column: Value)] {
    zip(table.names, table.values).flatMap { name, column in
        guard case .table(let inner) = column else { return [(name, column)] }
        return flatColumns(inner).map { ("\(name).\($0.name)", $0.column) }
    }
}

extension Value {
    /// A number in at most so many significant digits, for tables.
    public func shown(significant digits: Int) -> String {
        guard case .number(let number) = self, number != number.rounded(), number.isFinite else { return shown() }
        let scale = pow10(digits - 1 - Int(logTen(abs(number)).rounded(.down)))
        let rounded = (number * scale).rounded() / scale
        return formatNumber(rounded.isFinite && rounded != 0 ? rounded : number)
    }
}
