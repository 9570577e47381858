extension Chart {
    /// The chart in characters, all lines of one width: lines and points in Braille dots, bars in blocks, cells in shades.
    ///
    /// - Parameter color: uses the 256 colours of a terminal. Without them series are told apart by their characters.
    public func unicode(width: Int = 72, height: Int = 20, color: Bool) -> String {
        let width = min(max(width, 24), 400)
        let height = min(max(height, 8), 200)
        let frame = ChartFrame(self)
        let isColored = color
        if !frame.isEmpty && layers.allSatisfy({ if case .bars = $0.mark { true } else { false } }) {
            return TerminalBars(self, frame).text(width: width, height: height, color: isColored)
        }
        for layer in layers {
            if case .heatmap(let map) = layer.mark, map.rows > 0, map.columns > 0 {
                return TerminalHeatMap(self, frame, map).text(width: width, height: height, color: isColored)
            }
        }
        var drawing = TerminalChart(self, frame, width: width, height: height, color: isColored)
        return drawing.text()
    }
}

/// A chart with two axes, drawn in characters.
struct TerminalChart {
    private let chart: Chart
    private let frame: ChartFrame
    private let isColored: Bool
    private var grid: CharacterGrid
    /// The cells of the plot: its first row and column, its rows and columns.
    private var top = 0
    private var left = 0
    private var rows = 0
    private var columns = 0
    private let legend: [TerminalLegend.Item]
    private let marks: [Int: Character]

    init(_ chart: Chart, _ frame: ChartFrame, width: Int, height: Int, color: Bool) {
        self.chart = chart
        self.frame = frame
        isColored = color
        marks = color ? [:] : TerminalLegend.marks(frame, chart)
        let items = TerminalLegend.items(frame, marks: marks)
        let lines = TerminalLegend.lines(items, width: width)
        legend = items
        top = (chart.title.isEmpty ? 0 : 1) + (chart.y.title.isEmpty ? 0 : 1)
        rows = max(3, height - top - 2 - (chart.x.title.isEmpty ? 0 : 1) - min(lines.count, 3))
        grid = CharacterGrid(width: width, height: top + rows + 2 + (chart.x.title.isEmpty ? 0 : 1) + min(lines.count, 3))
    }

    mutating func text() -> String {
        if !chart.title.isEmpty {
            grid.write(TextWidth.fitted(TextWidth.oneLine(chart.title), to: grid.width, side: .center), row: 0, column: 0)
        }
        guard let x = frame.x, let y = frame.y else {
            grid.write(TextWidth.fitted("no data", to: grid.width, side: .center), row: top + rows / 2, column: 0)
            return grid.text(.none)
        }
        let yOffset = drawY(y)
        let xOffset = drawX(x)
        for (layer, series) in zip(chart.layers, frame.series) { draw(layer.mark, series, x, y) }
        writeTitles(x: xOffset, y: yOffset)
        return grid.text(isColored ? .indexed : .none)
    }

    // MARK: Axes

    private mutating func drawY(_ scale: Scale) -> String? {
        let ticks = scale.ticks(most: max(2, min(8, rows / 2)))
        let most = grid.width / 3
        left = min(most, ticks.ticks.map { TextWidth.of($0.label) }.max() ?? 0) + 1
        columns = grid.width - left - 1
        for row in 0..<rows { grid[top + row, left] = .init("│") }
        for tick in ticks.ticks {
            let row = top + Int(((1 - scale.share(tick.value)) * Double(rows * 4 - 1)).rounded()) / 4
            guard row >= top, row < top + rows else { continue }
            grid.write(TextWidth.fitted(tick.label, to: left - 1, side: .right), row: row, column: 0)
            grid[row, left] = .init("┤")
        }
        return ticks.offset
    }

    private mutating func drawX(_ scale: Scale) -> String? {
        let axis = top + rows
        grid[axis, left] = .init("└")
        for column in 0..<columns { grid[axis, left + 1 + column] = .init("─") }
        var most = max(2, min(9, columns / 8))
        var ticks = scale.ticks(most: most)
        if let names = frame.xCategories {
            ticks = Ticks(ticks: names.enumerated().map { Tick(value: Double($0.offset), label: $0.element) })
        } else {
            while most > 2 && !fits(ticks, scale) {
                most -= 1
                ticks = scale.ticks(most: most)
            }
        }
        var end = -1
        for tick in ticks.ticks {
            let center = column(scale.share(tick.value))
            guard center >= 0, center < columns else { continue }
            grid[axis, left + 1 + center] = .init("┬")
            let label = TextWidth.cut(TextWidth.oneLine(tick.label), to: 16)
            let taken = TextWidth.of(label)
            let start = min(max(0, left + 1 + center - taken / 2), grid.width - taken)
            guard start > end, start >= 0 else { continue }
            grid.write(label, row: axis + 1, column: start)
            end = start + taken
        }
        return ticks.offset
    }

