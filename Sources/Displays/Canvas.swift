import CPangoCairo

/// A surface in memory to draw on, in CSS pixels.
final class Canvas {
    private let context: OpaquePointer?
    let typesetter = Typesetter()
    /// Pixels to a CSS pixel, for what must be painted as pixels.
    private let resolution: Double
    /// True where what is drawn is kept as shapes.
    let isVector: Bool

    private init(_ surface: OpaquePointer?, resolution: Double, isVector: Bool) {
        context = cairo_create(surface)
        self.resolution = resolution
        self.isVector = isVector
    }

    deinit { cairo_destroy(context) }

    // MARK: Formats

    /// Collects what cairo writes.
    private final class Sink {
        var bytes: [UInt8] = []
    }

    private static let write: cairo_write_func_t = { sink, data, count in
        guard let sink, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let bytes = UnsafeBufferPointer(start: data, count: Int(count))
        Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes.append(contentsOf: bytes)
        return CAIRO_STATUS_SUCCESS
    }

    static func svg(_ size: Size, _ draw: (Canvas) -> Void) -> String {
        let sink = Sink()
        let surface = cairo_svg_surface_create_for_stream(write, Unmanaged.passUnretained(sink).toOpaque(), size.width, size.height)
        cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX)
        do {
            // Fine enough to look sharp, coarse enough that a picture full of noise stays below a megabyte.
            let canvas = Canvas(surface, resolution: 1.25, isVector: true)
            draw(canvas)
        }
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
        return SVGNames.unique(String(decoding: sink.bytes, as: UTF8.self))
    }

    static func png(_ size: Size, scale: Double, _ draw: (Canvas) -> Void) -> [UInt8] {
        // cairo's images end at 32,767 pixels a side; a quarter of a gigabyte is enough for any.
        let most = min(32_000 / max(size.width, size.height), (64_000_000 / (size.width * size.height)).squareRoot())
        let scale = min(scale.isFinite ? min(max(scale, 0.5), 4) : 1, most)
        let surface = cairo_image_surface_create(
            CAIRO_FORMAT_RGB24, Int32((size.width * scale).rounded()), Int32((size.height * scale).rounded()))
        defer { cairo_surface_destroy(surface) }
        do {
            let canvas = Canvas(surface, resolution: scale, isVector: false)
            cairo_scale(canvas.context, scale, scale)
            canvas.fill(Rect(x: 0, y: 0, width: size.width, height: size.height), .white)
            draw(canvas)
        }
        return encoded(surface)
    }

    private static func encoded(_ surface: OpaquePointer?) -> [UInt8] {
        let sink = Sink()
        cairo_surface_write_to_png_stream(surface, write, Unmanaged.passUnretained(sink).toOpaque())
        return sink.bytes
    }

    // MARK: Painting

    private func setColor(_ color: Color, _ opacity: Double) {
        cairo_set_source_rgba(context, color.red, color.green, color.blue, opacity)
    }

    func fill(_ rect: Rect, _ color: Color, opacity: Double = 1) {
        setColor(color, opacity)
        cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
        cairo_fill(context)
    }

    func fill(_ polygon: [Point], _ color: Color, opacity: Double = 1) {
        guard polygon.count > 2 else { return }
        trace(polygon)
        cairo_close_path(context)
        setColor(color, opacity)
        cairo_fill(context)
    }

    func stroke(_ points: [Point], _ color: Color, width: Double, opacity: Double = 1, dashed: Bool = false, closed: Bool = false) {
        guard points.count > 1 else { return }
        trace(points)
        if closed { cairo_close_path(context) }
        setColor(color, opacity)
        cairo_set_line_width(context, width)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(context, dashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND)
        if dashed { cairo_set_dash(context, [5, 4], 2, 0) }
        cairo_stroke(context)
        if dashed { cairo_set_dash(context, nil, 0, 0) }
    }

    private func trace(_ points: [Point]) {
        cairo_new_path(context)
        for point in points { cairo_line_to(context, point.x, point.y) }
    }

    /// A dot: a circle, or after all colours have been used a square, a diamond, a triangle.
    func dot(_ center: Point, radius: Double, shape: Int, _ color: Color, opacity: Double) {
        let half = radius * 0.9
        switch shape % 4 {
        case 0:
            // A line of no length with a round end is the shortest way to say circle in SVG.
            trace([center, center])
            setColor(color, opacity)
            cairo_set_line_cap(context, CAIRO_LINE_CAP_ROUND)
            cairo_set_line_width(context, 2 * radius)
            cairo_stroke(context)
        case 1: fill(Rect(x: center.x - half, y: center.y - half, width: 2 * half, height: 2 * half), color, opacity: opacity)
        case 2: fill([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)].map { at(center, $0, radius) }, color, opacity: opacity)
        default: fill([(0, -1.2), (1.15, 0.8), (-1.15, 0.8)].map { at(center, $0, radius) }, color, opacity: opacity)
        }
    }

    private func at(_ center: Point, _ offset: (Double, Double), _ radius: Double) -> Point {
        Point(x: center.x + offset.0 * radius, y: center.y + offset.1 * radius)
    }

    func clipped(to rect: Rect, _ body: () -> Void) {
        cairo_save(context)
        cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
        cairo_clip(context)
        body()
        cairo_restore(context)
    }

    func shifted(x: Double, y: Double, _ body: () -> Void) {
        cairo_save(context)
        cairo_translate(context, x, y)
        body()
        cairo_restore(context)
    }

    /// Text in its box. A vertical one reads upward.
    func text(_ label: ChartLayout.Label) {
        cairo_save(context)
        setColor(label.style.color, 1)
        if label.isVertical {
            cairo_translate(context, label.box.x, label.box.bottom)
            cairo_rotate(context, -Double.pi / 2)
        } else {
            cairo_translate(context, label.box.x, label.box.y)
        }
        // Half a pixel more, so that what fitted when it was measured fits again.
        let width = label.isWrapped ? (label.isVertical ? label.box.height : label.box.width) + 0.5 : nil
        typesetter.draw(label.text, label.style, width: width, lines: label.lines, centered: label.lines > 1, on: context)
        cairo_restore(context)
    }

    // MARK: Pixels

    /// Paints what `body` draws as pixels. A vector format then holds one picture in place of thousands of shapes.
    func rasterized(in rect: Rect, _ body: (Canvas) -> Void) {
        let width = Int32((rect.width * resolution).rounded(.up))
        let height = Int32((rect.height * resolution).rounded(.up))
        guard width > 0, height > 0, width <= 16_000, height <= 16_000 else { return }
        let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height)
        defer { cairo_surface_destroy(surface) }
        do {
            let inner = Canvas(surface, resolution: resolution, isVector: false)
            cairo_scale(inner.context, resolution, resolution)
            cairo_translate(inner.context, -rect.x, -rect.y)
            body(inner)
        }
        paint(surface, in: rect, width: width, height: height)
    }

    /// Paints a grid of colours, rows from the top, each cell a rectangle of equal size. In the picture that a vector format keeps, a cell takes enough
    /// pixels that a viewer which smooths pictures leaves its edges sharp.
    func pixels(rows: Int, columns: Int, in rect: Rect, color: (Int, Int) -> Color) {
        guard rows > 0, columns > 0, rows <= 4_096, columns <= 4_096 else { return }
        let down = max(1, Int(rect.height * resolution) / rows)
        let across = max(1, Int(rect.width * resolution) / columns)
        let width = Int32(columns * across)
        let height = Int32(rows * down)
        let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)
        defer { cairo_surface_destroy(surface) }
        cairo_surface_flush(surface)
        guard let data = cairo_image_surface_get_data(surface) else { return }
        let stride = Int(cairo_image_surface_get_stride(surface))
        for row in 0..<rows {
            // Hot loop: one 32-bit word a pixel, as cairo lays RGB24 out, and whole lines copied.
            let first = data + row * down * stride
            let line = UnsafeMutableRawPointer(first).assumingMemoryBound(to: UInt32.self)
            for column in 0..<columns { (line + column * across).update(repeating: color(row, column).hex, count: across) }
            for copy in 0..<down where copy > 0 { (first + copy * stride).update(from: first, count: Int(width) * 4) }
        }
        cairo_surface_mark_dirty(surface)
        paint(surface, in: rect, width: width, height: height)
    }

    private func paint(_ surface: OpaquePointer?, in rect: Rect, width: Int32, height: Int32) {
        cairo_save(context)
        cairo_translate(context, rect.x, rect.y)
        cairo_scale(context, rect.width / Double(width), rect.height / Double(height))
        cairo_set_source_surface(context, surface, 0, 0)
        cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
        cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD)
        cairo_rectangle(context, 0, 0, Double(width), Double(height))
        cairo_fill(context)
        cairo_restore(context)
    }
}
