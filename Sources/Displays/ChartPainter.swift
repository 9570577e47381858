/// Draws a chart that has been laid out.
struct ChartPainter {
    let chart: Chart
    let frame: ChartFrame
    let layout: ChartLayout
    let canvas: Canvas

    /// Marks that would take more bytes than this in SVG become pixels.
    private static let vectorLimit = 500_000

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
            let marks = MarkPainter(chart: chart, frame: frame, place: place, canvas: canvas)
            if canvas.isVector && marks.bytes > ChartPainter.vectorLimit {
                canvas.rasterized(in: plot) { MarkPainter(chart: chart, frame: frame, place: place, canvas: $0).paint() }
            } else {
                marks.paint()
            }
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
        guard let bar = layout.colorBar, let scale = frame.barScale else { return }
        let steps = 128
        canvas.pixels(rows: steps, columns: 1, in: bar) { row, _ in
            scale.map.color(1 - (Double(row) + 0.5) / Double(steps))
        }
        canvas.stroke(corners(bar), .axis, width: 0.75, closed: true)
        for y in layout.colorTicks {
            canvas.stroke([Point(x: bar.right, y: y), Point(x: bar.right + 3, y: y)], .axis, width: 1)
        }
    }
}
