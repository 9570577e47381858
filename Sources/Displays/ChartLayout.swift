/// Where everything of a chart stands, in pixels. Margins follow from the measured text, so that no label leaves the picture or touches another.
struct ChartLayout {
    struct Label {
        var text: String
        var style: TextStyle
        /// What the text covers in the picture.
        var box: Rect
        /// Read upward.
        var isVertical = false
        /// Held to the width of its box: broken into lines or ended by an ellipsis.
        var isWrapped = false
        var lines = 1
    }

    struct Swatch {
        var entry: ChartFrame.Entry
        var box: Rect
    }

    let size: Size
    /// Where the data are drawn.
    private(set) var plot: Rect
    private(set) var labels: [Label] = []
    private(set) var swatches: [Swatch] = []
    /// Places of ticks in pixels.
    private(set) var xTicks: [Double] = []
    private(set) var yTicks: [Double] = []
    /// The colours of a heat map or of points, and their numbers.
    private(set) var colorBar: Rect?
    private(set) var colorTicks: [Double] = []

    static let edge = 12.0
    private static let gap = 8.0

    private let typesetter: Typesetter

    init(_ chart: Chart, _ frame: ChartFrame, size: Size, with typesetter: Typesetter) {
        self.size = size
        self.typesetter = typesetter
        plot = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let top = placeTitle(chart.title)
        let side = placeLegend(frame.legend, top: top)
        guard let x = frame.x, let y = frame.y else {
            plot = Rect(x: ChartLayout.edge, y: top, width: side - ChartLayout.edge, height: size.height - top - ChartLayout.edge)
            placeNothing(frame)
            return
        }
        let bar = frame.barScale.flatMap { scale in
            chart.showsColorBar
                ? AxisText.numbers(Scale(low: scale.low, high: scale.high), length: size.height - top - 60, along: false, typesetter) : nil
        }
        let barWidth = bar.map { $0.extent + 14 + 6 + 14 } ?? 0
        let right = side - barWidth
        placeAxes(chart, frame, x, y, top: top, right: right)
        let place = Placement(frame, x, y, plot)
        for layer in chart.layers { placePointLabels(layer.mark, place) }
        if let bar, let scale = frame.barScale { placeColorBar(bar, Scale(low: scale.low, high: scale.high), right: side) }
    }

    // MARK: Title and legend

    /// The upper end of the plot.
    private mutating func placeTitle(_ title: String) -> Double {
        guard !title.isEmpty else { return ChartLayout.edge + 4 }
        let width = size.width - 2 * ChartLayout.edge
        let text = typesetter.measure(title, .title, width: width, lines: 2)
        let isLong = text.height > TextStyle.title.size * 1.8
        let box = Rect(x: (size.width - text.width) / 2, y: ChartLayout.edge, width: text.width, height: text.height)
        labels.append(Label(text: title, style: .title, box: box, isWrapped: true, lines: isLong ? 2 : 1))
        return box.bottom + 12
    }

    /// The right end of what is left for the plot.
    private mutating func placeLegend(_ entries: [ChartFrame.Entry], top: Double) -> Double {
        let side = size.width - ChartLayout.edge
        guard !entries.isEmpty else { return side }
        let key = 26.0
        let line = 19.0
        let room = max(1, Int((size.height - top - ChartLayout.edge) / line))
        let shown = entries.count <= room ? entries : Array(entries.prefix(max(0, room - 1)))
        let most = size.width * 0.28 - key
        var names = shown.map(\.name)
        if shown.count < entries.count { names.append("… \(entries.count - shown.count) more") }
        let sizes = names.map { typesetter.measure($0, .legend, width: most) }
        let width = sizes.map(\.width).max() ?? 0
        let left = side - width - key
        for (index, name) in names.enumerated() {
            let y = top + Double(index) * line
            let box = Rect(x: left + key, y: y + (line - sizes[index].height) / 2, width: sizes[index].width, height: sizes[index].height)
            labels.append(Label(text: name, style: .legend, box: box, isWrapped: true))
            if index < shown.count {
                swatches.append(Swatch(entry: shown[index], box: Rect(x: left, y: y, width: key - 8, height: line)))
            }
        }
        return left - 16
    }

    private mutating func placeNothing(_ frame: ChartFrame) {
        let text = "no data"
        let measured = typesetter.measure(text, .remark)
        let box = Rect(
            x: plot.center.x - measured.width / 2, y: plot.center.y - measured.height / 2, width: measured.width, height: measured.height)
        labels.append(Label(text: text, style: .remark, box: box))
    }

    // MARK: Axes

