import CPangoCairo
import Foundation
import FoundationXML
import Testing

@testable import Displays

/// True where a document is well-formed XML.
func isWellFormed(_ text: String) -> Bool {
    XMLParser(data: Data(text.utf8)).parse()
}

/// A PNG read back by cairo.
struct Picture {
    let width: Int
    let height: Int
    /// 0xRRGGBB, row by row.
    let pixels: [UInt32]

    init?(_ png: [UInt8]) {
        final class Source {
            var rest: ArraySlice<UInt8>
            init(_ bytes: [UInt8]) { rest = bytes[...] }
        }
        let source = Source(png)
        let surface = cairo_image_surface_create_from_png_stream(
            { closure, data, count in
                guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
                let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
                guard source.rest.count >= Int(count) else { return CAIRO_STATUS_READ_ERROR }
                for index in 0..<Int(count) { data[index] = source.rest.removeFirst() }
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(source).toOpaque())
        defer { cairo_surface_destroy(surface) }
        guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface) else { return nil }
        let width = Int(cairo_image_surface_get_width(surface))
        let height = Int(cairo_image_surface_get_height(surface))
        let stride = Int(cairo_image_surface_get_stride(surface))
        var pixels: [UInt32] = []
        for row in 0..<height {
            UnsafeRawPointer(data + row * stride).withMemoryRebound(to: UInt32.self, capacity: width) { line in
                pixels += (0..<width).map { line[$0] & 0xFF_FFFF }
            }
        }
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    subscript(row: Int, column: Int) -> UInt32 { pixels[row * width + column] }
}

/// Numbers that look like noise and are the same each time.
func noise(_ count: Int) -> [Double] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }
}

