/// Draws a chart that has been laid out.
struct ChartPainter {
    let chart: Chart
    let frame: ChartFrame
    let layout: ChartLayout
    let canvas: Canvas

    /// Layers with more marks than this become pixels, so that an SVG stays small.
    private static let vectorLimit = 1_500
    private static let lineLimit = 12_000

    func paint() {
        canvas.fill(Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height), .white)
        paintLayers()
        paintKeys()
        for label in layout.labels { canvas.text(label) }
    }

    private var plot: Rect { layout.plot }

    private func paintLayers() {
        guard let x = frame.x, let y = frame.y else {
            canvas.stroke(corners(plot), .grid, width: 1, closed: true)
            return
        }
        let place = Placement(frame, x, y, plot)
        let hasCells = frame.heat != nil
        if !hasCells { paintGrid() }
        canvas.clipped(to: plot.outset(1)) {
            for (layer, series) in zip(chart.layers, frame.series) { paint(layer, series, place) }
        }
        paintAxes(hasCells: hasCells)
    }

    // MARK: Axes

    private func paintGrid() {
        if frame.xCategories == nil {
            for x in layout.xTicks { canvas.stroke([Point(x: x, y: plot.y), Point(x: x, y: plot.bottom)], .grid, width: 1) }
        }
        for y in layout.yTicks { canvas.stroke([Point(x: plot.x, y: y), Point(x: plot.right, y: y)], .grid, width: 1) }
    }

    private func paintAxes(hasCells: Bool) {
        if hasCells {
            canvas.stroke(corners(plot), .axis, width: 1, closed: true)
        } else {
            canvas.stroke([Point(x: plot.x, y: plot.y), Point(x: plot.x, y: plot.bottom)], .axis, width: 1)
            canvas.stroke([Point(x: plot.x, y: plot.bottom), Point(x: plot.right, y: plot.bottom)], .axis, width: 1)
        }
        for x in layout.xTicks { canvas.stroke([Point(x: x, y: plot.bottom), Point(x: x, y: plot.bottom + 4)], .axis, width: 1) }
        for y in layout.yTicks { canvas.stroke([Point(x: plot.x - 4, y: y), Point(x: plot.x, y: y)], .axis, width: 1) }
    }

    private func corners(_ rect: Rect) -> [Point] {
        [
            Point(x: rect.x, y: rect.y), Point(x: rect.right, y: rect.y), Point(x: rect.right, y: rect.bottom),
            Point(x: rect.x, y: rect.bottom),
        ]
    }

    private func paintKeys() {
        for swatch in layout.swatches {
            let box = swatch.box
            let color = swatch.entry.color
            let ends = [Point(x: box.x, y: box.center.y), Point(x: box.right, y: box.center.y)]
            switch swatch.entry.symbol {
            case .line: canvas.stroke(ends, color, width: 2.5)
            case .dashes: canvas.stroke(ends, color, width: 1.5, dashed: true)
            case .dot: canvas.dot(box.center, radius: 4.5, shape: swatch.entry.shape, color, opacity: 0.9)
            case .area: canvas.fill(Rect(x: box.x + 2, y: box.center.y - 5.5, width: box.width - 4, height: 11), color, opacity: 0.25)
            case .box: canvas.fill(Rect(x: box.x + 2, y: box.center.y - 5.5, width: box.width - 4, height: 11), color, opacity: 0.75)
            }
        }
        guard let bar = layout.colorBar, let heat = frame.heat else { return }
        let steps = 128
        canvas.pixels(rows: steps, columns: 1, in: bar) { row, _ in
            heat.map.color(1 - (Double(row) + 0.5) / Double(steps))
        }
        canvas.stroke(corners(bar), .axis, width: 0.75, closed: true)
        for y in layout.colorTicks {
            canvas.stroke([Point(x: bar.right, y: y), Point(x: bar.right + 3, y: y)], .axis, width: 1)
        }
    }

    // MARK: Marks

    private func paint(_ layer: Chart.Layer, _ series: Int, _ place: Placement) {
        let color = series < 0 ? Color.rule : Color.series(series)
        switch layer.mark {
        case .line(let x, let y): paintLine(place.runs(x, y), color)
        case .step(let x, let y): paintLine(place.runs(Placement.steps(x, y).x, Placement.steps(x, y).y), color)
        case .contour(let x, let y):
            for run in place.runs(x, y) { canvas.stroke(run, color, width: 2, closed: true) }
        case .points(let x, let y, let size, let classes, _): paintPoints(x, y, size, classes, series, place)
        case .band(let x, let low, let high):
            for run in place.bands(x, low, high) { canvas.fill(run, color, opacity: 0.22) }
        case .histogram(let edges, let heights): paintHistogram(edges, heights, color, place)
        case .bars(_, let heights): paintBars(heights, layer, color, place)
        case .heatmap(let map): paintCells(map, place)
        case .horizontalRule(let value):
            let y = place.y(value)
            if y.isFinite { canvas.stroke([Point(x: plot.x, y: y), Point(x: plot.right, y: y)], color, width: 1.5, dashed: true) }
        case .verticalRule(let value):
            let x = place.x(value)
            if x.isFinite { canvas.stroke([Point(x: x, y: plot.y), Point(x: x, y: plot.bottom)], color, width: 1.5, dashed: true) }
        }
    }

    private func paintLine(_ runs: [[Point]], _ color: Color) {
        let thin = runs.map { Placement.thinned($0) }
        let count = thin.reduce(0) { $0 + $1.count }
        // Dense lines cross so often that they must let each other through.
        let isDense = count > 1_500
        let width = isDense ? 0.9 : 2.25
        let draw = { (canvas: Canvas) in
            for run in thin {
                if run.count == 1 { canvas.dot(run[0], radius: 2.5, shape: 0, color, opacity: 1) }
                canvas.stroke(run, color, width: width, opacity: isDense ? 0.75 : 1)
            }
        }
        if count > ChartPainter.lineLimit {
            canvas.rasterized(in: plot, draw)
        } else {
            draw(canvas)
        }
    }

    private func paintPoints(_ x: [Double], _ y: [Double], _ size: Double, _ classes: [String], _ series: Int, _ place: Placement) {
        let count = min(x.count, y.count)
        let opacity = count > 5_000 ? 0.3 : count > 600 ? 0.5 : 0.75
        let given = size.isFinite ? min(max(size, 0.5), 30) : 3.5
        let radius = count > 5_000 ? min(given, 1.6) : count > 600 ? min(given, 2.5) : given
        let reach = plot.outset(radius)
        let draw = { (canvas: Canvas) in
            for index in 0..<count {
                let point = place.point(x[index], y[index])
                guard point.x >= reach.x, point.x <= reach.right, point.y >= reach.y, point.y <= reach.bottom else { continue }
                let own = index < classes.count ? frame.classSeries[classes[index]] ?? series : series
                if frame.heat != nil { canvas.dot(point, radius: radius + 1, shape: own / Color.cycle, .white, opacity: 0.9) }
                canvas.dot(point, radius: radius, shape: own / Color.cycle, Color.series(own), opacity: opacity)
            }
        }
        if count > ChartPainter.vectorLimit {
            canvas.rasterized(in: plot, draw)
        } else {
            draw(canvas)
        }
    }

    private func paintHistogram(_ edges: [Double], _ heights: [Double], _ color: Color, _ place: Placement) {
        let others = chart.layers.filter { if case .histogram = $0.mark { true } else { false } }.count
        let floor = place.yFloor
        for (index, height) in heights.enumerated() where index + 1 < edges.count {
            let left = place.x(edges[index])
            let right = place.x(edges[index + 1])
            let top = place.y(height)
            guard left.isFinite, right.isFinite, top.isFinite, height != 0 else { continue }
            let seam = right - left > 5 ? 0.5 : 0
            let bar = Rect(x: left + seam, y: min(top, floor), width: max(right - left - 2 * seam, 0.4), height: abs(floor - top))
            // Overlaid ones shine through; a single one hides the lines of the grid.
            canvas.fill(bar, others > 1 ? color : color.mixed(with: .white, 0.25), opacity: others > 1 ? 0.5 : 1)
        }
    }

    private func paintBars(_ heights: [Double], _ layer: Chart.Layer, _ color: Color, _ place: Placement) {
        let groups = ChartPainter.barLayers(chart)
        let own = barIndex(layer)
        let share = 0.76 / Double(max(1, groups))
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

    private static func barLayers(_ chart: Chart) -> Int {
        chart.layers.filter { if case .bars = $0.mark { true } else { false } }.count
    }

    /// Which of the layers of bars this one is, counted by its colour and name.
    private func barIndex(_ layer: Chart.Layer) -> Int {
        let bars = chart.layers.filter { if case .bars = $0.mark { true } else { false } }
        return bars.firstIndex { $0.name == layer.name && $0.color == layer.color } ?? 0
    }

    private func paintCells(_ map: Chart.HeatMap, _ place: Placement) {
        guard let heat = frame.heat, map.rows > 0, map.columns > 0 else { return }
        let area = place.area(map)
        let span = heat.high - heat.low
        let share = { (value: Double) -> Double in value.isNaN ? .nan : span > 0 ? (value - heat.low) / span : 0.5 }
        // No screen shows more cells than this; of more, evenly spaced ones are taken.
        let rows = min(map.rows, 2_000)
        let columns = min(map.columns, 2_000)
        canvas.pixels(rows: rows, columns: columns, in: area) { row, column in
            let line = map.extent == nil ? row : rows - 1 - row
            return heat.map.color(share(map.value(line * map.rows / rows, column * map.columns / columns)))
        }
        if map.showsNumbers { paintNumbers(map, area) { heat.map.color(share($0)) } }
    }

    private func paintNumbers(_ map: Chart.HeatMap, _ area: Rect, color: (Double) -> Color) {
        let cell = Size(width: area.width / Double(map.columns), height: area.height / Double(map.rows))
        guard cell.width >= 14, cell.height >= 10 else { return }
        let texts = HeatMapText.texts(map)
        var style = TextStyle(size: min(13, cell.height * 0.62))
        let widest = texts.joined().map { canvas.typesetter.measure($0, style).width }.max() ?? 0
        if widest > cell.width - 4 { style.size *= (cell.width - 4) / widest }
        guard style.size >= 6 else { return }
        for row in 0..<map.rows {
            for column in 0..<map.columns {
                let text = texts[row][column]
                let value = map.value(row, column)
                let ink = color(value).textOnTop
                // Zeros say little: they stand back.
                style.color = value == 0 ? ink.mixed(with: color(value), 0.6) : ink
                let size = canvas.typesetter.measure(text, style)
                let line = map.extent == nil ? row : map.rows - 1 - row
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
        return (0..<map.rows).map { row in
            (0..<map.columns).map { column in
                let value = map.value(row, column)
                guard value.isFinite else { return value.isNaN ? "" : NumberText.short(value) }
                if isWhole { return NumberText.fixed(value, decimals: 0) }
                return largest < 1_000 && largest >= 0.1 ? NumberText.fixed(value, decimals: 2) : NumberText.short(value, digits: 3)
            }
        }
    }
}
