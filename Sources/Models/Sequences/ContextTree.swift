import Diagnostics

/// How often each symbol followed each context of up to `order` symbols: a tree whose paths are the n-grams that were seen.
struct ContextTree: Sendable {
    let order: Int
    /// One entry a node: the symbol on the way in, how often the path was seen, and how many different symbols stood before it.
    private(set) var symbols: [Int32] = [-1]
    private(set) var parents: [Int32] = [-1]
    private(set) var counts: [Int32] = [0]
    private(set) var predecessors: [Int32] = [0]
    private var firstChild: [Int32] = [-1]
    private var nextSibling: [Int32] = [-1]
    private var children: [UInt64: Int32] = [:]

    init(order: Int) { self.order = order }

    /// Rebuilds a tree from its nodes, parents before children.
    ///
    /// Throws where they are no tree.
    init(order: Int, symbols: [Int32], parents: [Int32], counts: [Int32], predecessors: [Int32]) throws(Diagnostic) {
        self.init(order: order)
        guard !symbols.isEmpty, symbols.count == parents.count, symbols.count == counts.count, symbols.count == predecessors.count else {
            throw Diagnostic("the saved counts are damaged")
        }
        for index in 1..<max(symbols.count, 1) {
            guard parents[index] >= 0, parents[index] < Int32(index), symbols[index] >= 0, counts[index] >= 0 else {
                throw Diagnostic("the saved counts are damaged")
            }
            let node = add(parents[index], symbols[index])
            self.counts[Int(node)] = counts[index]
            self.predecessors[Int(node)] = predecessors[index]
        }
    }

    private static func key(_ node: Int32, _ symbol: Int32) -> UInt64 { UInt64(UInt32(bitPattern: node)) << 32 | UInt64(UInt32(bitPattern: symbol)) }

    /// The node of a path one symbol longer; nil where it was never seen.
    func child(_ node: Int32, _ symbol: Int) -> Int32? { children[Self.key(node, Int32(symbol))] }

    private mutating func add(_ node: Int32, _ symbol: Int32) -> Int32 {
        let new = Int32(symbols.count)
        symbols.append(symbol)
        parents.append(node)
        counts.append(0)
        predecessors.append(0)
        firstChild.append(-1)
        nextSibling.append(firstChild[Int(node)])
        firstChild[Int(node)] = new
        children[Self.key(node, symbol)] = new
        return new
    }

    /// Counts the symbols of one sequence from position `start` on, each after the up to `order` symbols before it.
    mutating func count(_ sequence: [Int], from start: Int, _ check: () throws(Diagnostic) -> Void) throws(Diagnostic) {
        // The nodes of the last 0, 1, ... symbols.
        var contexts: [Int32] = [0]
        for (position, symbol) in sequence.enumerated() {
            if position % 65_536 == 0 { try check() }
            var next: [Int32] = [0]
            next.reserveCapacity(order + 1)
            for (length, context) in contexts.enumerated() {
                var node = children[Self.key(context, Int32(symbol))] ?? -1
                if node < 0 {
                    node = add(context, Int32(symbol))
                    // A path seen first has a symbol before its tail that was not there yet.
                    if length > 0 { predecessors[Int(next[length])] += 1 }
                }
                if position >= start { counts[Int(node)] += 1 }
                if length < order { next.append(node) } else if length == 0 { break }
            }
            contexts = next
        }
    }

    /// Calls a function with the nodes that follow a context.
    @inline(__always) func forEachChild(of node: Int32, _ body: (_ node: Int, _ symbol: Int) -> Void) {
        var child = firstChild[Int(node)]
        while child >= 0 {
            body(Int(child), Int(symbols[Int(child)]))
            child = nextSibling[Int(child)]
        }
    }

    /// Whether anything was seen to follow a path.
    func isContext(_ node: Int32) -> Bool { firstChild[Int(node)] >= 0 }
}

/// The contexts of a place in a sequence that were seen: the nodes of the last 0, 1, ... symbols, up to the first unseen.
struct ContextWalk {
    private let tree: ContextTree
    private(set) var contexts: [Int32] = [0]

    init(_ tree: ContextTree) { self.tree = tree }

    /// Goes on past a symbol; one below 0 was never seen.
    mutating func advance(_ symbol: Int) {
        var next: [Int32] = [0]
        next.reserveCapacity(tree.order + 1)
        for context in contexts where next.count <= tree.order {
            guard symbol >= 0, let node = tree.child(context, symbol), tree.isContext(node) else { break }
            next.append(node)
        }
        contexts = next
    }
}