/// Charts that have broken others.
let nastyCharts: [(name: String, chart: Chart)] = {
    let long = "a very long label that nobody would want to read in full on any axis of any chart whatever"
    let ten = (0..<10).map(Double.init)
    func line(_ x: [Double], _ y: [Double], title: String = "Title") -> Chart {
        Chart(title: title, x: "x", y: "y", layers: [.init(.line(x: x, y: y), name: "series")])
    }
    let classes = (0..<40).map { "class \($0)" }
    let confusion = (0..<10).map { row in (0..<10).map { Double(row == $0 ? 40 : 1) } }
    return [
        ("plain", line(ten, ten)),
        ("huge", line([-1e300, 1e299], [1e250, -2e250])),
        ("beyond", line([-1.7e308, 1.7e308], [.leastNonzeroMagnitude, -.leastNormalMagnitude])),
        ("negative", line(ten.map { -$0 * 12_345 }, ten.map { -$0 * 0.000_012_3 })),
        ("close together", line(ten, ten.map { 1 + $0 * 1e-13 })),
        ("close together and large", line(ten.map { 123_456_789 + $0 * 1e-3 }, ten.map { -9_876_543.25 - $0 * 1e-4 })),
        ("one unit apart", line([1, 1.0.nextUp], [1e16, 1e16 + 2])),
        ("constant", line(ten, ten.map { _ in 42 })),
        ("one point", Chart(x: "x", y: "y", layers: [.init(.points(x: [3], y: [-7]))])),
        ("no points", Chart(title: "Nothing", x: "x", y: "y", layers: [.init(.points(x: [], y: []))])),
        ("no layers", Chart()),
        ("all NaN", line(ten, ten.map { _ in .nan })),
        ("infinite", line([0, .infinity, 2], [1, 2, -.infinity])),
        ("some NaN", line(ten, [0, 1, .nan, 3, .nan, 5, 6, .infinity, 8, 9])),
        ("unequal lengths", line(ten, [1, 2, 3])),
        (
            "long titles",
            Chart(title: long + long, x: .init(long + long), y: .init(long + long), layers: [.init(.line(x: ten, y: ten), name: long)])
        ),
        ("Chinese", Chart(title: "隐变量模型：证据下界", x: "轮数", y: "证据下界（纳特）", layers: [.init(.line(x: ten, y: ten), name: "变分自编码器")])),
        ("controls", line(ten, ten, title: "line\nbreak \u{1B}[31m \u{0} \u{202E}tab\t")),
        ("fifty categories", Chart(y: "count", layers: [.init(.bars(labels: (0..<50).map { "category \($0)" }, heights: noise(50)))])),
        (
            "long categories",
            Chart(y: "count", layers: [.init(.bars(labels: [long, long, "short", "标签标签标签"], heights: [1, -2, 3, .nan]))])
        ),
        (
            "two series of bars",
            Chart(layers: [
                .init(.bars(labels: ["a", "b"], heights: [1, 2]), name: "one"),
                .init(.bars(labels: ["a", "b"], heights: [3, -1]), name: "two"),
            ])
        ),
        ("no bars", Chart(layers: [.init(.bars(labels: [], heights: []))])),
        ("many classes", Chart(layers: [.init(.points(x: noise(40), y: noise(40).reversed(), classes: classes))])),
        ("shaded points", Chart(x: "x", layers: [.init(.points(x: noise(40), y: noise(40).reversed(), shades: noise(40)))])),
        (
            "shaded over cells",
            Chart(layers: [
                .init(.heatmap(.init(values: [[0, 1]], extent: (0...1, 0...1)))), .init(.points(x: [0.5], y: [0.5], shades: [.nan])),
            ])
        ),
        ("names of points", Chart(layers: [.init(.points(x: noise(40), y: noise(40).reversed(), labels: classes + [long]))])),
        (
            "log",
            Chart(
                x: .init("x", isLogarithmic: true), y: .init("y", isLogarithmic: true),
                layers: [.init(.line(x: [1e-9, 1, 1e12], y: [3, 4, 5]))])
        ),
        ("log of nothing positive", Chart(y: .init("y", isLogarithmic: true), layers: [.init(.line(x: ten, y: ten.map { -$0 }))])),
        ("log of extremes", Chart(y: .init("y", isLogarithmic: true), layers: [.init(.points(x: [1, 2], y: [1e-280, 1e280]))])),
        ("limits", Chart(x: .init("x", limits: 2...3), y: .init("y", limits: -1...1e6), layers: [.init(.line(x: ten, y: ten))])),
        ("empty limits", Chart(x: .init("x", limits: 2...2), layers: [.init(.line(x: ten, y: ten))])),
        ("histogram", Chart(x: "x", y: "count", layers: [.init(Histogram(noise(500)).mark())])),
        ("negative histogram", Chart(layers: [.init(.histogram(edges: [0, 1, 2], heights: [-1, 2]))])),
        ("broken histogram", Chart(layers: [.init(.histogram(edges: [0], heights: [1, 2]))])),
        (
            "confusion",
            Chart(title: "Confusion", x: "predicted", y: "actual", layers: [.init(.heatmap(.init(values: confusion, showsNumbers: true)))])
        ),
        (
            "ragged cells",
            Chart(layers: [.init(.heatmap(.init(values: [[1, 2, 3], [.nan], []], rowLabels: [long], columnLabels: ["标签"])))])
        ),
        ("one cell", Chart(layers: [.init(.heatmap(.init(values: [[5]])))])),
        ("no cells", Chart(layers: [.init(.heatmap(.init(values: [])))])),
        ("many cells", Chart(layers: [.init(.heatmap(.init(values: (0..<120).map { row in (0..<150).map { Double(row * $0) } })))])),
        (
            "density",
            Chart(
                x: "x", y: "y",
                layers: [
                    .init(.heatmap(.init(values: [[0, 1e-9], [2e-9, 3e-9]], extent: (-1...1, 0...1e6)))), .init(.points(x: [0], y: [5])),
                ])
        ),
        (
            "band and rules",
            Chart(layers: [
                .init(.band(x: ten, low: ten, high: ten.map { $0 + 1 })), .init(.horizontalRule(3), name: "rule"),
                .init(.verticalRule(.nan)),
            ])
        ),
        ("only a rule", Chart(layers: [.init(.horizontalRule(3))])),
        (
            "ellipse",
            Chart(layers: [
                .init(.ellipse(mean: (0, 0), covariance: (1, 0.5, 1), radius: 2)),
                .init(.ellipse(mean: (0, 0), covariance: (1, 2, 1), radius: 2)),
            ])
        ),
        ("steps", Chart(layers: [.init(.step(x: ten, y: ten))])),
        (
            "far series",
            Chart(layers: [.init(.line(x: ten, y: ten), color: -3), .init(.points(x: ten, y: ten, size: .nan), color: 10_000)])
        ),
    ]
}()
