/// A table for people: aligned columns in text, a `<table>` in HTML.
public struct TextTable: Displayable, Equatable {
    public enum Alignment: Sendable {
        case left
        case right
        /// Numbers, their points under each other.
        case decimal
    }

    public struct Column: Sendable, Equatable {
        public var header: String
        public var cells: [String]
        public var alignment: Alignment

        public init(_ header: String, _ cells: [String], alignment: Alignment = .left) {
            self.header = header
            self.cells = cells
            self.alignment = alignment
        }
    }

    public var title: String?
    public var columns: [Column]
    /// A remark under the table.
    public var caption: String?
    /// Rows beyond these are counted, not shown.
    public var rowLimit: Int
    /// How many rows the whole has, where `columns` hold only its first ones.
    public var totalRows: Int?

    /// Columns may differ in length: the missing cells are empty.
    public init(title: String? = nil, columns: [Column], caption: String? = nil, rowLimit: Int = 40, totalRows: Int? = nil) {
        self.title = title
        self.columns = columns
        self.caption = caption
        self.rowLimit = max(0, rowLimit)
        self.totalRows = totalRows
    }

    /// The widest that a cell may be in text; what is longer is cut with an ellipsis.
    static let cellLimit = 60

    /// The most columns in HTML, and the characters a line in the text of a bundle.
    static let columnLimit = 60
    static let lineLimit = 120

    private var heldRows: Int { columns.map(\.cells.count).max() ?? 0 }
    private var shownRows: Int { min(heldRows, rowLimit) }
    private var hiddenRows: Int { max(heldRows, totalRows ?? 0) - shownRows }

    private var remainder: String? {
        guard hiddenRows > 0 else { return nil }
        return "… \(NumberText.grouped(hiddenRows)) more row\(hiddenRows == 1 ? "" : "s")"
    }

    private func cell(_ column: Column, _ row: Int) -> String {
        row < column.cells.count ? TextWidth.oneLine(column.cells[row]) : ""
    }

    /// Plain text: a line of headers, a rule, and the rows.
    ///
    /// - Parameter width: columns that do not fit into it are left out and named underneath; the first is always shown.
    public func text(width: Int = .max) -> String {
        var lines: [String] = []
        if let title, !title.isEmpty { lines.append(TextWidth.oneLine(title)) }
        let laidOut = fitting(columns.map(self.lines), width: width)
        if !columns.isEmpty {
            for row in 0..<(shownRows + 2) {
                let cells = laidOut.map { $0[row] }
                lines.append(TextTable.trimmedEnd(cells.joined(separator: row == 1 ? "──" : "  ")))
            }
        }
        if let remainder { lines.append(remainder) }
        if let columns = columnRemainder(shown: laidOut.count) { lines.append(TextWidth.cut(columns, to: width)) }
        if let caption, !caption.isEmpty { lines.append(TextWidth.oneLine(caption)) }
        return lines.joined(separator: "\n")
    }

    private func fitting(_ columns: [[String]], width: Int) -> [[String]] {
        var used = 0
        let count = columns.enumerated().prefix { index, lines in
            used += TextWidth.of(lines[0]) + (index > 0 ? 2 : 0)
            return index == 0 || used <= width
        }.count
        return Array(columns.prefix(count))
    }

    private func columnRemainder(shown: Int) -> String? {
        let hidden = columns.dropFirst(shown)
        guard !hidden.isEmpty else { return nil }
        let names = hidden.map { TextWidth.oneLine($0.header) }.joined(separator: ", ")
        return "… \(NumberText.grouped(hidden.count)) more column\(hidden.count == 1 ? "" : "s"): \(names)"
    }

    /// The header, the rule and the cells of one column, all of one width.
    private func lines(_ column: Column) -> [String] {
        let cells = (0..<shownRows).map { TextWidth.cut(cell(column, $0), to: TextTable.cellLimit) }
        let header = TextWidth.cut(TextWidth.oneLine(column.header), to: TextTable.cellLimit)
        let aligned = column.alignment == .decimal ? TextTable.alignedAtPoint(cells) : cells
        let width = max(TextWidth.of(header), aligned.map { TextWidth.of($0) }.max() ?? 0)
        let side: TextWidth.Side = column.alignment == .left ? .left : .right
        let rule = String(repeating: "─", count: width)
        return [TextWidth.fitted(header, to: width, side: side), rule] + aligned.map { TextWidth.fitted($0, to: width, side: side) }
    }

    /// Spaces after the shorter fractions, so that right alignment puts the points under each other.
    private static func alignedAtPoint(_ cells: [String], space: String = " ") -> [String] {
        func fraction(_ cell: String) -> Int? {
            guard let last = cell.last, last.isNumber || last == ".", cell.contains(where: \.isNumber) else { return nil }
            guard let point = cell.lastIndex(of: ".") else { return 0 }
            return TextWidth.of(cell[point...])
        }
        let widest = cells.compactMap(fraction).max() ?? 0
        return cells.map { cell in
            guard let own = fraction(cell) else { return cell }
            return cell + String(repeating: space, count: widest - own)
        }
    }

    private static func trimmedEnd(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// An HTML table; every text in it is escaped.
    public func html() -> String {
        var html = "<table>\n"
        if let title, !title.isEmpty { html += "<caption>\(Markup.escaped(title))</caption>\n" }
        html += "<thead><tr>"
        let columns = columns.prefix(TextTable.columnLimit)
        for column in columns { html += "<th\(TextTable.style(column))>\(Markup.escaped(column.header))</th>" }
        html += "</tr></thead>\n<tbody>\n"
        // A figure space is as wide as a digit, and browsers keep it.
        let texts = columns.map { column in
            let cells = (0..<shownRows).map { cell(column, $0) }
            return column.alignment == .decimal ? TextTable.alignedAtPoint(cells, space: "\u{2007}") : cells
        }
        for row in 0..<shownRows {
            html += "<tr>"
            for (column, cells) in zip(columns, texts) { html += "<td\(TextTable.style(column))>\(Markup.escaped(cells[row]))</td>" }
            html += "</tr>\n"
        }
        html += "</tbody>\n"
        let remarks = [remainder, columnRemainder(shown: columns.count), caption].compactMap { $0 }.filter { !$0.isEmpty }
        if !remarks.isEmpty {
            let text = remarks.map { Markup.escaped($0) }.joined(separator: "<br/>")
            html += "<tfoot><tr><td style=\"text-align: left\" colspan=\"\(max(1, columns.count))\">\(text)</td></tr></tfoot>\n"
        }
        return html + "</table>"
    }

    private static func style(_ column: Column) -> String {
        switch column.alignment {
        case .left: " style=\"text-align: left\""
        case .right, .decimal: " style=\"text-align: right; font-variant-numeric: tabular-nums\""
        }
    }

    public func mimeBundle() -> MIMEBundle {
        MIMEBundle(text: text(width: TextTable.lineLimit)).adding(.html, .text(html()))
    }
}
