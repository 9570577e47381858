/// What a chart shows, worked out from its layers: scales, categories, colours and legend. It knows nothing about pixels.
struct ChartFrame: Sendable {
    struct Entry: Hashable, Sendable {
        enum Symbol: Hashable, Sendable { case line, dashes, dot, box, area }
        var name: String
        var symbol: Symbol
        /// A place among the series; -1 is the gray of rules.
        var series: Int

        var color: Color { series < 0 ? .rule : Color.series(series) }
        var shape: Int { max(0, series) / Color.cycle }
    }

    /// Nil where there is nothing to draw.
    var x: Scale?
    var y: Scale?
    /// Names at 0, 1, 2, ... in place of numbers.
    var xCategories: [String]?
    var yCategories: [String]?
    /// Heat maps with labels count their rows downward.
    var isYDownward = false
    var legend: [Entry] = []
    /// The series of each layer; of points with classes, of the first class.
    var series: [Int] = []
    /// The series of each class of the chart.
    var classSeries: [String: Int] = [:]
    /// The colours of the cells of a heat map.
    var heat: ColorScale?
    /// The colours of points that have numbers for classes.
    var shades: ColorScale?

    /// What the colour bar explains.
    var barScale: ColorScale? { heat ?? shades }

    var isEmpty: Bool { x == nil || y == nil }

    init(_ chart: Chart) {
        nameSeries(chart)
        let numbers = chart.layers.flatMap { (layer) -> [Double] in
            guard case .points(_, _, _, _, _, let shades) = layer.mark else { return [] }
            return shades
        }
        if !numbers.isEmpty { shades = ColorScale(dots: numbers) }
        var xs = Extremes()
        var ys = Extremes()
        for layer in chart.layers { include(layer.mark, &xs, &ys, chart) }
        guard xs.hasMarks else { return }
        for layer in chart.layers {
            switch layer.mark {
            case .horizontalRule(let value): ys.include([value])
            case .verticalRule(let value): xs.include([value])
            default: break
            }
        }
        x = xCategories.map { Scale(low: -0.5, high: Double(max(1, $0.count)) - 0.5) } ?? xs.scale(chart.x)
        y = yCategories.map { Scale(low: -0.5, high: Double(max(1, $0.count)) - 0.5) } ?? ys.scale(chart.y)
    }

    /// What the layers need along one axis.
    private struct Extremes {
        var low = Double.infinity
        var high = -Double.infinity
        var isLogarithmic = false
        var padding = 0.03
        /// An end where bars stand, which takes no padding.
        var pinned: (low: Double?, high: Double?) = (nil, nil)
        var hasMarks = false
        /// Cells reach to the ends, without padding.
        var isFilled = false

        mutating func include(_ values: some Sequence<Double>) {
            for value in values {
                guard let value = Scale.plottable(value), !isLogarithmic || value > 0 else { continue }
                low = min(low, value)
                high = max(high, value)
            }
        }

        func scale(_ axis: Chart.Axis) -> Scale? {
            Scale.covering(low <= high ? [low, high] : [], axis: axis, padding: isFilled ? 0 : padding, pinned: pinned)
        }
    }