    /// Margins grow until all tick labels fit. They never shrink, so that this ends.
    private mutating func placeAxes(_ chart: Chart, _ frame: ChartFrame, _ x: Scale, _ y: Scale, top: Double, right: Double) {
        let title = typesetter.measure("x", .axisTitle).height
        let edge = ChartLayout.edge
        var margins = (left: edge, right: size.width - right, bottom: edge)
        var xText = AxisText()
        var yText = AxisText()
        for _ in 0..<10 {
            plot = Rect(
                x: margins.left, y: top, width: size.width - margins.left - margins.right, height: size.height - top - margins.bottom)
            yText = AxisText.make(y, frame.yCategories, length: plot.height, along: false, room: size.width * 0.28, typesetter)
            xText = AxisText.make(x, frame.xCategories, length: plot.width, along: true, room: size.height * 0.3, typesetter)
            let xTitle = xText.title(chart.x.title)
            let yTitle = yText.title(chart.y.title)
            let left = edge + (yTitle.isEmpty ? 0 : title + 6) + yText.extent + ChartLayout.gap
            let bottom = edge + (xTitle.isEmpty ? 0 : title + 6) + xText.extent + ChartLayout.gap
            let overhang = xText.overhang(plot.width)
            let wanted = (
                left: max(margins.left, left, overhang.before + edge / 2),
                right: max(margins.right, overhang.after + edge / 2), bottom: max(margins.bottom, bottom)
            )
            if wanted == margins { break }
            margins = wanted
        }
        placeTicks(xText, yText, isDownward: frame.isYDownward)
        placeAxisTitles(xText.title(chart.x.title), yText.title(chart.y.title), height: title)
    }

    private mutating func placeTicks(_ xText: AxisText, _ yText: AxisText, isDownward: Bool) {
        for item in xText.items {
            let center = plot.x + item.share * plot.width
            xTicks.append(center)
            let size = item.size
            let box = Rect(x: center - size.width / 2, y: plot.bottom + ChartLayout.gap, width: size.width, height: size.height)
            labels.append(
                Label(
                    text: item.text, style: .tick, box: box, isVertical: xText.isVertical, isWrapped: xText.isWrapped, lines: item.lines))
        }
        for item in yText.items {
            let center = isDownward ? plot.y + item.share * plot.height : plot.bottom - item.share * plot.height
            yTicks.append(center)
            let size = item.size
            let box = Rect(
                x: plot.x - ChartLayout.gap - size.width, y: center - size.height / 2, width: size.width, height: size.height)
            labels.append(Label(text: item.text, style: .tick, box: box, isWrapped: yText.isWrapped))
        }
    }

    private mutating func placeAxisTitles(_ x: String, _ y: String, height: Double) {
        if !x.isEmpty {
            let width = typesetter.measure(x, .axisTitle, width: plot.width).width
            let box = Rect(x: plot.center.x - width / 2, y: size.height - ChartLayout.edge - height, width: width, height: height)
            labels.append(Label(text: x, style: .axisTitle, box: box, isWrapped: true))
        }
        if !y.isEmpty {
            let width = typesetter.measure(y, .axisTitle, width: plot.height).width
            let box = Rect(x: ChartLayout.edge, y: plot.center.y - width / 2, width: height, height: width)
            labels.append(Label(text: y, style: .axisTitle, box: box, isVertical: true, isWrapped: true))
        }
    }

    private mutating func placeColorBar(_ text: AxisText, _ scale: Scale, right: Double) {
        let bar = Rect(x: right - text.extent - 6 - 14, y: plot.y, width: 14, height: plot.height)
        colorBar = bar
        let fitted = AxisText.numbers(scale, length: bar.height, along: false, typesetter)
        for item in fitted.items {
            guard item.size.width <= text.extent + 1 else { continue }
            let center = bar.bottom - item.share * bar.height
            colorTicks.append(center)
            labels.append(
                Label(
                    text: item.text, style: .tick,
                    box: Rect(x: bar.right + 6, y: center - item.size.height / 2, width: item.size.width, height: item.size.height)))
        }
    }

    // MARK: Names of points

    /// Beside each point, where it is free.
    private mutating func placePointLabels(_ mark: Chart.Mark, _ place: Placement) {
        guard case .points(let x, let y, let size, _, let names, _) = mark, !names.isEmpty else { return }
        let style = TextStyle(size: 11, color: .softInk)
        let count = min(x.count, y.count, names.count, 400)
        let points = (0..<count).map { place.point(x[$0], y[$0]) }
        let radius = Placement.radius(size)
        let dots = points.map { Rect(x: $0.x - radius, y: $0.y - radius, width: 2 * radius, height: 2 * radius) }
        for index in 0..<count where points[index].x.isFinite && points[index].y.isFinite && !names[index].isEmpty {
            let text = typesetter.measure(names[index], style, width: 140)
            for corner in ChartLayout.corners(around: points[index], reach: radius + 3, text) {
                let box = Rect(x: corner.x, y: corner.y, width: text.width, height: text.height)
                guard isFree(box, dots) else { continue }
                labels.append(Label(text: names[index], style: style, box: box, isWrapped: true))
                break
            }
        }
    }

    /// Right, left, above, below.
    private static func corners(around point: Point, reach: Double, _ text: Size) -> [Point] {
        [
            Point(x: point.x + reach, y: point.y - text.height / 2),
            Point(x: point.x - reach - text.width, y: point.y - text.height / 2),
            Point(x: point.x - text.width / 2, y: point.y - reach - text.height),
            Point(x: point.x - text.width / 2, y: point.y + reach),
        ]
    }

    private func isFree(_ box: Rect, _ dots: [Rect]) -> Bool {
        plot.contains(box) && !labels.contains { $0.box.intersects(box) } && !dots.contains { $0.intersects(box) }
    }
}

extension Chart {
    /// Numbers written in cells need no key.
    var showsColorBar: Bool {
        layers.contains { layer in
            switch layer.mark {
            case .heatmap(let map): !map.showsNumbers && map.rows > 0 && map.columns > 0
            case .points(_, _, _, _, _, let shades): !shades.isEmpty
            default: false
            }
        }
    }
}
