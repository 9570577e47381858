import Tensors

/// How long the examples of each class were: the observed lengths and their weights.
struct LengthTable: Sendable {
    var lengths: [Int] = []
    /// [classes, lengths]
    var weights: [Double] = []

    init() {}

    init(lengths: [Int], weights: [Double]) { (self.lengths, self.weights) = (lengths, weights) }

    init(_ data: FeatureData, memberships: [Double], classes: Int) {
        var observed: [Int?] = []
        switch data {
        case .words(let counts): observed = (0..<counts.rows).map { counts.missing[$0] ? nil : Int(counts.length($0)) }
        case .numbers(let matrix):
            observed = (0..<matrix.rows).map { row in
                var total = 0.0
                for column in 0..<matrix.columns where !matrix.isMissing(row, column) {
                    total += matrix.values[row * matrix.columns + column]
                }
                return Int(min(total, 1e6))
            }
        case .codes: break
        }
        lengths = Set(observed.compactMap { $0 }).sorted()
        let positions = Dictionary(uniqueKeysWithValues: lengths.enumerated().map { ($1, $0) })
        weights = [Double](repeating: 0, count: classes * lengths.count)
        for (row, length) in observed.enumerated() {
            guard let length, let position = positions[length] else { continue }
            for k in 0..<classes { weights[k * lengths.count + position] += memberships[row * classes + k] }
        }
    }

    func sample(_ k: Int, generator: inout Generator) -> Int {
        guard !lengths.isEmpty else { return 0 }
        return lengths[generator.categorical(weights[(k * lengths.count)..<((k + 1) * lengths.count)])]
    }
}

/// Weights made ready for many draws, by bisection of their running sum.
struct CumulativeWeights: Sendable {
    private var sums: [Double] = []

    init(_ weights: ArraySlice<Double>) {
        var sum = 0.0
        for weight in weights {
            sum += weight
            sums.append(sum)
        }
    }

    func sample(_ generator: inout Generator) -> Int {
        guard let total = sums.last else { return 0 }
        let target = generator.uniform() * total
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
