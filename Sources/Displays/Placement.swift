import Glibc

/// From the numbers of the data to places in the plot.
struct Placement {
    let xScale: Scale
    let yScale: Scale
    let plot: Rect
    let isYDownward: Bool

    init(_ frame: ChartFrame, _ x: Scale, _ y: Scale, _ plot: Rect) {
        xScale = x
        yScale = y
        self.plot = plot
        isYDownward = frame.isYDownward
    }

    /// Far outside is held near the plot: the drawing library counts in small numbers.
    private static func held(_ share: Double) -> Double { share.isNaN ? .nan : min(max(share, -20), 21) }

    func x(_ value: Double) -> Double { plot.x + Placement.held(xScale.share(value)) * plot.width }

    func y(_ value: Double) -> Double {
        let share = Placement.held(yScale.share(value))
        return isYDownward ? plot.y + share * plot.height : plot.bottom - share * plot.height
    }

    func point(_ x: Double, _ y: Double) -> Point { Point(x: self.x(x), y: self.y(y)) }

    /// Where bars stand: at zero, or at the lower end where zero is not shown.
    var yFloor: Double {
        let floor = y(0)
        return floor.isNaN ? plot.bottom : min(max(floor, plot.y), plot.bottom)
    }

    /// The radius of a dot, held to what is visible.
    static func radius(_ size: Double) -> Double { size.isFinite ? min(max(size, 0.5), 30) : 3.5 }

    /// Unbroken stretches of a line.
    func runs(_ x: [Double], _ y: [Double]) -> [[Point]] {
        var runs: [[Point]] = []
        var run: [Point] = []
        for (x, y) in zip(x, y) {
            let point = point(x, y)
            if point.x.isFinite && point.y.isFinite {
                run.append(point)
            } else if !run.isEmpty {
                runs.append(run)
                run = []
            }
        }
        if !run.isEmpty { runs.append(run) }
        return runs
    }

    /// The corners of a line of steps.
    static func steps(_ x: [Double], _ y: [Double]) -> (x: [Double], y: [Double]) {
        var xs: [Double] = []
        var ys: [Double] = []
        for (index, pair) in zip(x, y).enumerated() {
            if index > 0 {
                xs.append(pair.0)
                ys.append(y[index - 1])
            }
            xs.append(pair.0)
            ys.append(pair.1)
        }
        return (xs, ys)
    }

    /// Outlines of the unbroken stretches between two curves.
    func bands(_ x: [Double], _ low: [Double], _ high: [Double]) -> [[Point]] {
        var outlines: [[Point]] = []
        var under: [Point] = []
        var over: [Point] = []
        func close() {
            if under.count > 1 { outlines.append(Placement.thinned(over) + Placement.thinned(under).reversed()) }
            under = []
            over = []
        }
        for index in 0..<min(x.count, low.count, high.count) {
            let bottom = point(x[index], low[index])
            let top = point(x[index], high[index])
            if bottom.x.isFinite && bottom.y.isFinite && top.y.isFinite {
                under.append(bottom)
                over.append(top)
            } else {
                close()
            }
        }
        close()
        return outlines
    }

    /// The same line to the eye with fewer points: of a stretch within half a pixel of x only the first, lowest, highest and last
    /// (M4, Jugel and others, 2014).
    static func thinned(_ run: [Point]) -> [Point] {
        guard run.count > 1_000 else { return run }
        var kept: [Point] = []
        var start = 0
        while start < run.count {
            let column = (run[start].x * 2).rounded(.down)
            var end = start + 1
            while end < run.count && (run[end].x * 2).rounded(.down) == column { end += 1 }
            let stretch = start..<end
            if stretch.count <= 4 {
                kept += run[stretch]
            } else {
                let low = stretch.min { run[$0].y < run[$1].y } ?? start
                let high = stretch.max { run[$0].y < run[$1].y } ?? start
                kept += [start, min(low, high), max(low, high), end - 1].map { run[$0] }
            }
            start = end
        }
        return kept
    }

    /// What the cells of a heat map cover.
    func area(_ map: Chart.HeatMap) -> Rect {
        guard let extent = map.extent else {
            let left = x(-0.5)
            let right = x(Double(map.columns) - 0.5)
            let top = y(-0.5)
            return Rect(x: left, y: top, width: right - left, height: y(Double(map.rows) - 0.5) - top)
        }
        let left = x(extent.x.lowerBound)
        let top = y(extent.y.upperBound)
        return Rect(x: left, y: top, width: x(extent.x.upperBound) - left, height: y(extent.y.lowerBound) - top)
    }
}
