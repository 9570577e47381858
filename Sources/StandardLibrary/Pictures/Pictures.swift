import Diagnostics
import Displays
import Language
import Tensors

/// Charts, images and sound.
enum PictureChapter {
    static let title = "Pictures and sound"

    static let rows: [Builtin] = [
        Builtin(
            "plot(x, y: none, title: \"\", xlabel: \"\", ylabel: \"\", log: none, **)", chapter: title,
            "A line chart: of y over x, of x alone over its positions, of a function over a range, of the density of a distribution. Columns of a matrix and fields of a record are lines of their own, as are further named arguments; `log` is \"x\", \"y\" or \"xy\".",
            examples: [
                .init("plot([1, 4, 9])"), .init("plot(x -> x^2, -1...1, title: \"A parabola\")"),
                .init("plot(0..<3, (train: [3, 2, 1], test: [3, 2.5, 2]))"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let value = try call.objectVerb() { return value }
            var chart = try frame(call, from: 2, PlotData.layers(call))
            if chart.y.title.isEmpty, let distributions = PlotData.distributions(call[0]) {
                chart.y.title = distributions.allSatisfy(\.support.isDiscrete) ? "probability" : "density"
            }
            return .picture(chart)
        },
        Builtin(
            "scatter(x, y: none, color: none, labels: none, title: \"\", xlabel: \"\", ylabel: \"\", log: none)", chapter: title,
            "A dot for each pair. A matrix of two columns may stand for x and y. `color` names the class of each dot, or gives it a number that a scale of colours shows; `labels` are written beside them.",
            examples: [.init("scatter([1, 2, 3], [1, 4, 9])"), .init("scatter([[1, 2], [3, 4]], color: [\"a\", \"b\"])")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let (x, y) = try PlotData.points(call)
            var (classes, labels) = (try call.labels(2), try call.labels(3))
            for (index, words) in [(2, classes), (3, labels)] where !words.isEmpty && words.count != x.count {
                throw call.wrong(index, "there are \(x.count) dots, and \(words.count) of these")
            }
            let shades = PlotData.shades(call[2])
            if !shades.isEmpty { classes = [] }
            let count = Set(classes).count
            guard count <= 30 else {
                throw call.wrong(
                    2, "color names the class of each dot, and there are \(count) classes", help: "a chart of at most 30 can be read")
            }
            return .picture(try frame(call, from: 4, [Chart.Layer(.points(x: x, y: y, classes: classes, labels: labels, shades: shades))]))
        },
        Builtin(
            "histogram(x, bins: none, density: false, title: \"\", xlabel: \"\", ylabel: \"\")", chapter: title,
            "Bars of how many numbers fall into bins of equal width; with density, their areas add up to one. Fields of a record are drawn over each other.",
            examples: [.init("histogram([1, 2, 2, 3])"), .init("histogram(dataset(\"faithful\").waiting, bins: 20)")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let bins = try call.integerIfGiven(1, in: 1...Histogram.binLimit)
            let density = try call.bool(2)
            var layers: [Chart.Layer] = []
            if case .record(let record) = call[0] {
                for (name, value) in record.entries {
                    guard let tensor = value.asTensor else {
                        throw call.wrong(0, "the field \(name) must hold numbers, and it is \(value.kindName)")
                    }
                    layers.append(Chart.Layer(Histogram(tensor.observed().doubles, bins: bins).mark(density: density), name: name))
                }
            } else {
                layers = [Chart.Layer(Histogram(try call.tensor(0).observed().doubles, bins: bins).mark(density: density))]
            }
            var chart = try frame(call, from: 3, layers)
            if chart.y.title.isEmpty { chart.y.title = density ? "density" : "count" }
            return .picture(chart)
        },
        Builtin(
            "bar(labels, heights: none, title: \"\", xlabel: \"\", ylabel: \"\")", chapter: title,
            "A bar for each label. Fields of a record of heights stand side by side; a table of value and count, as `count` gives it, may stand alone.",
            examples: [.init("bar([\"a\", \"b\"], [3, 5])"), .init("bar(count([\"x\", \"y\", \"x\"]))")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            var chart = try frame(call, from: 2, PlotData.bars(call))
            if chart.y.title.isEmpty, case .table(let table) = call[0], table.names.count == 2 { chart.y.title = table.names[1] }
            return .picture(chart)
        },
        Builtin(
            "heatmap(x, rows: none, columns: none, numbers: false, title: \"\", xlabel: \"\", ylabel: \"\")", chapter: title,
            "A coloured cell for each number of a matrix. `rows` and `columns` are labels; `numbers` writes the numbers into the cells.",
            examples: [.init("heatmap([[1, 0.5], [0.5, 1]], rows: [\"a\", \"b\"], columns: [\"a\", \"b\"], numbers: true)")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let x = try call.array(0)
            guard x.rank == 2, x.count > 0 else { throw call.mustBe(0, "a matrix") }
            guard x.count <= 4_000_000 else { throw call.wrong(0, "a heat map of \(x.count) cells is too large to look at") }
            let (rows, columns) = (try call.labels(1), try call.labels(2))
            for (index, axis, words) in [(1, 0, rows), (2, 1, columns)] where !words.isEmpty && words.count != x.shape[axis] {
                throw call.wrong(
                    index, "the matrix has \(x.shape[axis]) \(axis == 0 ? "rows" : "columns"), and there are \(words.count) labels")
            }
            let map = Chart.HeatMap(values: PlotData.rows(x), rowLabels: rows, columnLabels: columns, showsNumbers: try call.bool(3))
            return .picture(try frame(call, from: 4, [Chart.Layer(.heatmap(map))]))
        },
        Builtin(
            "images(x, labels: none, columns: none, height: none, width: none, title: \"\")", chapter: title,
            "Pictures side by side: [n, height, width] or [n, height, width, 3], numbers from 0 (dark) to 1; one picture as [height, width]. Rows of a matrix are pictures too where height or width is told, or where it has more columns than 256 can be: a square.",
            examples: [.init("images(dataset(\"digits\").x[0..<8])"), .init("images([[0, 1], [1, 0]])")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let captions = try call.labels(1)
            let images = try PlotData.images(call)
            guard captions.isEmpty || captions.count == images.count else {
                throw call.wrong(1, "there are \(images.count) pictures, and \(captions.count) labels")
            }
            return .picture(
                ImageGrid(images, captions: captions, columns: try call.integerIfGiven(2, in: 1...1000), title: try call.string(5)))
        },
        Builtin(
            "audio(x, rate: 8000)", chapter: title, "A sound: amplitudes from -1 to 1, so many a second.",
            examples: [.init("audio(sin(0..<8000 * (2 * pi * 440 / 8000)))")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            var samples = call[0]
            var rate = call[1]
            // What `load` gives for a file of sound.
            if case .record(let record) = samples, let x = record["x"] {
                samples = x
                rate = record["rate"] ?? rate
            }
            guard let wave = samples.asTensor, wave.rank == 1 || (wave.rank == 2 && wave.shape[1] > 0) else {
                throw call.mustBe(0, "a vector of samples")
            }
            guard case .number(let hertz) = rate, hertz >= 1, hertz <= 384_000 else {
                throw call.wrong(1, "the rate must be from 1 to 384000 samples a second, and it is \(rate.shown())")
            }
            // Several channels are mixed.
            return .picture(SoundClip(samples: wave.rank == 1 ? wave.doubles : try wave.mean(axis: 1).doubles, rate: Int(hertz)))
        },
        Builtin(
            "layers(charts...)", chapter: title, "Charts drawn over each other, in the frame of the first.",
            examples: [.init("layers(scatter([1, 2], [1, 2]), plot([1, 2], [1, 2]))")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let charts = try charts(call, 0)
            guard var chart = charts.first else { throw Diagnostic("layers needs a chart") }
            for other in charts.dropFirst() {
                chart.layers += other.layers
                if chart.title.isEmpty { chart.title = other.title }
                if chart.x.title.isEmpty { chart.x.title = other.x.title }
                if chart.y.title.isEmpty { chart.y.title = other.y.title }
            }
            return .picture(chart)
        },
        Builtin(
            "grid(charts..., columns: 2)", chapter: title, "Charts in rows and columns.",
            examples: [.init("grid(plot([1, 2]), plot([2, 1]))")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let columns = try call.integer(1, in: 1...12)
            let parts = pictures(call, 0)
            let charts = parts.compactMap { $0 as? Chart }
            if !charts.isEmpty, charts.count == parts.count { return .picture(ChartGrid(charts, columns: columns)) }
            guard !parts.isEmpty, parts.count == flat(call, 0).count else {
                throw call.wrong(0, "grid takes pictures, as `plot` and `images` make them")
            }
            return .picture(Stack(parts))
        },
    ]

    /// The chart around some layers: its titles and axes are the call's arguments from `index` on.
    private static func frame(_ call: Call, from index: Int, _ layers: [Chart.Layer]) throws(Diagnostic) -> Chart {
        var chart = Chart(
            title: try call.string(index), x: Chart.Axis(try call.string(index + 1)), y: Chart.Axis(try call.string(index + 2)),
            layers: layers)
        guard index + 3 < call.values.count, call.signature.parameters[index + 3].name == "log" else { return chart }
        switch call[index + 3] {
        case .none, .bool(false): break
        case .bool(true): chart.y.isLogarithmic = true
        default:
            let axes = try call.string(index + 3)
            guard ["x", "y", "xy"].contains(axes) else {
                throw call.wrong(index + 3, "log must be \"x\", \"y\" or \"xy\", and it is \(quoted(axes))")
            }
            chart.x.isLogarithmic = axes.contains("x")
            chart.y.isLogarithmic = axes.contains("y")
        }
        return chart
    }

    /// The arguments, lists taken apart.
    private static func flat(_ call: Call, _ index: Int) -> [Value] {
        call.rest(index).flatMap { value in if case .list(let list) = value { list.items } else { [value] } }
    }

    private static func pictures(_ call: Call, _ index: Int) -> [any Displayable] {
        flat(call, index).compactMap { value in
            if case .object(let object) = value, case .picture(let picture) = object.kind { picture } else { nil }
        }
    }

    private static func charts(_ call: Call, _ index: Int) throws(Diagnostic) -> [Chart] {
        let charts = pictures(call, index).compactMap { $0 as? Chart }
        guard charts.count == flat(call, index).count else {
            throw call.wrong(index, "\(call.name) takes charts, as `plot` and `scatter` make them")
        }
        return charts
    }
}
