/// Categories in a terminal: a line a bar, the name before it and the number behind.
struct TerminalBars {
    private let chart: Chart
    private let frame: ChartFrame

    init(_ chart: Chart, _ frame: ChartFrame) {
        self.chart = chart
        self.frame = frame
    }

    private struct Bar {
        var name: String
        var height: Double
        var color: Color
    }

    /// Categories in their order, the series of each under each other.
    private var bars: [Bar] {
        let names = frame.xCategories ?? []
        return names.indices.flatMap { index in
            zip(chart.layers, frame.series).compactMap { layer, series in
                guard case .bars(_, let heights) = layer.mark, index < heights.count else { return nil }
                return Bar(name: TextWidth.oneLine(names[index]), height: heights[index], color: Color.series(series))
            }
        }
    }

    func text(width: Int, height: Int, color: Bool) -> String {
        let bars = bars
        let legend = TerminalLegend.lines(TerminalLegend.items(frame, marks: [:]), width: width)
        let heading = [chart.title, chart.y.title].map(TextWidth.oneLine).filter { !$0.isEmpty }
        let room = max(1, height - heading.count - legend.count)
        let shown = bars.count <= room ? bars : Array(bars.prefix(max(1, room - 1)))
        let hidden = bars.count - shown.count
        var grid = CharacterGrid(width: width, height: heading.count + shown.count + (hidden > 0 ? 1 : 0) + legend.count)
        for (row, line) in heading.enumerated() {
            grid.write(TextWidth.fitted(line, to: width, side: row == 0 ? .center : .left), row: row, column: 0)
        }
        draw(shown, row: heading.count, on: &grid)
        var row = heading.count + shown.count
        if hidden > 0 {
            grid.write("… \(NumberText.grouped(hidden)) more", row: row, column: 0)
            row += 1
        }
        for line in legend {
            TerminalLegend.write(line, row: row, on: &grid)
            row += 1
        }
        return grid.text(color ? .indexed : .none)
    }

    private func draw(_ bars: [Bar], row top: Int, on grid: inout CharacterGrid) {
        let names = min(grid.width / 3, bars.map { TextWidth.of($0.name) }.max() ?? 0)
        let numbers = bars.map { NumberText.short($0.height) }
        let reserve = (numbers.map { TextWidth.of($0) }.max() ?? 0) + 1
        let room = max(4, grid.width - names - 2 - reserve)
        let heights = bars.map { Scale.plottable($0.height) ?? 0 }
        let low = min(0, heights.min() ?? 0)
        let high = max(0, heights.max() ?? 0)
        let span = high - low > 0 ? high - low : 1
        let zero = Int((-low / span * Double(room)).rounded())
        var previous: String?
        for (index, bar) in bars.enumerated() {
            let row = top + index
            if bar.name != previous { grid.write(TextWidth.fitted(bar.name, to: names, side: .right), row: row, column: 0) }
            previous = bar.name
            grid[row, names + 1] = .init(zero == 0 ? "│" : " ")
            let eighths = Int((abs(heights[index]) / span * Double(room * 8)).rounded())
            let end = fill(eighths, isNegative: heights[index] < 0, from: names + 2 + zero, row: row, color: bar.color, on: &grid)
            grid.write(numbers[index], row: row, column: min(end + 1, grid.width - TextWidth.of(numbers[index])))
        }
    }

    /// The column after the bar.
    private func fill(_ eighths: Int, isNegative: Bool, from column: Int, row: Int, color: Color, on grid: inout CharacterGrid) -> Int {
        let parts: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
        let whole = eighths / 8
        guard !isNegative else {
            for step in 0..<whole { grid[row, column - 1 - step] = .init("█", color) }
            if eighths % 8 >= 4 || whole == 0 { grid[row, column - 1 - whole] = .init("▐", color) }
            return column
        }
        for step in 0..<whole { grid[row, column + step] = .init("█", color) }
        guard eighths % 8 > 0 else { return column + whole }
        grid[row, column + whole] = .init(parts[eighths % 8], color)
        return column + whole + 1
    }
}
