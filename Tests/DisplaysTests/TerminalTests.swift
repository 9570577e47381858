import Testing

@testable import Displays

/// Without escape sequences.
private func plain(_ text: String) -> String {
    text.split(separator: "\u{1B}[", omittingEmptySubsequences: false).enumerated()
        .map { $0.offset == 0 ? $0.element : $0.element.drop { $0 != "m" }.dropFirst() }.joined()
}

@Test func linesOfADrawingAreOfOneWidth() {
    for (name, chart) in nastyCharts {
        for (width, height) in [(72, 20), (40, 10), (1, 1), (120, 40)] {
            let bare = chart.unicode(width: width, height: height, color: false)
            let colored = chart.unicode(width: width, height: height, color: true)
            #expect(!bare.contains("\u{1B}"), "\(name)")
            for text in [bare, plain(colored)] {
                let widths = Set(text.split(separator: "\n", omittingEmptySubsequences: false).map { TextWidth.of($0) })
                #expect(widths == [max(width, 24)], "\(name) at \(width):\n\(text)")
            }
        }
    }
}

@Test func aLineInBraille() {
    let chart = Chart(title: "Line", x: "x", y: "y", layers: [.init(.line(x: [0, 10], y: [0, 10]), name: "up")])
    #expect(chart.unicode(width: 30, height: 12, color: false).split(separator: "\n").map(String.init) == expectedLine)
}

private let expectedLine = [
    "             Line             ",
    "y                             ",
    "10 ┤                      ⢀⡠⠔⠂",
    "   │                 ⢀⣀⠤⠒⠉⠁   ",
    "   │             ⣀⠤⠔⠊⠁        ",
    " 5 ┤        ⢀⡠⠔⠒⠉             ",
    "   │   ⢀⣀⠤⠒⠉⠁                 ",
    " 0 ┤⠠⠔⠊⠁                      ",
    "   └┬───────────┬───────────┬─",
    "    0           5          10 ",
    "                x             ",
    "            ⠒⠒ up             ",
]

@Test func barsOfCategories() {
    let chart = Chart(layers: [.init(.bars(labels: ["猫", "dog"], heights: [4, 2]))])
    let lines = chart.unicode(width: 24, height: 8, color: false).split(separator: "\n")
    #expect(lines == [" 猫 │█████████████████ 4", "dog │████████▌ 2        "])
}

@Test func cellsShowTheirNumbers() {
    let chart = Chart(layers: [.init(.heatmap(.init(values: [[12, 0], [3, 9]], showsNumbers: true)))])
    let lines = chart.unicode(width: 24, height: 8, color: false).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines == [["0", "12", "0"], ["1", "3", "9"], ["0", "1"]])
}

@Test func colorsAreClosed() {
    for (name, chart) in nastyCharts {
        for line in chart.unicode(color: true).split(separator: "\n") where line.contains("\u{1B}[") {
            let last = line.split(separator: "\u{1B}[").last.map { $0.prefix { $0 != "m" } }
            #expect(last == "0", "\(name)")
        }
    }
}

@Test func blackIsTheTerminalsOwnColor() {
    let chart = Chart(layers: [.init(.line(x: [0, 1], y: [0, 1]), color: 6)])
    #expect(Color.series(6).hex == 0)
    #expect(!chart.unicode(color: true).contains("\u{1B}"))
    #expect(Chart(layers: [.init(.line(x: [0, 1], y: [0, 1]), color: 0)]).unicode(color: true).contains("\u{1B}[0;38;5;25m"))
}

@Test func bundlesHoldEveryForm() {
    let bundle = nastyCharts[0].chart.mimeBundle()
    #expect(bundle.entries.map(\.type) == [.text, .terminal, .svg, .png])
    #expect(bundle.displaySize?.width == 614 && bundle.displaySize?.height == 384)
}

