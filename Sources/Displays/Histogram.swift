import Glibc

/// Counts of numbers in bins of equal width.
public struct Histogram: Sendable, Equatable {
    /// One more than there are counts, increasing.
    public let edges: [Double]
    public let counts: [Int]

    /// The most bins that are made.
    public static let binLimit = 200

    /// Whole numbers that span at most `binLimit` get a bin each, centred on it. Otherwise there are as many as the larger of
    /// two rules asks for: Freedman and Diaconis (1981), a width of twice the interquartile range over the cube root of n, which is too wide where
    /// the quartiles lie in two modes; and Sturges (1926), log2 n + 1, which is too wide for many values. NaN and infinities are left out.
    ///
    /// - Parameter bins: how many, in place of the rule.
    public init(_ values: [Double], bins: Int? = nil) {
        let values = values.compactMap { Scale.plottable($0) }.sorted()
        guard let low = values.first, let high = values.last else {
            self.init(edges: [0, 1], counts: [0])
            return
        }
        if bins == nil, high - low < Double(Histogram.binLimit), values.allSatisfy({ $0.rounded() == $0 && abs($0) < 1e15 }) {
            let count = Int(high - low) + 1
            self.init(values, edges: (0...count).map { low - 0.5 + Double($0) })
            return
        }
        guard high - low > 1e-14 * max(abs(low), abs(high)) else {
            let room = low == 0 ? 0.5 : abs(low) * 0.05
            self.init(edges: [low - room, high + room], counts: [values.count])
            return
        }
        let wanted = bins ?? Histogram.rule(values)
        let count = min(max(wanted, 1), Histogram.binLimit)
        let width = (high - low) / Double(count)
        self.init(values, edges: (0..<count).map { low + width * Double($0) } + [high])
    }

    private init(edges: [Double], counts: [Int]) {
        self.edges = edges
        self.counts = counts
    }

    /// Of sorted values, bins open on the right but for the last.
    private init(_ values: [Double], edges: [Double]) {
        var counts = [Int](repeating: 0, count: edges.count - 1)
        var bin = 0
        for value in values {
            while bin < counts.count - 1 && value >= edges[bin + 1] { bin += 1 }
            counts[bin] += 1
        }
        self.init(edges: edges, counts: counts)
    }

    private static func rule(_ sorted: [Double]) -> Int {
        let n = Double(sorted.count)
        let sturges = Int(log2(n).rounded(.up)) + 1
        let width = 2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / cbrt(n)
        guard width > 0 else { return sturges }
        let range = sorted[sorted.count - 1] - sorted[0]
        return max(sturges, Int(min(range / width, Double(binLimit)).rounded(.up)))
    }

    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }

    /// Counts over the total and the widths: the bars' areas add up to one.
    public var densities: [Double] {
        let total = Double(max(1, counts.reduce(0, +)))
        return counts.indices.map { Double(counts[$0]) / total / (edges[$0 + 1] - edges[$0]) }
    }

    /// The bars, of counts or of densities.
    public func mark(density: Bool = false) -> Chart.Mark {
        .histogram(edges: edges, heights: density ? densities : counts.map(Double.init))
    }
}