    private func fits(_ ticks: Ticks, _ scale: Scale) -> Bool {
        zip(ticks.ticks, ticks.ticks.dropFirst()).allSatisfy { first, second in
            let distance = column(scale.share(second.value)) - column(scale.share(first.value))
            return distance > (TextWidth.of(first.label) + TextWidth.of(second.label)) / 2 + 1
        }
    }

    private mutating func writeTitles(x: String?, y: String?) {
        let xTitle = AxisText(offset: x).title(chart.x.title)
        let yTitle = AxisText(offset: y).title(chart.y.title)
        if !chart.y.title.isEmpty {
            grid.write(TextWidth.cut(TextWidth.oneLine(yTitle), to: grid.width), row: top - 1, column: 0)
        }
        var row = top + rows + 2
        if !chart.x.title.isEmpty {
            grid.write(TextWidth.fitted(TextWidth.oneLine(xTitle), to: columns, side: .center), row: row, column: left + 1)
            row += 1
        }
        for line in TerminalLegend.lines(legend, width: grid.width).prefix(grid.height - row) {
            TerminalLegend.write(line, row: row, on: &grid)
            row += 1
        }
    }

    private func column(_ share: Double) -> Int {
        guard share.isFinite, abs(share) < 100 else { return -1 }
        return Int((share * Double(columns * 2 - 1)).rounded(.down)) / 2
    }

    // MARK: Marks

    private mutating func draw(_ mark: Chart.Mark, _ series: Int, _ x: Scale, _ y: Scale) {
        let color = series < 0 ? Color.rule : Color.series(series)
        switch mark {
        case .line(let xs, let ys): drawLine(dots(xs, ys, x, y), series, color)
        case .step(let xs, let ys):
            let corners = Placement.steps(xs, ys)
            drawLine(dots(corners.x, corners.y, x, y), series, color)
        case .contour(let xs, let ys): drawLine(dots(xs + xs.prefix(1), ys + ys.prefix(1), x, y), series, color)
        case .points(let xs, let ys, _, let classes, _, let shades):
            for (index, dot) in dots(xs, ys, x, y).enumerated() {
                guard let dot else { continue }
                let own = index < classes.count ? frame.classSeries[classes[index]] ?? series : series
                let shade = index < shades.count ? frame.shades?.color(shades[index]) : nil
                set(dot, own, shade ?? Color.series(own))
            }
        case .band(let xs, let low, let high): drawBand(dots(xs, low, x, y), dots(xs, high, x, y), color)
        case .histogram(let edges, let heights): drawBars(edges, heights, color, x, y)
        case .bars(_, let heights):
            for (index, height) in heights.enumerated() {
                drawBars([Double(index) - 0.38, Double(index) + 0.38], [height], color, x, y)
            }
        case .horizontalRule(let value):
            guard let dot = dots([x.low], [value], x, y)[0] else { return }
            for column in 0..<columns { put("╌", dot.row / 4, column, .rule) }
        case .verticalRule(let value):
            guard let dot = dots([value], [y.low], x, y)[0] else { return }
            for row in 0..<rows { put("┊", row, dot.column / 2, .rule) }
        case .heatmap: break
        }
    }

    private struct Dot: Equatable {
        var row: Int
        var column: Int
    }

    /// Two dots a column, four a row; nil where there is no number.
    private func dots(_ xs: [Double], _ ys: [Double], _ x: Scale, _ y: Scale) -> [Dot?] {
        zip(xs, ys).map { pair in
            let across = x.share(pair.0)
            let up = y.share(pair.1)
            guard across.isFinite, up.isFinite else { return nil }
            let column = min(max(across, -5), 6) * Double(columns * 2 - 1)
            let row = (1 - min(max(up, -5), 6)) * Double(rows * 4 - 1)
            return Dot(row: Int(row.rounded()), column: Int(column.rounded()))
        }
    }

    private mutating func put(_ character: Character, _ row: Int, _ column: Int, _ color: Color) {
        guard row >= 0, row < rows, column >= 0, column < columns else { return }
        grid[top + row, left + 1 + column] = .init(character, color)
    }

