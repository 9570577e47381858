/// Why something cannot be shown.
public struct DisplayError: Error, Equatable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Small pictures side by side.
public struct ImageGrid: Displayable {
    /// One picture, gray or in colour.
    public struct Image: Sendable, Equatable {
        public let height: Int
        public let width: Int
        /// 1 is gray, 3 is red, green, blue.
        public let channels: Int
        /// Row by row, channels last: 0 is dark and 1 is bright. What is beyond is held to it; NaN has a colour of its own.
        public let values: [Float]

        /// - Throws: `DisplayError` where sizes and values do not agree.
        public init(height: Int, width: Int, channels: Int = 1, values: [Float]) throws(DisplayError) {
            guard height > 0, width > 0, height <= Image.limit, width <= Image.limit else {
                throw DisplayError("an image needs a height and a width in 1...\(Image.limit), not \(height) and \(width)")
            }
            guard channels == 1 || channels == 3 else {
                throw DisplayError("an image has 1 channel (gray) or 3 (red, green, blue), not \(channels)")
            }
            guard values.count == height * width * channels else {
                throw DisplayError(
                    "an image of \(height) x \(width) x \(channels) has \(height * width * channels) values, not \(values.count)")
            }
            self.height = height
            self.width = width
            self.channels = channels
            self.values = values
        }

        public init(height: Int, width: Int, channels: Int = 1, values: [Double]) throws(DisplayError) {
            try self.init(height: height, width: width, channels: channels, values: values.map { Float($0) })
        }

        /// The largest side.
        public static let limit = 4_096

        func color(_ row: Int, _ column: Int) -> Color {
            let start = (row * width + column) * channels
            let parts = (0..<3).map { Double(values[start + (channels == 3 ? $0 : 0)]) }
            guard !parts.contains(where: \.isNaN) else { return .invalid }
            return Color(red: Image.held(parts[0]), green: Image.held(parts[1]), blue: Image.held(parts[2]))
        }

        private static func held(_ part: Double) -> Double { min(max(part, 0), 1) }

        /// A smaller picture, by taking pixels at even distances; the same where it already fits.
        func color(_ row: Int, _ column: Int, of size: (rows: Int, columns: Int)) -> Color {
            color(row * height / size.rows, column * width / size.columns)
        }
    }

    public var images: [Image]
    /// Words under the images, one each; too few leave the last ones bare.
    public var captions: [String]
    /// Images in a row; near a square where there is none.
    public var columns: Int?
    public var title: String

    public init(_ images: [Image], captions: [String] = [], columns: Int? = nil, title: String = "") {
        self.images = images
        self.captions = captions
        self.columns = columns
        self.title = title
    }

    public func mimeBundle() -> MIMEBundle {
        var bundle = MIMEBundle(text: text()).adding(.terminal, .text(unicode(width: 80)))
        guard !images.isEmpty else { return bundle }
        bundle = bundle.adding(.png, .bytes(png()))
        let size = ImageGridLayout(self).size
        bundle.displaySize = (Int(size.width), Int(size.height))
        return bundle
    }

    /// The grid as a PNG, `scale` pixels to a CSS pixel.
    public func png(scale: Double = 2) -> [UInt8] {
        let layout = ImageGridLayout(self)
        return Canvas.png(layout.size, scale: scale) { layout.draw(on: $0) }
    }
}

/// Where the images of a grid stand, in CSS pixels.
struct ImageGridLayout {
    static let gap = 6.0
    /// Images a picture can hold, and its longest side.
    static let imageLimit = 1_024
    static let longest = 4_000.0

    private let grid: ImageGrid
    let columns: Int
    /// Of images, not of the whole.
    private(set) var cell: Size
    private(set) var shown: Int
    private let captionHeight: Double
    private let titleHeight: Double

    init(_ grid: ImageGrid) {
        self.grid = grid
        let widest = grid.images.map(\.width).max() ?? 1
        let highest = grid.images.map(\.height).max() ?? 1
        let zoom = Double(ImageGridLayout.zoom(max(widest, highest)))
        cell = Size(width: Double(widest) * zoom, height: Double(highest) * zoom)
        captionHeight = grid.captions.contains { !$0.isEmpty } ? 20 : 0
        titleHeight = grid.title.isEmpty ? 0 : 30
        let gap = ImageGridLayout.gap
        let mostColumns = max(1, Int((ImageGridLayout.longest - gap) / (cell.width + gap)))
        columns = min(max(1, grid.columns ?? ImageGridLayout.columns(grid.images.count)), mostColumns, max(1, grid.images.count))
        let mostRows = max(1, Int((ImageGridLayout.longest - gap - titleHeight - 24) / (cell.height + captionHeight + gap)))
        shown = min(grid.images.count, ImageGridLayout.imageLimit, mostRows * columns)
    }

    /// How many pixels a side of an image's pixel takes: small images are scaled up to 64 or a little more.
    static func zoom(_ side: Int) -> Int { max(1, (64 + side - 1) / max(1, side)) }

    /// Near a square, and without a ragged last row where a slightly wider one avoids it.
    static func columns(_ count: Int) -> Int {
        guard count > 3 else { return max(1, count) }
        var root = 1
        while root * root < count { root += 1 }
        return (root...(root + root / 2)).first { count % $0 == 0 } ?? root
    }

    private var remainder: Int { grid.images.count - shown }
    private var rows: Int { (shown + columns - 1) / columns }

    var size: Size {
        let gap = ImageGridLayout.gap
        let width = gap + Double(columns) * (cell.width + gap)
        let height = titleHeight + gap + Double(rows) * (cell.height + captionHeight + gap) + (remainder > 0 ? 24 : 0)
        return Size(width: max(width, grid.title.isEmpty && remainder == 0 ? width : 160), height: height)
    }

    /// The place of the image of this number.
    func box(_ index: Int) -> Rect {
        let gap = ImageGridLayout.gap
        let image = grid.images[index]
        let zoom = min(cell.width / Double(image.width), cell.height / Double(image.height))
        let x = gap + Double(index % columns) * (cell.width + gap)
        let y = titleHeight + gap + Double(index / columns) * (cell.height + captionHeight + gap)
        let whole = max(1, zoom.rounded(.down))
        return Rect(x: x, y: y, width: Double(image.width) * whole, height: Double(image.height) * whole)
    }

    func draw(on canvas: Canvas) {
        if !grid.title.isEmpty { write(grid.title, .axisTitle, y: 8, x: 0, width: size.width, on: canvas) }
        for index in 0..<shown {
            let image = grid.images[index]
            let box = box(index)
            canvas.pixels(rows: image.height, columns: image.width, in: box) { image.color($0, $1) }
            if index < grid.captions.count {
                let cellX = ImageGridLayout.gap + Double(index % columns) * (cell.width + ImageGridLayout.gap)
                write(grid.captions[index], .tick, y: box.y + cell.height + 3, x: cellX, width: cell.width, on: canvas)
            }
        }
        if remainder > 0 {
            write("… \(NumberText.grouped(remainder)) more", .tick, y: size.height - 22, x: 0, width: size.width, on: canvas)
        }
    }

    private func write(_ text: String, _ style: TextStyle, y: Double, x: Double, width: Double, on canvas: Canvas) {
        let measured = canvas.typesetter.measure(text, style, width: width)
        let box = Rect(x: x + (width - measured.width) / 2, y: y, width: measured.width, height: measured.height)
        canvas.text(ChartLayout.Label(text: text, style: style, box: box, isWrapped: true))
    }
}
