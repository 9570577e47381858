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
    /// Kneser-Ney's discount at each context length.
    private let discounts: [Double]

    init(_ tree: ContextTree, _ smoothing: Smoothing, symbolCount: Int) {
        self.tree = tree
        self.smoothing = smoothing
        self.symbolCount = symbolCount
        guard smoothing == .kneserNey else {
            discounts = []
            return
        }
        var depth = [Int](repeating: 0, count: tree.symbols.count)
        var ones = [Double](repeating: 0, count: tree.order + 2)
        var twos = ones
        for node in 1..<max(1, depth.count) {
            depth[node] = depth[Int(tree.parents[node])] + 1
            let length = depth[node] - 1
            let count = length == tree.order ? tree.counts[node] : tree.predecessors[node]
            if count == 1 { ones[length] += 1 } else if count == 2 { twos[length] += 1 }
        }
        discounts = zip(ones, twos).map { one, two in one > 0 ? min(one / (one + 2 * two), 0.95) : 0.5 }
    }

    /// p(symbol | history) for every symbol.
    func probabilities(_ history: ArraySlice<Int>) -> [Double] {
        let contexts = tree.contexts(of: history)
        let uniform = 1 / Double(symbolCount)
        if case .add(let k) = smoothing { return added(k, contexts[contexts.count - 1]) }
        var p = [Double](repeating: uniform, count: symbolCount)
        for (length, context) in contexts.enumerated() {
            var total = 0.0
            var types = 0.0
            let isTop = length == tree.order || (length == history.count && smoothing == .kneserNey && length == contexts.count - 1 && length > 0 && isStart(history))
            func count(_ node: Int) -> Double { smoothing == .kneserNey && !isTop ? Double(tree.predecessors[node]) : Double(tree.counts[node]) }
            tree.forEachChild(of: context) { node, _ in
                let c = count(node)
                total += c
                if c > 0 { types += 1 }
            }
            guard total > 0 else { continue }
            let discount = smoothing == .kneserNey ? discounts[length] : 0
            let rest = smoothing == .kneserNey ? discount * types / total : types / (total + types)
            let scale = smoothing == .kneserNey ? 1 / total : 1 / (total + types)
            for symbol in p.indices { p[symbol] *= rest }
            tree.forEachChild(of: context) { node, symbol in
                let c = count(node)
                if c > 0 { p[symbol] += (c - discount) * scale }
            }
        }
        return p
    }

    /// A history that reaches back to the start of its sequence has nothing before it, so its counts are counts, not continuations.
    private func isStart(_ history: ArraySlice<Int>) -> Bool { history.first == symbolCount - 1 && history.count <= tree.order }

    private func added(_ k: Double, _ context: Int32) -> [Double] {
        var total = 0.0
        var p = [Double](repeating: k, count: symbolCount)
        tree.forEachChild(of: context) { node, symbol in
            p[symbol] += Double(tree.counts[node])
            total += Double(tree.counts[node])
        }
        total += k * Double(symbolCount)
        return p.map { total > 0 ? $0 / total : 0 }
    }

    /// p(symbol | history), without working out the others.
    func probability(_ symbol: Int, _ history: ArraySlice<Int>) -> Double {
        let contexts = tree.contexts(of: history)
        if case .add(let k) = smoothing {
            let context = contexts[contexts.count - 1]
            var total = k * Double(symbolCount)
            var own = k
            tree.forEachChild(of: context) { node, other in
                total += Double(tree.counts[node])
                if other == symbol { own += Double(tree.counts[node]) }
            }
            return total > 0 ? own / total : 0
        }
        return probabilities(history)[symbol]
    }
}
