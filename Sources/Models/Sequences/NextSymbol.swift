/// Where a reader of a sequence stands.
struct SequenceContext: Hashable, Sendable {
    /// The longest context ending here that was seen.
    var node = ContextTree.root
    /// How many symbols of context there are, seen together or not.
    var length = 0
}

extension SmoothedCounts {
    /// The node whose estimate holds after a context; nil where all symbols are equally probable.
    ///
    /// Maximum likelihood says nothing after a context that never was followed, so the longest suffix that was stands in for it.
    private func estimate(after context: SequenceContext) -> Int? {
        if case .added(let k) = smoothing, k > 0 {
            return Int(tree.depth[context.node]) == context.length && isFollowed[context.node] ? context.node : nil
        }
        var node = context.node
        while !isFollowed[node], node != ContextTree.root { node = Int(tree.suffix[node]) }
        return isFollowed[node] ? node : nil
    }

    /// p(symbol | context); nil is a symbol outside the alphabet.
    func probability(of code: Int?, after context: SequenceContext) -> Double {
        var weight = 1.0
        guard var node = estimate(after: context) else { return 1 / Double(outcomes) }
        while true {
            if let code, let child = tree.child(node, code), probability[child] > 0 { return weight * probability[child] }
            weight *= escape[node]
            if node == ContextTree.root || !looksShorter { return weight / Double(outcomes) }
            node = Int(tree.suffix[node])
        }
    }

    /// The probabilities of the first `count` symbols after a context.
    func distribution(after context: SequenceContext, count: Int) -> [Double] {
        var result = [Double](repeating: 1 / Double(outcomes), count: count)
        guard let longest = estimate(after: context) else { return result }
        var chain = [longest]
        while looksShorter, let last = chain.last, last != ContextTree.root { chain.append(Int(tree.suffix[last])) }
        for node in chain.reversed() {
            for index in result.indices { result[index] *= escape[node] }
            var child = Int(firstChild[node])
            while child >= 0 {
                result[Int(tree.symbol[child])] = probability[child]
                child = Int(nextSibling[child])
            }
        }
        return result
    }

    /// The context after one more symbol; nil is a symbol outside the alphabet.
    func advance(_ context: SequenceContext, by code: Int?) -> SequenceContext {
        let length = min(tree.contextLength, context.length + 1)
        guard let code else { return SequenceContext(node: ContextTree.root, length: length) }
        var node = context.node
        while true {
            if let child = tree.child(node, code) { return SequenceContext(node: tree.context(after: child), length: length) }
            if node == ContextTree.root { return SequenceContext(node: node, length: length) }
            node = Int(tree.suffix[node])
        }
    }
}
