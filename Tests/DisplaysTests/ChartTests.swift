import Testing

@testable import Displays

@Test func ticksAreNiceFewAndDistinct() {
    let ranges: [(Double, Double)] = [
        (0, 1), (0, 10), (-3, 7), (0.001, 0.002), (1e-12, 2e-12), (1, 1 + 1e-12), (123_456_789, 123_456_790), (-1e300, 1e300), (0, 3e-290),
        (-7.3, -7.1), (999_999, 1_000_001), (0, 1e6), (1e15, 1e15 + 100),
    ]
    for (low, high) in ranges {
        for most in 2...9 {
            let result = Ticks.linear(low, high, most: most)
            let values = result.ticks.map(\.value)
            #expect(values.count <= most && !values.isEmpty, "\(low)...\(high), \(most)")
            if most > 3 { #expect(values.count >= 2, "\(low)...\(high), \(most)") }
            let slack = (high - low) * 1e-6
            #expect(values.allSatisfy { $0 >= low - slack && $0 <= high + slack })
            #expect(Set(result.ticks.map(\.label)).count == values.count, "\(result)")
            #expect(result.ticks.allSatisfy { $0.label.count <= 14 }, "\(result)")
        }
    }
}

@Test func tickLabels() {
    let cases: [(Double, Double, Int, [String], String?)] = [
        (0, 1, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], nil),
        (-1, 1, 5, ["−1.0", "−0.5", "0.0", "0.5", "1.0"], nil),
        (0, 40_000, 5, ["0", "10,000", "20,000", "30,000", "40,000"], nil),
        (0, 3e9, 4, ["0", "1×10⁹", "2×10⁹", "3×10⁹"], nil),
        (0, 3e-7, 4, ["0", "1×10⁻⁷", "2×10⁻⁷", "3×10⁻⁷"], nil),
        (1, 1 + 2e-9, 3, ["0", "1×10⁻⁹", "2×10⁻⁹"], "1"),
    ]
    for (low, high, most, labels, offset) in cases {
        let ticks = Ticks.linear(low, high, most: most)
        #expect(ticks.ticks.map(\.label) == labels)
        #expect(ticks.offset == offset)
    }
    #expect(Ticks.logarithmic(1, 1_000, most: 5).ticks.map(\.label) == ["1", "10", "100", "1000"])
    #expect(Ticks.logarithmic(1e-9, 1e9, most: 5).ticks.map(\.label) == ["10⁻⁸", "10⁻⁴", "10⁰", "10⁴", "10⁸"])
    #expect(Ticks.logarithmic(2, 9, most: 9).ticks.count >= 2)
}

@Test func labelsNeitherTouchNorLeaveThePicture() {
    let typesetter = Typesetter()
    for (name, chart) in nastyCharts {
        for (width, height) in [(614.0, 384.0), (300, 200), (1, 1), (900, 300)] {
            var chart = chart
            chart.width = width
            chart.height = height
            let size = chart.size
            let layout = ChartLayout(chart, ChartFrame(chart), size: size, with: typesetter)
            let picture = Rect(x: 0, y: 0, width: size.width, height: size.height)
            #expect(layout.plot.width > 40 && layout.plot.height > 20, "\(name) \(width): \(layout.plot)")
            for (index, label) in layout.labels.enumerated() {
                #expect(picture.contains(label.box), "\(name) \(width): \(label.text) \(label.box)")
                for other in layout.labels[(index + 1)...] {
                    #expect(!label.box.intersects(other.box), "\(name) \(width): \(label.text) and \(other.text)")
                }
            }
        }
    }
}

@Test func everyChartBecomesSoundSVG() {
    for (name, chart) in nastyCharts {
        let svg = chart.svg()
        #expect(isWellFormed(svg), "\(name)")
        #expect(svg.utf8.count < 1_000_000, "\(name)")
        #expect(!svg.contains(" nan") && !svg.contains(" inf"), "\(name)")
        #expect(svg == chart.svg(), "\(name)")
    }
}

