import Diagnostics
import Language
import Tensors

/// Describing data.
enum StatisticsChapter {
    static let title = "Statistics of data"

    static let rows: [Builtin] = [
        Builtin(
            "quantile(x, q, axis: none)", chapter: title,
            "The value below which a share q of the data lies, linear between neighbours (type 7 of Hyndman and Fan, as in R and NumPy); of a distribution, the inverse of its cdf.",
            examples: [.init("quantile([1, 2, 3, 4], 0.5)", "2.5"), .init("quantile(0...100, [0.05, 0.95])", "[5, 95]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if let value = try call.objectVerb() { return value }
            return .of(try call.tensor(0).quantile(try call.tensor(1), axis: try call.axis(2)))
        },
        Builtin(
            "cov(x, y: none)", chapter: title,
            "The covariance of two vectors, or the covariance matrix of the columns of a matrix or table; divided by n - 1.",
            examples: [.init("cov([1, 2, 3], [2, 4, 6])", "2")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let matrix = try observations(call)
            let covariance = try covariance(matrix, call.name)
            return .of(call.isGiven(1) ? try covariance.indexed([.at(0), .at(1)]) : covariance)
        },
        Builtin(
            "cor(x, y: none)", chapter: title, "The correlation of two vectors, or the correlations of the columns of a matrix or table.",
            examples: [.init("cor([1, 2, 3], [2, 4, 6])", "1")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let matrix = try observations(call)
            let covariance = try covariance(matrix, call.name)
            let sizes = try diagonal(covariance).sqrt()
            if !sizes.isSymbolic, let constant = sizes.doubles.firstIndex(of: 0) {
                let what = call.isGiven(1) ? (constant == 0 ? "x" : "y") : "column \(constant)"
                throw Diagnostic("\(what) is constant, so its correlation has no value")
            }
            let outer = try sizes.expandedDims(1) * sizes
            // Rounding may lead a hair beyond -1 and 1.
            let correlation = try Tensor.binary(.maximum, Tensor(-1), Tensor.binary(.minimum, Tensor(1), covariance / outer))
            return .of(call.isGiven(1) ? try correlation.indexed([.at(0), .at(1)]) : correlation)
        },
        Builtin(
            "standardize(x, axis: 0)", chapter: title,
            "x less its mean, divided by its standard deviation: by column, or of a table by each column of numbers.",
            examples: [.init("standardize([1, 2, 3])", "[-1, 0, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard case .table(let table) = call[0] else { return .of(try standardized(call.array(0), axis: call.axis(1), "x")) }
            var columns: [Value] = []
            for (name, column) in table.entries {
                if case .tensor(let tensor) = column, tensor.dtype != .bool {
                    columns.append(.tensor(try standardized(tensor, axis: 0, "the column \(name)")))
                } else {
                    columns.append(column)
                }
            }
            return .table(Record(table.names, columns))
        },
        Builtin(
            "count(xs, what: none)", chapter: title,
            "How often each value occurs, as a table of value and count, what is missing left out. Told what, how many are equal to it, or satisfy it where it is a function. Of a table, what names the columns whose combinations are counted.",
            examples: [
                .init("count([\"b\", \"a\", \"b\"]).count", "[1, 2]"), .init("count([1, 5, 7], x -> x > 3)", "2"),
                .init("count(\"banana\", \"a\")", "3"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in try count(call) },
        Builtin(
            "bincount(x, weights: none, size: none)", chapter: title,
            "How often each of the whole numbers 0, 1, ... occurs; with weights, the sum of theirs.",
            examples: [.init("bincount([0, 2, 2])", "[1, 0, 2]"), .init("bincount([0, 1], size: 3)", "[1, 1, 0]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let codes = try wholeNumbers(call, 0)
            let size = try call.integerIfGiven(2, in: 0...Int(1e15)) ?? ((codes.max() ?? -1) + 1)
            if let bad = codes.first(where: { $0 >= size }) { throw call.wrong(0, "\(bad) is not below the size \(size)") }
            let weights = call.isGiven(1) ? try call.vector(1).doubles : [Double](repeating: 1, count: codes.count)
            guard weights.count == codes.count else { throw call.wrong(1, "there are \(weights.count) weights and \(codes.count) numbers") }
            var bins = try Tensor.zeros([size]).doubles
            for (code, weight) in zip(codes, weights) { bins[code] += weight }
            return .tensor(Tensor(bins))
        },
        Builtin(
            "codes(xs, levels: none)", chapter: title,
            "Labels as whole numbers: a record of codes, and of levels, which are the different labels in order. Missing stays missing.",
            examples: [.init("codes([\"b\", \"a\", \"b\"])", "(codes: [1, 0, 1], levels: [\"a\", \"b\"])")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let items = try call.items(0)
            let levels = call.isGiven(1) ? try call.items(1) : try Distinct(items).values
            let codes = try coded(items, levels, call)
            return .record([("codes", gathered(codes)), ("levels", gathered(levels))])
        },
        Builtin(
            "one_hot(x, levels: none)", chapter: title,
            "A row of zeros with a single one for each label. Levels are the labels in the order of the columns, or how many columns whole numbers need.",
            examples: [
                .init("one_hot([0, 2])", "[[1, 0, 0],\n [0, 0, 1]]"),
                .init("one_hot([\"b\", \"a\"], [\"a\", \"b\"])", "[[0, 1],\n [1, 0]]"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in try oneHot(call) },
        Builtin(
            "histogram_counts(x, edges)", chapter: title,
            "How many numbers lie between each two edges; a bin holds its lower edge, the last one both.",
            examples: [.init("histogram_counts([0.1, 0.2, 1], [0, 0.5, 1])", "[2, 1]")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let edges = try call.vector(1).doubles
            guard edges.count >= 2, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw call.wrong(1, "edges must be increasing, two at least")
            }
            var counts = [Double](repeating: 0, count: edges.count - 1)
            for x in try call.tensor(0).observed().doubles where x >= edges[0] && x <= edges[edges.count - 1] {
                var (low, high) = (0, edges.count - 1)
                while high - low > 1 {
                    let middle = (low + high) / 2
                    if x >= edges[middle] { low = middle } else { high = middle }
                }
                counts[low] += 1
            }
            return .tensor(Tensor(counts))
        },
    ]

    // MARK: Covariance

    /// The observations of `cov(x)` or `cov(x, y)`, a row each.
    private static func observations(_ call: Call) throws(Diagnostic) -> Tensor {
        if call.isGiven(1) {
            let (x, y) = (try call.vector(0), try call.vector(1))
            guard x.count == y.count else { throw call.wrong(1, "x has \(x.count) entries, and y has \(y.count)") }
            return try Tensor.stacked([x, y], axis: 1)
        }
        if case .table(let table) = call[0] { return try table.matrix() }
        let x = try call.array(0)
        guard x.rank <= 2 else { throw call.mustBe(0, "a vector, a matrix or a table") }
        return x.rank == 1 ? try x.expandedDims(1) : x
    }

    private static func covariance(_ x: Tensor, _ name: String) throws(Diagnostic) -> Tensor {
        guard x.shape[0] >= 2 else { throw Diagnostic("\(name) needs at least 2 observations, and got \(x.shape[0])") }
        let centered = try x - x.mean(axis: 0)
        return try defined(centered.transposed().matmul(centered) / Double(x.shape[0] - 1), from: [x], name)
    }

    private static func diagonal(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let n = Tensor((0..<x.shape[0]).map(Double.init))
        return try x.indexed([.positions(n), .positions(n)])
    }

    private static func standardized(_ x: Tensor, axis: Int?, _ what: String) throws(Diagnostic) -> Tensor {
        let sd = try x.sd(axis: axis, keep: axis != nil)
        if !sd.isSymbolic, let constant = sd.doubles.indices.first(where: { sd.double(at: $0) == 0 && !sd.isMissing(at: $0) }) {
            let part = sd.count > 1 ? ", at \(place(constant, in: sd.shape))," : ""
            throw Diagnostic("\(what)\(part) is constant, so it cannot be divided by its standard deviation")
        }
        return try defined((x - x.mean(axis: axis, keep: axis != nil)) / sd, from: [x], "standardize")
    }

    // MARK: Labels

    static func wholeNumbers(_ call: Call, _ index: Int) throws(Diagnostic) -> [Int] {
        let x = try call.vector(index)
        guard !x.hasMissing else {
            throw call.wrong(index, "\(call.signature.parameters[index].name) has missing entries", help: "`observed(x)` drops them")
        }
        return try x.doubles.map { (number) throws(Diagnostic) in
            guard number >= 0, number == number.rounded(), number < 1e15 else {
                throw call.wrong(index, "a whole number that is not negative is needed, and this is \(formatNumber(number))")
            }
            return Int(number)
        }
    }

    private static func coded(_ items: [Value], _ levels: [Value], _ call: Call) throws(Diagnostic) -> [Value] {
        var positions: [Distinct.Identity: Double] = [:]
        for (position, level) in levels.enumerated() { positions[Distinct.Identity(level)] = Double(position) }
        return try items.map { (item) throws(Diagnostic) in
            if item.isMissing { return .missing }
            guard let position = positions[Distinct.Identity(item)] else {
                throw call.wrong(
                    0, "\(item.shown()) is none of the levels",
                    help: "they are \(levels.prefix(20).map { $0.shown() }.joined(separator: ", "))")
            }
            return .number(position)
        }
    }

    private static func oneHot(_ call: Call) throws(Diagnostic) -> Value {
        // Labels that are not known yet are compared with each column's number.
        if let x = call[0].asTensor, x.isSymbolic, call.isGiven(1), call[1].length == nil {
            let columns = Tensor((0..<(try call.integer(1, in: 1...1_000_000_000))).map(Double.init))
            return .of(try Tensor.binary(.equal, x.expandedDims(-1), columns).converted(to: .float64))
        }
        let items = try call.items(0)
        let size: Int
        let codes: [Value]
        if let x = call[0].asTensor, x.dtype != .bool, call[1].length == nil {
            let numbers = try wholeNumbers(call, 0)
            size = try call.integerIfGiven(1, in: 1...Int(1e15)) ?? ((numbers.max() ?? -1) + 1)
            if let bad = numbers.first(where: { $0 >= size }) { throw call.wrong(0, "\(bad) is not below the number of levels, \(size)") }
            codes = numbers.map { .number(Double($0)) }
        } else {
            let levels = call.isGiven(1) ? try call.items(1) : try Distinct(items).values
            size = levels.count
            codes = try coded(items, levels, call)
        }
        let count = try Shape.count([codes.count, size])
        var values = [Double](repeating: 0, count: count)
        var missing = [Bool](repeating: false, count: count)
        for (row, code) in codes.enumerated() {
            if case .number(let position) = code {
                values[row * size + Int(position)] = 1
            } else {
                for column in 0..<size { missing[row * size + column] = true }
            }
        }
        return .tensor(Tensor(values, shape: [codes.count, size], missing: missing))
    }

    private static func count(_ call: Call) throws(Diagnostic) -> Value {
        if case .table(let table) = call[0] {
            let names = call.isGiven(1) ? try call.strings(1) : table.names
            return .table(try Groups(table, by: names).counted())
        }
        if case .text(let text) = call[0], call.isGiven(1), !call[1].isCallable {
            let part = try call.string(1)
            guard !part.isEmpty else { throw call.wrong(1, "the empty string occurs everywhere") }
            return .number(Double(text.value.occurrences(of: part).count))
        }
        let items = try call.items(0)
        guard call.isGiven(1) else {
            let distinct = try Distinct(items)
            return .table(Record(["value", "count"], [gathered(distinct.values), .tensor(Tensor(distinct.counts))]))
        }
        if call[1].isCallable { return .number(Double(try FunctionChapter.chosen(items, call, 1).count)) }
        let wanted = Distinct.Identity(call[1])
        return .number(Double(items.count { Distinct.Identity($0) == wanted }))
    }
}