    /// The bits of the dots of a Braille cell, by row and column (Unicode, U+2800).
    private static let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

    private mutating func set(_ dot: Dot, _ series: Int, _ color: Color) {
        guard dot.row >= 0, dot.row < rows * 4, dot.column >= 0, dot.column < columns * 2 else { return }
        if let mark = marks[series] {
            put(mark, dot.row / 4, dot.column / 2, color)
            return
        }
        let old = grid[top + dot.row / 4, left + 1 + dot.column / 2]
        var bits: UInt32 = 0
        if let value = old.character?.unicodeScalars.first?.value, (0x2800...0x28FF).contains(value) { bits = value - 0x2800 }
        bits |= TerminalChart.bits[dot.row % 4][dot.column % 2]
        let character = Unicode.Scalar(0x2800 + bits).map(Character.init) ?? "·"
        var cell = CharacterGrid.Cell(character, color)
        // Over a bar the line keeps the bar behind it.
        if isColored, old.character == "█" || old.background != nil { cell.background = old.background ?? old.color }
        grid[top + dot.row / 4, left + 1 + dot.column / 2] = cell
    }

    private mutating func drawLine(_ dots: [Dot?], _ series: Int, _ color: Color) {
        var previous: Dot?
        for dot in dots {
            if let from = previous, let to = dot, mayShow(from, to) {
                let steps = max(abs(to.row - from.row), abs(to.column - from.column), 1)
                for step in 0...steps {
                    let share = Double(step) / Double(steps)
                    let row = Double(from.row) + share * Double(to.row - from.row)
                    let column = Double(from.column) + share * Double(to.column - from.column)
                    set(Dot(row: Int(row.rounded()), column: Int(column.rounded())), series, color)
                }
            } else if let dot, previous == nil {
                set(dot, series, color)
            }
            previous = dot
        }
    }

    /// False where both ends lie beyond one side.
    private func mayShow(_ first: Dot, _ second: Dot) -> Bool {
        max(first.row, second.row) >= 0 && min(first.row, second.row) < rows * 4 && max(first.column, second.column) >= 0
            && min(first.column, second.column) < columns * 2
    }

    private mutating func drawBand(_ low: [Dot?], _ high: [Dot?], _ color: Color) {
        for index in low.indices.dropLast() where index + 1 < high.count {
            guard let low0 = low[index], let low1 = low[index + 1], let high0 = high[index], let high1 = high[index + 1] else { continue }
            let steps = max(1, abs(low1.column - low0.column))
            for step in 0...steps {
                let share = Double(step) / Double(steps)
                let bottom = Double(low0.row) + share * Double(low1.row - low0.row)
                let upper = Double(high0.row) + share * Double(high1.row - high0.row)
                let column = (low0.column + (low1.column >= low0.column ? step : -step)) / 2
                let first = max(0, Int(min(bottom, upper)) / 4)
                let last = min(rows - 1, Int(max(bottom, upper)) / 4)
                guard first <= last else { continue }
                for row in first...last { put("░", row, column, color) }
            }
        }
    }

    /// Each column is as high as the bar over its middle, to an eighth of a row.
    private mutating func drawBars(_ edges: [Double], _ heights: [Double], _ color: Color, _ x: Scale, _ y: Scale) {
        let zero = y.share(0)
        let floor = zero.isNaN ? 0 : min(max(zero, 0), 1)
        let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        for column in 0..<columns {
            let value = x.value((Double(column) + 0.5) / Double(columns))
            guard let bin = edges.indices.dropLast().first(where: { edges[$0] <= value && value < edges[$0 + 1] }), bin < heights.count
            else { continue }
            let share = y.share(heights[bin])
            guard share.isFinite, heights[bin] != 0 else { continue }
            let top = min(max(share, 0), 1)
            // A bar that is there shows at least an eighth.
            let from = Int((min(top, floor) * Double(rows * 8)).rounded())
            let to = max(from + 1, Int((max(top, floor) * Double(rows * 8)).rounded()))
            for row in 0..<rows {
                let bottom = row * 8
                let filled = min(max(to - bottom, 0), 8) - min(max(from - bottom, 0), 8)
                guard filled > 0 else { continue }
                let hangs = from > bottom
                put(hangs && filled < 8 ? (filled >= 4 ? "▀" : "▔") : blocks[filled], rows - 1 - row, column, color)
            }
        }
    }
}