@Test func chartsOfChanceStayInBounds() {
    var draws = noise(40_000)[...]
    func next() -> Double { draws.popFirst() ?? 0 }
    func number() -> Double {
        let odd: [Double] = [0, 1, -1, .nan, .infinity, 1e300, -1e-300, 1e308, .leastNonzeroMagnitude]
        return next() < 0.3 ? odd[Int(next() * 9)] : (next() - 0.5) * power(10, (next() * 40 - 20).rounded())
    }
    func numbers() -> [Double] { (0..<Int(next() * 12)).map { _ in number() } }
    func range() -> ClosedRange<Double>? {
        let ends = [number(), number()].filter { !$0.isNaN }.sorted()
        return next() < 0.3 && ends.count == 2 ? ends[0]...ends[1] : nil
    }
    func mark() -> Chart.Mark {
        switch Int(next() * 10) {
        case 0: .line(x: numbers(), y: numbers())
        case 1: .step(x: numbers(), y: numbers())
        case 2:
            .points(
                x: numbers(), y: numbers(), size: number(), classes: numbers().map { "\($0)" }, labels: numbers().map { "\($0)" },
                shades: numbers())
        case 3: .histogram(edges: numbers(), heights: numbers())
        case 4: .bars(labels: numbers().map { "\($0)" }, heights: numbers())
        case 5: .band(x: numbers(), low: numbers(), high: numbers())
        case 6: .heatmap(.init(values: (0..<Int(next() * 4)).map { _ in numbers() }, showsNumbers: next() < 0.5))
        case 7: Histogram(numbers()).mark(density: next() < 0.5)
        case 8: .ellipse(mean: (number(), number()), covariance: (number(), number(), number()), radius: number())
        default: next() < 0.5 ? .horizontalRule(number()) : .verticalRule(number())
        }
    }
    let typesetter = Typesetter()
    for round in 0..<150 {
        let x = Chart.Axis("x", isLogarithmic: next() < 0.2, limits: range())
        let y = Chart.Axis("y", isLogarithmic: next() < 0.2, limits: range())
        let layers = (0..<(1 + Int(next() * 3))).map { _ in Chart.Layer(mark(), name: next() < 0.5 ? "s\(next())" : nil) }
        let chart = Chart(title: "chance", x: x, y: y, layers: layers)
        let layout = ChartLayout(chart, ChartFrame(chart), size: chart.size, with: typesetter)
        let picture = Rect(x: 0, y: 0, width: chart.size.width, height: chart.size.height)
        for (index, label) in layout.labels.enumerated() {
            #expect(picture.contains(label.box), "\(round): \(label) in \(chart)")
            #expect(!layout.labels[(index + 1)...].contains { $0.box.intersects(label.box) }, "\(round): \(label) in \(chart)")
        }
        let svg = chart.svg()
        #expect(isWellFormed(svg) && !svg.contains(" nan") && !svg.contains(" inf"), "\(round): \(chart)")
        let widths = Set(chart.unicode(color: false).split(separator: "\n", omittingEmptySubsequences: false).map { TextWidth.of($0) })
        #expect(widths == [72], "\(round): \(chart)")
    }
}

@Test func namesInsideAnSVGAreItsOwn() {
    func names(_ svg: String) -> Set<Substring> {
        Set(svg.split(separator: "id=\"").dropFirst().compactMap { $0.split(separator: "\"").first })
    }
    let first = Chart(title: "one", x: "x", y: "y", layers: [.init(.line(x: [0, 1], y: [0, 1]))])
    let second = Chart(title: "two", x: "x", y: "y", layers: [.init(.line(x: [0, 1], y: [0, 1]))])
    #expect(names(first.svg()).count > 5)
    #expect(names(first.svg()).isDisjoint(with: names(second.svg())))
}

@Test func manyMarksStaySmall() {
    let x = noise(30_000)
    let y = Array(x.reversed())
    let layers: [Chart.Mark] = [
        .points(x: x, y: y), .line(x: x, y: y), .line(x: x.indices.map(Double.init), y: y), .step(x: x.indices.map(Double.init), y: y),
        .band(x: x.indices.map(Double.init), low: x, high: x.map { $0 + 1 }),
    ]
    for mark in layers {
        let svg = Chart(layers: [.init(mark)]).svg()
        #expect(svg.utf8.count < 1_000_000)
        #expect(isWellFormed(svg))
    }
}

