/// Several charts in rows and columns, as one picture.
public struct ChartGrid: Displayable {
    public var charts: [Chart]
    public var columns: Int

    public init(_ charts: [Chart], columns: Int = 2) {
        self.charts = charts
        self.columns = min(max(1, columns), 12)
    }

    /// More charts than this are not drawn.
    static let limit = 60

    private var shown: [Chart] { Array(charts.prefix(ChartGrid.limit)) }
    private var usedColumns: Int { min(columns, max(1, shown.count)) }

    /// All charts of one size: their own alone in a column, smaller side by side.
    private var cell: Size {
        guard let first = shown.first else { return Size(width: 240, height: 160) }
        guard usedColumns > 1 else { return first.size }
        let width = max(250, min(first.size.width, (980 / Double(usedColumns)).rounded()))
        return Size(width: width, height: max(190, (width * first.size.height / first.size.width).rounded()))
    }

    var size: Size {
        let rows = (shown.count + usedColumns - 1) / usedColumns
        return Size(width: cell.width * Double(usedColumns), height: cell.height * Double(max(1, rows)))
    }

    private func draw(on canvas: Canvas) {
        for (index, chart) in shown.enumerated() {
            var chart = chart
            chart.width = cell.width
            chart.height = cell.height
            let x = cell.width * Double(index % usedColumns)
            let y = cell.height * Double(index / usedColumns)
            canvas.shifted(x: x, y: y) { chart.draw(on: canvas) }
        }
    }

    public func svg() -> String { Canvas.svg(size) { draw(on: $0) } }

    public func png(scale: Double = 2) -> [UInt8] { Canvas.png(size, scale: scale) { draw(on: $0) } }

    /// The charts under each other.
    public func unicode(width: Int = 72, height: Int = 14, color: Bool) -> String {
        shown.map { $0.unicode(width: width, height: height, color: color) }.joined(separator: "\n\n")
    }

    public func mimeBundle() -> MIMEBundle {
        guard Typesetter.hasFont else { return MIMEBundle.withoutFont(text: unicode(color: false), terminal: unicode(color: true)) }
        var bundle = MIMEBundle(text: unicode(color: false))
            .adding(.terminal, .text(unicode(color: true)))
            .adding(.svg, .text(svg()))
            .adding(.png, .bytes(png()))
        bundle.displaySize = (Int(size.width), Int(size.height))
        return bundle
    }
}
