/// A picture of data: layers of marks over two axes.
///
/// Points with a NaN or an infinity are left out, and where arrays differ in length the shorter one counts. A chart without anything to draw is an
/// empty frame that says so.
public struct Chart: Displayable {
    public enum Mark: Sendable {
        /// Points joined in their order; a NaN breaks the line.
        case line(x: [Double], y: [Double])
        /// As a line, but each y holds until the next x.
        case step(x: [Double], y: [Double])
        /// A dot a pair. `size` is the radius in CSS pixels; `classes` colours by class and names the classes in the legend; `labels` are written
        /// beside the dots where there is room; `shades` are numbers that colour the dots by a continuous scale, in place of classes.
        case points(x: [Double], y: [Double], size: Double = 3.5, classes: [String] = [], labels: [String] = [], shades: [Double] = [])
        /// Touching bars: one more edge than heights.
        case histogram(edges: [Double], heights: [Double])
        /// A bar a category; several such layers stand side by side.
        case bars(labels: [String], heights: [Double])
        /// The area between two curves.
        case band(x: [Double], low: [Double], high: [Double])
        /// A closed outline, as of a level of density.
        case contour(x: [Double], y: [Double])
        /// A cell a number.
        case heatmap(HeatMap)
        case horizontalRule(Double)
        case verticalRule(Double)

        /// The outline on which a Normal in the plane has Mahalanobis distance `radius` from its mean. A covariance that is not positive
        /// definite has no outline.
        public static func ellipse(
            mean: (x: Double, y: Double), covariance: (xx: Double, xy: Double, yy: Double), radius: Double
        ) -> Mark {
            // The Cholesky factor carries the unit circle to the ellipse.
            let first = covariance.xx.squareRoot()
            let slant = covariance.xy / first
            let second = (covariance.yy - slant * slant).squareRoot()
            guard first > 0, second > 0, radius.isFinite else { return .contour(x: [], y: []) }
            let angles = (0..<96).map { 2 * Double.pi * Double($0) / 96 }
            let x = angles.map { mean.x + radius * first * cosine($0) }
            let y = angles.map { mean.y + radius * (slant * cosine($0) + second * sine($0)) }
            return .contour(x: x, y: y)
        }
    }

    /// A matrix of numbers, its first row on top, or at the bottom where the axes are numbers.
    public struct HeatMap: Sendable {
        public var values: [[Double]]
        public var rowLabels: [String]
        public var columnLabels: [String]
        /// Writes the number into each cell, where cells are large enough.
        public var showsNumbers: Bool
        /// The ranges that the cells cover on numeric axes, in place of labels. The first row is then the lowest.
        public var extent: (x: ClosedRange<Double>, y: ClosedRange<Double>)?

        public init(
            values: [[Double]], rowLabels: [String] = [], columnLabels: [String] = [], showsNumbers: Bool = false,
            extent: (x: ClosedRange<Double>, y: ClosedRange<Double>)? = nil
        ) {
            self.values = values
            self.rowLabels = rowLabels
            self.columnLabels = columnLabels
            self.showsNumbers = showsNumbers
            self.extent = extent
        }

        var rows: Int { values.count }
        var columns: Int { values.map(\.count).max() ?? 0 }

        /// NaN where a row is too short.
        func value(_ row: Int, _ column: Int) -> Double {
            column < values[row].count ? values[row][column] : .nan
        }
    }

    public struct Layer: Sendable {
        public var mark: Mark
        /// Its entry in the legend. Layers of one name share an entry and a colour.
        public var name: String?
        /// A place in the palette of colours; the next free one where there is none.
        public var color: Int?

        public init(_ mark: Mark, name: String? = nil, color: Int? = nil) {
            self.mark = mark
            self.name = name
            self.color = color
        }
    }

    public struct Axis: Sendable, ExpressibleByStringLiteral {
        public var title: String
        public var isLogarithmic: Bool
        /// The range shown; chosen from the data where there is none.
        public var limits: ClosedRange<Double>?

        public init(_ title: String = "", isLogarithmic: Bool = false, limits: ClosedRange<Double>? = nil) {
            self.title = title
            self.isLogarithmic = isLogarithmic
            self.limits = limits
        }

        public init(stringLiteral title: String) { self.init(title) }
    }

    public var title: String
    public var x: Axis
    public var y: Axis
    public var layers: [Layer]
    /// In CSS pixels, 96 an inch. The default is 6.4 by 4 inches.
    public var width: Double
    public var height: Double

    public init(
        title: String = "", x: Axis = Axis(), y: Axis = Axis(), layers: [Layer] = [], width: Double = 614, height: Double = 384
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.layers = layers
        self.width = width
        self.height = height
    }

    public init(title: String = "", x: String, y: String, layers: [Layer] = []) {
        self.init(title: title, x: Axis(x), y: Axis(y), layers: layers)
    }

    /// The same chart with one more layer.
    public func adding(_ mark: Mark, name: String? = nil, color: Int? = nil) -> Chart {
        var copy = self
        copy.layers.append(Layer(mark, name: name, color: color))
        return copy
    }

    /// Width and height in whole pixels, held to what can be laid out and stored.
    var size: Size {
        func held(_ length: Double, least: Double) -> Double {
            length.isFinite ? min(max(length, least), 4_000).rounded() : least
        }
        return Size(width: held(width, least: 240), height: held(height, least: 160))
    }

    public func svg() -> String { Canvas.svg(size) { self.draw(on: $0) } }

    /// `scale` is the number of pixels to a CSS pixel, held to 0.5...4.
    public func png(scale: Double = 2) -> [UInt8] { Canvas.png(size, scale: scale) { self.draw(on: $0) } }

    func draw(on canvas: Canvas) {
        let frame = ChartFrame(self)
        let layout = ChartLayout(self, frame, size: size, with: canvas.typesetter)
        ChartPainter(chart: self, frame: frame, layout: layout, canvas: canvas).paint()
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
