import Diagnostics

/// How the probability of what follows a context is estimated from counts.
enum Smoothing: Sendable {
    /// (c + k) / (C + kV); maximum likelihood where k is 0.
    case added(Double)
    /// Witten and Bell, "The Zero-Frequency Problem" (1991), method C, interpolated.
    case wittenBell
    /// Kneser and Ney, "Improved Backing-Off for M-Gram Language Modeling" (1995), interpolated as by Chen and Goodman (1999), one discount an order.
    case kneserNey
}

/// Probabilities of what follows each context, estimated from a tree of counts.
///
/// Every seen n-gram has its probability; a symbol not seen after a context h has `escape(h)` times what h's suffix gives it, or, where the
/// estimate does not look at shorter contexts, times 1/V. Below the empty context all V symbols are equally probable.
struct SmoothedCounts: Sendable {
    let tree: ContextTree
    let smoothing: Smoothing
    /// V, with the end and the unknown symbol where there are such.
    let outcomes: Int
    /// p(last symbol | the symbols before), by node.
    private(set) var probability: [Double]
    private(set) var escape: [Double]
    /// Whether anything was seen after a node.
    let isFollowed: [Bool]
    // The children of each node as a linked list.
    private(set) var firstChild: [Int32]
    private(set) var nextSibling: [Int32]

    var looksShorter: Bool { if case .added = smoothing { false } else { true } }

    /// - Parameter start: the symbol before the first, which no n-gram has further left.
    init(_ tree: ContextTree, smoothing: Smoothing, outcomes: Int, start: Int?) {
        (self.tree, self.smoothing, self.outcomes) = (tree, smoothing, outcomes)
        let size = tree.nodeCount
        probability = [Double](repeating: 0, count: size)
        escape = [Double](repeating: 0, count: size)
        firstChild = [Int32](repeating: -1, count: size)
        nextSibling = [Int32](repeating: -1, count: size)
        var counts = tree.count
        if case .kneserNey = smoothing { counts = Self.continuationCounts(tree, start: start) }
        var totals = [Double](repeating: 0, count: size)
        var types = [Double](repeating: 0, count: size)
        for node in 1..<max(1, size) where counts[node] > 0 {
            let above = Int(tree.parent[node])
            totals[above] += counts[node]
            types[above] += 1
            nextSibling[node] = firstChild[above]
            firstChild[above] = Int32(node)
        }
        isFollowed = totals.map { $0 > 0 }
        let discounts = Self.discounts(tree, counts)
        let uniform = 1 / Double(outcomes)
        for node in 0..<size {
            if totals[node] > 0 {
                switch smoothing {
                case .added(let k): escape[node] = k * Double(outcomes) / (totals[node] + k * Double(outcomes))
                case .wittenBell: escape[node] = types[node] / (totals[node] + types[node])
                case .kneserNey: escape[node] = discounts[Int(tree.depth[node])] * types[node] / totals[node]
                }
            } else {
                escape[node] = 1
            }
            // Parents and suffixes come before their nodes, so what is needed is there.
            guard node > 0, counts[node] > 0 else { continue }
            let above = Int(tree.parent[node])
            let lower = above == ContextTree.root || !looksShorter ? uniform : probability[Int(tree.suffix[node])]
            switch smoothing {
            case .added(let k): probability[node] = (counts[node] + k) / (totals[above] + k * Double(outcomes))
            case .wittenBell: probability[node] = (counts[node] + types[above] * lower) / (totals[above] + types[above])
            case .kneserNey:
                let discount = discounts[Int(tree.depth[above])]
                probability[node] = (counts[node] - discount) / totals[above] + escape[above] * lower
            }
        }
    }

    /// Below the highest order an n-gram counts once for each symbol seen before it; one that starts a sequence keeps its count.
    private static func continuationCounts(_ tree: ContextTree, start: Int?) -> [Double] {
        var counts = [Double](repeating: 0, count: tree.nodeCount)
        var starts = [Bool](repeating: false, count: tree.nodeCount)
        for node in 1..<max(1, tree.nodeCount) where tree.count[node] > 0 || Int(tree.symbol[node]) == start {
            let above = Int(tree.parent[node])
            starts[node] = above == ContextTree.root ? Int(tree.symbol[node]) == start : starts[above]
            if starts[node] || Int(tree.depth[node]) > tree.contextLength { counts[node] = tree.count[node] }
            if tree.depth[node] > 1 && !starts[Int(tree.suffix[node])] { counts[Int(tree.suffix[node])] += 1 }
        }
        return counts
    }

    /// n1 / (n1 + 2 n2) by length of context (Ney, Essen and Kneser, 1994), from how many n-grams count 1 and 2; 1/2 where there are none of either.
    private static func discounts(_ tree: ContextTree, _ counts: [Double]) -> [Double] {
        var ones = [Double](repeating: 0, count: tree.contextLength + 1)
        var twos = ones
        for node in 1..<max(1, tree.nodeCount) {
            let order = Int(tree.depth[node]) - 1
            if counts[node] == 1 { ones[order] += 1 }
            if counts[node] == 2 { twos[order] += 1 }
        }
        return zip(ones, twos).map { $0 > 0 && $1 > 0 ? $0 / ($0 + 2 * $1) : 0.5 }
    }
}