@Test func imageSizesAreChecked() {
    let wrong: [(Int, Int, Int, Int)] = [
        (0, 3, 1, 0), (2, 2, 2, 8), (2, 2, 1, 5), (-1, -1, 1, 1), (.max, .max, 3, 1), (5_000, 1, 1, 5_000),
    ]
    for (height, width, channels, count) in wrong {
        #expect(throws: DisplayError.self) {
            try ImageGrid.Image(height: height, width: width, channels: channels, values: [Double](repeating: 0, count: count))
        }
    }
}

@Test func imagesStandWhereTheyShould() throws {
    // Each of six 8 x 8 images has one bright pixel, further on in each.
    let images = try (0..<6).map { index in
        try ImageGrid.Image(height: 8, width: 8, values: (0..<64).map { $0 == index * 9 ? 1.0 : 0 })
    }
    let grid = ImageGrid(images, columns: 3)
    let picture = try #require(Picture(grid.png(scale: 1)))
    #expect(picture.width == 3 * 64 + 4 * 6 && picture.height == 2 * 64 + 3 * 6)
    for index in 0..<6 {
        let left = 6 + (index % 3) * 70
        let top = 6 + (index / 3) * 70
        for row in 0..<8 {
            for column in 0..<8 {
                let expected: UInt32 = row == index && column == index ? 0xFFFFFF : 0
                #expect(picture[top + row * 8, left + column * 8] == expected)
                #expect(picture[top + row * 8 + 7, left + column * 8 + 7] == expected)
            }
        }
    }
    #expect(picture[2, 2] == 0xFFFFFF)
}

@Test func imagesOfManyKinds() throws {
    let red = try ImageGrid.Image(height: 1, width: 2, channels: 3, values: [1, 0, 0, .nan, 0, 0] as [Double])
    let picture = try #require(Picture(ImageGrid([red]).png(scale: 1)))
    #expect(picture[10, 10] == 0xFF0000)
    #expect(picture[10, 6 + 32 + 4] == Color.invalid.hex)
    let wide = try ImageGrid.Image(height: 40, width: 300, values: noise(12_000))
    for grid in [ImageGrid([red, wide], captions: ["标签", "<b>"]), ImageGrid([wide]), ImageGrid([]), ImageGrid([red], columns: -4)] {
        for line in grid.text(width: 60).split(separator: "\n") { #expect(TextWidth.of(line) <= 60) }
        for line in plain(grid.unicode(width: 60)).split(separator: "\n") { #expect(TextWidth.of(line) <= 60) }
        #expect(grid.images.isEmpty || Picture(grid.png(scale: 1)) != nil)
    }
    #expect(ImageGrid([]).mimeBundle().text == "no images")
    let many = ImageGrid([ImageGrid.Image](repeating: red, count: 3_000), columns: 100)
    let whole = try #require(Picture(many.png(scale: 1)))
    #expect(whole.width <= 4_096 && whole.height <= 4_096)
}

@Test func nearlySquareGrids() {
    let cases = [(1, 1), (3, 3), (4, 2), (8, 4), (9, 3), (10, 5), (12, 4), (16, 4), (17, 5), (20, 5), (100, 10)]
    for (count, columns) in cases { #expect(ImageGridLayout.columns(count) == columns, "\(count)") }
}

@Test func imagesInText() throws {
    let image = try ImageGrid.Image(height: 2, width: 3, values: [0, 0.5, 1, 1, .nan, 0] as [Double])
    #expect(ImageGrid([image, image]).text() == "2 images of 2 x 3\n  ==@@   ==@@\n@@??   @@??  ")
    let colored = try ImageGrid.Image(height: 2, width: 1, channels: 3, values: [1, 0, 0, 0, 0, 1] as [Double])
    let row = "\u{1B}[0;38;2;255;0;0;48;2;255;0;0m▀▀\u{1B}[0m\n\u{1B}[0;38;2;0;0;255;48;2;0;0;255m▀▀\u{1B}[0m"
    #expect(ImageGrid([colored]).unicode() == "1 image of 2 x 1 in colour\n" + row)
}
