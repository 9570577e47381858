/// Draws the marks of a chart into its plot.
struct MarkPainter {
    let chart: Chart
    let frame: ChartFrame
    let place: Placement
    let canvas: Canvas

    private var plot: Rect { place.plot }

    func paint() {
        for index in chart.layers.indices { paint(index) }
    }

    /// About how long the marks are in SVG.
    var bytes: Int {
        chart.layers.reduce(0) { sum, layer in
            switch layer.mark {
            case .line(let x, let y), .contour(let x, let y): sum + 200 + 21 * thinned(x, y).reduce(0) { $0 + $1.count }
            case .step(let x, let y): sum + 200 + 42 * min(x.count, y.count)
            case .band(let x, _, _): sum + 200 + 42 * x.count
            case .points(let x, let y, _, _, _, _): sum + 230 * min(x.count, y.count)
            case .histogram(_, let heights), .bars(_, let heights): sum + 180 * heights.count
            case .heatmap, .horizontalRule, .verticalRule: sum + 200
            }
        }
    }

    private func thinned(_ x: [Double], _ y: [Double]) -> [[Point]] {
        place.runs(x, y).map { Placement.thinned($0) }
    }

    private func paint(_ index: Int) {
        let series = frame.series[index]
        let color = series < 0 ? Color.rule : Color.series(series)
        switch chart.layers[index].mark {
        case .line(let x, let y): paintLine(thinned(x, y), color)
        case .step(let x, let y):
            let corners = Placement.steps(x, y)
            paintLine(thinned(corners.x, corners.y), color)
        case .contour(let x, let y):
            for run in thinned(x, y) { canvas.stroke(run, color, width: 2, closed: true) }
        case .points(let x, let y, let size, let classes, _, let shades): paintPoints(x, y, size, classes, shades, series)
        case .band(let x, let low, let high):
            for run in place.bands(x, low, high) { canvas.fill(run, color, opacity: 0.22) }
        case .histogram(let edges, let heights): paintHistogram(edges, heights, color)
        case .bars(_, let heights): paintBars(heights, index, color)
        case .heatmap(let map): paintCells(map)
        case .horizontalRule(let value):
            let y = place.y(value)
            if y.isFinite { canvas.stroke([Point(x: plot.x, y: y), Point(x: plot.right, y: y)], color, width: 1.5, dashed: true) }
        case .verticalRule(let value):
            let x = place.x(value)
            if x.isFinite { canvas.stroke([Point(x: x, y: plot.y), Point(x: x, y: plot.bottom)], color, width: 1.5, dashed: true) }
        }
    }

    private func paintLine(_ runs: [[Point]], _ color: Color) {
        // Dense lines cross so often that they must let each other through.
        let isDense = runs.reduce(0) { $0 + $1.count } > 1_500
        for run in runs {
            if run.count == 1 { canvas.dot(run[0], radius: 2.5, shape: 0, color, opacity: 1) }
            canvas.stroke(run, color, width: isDense ? 0.9 : 2.25, opacity: isDense ? 0.75 : 1)
        }
    }

    private func paintPoints(_ x: [Double], _ y: [Double], _ size: Double, _ classes: [String], _ shades: [Double], _ series: Int) {
        let count = min(x.count, y.count)
        let opacity = count > 5_000 ? 0.3 : count > 600 ? 0.5 : 0.75
        let given = Placement.radius(size)
        let radius = count > 5_000 ? min(given, 1.6) : count > 600 ? min(given, 2.5) : given
        let reach = plot.outset(radius)
        for index in 0..<count {
            let point = place.point(x[index], y[index])
            guard point.x >= reach.x, point.x <= reach.right, point.y >= reach.y, point.y <= reach.bottom else { continue }
            let own = index < classes.count ? frame.classSeries[classes[index]] ?? series : series
            let shape = own / Color.cycle
            // Over the cells of a heat map a rim keeps dots in sight.
            if frame.heat != nil { canvas.dot(point, radius: radius + 1, shape: shape, .white, opacity: 0.9) }
            let shade = index < shades.count ? frame.shades?.color(shades[index]) : nil
            canvas.dot(point, radius: radius, shape: shape, shade ?? Color.series(own), opacity: shade == nil ? opacity : 0.9)
        }
    }

