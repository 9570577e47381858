import Diagnostics

/// How the counts of contexts become probabilities of the next symbol.
enum Smoothing: Sendable, Equatable {
    /// (count + k) / (total + k V) in the longest seen context; k = 0 is maximum likelihood.
    case add(Double)
    /// Each context mixed with the one shorter by one, with weight types / (total + types)
    /// (Witten & Bell, The zero-frequency problem, 1991); the shortest with the uniform distribution.
    case wittenBell
    /// Counts less a discount, mixed with the shorter context's continuation counts (Kneser & Ney 1995; interpolated as in Chen & Goodman 1998).
    /// The discount of each order is n1 / (n1 + 2 n2).
    case kneserNey
}

/// The probabilities of the next symbol.
struct Predictor: Sendable {
    let tree: ContextTree
    let smoothing: Smoothing
    /// How many symbols there are, the end included.
    let symbolCount: Int
    /// How much was seen after each node, and how many different symbols: of counts, and of continuations.
    private var totals: [Double], types: [Double]
    private var continuationTotals: [Double], continuationTypes: [Double]
    /// Kneser-Ney's discount at each context length.
    private var discounts: [Double] = []

    init(_ tree: ContextTree, _ smoothing: Smoothing, symbolCount: Int) {
        self.tree = tree
        self.smoothing = smoothing
        self.symbolCount = symbolCount
        let size = tree.symbols.count
        totals = [Double](repeating: 0, count: size)
        types = totals
        continuationTotals = totals
        continuationTypes = totals
        var depth = [Int](repeating: 0, count: size)
        var ones = [Double](repeating: 0, count: tree.order + 2)
        var twos = ones
        for node in 1..<max(1, size) {
            let parent = Int(tree.parents[node])
            depth[node] = depth[parent] + 1
            let length = depth[parent]
            totals[parent] += Double(tree.counts[node])
            if tree.counts[node] > 0 { types[parent] += 1 }
            continuationTotals[parent] += Double(tree.predecessors[node])
            if tree.predecessors[node] > 0 { continuationTypes[parent] += 1 }
            let count = length == tree.order ? tree.counts[node] : tree.predecessors[node]
            if count == 1 { ones[length] += 1 } else if count == 2 { twos[length] += 1 }
        }
        if smoothing == .kneserNey {
            discounts = zip(ones, twos).map { one, two in one > 0 ? min(one / (one + 2 * two), 0.95) : 0.5 }
        }
    }

    /// How one context speaks: its weight on the shorter one, and on each of its own symbols a count and a scale.
    private struct Level {
        let node: Int32
        let rest: Double
        let scale: Double
        let discount: Double
        let countsContinuations: Bool
    }

    private func levels(_ contexts: [Int32]) -> [Level] {
        contexts.enumerated().compactMap { length, node in
            let index = Int(node)
            switch smoothing {
            case .add: return nil
            case .wittenBell:
                guard totals[index] > 0 else { return nil }
                let whole = totals[index] + types[index]
                return Level(node: node, rest: types[index] / whole, scale: 1 / whole, discount: 0, countsContinuations: false)
            case .kneserNey:
                // Nothing stands before the start of a sequence, so its contexts have counts and no continuations.
                let continues = length < tree.order && continuationTotals[index] > 0
                let total = continues ? continuationTotals[index] : totals[index]
                guard total > 0 else { return nil }
                let kinds = continues ? continuationTypes[index] : types[index]
                let discount = discounts[length]
                return Level(node: node, rest: discount * kinds / total, scale: 1 / total, discount: discount, countsContinuations: continues)
            }
        }
    }

    @inline(__always) private func count(_ node: Int, _ level: Level) -> Double {
        Double(level.countsContinuations ? tree.predecessors[node] : tree.counts[node])
    }

    /// p(symbol | context) for every symbol.
    func probabilities(_ contexts: [Int32]) -> [Double] {
        if case .add(let k) = smoothing {
            let context = contexts[contexts.count - 1]
            let total = totals[Int(context)] + k * Double(symbolCount)
            var p = [Double](repeating: total > 0 ? k / total : 0, count: symbolCount)
            tree.forEachChild(of: context) { node, symbol in if total > 0 { p[symbol] += Double(tree.counts[node]) / total } }
            return p
        }
        var p = [Double](repeating: 1 / Double(symbolCount), count: symbolCount)
        for level in levels(contexts) {
            for symbol in p.indices { p[symbol] *= level.rest }
            tree.forEachChild(of: level.node) { node, symbol in
                let c = count(node, level)
                if c > 0 { p[symbol] += (c - level.discount) * level.scale }
            }
        }
        return p
    }

    /// p(symbol | context), without working out the others.
    func probability(_ symbol: Int, _ contexts: [Int32]) -> Double {
        if case .add(let k) = smoothing {
            let context = contexts[contexts.count - 1]
            let total = totals[Int(context)] + k * Double(symbolCount)
            let own = tree.child(context, symbol).map { Double(tree.counts[Int($0)]) } ?? 0
            return total > 0 ? (own + k) / total : 0
        }
        var p = 1 / Double(symbolCount)
        for level in levels(contexts) {
            p *= level.rest
            guard let node = tree.child(level.node, symbol) else { continue }
            let c = count(Int(node), level)
            if c > 0 { p += (c - level.discount) * level.scale }
        }
        return p
    }
}