    private mutating func include(_ mark: Chart.Mark, _ xs: inout Extremes, _ ys: inout Extremes, _ chart: Chart) {
        xs.isLogarithmic = chart.x.isLogarithmic
        ys.isLogarithmic = chart.y.isLogarithmic
        /// Only pairs of which both can be drawn widen the axes.
        func pairs(_ x: [Double], _ y: [Double]) {
            for (x, y) in zip(x, y) {
                guard let x = Scale.plottable(x), let y = Scale.plottable(y) else { continue }
                if (chart.x.isLogarithmic && x <= 0) || (chart.y.isLogarithmic && y <= 0) { continue }
                xs.include([x])
                ys.include([y])
                xs.hasMarks = true
            }
        }
        switch mark {
        case .line(let x, let y), .step(let x, let y), .contour(let x, let y):
            ys.padding = max(ys.padding, 0.05)
            pairs(x, y)
        case .points(let x, let y, _, _, _, _):
            xs.padding = max(xs.padding, 0.05)
            ys.padding = max(ys.padding, 0.06)
            pairs(x, y)
        case .band(let x, let low, let high):
            ys.padding = max(ys.padding, 0.05)
            pairs(x, low)
            pairs(x, high)
        case .histogram(let edges, let heights):
            ys.padding = max(ys.padding, 0.05)
            pairs(edges, heights)
            pairs(Array(edges.dropFirst()), heights)
            ys.include([0])
            ys.pinned = (0, 0)
        case .bars(let labels, let heights):
            let old = xCategories ?? []
            xCategories = labels.count > old.count ? labels : old
            ys.padding = max(ys.padding, 0.05)
            pairs(heights.indices.prefix(labels.count).map(Double.init), heights)
            ys.include([0])
            ys.pinned = (0, 0)
        case .heatmap(let map): include(map, &xs, &ys)
        case .horizontalRule, .verticalRule: break
        }
    }

    private mutating func include(_ map: Chart.HeatMap, _ xs: inout Extremes, _ ys: inout Extremes) {
        guard map.rows > 0, map.columns > 0 else { return }
        xs.hasMarks = true
        if let extent = map.extent {
            xs.include([extent.x.lowerBound, extent.x.upperBound])
            ys.include([extent.y.lowerBound, extent.y.upperBound])
            xs.isFilled = true
            ys.isFilled = true
        } else {
            isYDownward = true
            xCategories = (0..<map.columns).map { $0 < map.columnLabels.count ? map.columnLabels[$0] : String($0) }
            yCategories = (0..<map.rows).map { $0 < map.rowLabels.count ? map.rowLabels[$0] : String($0) }
        }
        heat = ColorScale(cells: map.values.joined(), showsNumbers: map.showsNumbers)
    }

    // MARK: Colours and legend

    private mutating func nameSeries(_ chart: Chart) {
        var next = 0
        var named: [String: Int] = [:]
        for layer in chart.layers {
            var own: Int?
            if let color = layer.color {
                own = max(0, color)
            } else if let name = layer.name, let known = named[name] {
                own = known
            }
            switch layer.mark {
            case .points(_, _, _, let classes, _, _) where !classes.isEmpty:
                let names = ChartFrame.ordered(classes)
                for name in names where classSeries[name] == nil {
                    classSeries[name] = (own ?? next) + (own == nil ? 0 : classSeries.count)
                    if own == nil { next += 1 }
                    enter(name, .dot, classSeries[name] ?? 0)
                }
                series.append(names.first.flatMap { classSeries[$0] } ?? 0)
                continue
            case .horizontalRule, .verticalRule:
                series.append(own ?? -1)
                if let name = layer.name { enter(name, .dashes, own ?? -1) }
                continue
            case .heatmap:
                series.append(0)
                continue
            default: break
            }
            let index = own ?? next
            if own == nil { next += 1 }
            series.append(index)
            guard let name = layer.name else { continue }
            named[name] = index
            enter(name, ChartFrame.symbol(layer.mark), index)
        }
    }

    private mutating func enter(_ name: String, _ symbol: Entry.Symbol, _ series: Int) {
        guard !name.isEmpty, !legend.contains(where: { $0.name == name }) else { return }
        legend.append(Entry(name: name, symbol: symbol, series: series))
    }

    private static func symbol(_ mark: Chart.Mark) -> Entry.Symbol {
        switch mark {
        case .line, .step, .contour: .line
        case .points: .dot
        case .histogram, .bars, .heatmap: .box
        case .band: .area
        case .horizontalRule, .verticalRule: .dashes
        }
    }

    /// Classes in the order of their numbers where all are numbers, else as they come.
    private static func ordered(_ classes: [String]) -> [String] {
        var seen = Set<String>()
        let names = classes.filter { seen.insert($0).inserted }
        let numbers = names.compactMap { Double($0) }
        guard numbers.count == names.count else { return names }
        return zip(numbers, names).sorted { $0.0 < $1.0 }.map(\.1)
    }
}