    private func paintHistogram(_ edges: [Double], _ heights: [Double], _ color: Color) {
        let isAlone = chart.layers.filter { if case .histogram = $0.mark { true } else { false } }.count == 1
        let floor = place.yFloor
        for (index, height) in heights.enumerated() where index + 1 < edges.count {
            let left = place.x(edges[index])
            let right = place.x(edges[index + 1])
            let top = place.y(height)
            guard left.isFinite, right.isFinite, top.isFinite, height != 0 else { continue }
            let seam = right - left > 5 ? 0.5 : 0
            let bar = Rect(x: left + seam, y: min(top, floor), width: max(right - left - 2 * seam, 0.4), height: abs(floor - top))
            // Overlaid ones shine through; a single one hides the lines of the grid.
            canvas.fill(bar, isAlone ? color.mixed(with: .white, 0.25) : color, opacity: isAlone ? 1 : 0.5)
        }
    }

    private func paintBars(_ heights: [Double], _ layer: Int, _ color: Color) {
        let group = chart.layers.indices.filter { if case .bars = chart.layers[$0].mark { true } else { false } }
        let own = group.firstIndex(of: layer) ?? 0
        let share = 0.76 / Double(max(1, group.count))
        let floor = place.yFloor
        let soft = color.mixed(with: .white, 0.15)
        for (index, height) in heights.enumerated() {
            let start = Double(index) - 0.38 + share * Double(own)
            let left = place.x(start)
            let right = place.x(start + share)
            let top = place.y(height)
            guard left.isFinite, right.isFinite, top.isFinite else { continue }
            canvas.fill(Rect(x: left, y: min(top, floor), width: max(right - left - 0.5, 0.4), height: abs(floor - top)), soft)
        }
    }

    private func paintCells(_ map: Chart.HeatMap) {
        guard let heat = frame.heat, map.rows > 0, map.columns > 0 else { return }
        let area = place.area(map)
        // No screen shows more cells than this; of more, evenly spaced ones are taken.
        let (allRows, allColumns) = (map.rows, map.columns)
        let rows = min(allRows, 2_000)
        let columns = min(allColumns, 2_000)
        canvas.pixels(rows: rows, columns: columns, in: area) { row, column in
            let line = map.extent == nil ? row : rows - 1 - row
            return heat.color(map.value(line * allRows / rows, column * allColumns / columns))
        }
        if map.showsNumbers { paintNumbers(map, area) { heat.color($0) } }
    }

    private func paintNumbers(_ map: Chart.HeatMap, _ area: Rect, color: (Double) -> Color) {
        let (rows, columns) = (map.rows, map.columns)
        let cell = Size(width: area.width / Double(columns), height: area.height / Double(rows))
        guard cell.width >= 14, cell.height >= 10 else { return }
        let texts = HeatMapText.texts(map)
        var style = TextStyle(size: min(13, cell.height * 0.62))
        let widest = texts.joined().map { canvas.typesetter.measure($0, style).width }.max() ?? 0
        if widest > cell.width - 4 { style.size *= (cell.width - 4) / widest }
        guard style.size >= 6 else { return }
        for row in 0..<rows {
            for column in 0..<columns {
                let text = texts[row][column]
                let value = map.value(row, column)
                let ink = color(value).textOnTop
                // Zeros say little: they stand back.
                style.color = value == 0 ? ink.mixed(with: color(value), 0.6) : ink
                let size = canvas.typesetter.measure(text, style)
                let line = map.extent == nil ? row : rows - 1 - row
                let x = area.x + (Double(column) + 0.5) * cell.width - size.width / 2
                let y = area.y + (Double(line) + 0.5) * cell.height - size.height / 2
                canvas.text(ChartLayout.Label(text: text, style: style, box: Rect(x: x, y: y, width: size.width, height: size.height)))
            }
        }
    }
}

/// The numbers of a heat map as texts: whole ones whole, others with as few decimals as tell them apart.
enum HeatMapText {
    static func texts(_ map: Chart.HeatMap) -> [[String]] {
        let numbers = map.values.joined().filter(\.isFinite)
        let isWhole = numbers.allSatisfy { $0.rounded() == $0 && abs($0) < 1e7 }
        let largest = numbers.map(abs).max() ?? 0
        let columns = map.columns
        return (0..<map.rows).map { row in
            (0..<columns).map { column in
                let value = map.value(row, column)
                guard value.isFinite else { return value.isNaN ? "" : NumberText.short(value) }
                if isWhole { return NumberText.fixed(value, decimals: 0) }
                return largest < 1_000 && largest >= 0.1 ? NumberText.fixed(value, decimals: 2) : NumberText.short(value, digits: 3)
            }
        }
    }
}
