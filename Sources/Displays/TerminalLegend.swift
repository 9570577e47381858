/// The legend of a chart drawn in characters.
enum TerminalLegend {
    struct Item {
        var symbol: String
        var name: String
        var color: Color
        var width: Int { TextWidth.of(symbol) + 1 + TextWidth.of(name) }
    }

    /// Characters for series that colour does not tell apart; the first is left to Braille dots.
    static func marks(_ frame: ChartFrame, _ chart: Chart) -> [Int: Character] {
        let dotted = frame.legend.filter { $0.symbol == .dot || $0.symbol == .line }
        guard dotted.count > 1 else { return [:] }
        let firsts = dotted.compactMap { TextWidth.oneLine($0.name).first }.filter { TextWidth.of($0) == 1 && $0 != " " }
        let isClasses = !frame.classSeries.isEmpty && Set(firsts).count == dotted.count && firsts.count == dotted.count
        let pool: [Character] = isClasses ? firsts : ["⣿", "o", "x", "+", "*", "#", "@", "%", "&", "=", "~", "^"]
        var marks: [Int: Character] = [:]
        for (index, entry) in dotted.enumerated() where isClasses || index > 0 {
            if marks[entry.series] == nil { marks[entry.series] = pool[index % pool.count] }
        }
        return marks
    }

    static func items(_ frame: ChartFrame, marks: [Int: Character]) -> [Item] {
        frame.legend.map { entry in
            let symbol: String
            switch entry.symbol {
            case .line: symbol = marks[entry.series].map { String([$0, $0]) } ?? "⠒⠒"
            case .dot: symbol = marks[entry.series].map { String($0) } ?? "⣿"
            case .dashes: symbol = "╌╌"
            case .box: symbol = "██"
            case .area: symbol = "░░"
            }
            return Item(symbol: symbol, name: TextWidth.cut(TextWidth.oneLine(entry.name), to: 24), color: entry.color)
        }
    }

    /// As many items a line as fit.
    static func lines(_ items: [Item], width: Int) -> [[Item]] {
        var lines: [[Item]] = []
        var used = 0
        for item in items {
            if lines.isEmpty || used + 3 + item.width > width {
                lines.append([item])
                used = item.width
            } else {
                lines[lines.count - 1].append(item)
                used += 3 + item.width
            }
        }
        return lines
    }

    static func write(_ line: [Item], row: Int, on grid: inout CharacterGrid) {
        let taken = line.map(\.width).reduce(0, +) + 3 * max(0, line.count - 1)
        var column = max(0, (grid.width - taken) / 2)
        for item in line {
            grid.write(item.symbol, row: row, column: column, color: item.color)
            grid.write(item.name, row: row, column: column + TextWidth.of(item.symbol) + 1)
            column += item.width + 3
        }
    }
}
