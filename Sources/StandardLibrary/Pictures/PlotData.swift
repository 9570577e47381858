import Diagnostics
import Displays
import Distributions
import Language
import Tensors

/// What the arguments of a picture mean as numbers to draw.
enum PlotData {
    /// The numbers of a tensor; what is missing is left out of the picture.
    static func numbers(_ tensor: Tensor) -> [Double] {
        guard let missing = tensor.missing else { return tensor.doubles }
        return zip(tensor.doubles, missing).map { $1 ? .nan : $0 }
    }

    static func rows(_ matrix: Tensor) -> [[Double]] {
        let values = numbers(matrix)
        let width = matrix.shape[1]
        return (0..<matrix.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }

    // MARK: Lines

    /// The layers of `plot`.
    static func layers(_ call: Call) throws(Diagnostic) -> [Chart.Layer] {
        var layers: [Chart.Layer]
        if call[0].isCallable {
            layers = try curve(of: call[0], call)
        } else if let distributions = distributions(call[0]) {
            layers = try DensityCurve.layers(distributions)
        } else if call.isGiven(1) {
            layers = try lines(call[1], over: try vector(call[0], call), call)
        } else if case .tensor(let tensor) = call[0], tensor.rank == 0 {
            throw call.mustBe(0, "a vector")
        } else if call.others.isEmpty {
            layers = try lines(call[0], over: nil, call)
        } else {
            layers = []
        }
        if !call.others.isEmpty {
            // Named lines share the x that is given first.
            let x: [Double]? = call[0].isCallable || distributions(call[0]) != nil ? nil : try vector(call[0], call)
            for (name, value) in call.others { layers += try lines(value, over: x, call, name: name) }
        }
        return layers
    }

    private static func vector(_ value: Value, _ call: Call) throws(Diagnostic) -> [Double] {
        guard let tensor = value.asTensor, tensor.rank == 1 else { throw call.wrong(0, "x must be a vector, and it is \(value.kindName)") }
        return numbers(tensor)
    }

    private static func lines(_ value: Value, over x: [Double]?, _ call: Call, name: String? = nil) throws(Diagnostic) -> [Chart.Layer] {
        switch value {
        case .record(let record), .table(let record):
            return try record.entries.filter { $0.1.asTensor != nil }.map { (entry) throws(Diagnostic) in
                try lines(entry.1, over: x, call, name: entry.0)
            }.flatMap { $0 }
        default: break
        }
        guard let y = value.asTensor, y.rank == 1 || y.rank == 2 else {
            throw Diagnostic(
                "\(name ?? "y") must be a vector or a matrix, and it is \(value.kindName)", at: call.spans[1] ?? call.spans[0] ?? call.span)
        }
        let count = y.shape[0]
        if let x, x.count != count { throw call.wrong(1, "x has \(x.count) entries, and \(name ?? "y") has \(count)") }
        let places = x ?? (0..<count).map(Double.init)
        if y.rank == 1 { return [Chart.Layer(.line(x: places, y: numbers(y)), name: name)] }
        guard y.shape[1] <= 200 else {
            throw call.wrong(call.isGiven(1) ? 1 : 0, "a chart of \(y.shape[1]) lines cannot be read", help: "`heatmap` shows a matrix")
        }
        let columns = rows(try y.transposed())
        return columns.enumerated().map { index, column in
            Chart.Layer(.line(x: places, y: column), name: name.map { "\($0) \(index)" } ?? String(index))
        }
    }

    /// A function over a range, evaluated between its ends, or at the numbers of a tensor.
    private static func curve(of function: Value, _ call: Call) throws(Diagnostic) -> [Chart.Layer] {
        let x: Tensor
        switch call[1] {
        case .range(let range) where range.step == 1 && range.count < 200:
            guard range.count > 1 else { throw call.wrong(1, "the range is too short to draw over") }
            x = try Tensor.linspace(range.start, range.start + Double(range.count - 1), 200)
        case .none: throw Diagnostic("a function is drawn over a range", at: call.span, help: "`plot(f, 0...10)`")
        default: x = try call.vector(1)
        }
        let points = numbers(x)
        var y: [Double] = []
        for point in points {
            try call.machine.interrupt.check()
            switch try call.apply(function, [.number(point)]) {
            case .number(let value): y.append(value)
            case .bool(let bool): y.append(bool ? 1 : 0)
            case .missing: y.append(.nan)
            case let other: throw call.wrong(0, "the function must give a number for each x, and it gave \(other.kindName)")
            }
        }
        return [Chart.Layer(.line(x: points, y: y))]
    }

    /// A distribution, or a list of them.
    static func distributions(_ value: Value) -> [any Distribution]? {
        switch value {
        case .object(let object): if case .distribution(let distribution) = object.kind { [distribution] } else { nil }
        case .list(let list):
            list.items.isEmpty
                ? nil
                : list.items.reduce([]) { (found: [any Distribution]?, item) in
                    guard case .object(let object) = item, case .distribution(let distribution) = object.kind else { return nil }
                    return found.map { $0 + [distribution] }
                }
        default: nil
        }
    }

    // MARK: Points and bars

    /// The numbers by which dots are shaded; none where they tell classes apart: words, truth values, or few whole numbers.
    static func shades(_ value: Value) -> [Double] {
        guard let tensor = value.asTensor, tensor.rank == 1, tensor.dtype != .bool else { return [] }
        let numbers = numbers(tensor)
        let isClasses = numbers.allSatisfy { $0.isNaN || $0 == $0.rounded() } && Set(numbers.filter { !$0.isNaN }).count <= 12
        return isClasses ? [] : numbers
    }

    static func points(_ call: Call) throws(Diagnostic) -> (x: [Double], y: [Double]) {
        if call.isGiven(1) {
            let (x, y) = (try call.vector(0), try call.vector(1))
            guard x.count == y.count else { throw call.wrong(1, "x has \(x.count) entries, and y has \(y.count)") }
            return (numbers(x), numbers(y))
        }
        let matrix: Tensor
        if case .table(let table) = call[0] { matrix = try table.matrix() } else { matrix = try call.array(0) }
        guard matrix.rank == 2, matrix.shape[1] == 2 else {
            throw call.wrong(0, "scatter needs x and y, or a matrix of two columns, and this is \(call[0].kindName)")
        }
        let columns = rows(try matrix.transposed())
        return (columns[0], columns[1])
    }

    static func bars(_ call: Call) throws(Diagnostic) -> [Chart.Layer] {
        var labels = call[0]
        var heights = call[1]
        if !call.isGiven(1) {
            switch labels {
            case .table(let table) where table.names.count == 2: (labels, heights) = (table.values[0], table.values[1])
            case .record(let record):
                heights = gathered(record.values)
                labels = .list(List(record.names.map(Value.string)))
            default: throw call.wrong(0, "bar needs labels and heights", help: "`bar([\"a\", \"b\"], [3, 5])`, or a table of two columns")
            }
        }
        guard let words = try labels.elements()?.map({ $0.plainText() }) else { throw call.mustBe(0, "a list of labels") }
        let series: [(String?, Value)]
        switch heights {
        case .record(let record), .table(let record): series = record.entries.map { ($0.0, $0.1) }
        default: series = [(nil, heights)]
        }
        return try series.map { (series) throws(Diagnostic) in
            guard let tensor = series.1.asTensor, tensor.rank == 1 else {
                throw call.wrong(1, "heights must be numbers, one a label, and \(series.0 ?? "this") is \(series.1.kindName)")
            }
            guard tensor.count == words.count else { throw call.wrong(1, "there are \(words.count) labels, and \(tensor.count) heights") }
            return Chart.Layer(.bars(labels: words, heights: numbers(tensor)), name: series.0)
        }
    }

    // MARK: Images

    /// The pictures of `images`: one, many, or rows that height and width make pictures of.
    static func images(_ call: Call) throws(Diagnostic) -> [ImageGrid.Image] {
        var x = try call.array(0)
        let height = try call.integerIfGiven(3, in: 1...ImageGrid.Image.limit)
        let width = try call.integerIfGiven(4, in: 1...ImageGrid.Image.limit)
        if height != nil || width != nil {
            let size = x.shape[x.rank - 1]
            guard x.rank <= 2 else {
                throw call.wrong(3, "height and width are for pictures laid out in a row of numbers, and this is \(call[0].kindName)")
            }
            let h = height ?? size / (width ?? 1)
            let w = width ?? size / h
            guard h > 0, w > 0, size == h * w || size == 3 * h * w else {
                throw call.wrong(0, "\(size) numbers are no picture of height \(h) and width \(w)")
            }
            x = try x.reshaped([-1, h, w] + (size == h * w ? [] : [3]))
        } else if x.rank == 1 {
            x = try square(x.expandedDims(0), call)
        } else if x.rank == 2, looksLikeRows(x.shape) {
            x = try square(x, call)
        } else if x.rank == 2 || (x.rank == 3 && x.shape[2] == 3 && x.shape[0] > 3) {
            x = try x.expandedDims(0)
        }
        guard x.rank == 3 || (x.rank == 4 && (x.shape[3] == 1 || x.shape[3] == 3)) else {
            throw call.wrong(0, "pictures are [n, height, width] or [n, height, width, 3], and this has shape \(x.shape)")
        }
        guard x.shape[0] <= 1000 else {
            throw call.wrong(0, "\(x.shape[0]) pictures are too many to look at", help: "take some: `images(x[0..<64])`")
        }
        let values = numbers(x)
        let size = x.shape.dropFirst().reduce(1, *)
        return try (0..<x.shape[0]).map { (index) throws(Diagnostic) in
            do throws(DisplayError) {
                return try ImageGrid.Image(
                    height: x.shape[1], width: x.shape[2], channels: x.rank == 4 ? x.shape[3] : 1,
                    values: Array(values[index * size..<(index + 1) * size]))
            } catch {
                throw call.wrong(0, error.description)
            }
        }
    }

    /// A matrix much wider than high holds pictures in rows, where its width is a square.
    private static func looksLikeRows(_ shape: [Int]) -> Bool {
        let side = Int(Double(shape[1]).squareRoot())
        return side * side == shape[1] && side >= 4 && shape[1] >= 4 * shape[0]
    }

    private static func square(_ x: Tensor, _ call: Call) throws(Diagnostic) -> Tensor {
        let side = Int(Double(x.shape[1]).squareRoot())
        guard side * side == x.shape[1] else {
            throw call.wrong(0, "\(x.shape[1]) numbers make no square picture", help: "`height:` and `width:` tell its sides")
        }
        return try x.reshaped([x.shape[0], side, side])
    }
}