@Test func picturesHaveTheirSize() throws {
    let chart = nastyCharts[0].chart
    for scale in [1.0, 2] {
        let png = chart.png(scale: scale)
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        // IHDR: width and height, big end first, from byte 16.
        let sides = [16, 20].map { at in png[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
        #expect(sides == [Int(614 * scale), Int(384 * scale)])
        let picture = try #require(Picture(png))
        #expect(picture.width == sides[0] && picture.height == sides[1])
        // The line is there in the first colour of the palette.
        #expect(picture.pixels.contains(0x0072B2))
        #expect(picture[0, 0] == 0xFFFFFF)
        #expect(png == chart.png(scale: scale))
    }
    let grid = ChartGrid([chart, chart, chart], columns: 2)
    let picture = try #require(Picture(grid.png(scale: 1)))
    #expect(picture.width == Int(grid.size.width) && picture.height == Int(grid.size.height))
    #expect(isWellFormed(grid.svg()))
    #expect(isWellFormed(ChartGrid([]).svg()))
}

@Test func aDotIsWhereItsNumbersSay() throws {
    var chart = Chart(x: Chart.Axis(limits: 0...10), y: Chart.Axis(limits: 0...10))
    chart.layers = [.init(.points(x: [2.5], y: [7.5], size: 6), color: 1)]
    let frame = ChartFrame(chart)
    let plot = ChartLayout(chart, frame, size: chart.size, with: Typesetter()).plot
    let picture = try #require(Picture(chart.png(scale: 1)))
    let row = Int(plot.y + plot.height / 4)
    let column = Int(plot.x + plot.width / 4)
    // Vermilion at three quarters over white.
    #expect(picture[row, column] >> 16 > 0xD0 && picture[row, column] & 0xFF < 0x60)
    #expect(picture[row, column + 20] == 0xFFFFFF)
}

@Test func legendNamesWhatIsDrawn() {
    let chart = Chart(layers: [
        .init(.points(x: [1, 2, 3], y: [1, 2, 3], classes: ["10", "9", "10"])), .init(.line(x: [1], y: [1]), name: "fit"),
        .init(.band(x: [1], low: [0], high: [2]), name: "fit"), .init(.horizontalRule(2), name: "rule"), .init(.line(x: [1], y: [1])),
    ])
    let frame = ChartFrame(chart)
    #expect(frame.legend.map(\.name) == ["9", "10", "fit", "rule"])
    // Layers of one name share a colour; the nameless line takes the next.
    #expect(frame.series[1] == frame.series[2] && frame.series[4] == frame.series[1] + 1)
}

@Test func histogramBins() {
    // numpy.histogram_bin_edges(x, "auto"), the larger of "fd" and "sturges", has 10 edges for x = sin(0..<200), 7 for x = (0..<30)^1.5.
    let sines = Histogram((0..<200).map { sine(Double($0)) })
    #expect(sines.edges.count == 10 && sines.counts.reduce(0, +) == 200)
    let powers = Histogram((0..<30).map { power(Double($0), 1.5) })
    #expect(powers.edges.count == 7 && powers.edges.first == 0)
    let whole = Histogram([3, 1, 1, 4, .nan, 1, .infinity])
    #expect(whole.edges == [0.5, 1.5, 2.5, 3.5, 4.5] && whole.counts == [3, 0, 1, 1])
    #expect(Histogram([]).counts == [0])
    #expect(Histogram([0.5, 0.5]).counts == [2])
    #expect(Histogram([0, 0.1, 1e9]).counts.count <= Histogram.binLimit)
    #expect(Histogram(noise(100_000) + [1e6]).counts.count == Histogram.binLimit)
    #expect(Histogram([0.5, 1.5, 9.25], bins: 3).counts == [2, 0, 1])
    let areas = zip(sines.densities, zip(sines.edges, sines.edges.dropFirst())).map { $0 * ($1.1 - $1.0) }
    #expect(abs(areas.reduce(0, +) - 1) < 1e-12)
}

@Test func colorMapsAreUniformEnough() {
    let luminances = (0...64).map { ColorMap.viridis.color(Double($0) / 64).luminance }
    #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0 < $1 })
    let blues = (0...64).map { ColorMap.blues.color(Double($0) / 64).luminance }
    #expect(zip(blues, blues.dropFirst()).allSatisfy { $0 > $1 })
    #expect(ColorMap.viridis.color(.nan) == .invalid && ColorMap.viridis.color(7) == ColorMap.viridis.color(1))
    // xterm: 16 is black, 231 white, 196 red.
    #expect([Color(0x000000), Color(0xFFFFFF), Color(0xFF0000)].map(\.ansi) == [16, 231, 196])
}
