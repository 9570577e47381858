/// A heat map in a terminal: coloured cells, or shades where there is no colour, with their numbers where these are asked for and fit.
struct TerminalHeatMap {
    private let chart: Chart
    private let frame: ChartFrame
    private let map: Chart.HeatMap
    /// Counted once: finding the longest row takes a look at each.
    private let allColumns: Int

    init(_ chart: Chart, _ frame: ChartFrame, _ map: Chart.HeatMap) {
        self.chart = chart
        self.frame = frame
        self.map = map
        allColumns = map.columns
    }

    private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]

    func text(width: Int, height: Int, color: Bool) -> String {
        let names = (0..<map.rows).map { TextWidth.oneLine(rowName($0)) }
        let margin = min(width / 4, names.map { TextWidth.of($0) }.max() ?? 0) + 1
        let heading = [chart.title, chart.y.title].map(TextWidth.oneLine).filter { !$0.isEmpty }
        let footing = (chart.x.title.isEmpty ? 0 : 1) + 1
        // Numbers are written in full rows; without them the matrix shrinks to the room there is.
        let mayFit = map.showsNumbers && allColumns * 3 <= width && map.rows <= 100
        let numbers = mayFit ? HeatMapText.texts(map) : []
        let widest = (numbers.joined().map { TextWidth.of($0) }.max() ?? 0) + 2
        let hasNumbers = mayFit && widest * allColumns <= width - margin
        let rows = hasNumbers ? map.rows : min(map.rows, max(2, height - heading.count - footing - 1))
        let columns = hasNumbers ? allColumns : min(allColumns, width - margin)
        let cell = hasNumbers ? widest : min(4, max(1, (width - margin) / columns))
        var grid = CharacterGrid(width: width, height: heading.count + rows + footing + (hasNumbers ? 0 : 1))
        for (row, line) in heading.enumerated() {
            grid.write(TextWidth.fitted(line, to: width, side: row == 0 ? .center : .left), row: row, column: 0)
        }
        let top = heading.count
        for row in 0..<rows {
            let sourceRow = map.extent == nil ? row * map.rows / rows : map.rows - 1 - row * map.rows / rows
            grid.write(TextWidth.fitted(names[sourceRow], to: margin - 1, side: .right), row: top + row, column: 0)
            for column in 0..<columns {
                let source = column * allColumns / columns
                let text = hasNumbers ? numbers[sourceRow][source] : ""
                paint(map.value(sourceRow, source), text, row: top + row, column: margin + column * cell, width: cell, color, on: &grid)
            }
        }
        writeColumnNames(columns: columns, cell: cell, margin: margin, hasNumbers: hasNumbers, row: top + rows, on: &grid)
        if !chart.x.title.isEmpty {
            let title = TextWidth.fitted(TextWidth.oneLine(chart.x.title), to: min(columns * cell, width - margin), side: .center)
            grid.write(title, row: top + rows + 1, column: margin)
        }
        if !hasNumbers { writeKey(row: grid.height - 1, column: margin, color, on: &grid) }
        return grid.text(color ? .indexed : .none)
    }

    private func rowName(_ row: Int) -> String {
        if let extent = map.extent {
            let share = (Double(row) + 0.5) / Double(map.rows)
            return NumberText.within(extent.y, share)
        }
        return frame.yCategories.map { row < $0.count ? $0[row] : "" } ?? ""
    }

    private func columnName(_ column: Int) -> String {
        if let extent = map.extent {
            let share = (Double(column) + 0.5) / Double(allColumns)
            return NumberText.within(extent.x, share)
        }
        return frame.xCategories.map { column < $0.count ? $0[column] : "" } ?? ""
    }

    private func share(_ value: Double) -> Double {
        frame.heat?.share(value) ?? .nan
    }

    private func paint(
        _ value: Double, _ text: String, row: Int, column: Int, width: Int, _ color: Bool, on grid: inout CharacterGrid
    ) {
        let share = share(value)
        if color, let heat = frame.heat {
            let background = heat.map.color(share)
            for step in 0..<width { grid[row, column + step] = .init(" ", nil, on: background) }
            let padded = Array(TextWidth.fitted(text, to: width - (text.isEmpty ? 0 : 1), side: .right))
            for (step, character) in padded.enumerated() where character != " " {
                grid[row, column + step] = .init(character, background.textOnTop, on: background)
            }
        } else if !text.isEmpty {
            grid.write(TextWidth.fitted(text, to: width, side: .right), row: row, column: column)
        } else {
            let level = share.isNaN ? nil : Int((min(max(share, 0), 1) * 4).rounded())
            for step in 0..<width { grid[row, column + step] = .init(level.map { TerminalHeatMap.shades[$0] } ?? "?") }
        }
    }

    /// Names under their cells, each that does not touch the one before it.
    private func writeColumnNames(columns: Int, cell: Int, margin: Int, hasNumbers: Bool, row: Int, on grid: inout CharacterGrid) {
        var end = margin - 1
        for column in 0..<columns {
            let name = TextWidth.cut(TextWidth.oneLine(columnName(column * allColumns / columns)), to: max(cell, 10))
            let taken = TextWidth.of(name)
            let start = hasNumbers ? margin + (column + 1) * cell - taken : margin + column * cell + max(0, (cell - taken) / 2)
            guard start > end || (start == end && cell > taken), start + taken <= grid.width else { continue }
            grid.write(name, row: row, column: start)
            end = start + taken
        }
    }

    private func writeKey(row: Int, column: Int, _ color: Bool, on grid: inout CharacterGrid) {
        guard let heat = frame.heat else { return }
        let low = NumberText.within(heat.low...heat.high, 0) + " "
        grid.write(low, row: row, column: column)
        let start = column + TextWidth.of(low)
        for step in 0..<10 {
            let share = Double(step) / 9
            let shade = TerminalHeatMap.shades[Int((share * 4).rounded())]
            grid[row, start + step] = color ? .init(" ", nil, on: heat.map.color(share)) : .init(shade)
        }
        grid.write(" " + NumberText.within(heat.low...heat.high, 1), row: row, column: start + 10)
    }
}
