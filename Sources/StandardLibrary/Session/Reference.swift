import Diagnostics
import Distributions
import Language
import Models

/// The reference, made from the rows: what `help`, Shift-Tab and `latent help` show.
public enum Reference {
    /// Every name that has an entry.
    public static var names: [String] { StandardLibrary.table().keys.sorted() }

    /// The text on a name; without one, the table of contents. nil where nothing has the name.
    public static func text(on name: String?) -> String? {
        guard let name else { return contents }
        if let row = row(named: name) { return text(of: row) }
        if let constant = StandardLibrary.constants.first(where: { $0.name == name }) {
            return "\(name): \(constant.summary), \(constant.value.shown())."
        }
        return StandardLibrary.table()[name].map { text(describing: $0, name: name) }
    }

    /// The chapters and the names in each.
    public static var contents: String {
        var blocks: [String] = []
        for (title, rows) in chapters { blocks.append("\(title)\n" + wrapped(rows.map(\.name), indent: 2)) }
        blocks.append("Distributions\n" + wrapped(DistributionCatalog.all.map(\.name), indent: 2))
        if !ModelCatalog.all.isEmpty { blocks.append("Model families\n" + wrapped(ModelCatalog.all.map(\.name), indent: 2)) }
        blocks.append("`help(name)` or `?name` tells about one of them.")
        return blocks.joined(separator: "\n\n")
    }

    /// The whole reference as a page: a section a chapter, an entry a name.
    public static var markdown: String {
        var text = "# Reference\n"
        for (title, rows) in chapters {
            text += "\n## \(title)\n"
            for row in rows {
                text += "\n### `\(row.signature.text)`\n\n\(row.summary)\n"
                for example in row.examples {
                    text += "\n```latent\n\(example.code)\n```\n"
                    if let shows = example.shows { text += "```\n\(shows)\n```\n" }
                }
            }
        }
        text += "\n## Constants\n\n"
        for constant in StandardLibrary.constants { text += "- `\(constant.name)`: \(constant.summary)\n" }
        let families = DistributionCatalog.all.map { (Families.constructor($0).signature.text, $0.summary) }
        let models = ModelCatalog.all.map { (Families.constructor($0).signature.text, $0.summary) }
        for (title, rows) in [("Distributions", families), ("Model families", models)] {
            text += "\n## \(title)\n\n"
            for (signature, summary) in rows { text += "- `\(signature)`: \(summary)\n" }
        }
        return text
    }

    /// The rows of each chapter, in order.
    public static var chapters: [(title: String, rows: [Builtin])] {
        var chapters: [(title: String, rows: [Builtin])] = []
        for row in StandardLibrary.rows {
            if let place = chapters.firstIndex(where: { $0.title == row.chapter }) {
                chapters[place].rows.append(row)
            } else {
                chapters.append((row.chapter, [row]))
            }
        }
        return chapters
    }

    /// What a value is and what can be done with it.
    static func text(describing value: Value, name: String?) -> String {
        let heading = name.map { "\($0): " } ?? ""
        switch value {
        case .function(let callable):
            if let row = callable.builtin.flatMap({ row(named: $0.name) }) { return text(of: row) }
            return "\(heading)a function, called as \(callable.signature)"
        case .object(let object):
            switch object.kind {
            case .distributionFamily(let family):
                var lines = ["\(Families.constructor(family).signature.text)", sentence(family.summary), ""]
                for parameter in family.parameters {
                    lines.append("  \(parameter.name): \(parameter.constraint.words)\(parameter.isOptional ? ", may be left out" : "")")
                }
                return lines.joined(separator: "\n")
            case .modelFamily(let family):
                var lines = [
                    Families.constructor(family).signature.text, sentence(family.summary),
                    "variables: \(family.variables.joined(separator: ", "))",
                ]
                if !family.settings.isEmpty { lines.append("") }
                let width = family.settings.map(\.name.count).max() ?? 0
                for setting in family.settings {
                    lines.append("  " + setting.name.padding(to: width + 2) + setting.summary)
                }
                return lines.joined(separator: "\n")
            default: break
            }
            let fields = value.fieldNames.isEmpty ? "" : "\nfields: \(value.fieldNames.joined(separator: ", "))"
            return "\(heading)\(value.kindName)\(fields)"
        case .table(let table):
            return "\(heading)a table of \(table.rowCount) rows\ncolumns: \(table.names.joined(separator: ", "))"
        case .number, .bool, .missing, .none: return "\(heading)\(value.kindName)" + (value.length == nil ? ", \(value.shown())" : "")
        default:
            let fields = value.fieldNames.isEmpty ? "" : "\nfields: \(value.fieldNames.joined(separator: ", "))"
            return "\(heading)\(value.kindName)\(fields)"
        }
    }

    private static func row(named name: String) -> Builtin? { StandardLibrary.rows.first { $0.name == name } }

    private static func text(of row: Builtin) -> String {
        var text = "\(row.signature.text)\n" + wrapped(row.summary.split(separator: " ").map(String.init), indent: 0)
        if !row.examples.isEmpty { text += "\n" }
        for example in row.examples {
            text += "\n" + example.code.indented(by: 2)
            if let shows = example.shows { text += "\n" + shows.indented(by: 4) }
        }
        return text
    }

    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }

    private static func wrapped(_ words: [String], indent: Int) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        for word in words {
            if line.count + word.count > 79, line.count > indent {
                lines.append(line)
                line = String(repeating: " ", count: indent)
            }
            line += (line.count > indent ? " " : "") + word
        }
        return (lines + [line]).joined(separator: "\n")
    }
}

extension String {
    fileprivate func indented(by count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
