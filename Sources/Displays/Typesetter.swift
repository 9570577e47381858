import CPangoCairo

struct TextStyle: Hashable, Sendable {
    /// Of the letters, in pixels.
    var size: Double
    var isBold = false
    var color = Color.ink

    static let title = TextStyle(size: 16, isBold: true)
    static let axisTitle = TextStyle(size: 13)
    static let tick = TextStyle(size: 12, color: .softInk)
    static let legend = TextStyle(size: 12)
    static let remark = TextStyle(size: 14, color: .softInk)
}

/// Measures and draws text with Pango, which finds a font for every script that one is installed for. A character that no font has is drawn as a box with
/// its number.
///
/// Hinting is off, so that measures are the same at every scale and in every format.
final class Typesetter {
    private let context: OpaquePointer?
    /// Layout asks for the same texts again and again while margins settle.
    private var measured: [Request: Size] = [:]

    private struct Request: Hashable {
        var text: String
        var style: TextStyle
        var width: Double?
        var lines: Int
    }

    init() {
        let map = pango_cairo_font_map_get_default()
        context = pango_font_map_create_context(map)
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        pango_context_set_round_glyph_positions(context, 0)
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(context)) }

    /// Whether this machine has any font; where it has none, Pango would draw boxes of a size that says nothing.
    static var hasFont: Bool {
        let context = pango_font_map_create_context(pango_cairo_font_map_get_default())
        defer { g_object_unref(UnsafeMutableRawPointer(context)) }
        let wanted = pango_font_description_new()
        defer { pango_font_description_free(wanted) }
        pango_font_description_set_family(wanted, families)
        guard let font = pango_context_load_font(context, wanted) else { return false }
        g_object_unref(UnsafeMutableRawPointer(font))
        return true
    }

    private static let families = "DejaVu Sans, WenQuanYi Micro Hei, sans-serif"

    /// The characters of one text that are set; nobody reads more in a picture, and text from outside may be endless.
    private static let longest = 400

    private func withLayout<Result>(
        _ text: String, _ style: TextStyle, width: Double?, lines: Int, centered: Bool, _ body: (OpaquePointer?) -> Result
    ) -> Result {
        let layout = pango_layout_new(context)
        defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
        let font = pango_font_description_new()
        defer { pango_font_description_free(font) }
        pango_font_description_set_family(font, Typesetter.families)
        pango_font_description_set_weight(font, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_font_description_set_absolute_size(font, style.size * Double(PANGO_SCALE))
        pango_layout_set_font_description(layout, font)
        let shown = TextWidth.oneLine(String(text.prefix(Typesetter.longest)))
        pango_layout_set_text(layout, shown, Int32(shown.utf8.count))
        if let width {
            pango_layout_set_width(layout, Int32(max(1, width) * Double(PANGO_SCALE)))
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
            pango_layout_set_height(layout, Int32(-max(1, lines)))
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
        }
        if centered { pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER) }
        return body(layout)
    }

    /// The space that a text takes on one line or, given a width, on `lines` lines of that width at most; what does not fit is left out for an ellipsis.
    func measure(_ text: String, _ style: TextStyle, width: Double? = nil, lines: Int = 1) -> Size {
        let request = Request(text: text, style: style, width: width, lines: lines)
        if let known = measured[request] { return known }
        let size = withLayout(text, style, width: width, lines: lines, centered: false) { layout in
            var extents = PangoRectangle()
            pango_layout_get_extents(layout, nil, &extents)
            return Size(
                width: Double(extents.width) / Double(PANGO_SCALE), height: Double(extents.height) / Double(PANGO_SCALE))
        }
        measured[request] = size
        return size
    }

    /// Draws with the upper left corner of the text's box at the origin.
    func draw(_ text: String, _ style: TextStyle, width: Double?, lines: Int, centered: Bool, on context: OpaquePointer?) {
        withLayout(text, style, width: width, lines: lines, centered: centered) { layout in
            pango_cairo_show_layout(context, layout)
        }
    }
}
