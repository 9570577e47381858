import Diagnostics

/// Counts of all n-grams up to an order, as a tree: a path from the root spells an n-gram, and the node it ends at counts it.
///
/// Each node links to its suffix, the n-gram without its first symbol, so that one node stands for a context and all its shorter ones.
/// While counting, only the longest n-gram at each place is counted; `finish` carries the counts down the suffixes.
struct ContextTree: Sendable {
    static let root = 0
    private static let nodeLimit = 100_000_000

    /// How many symbols the longest context has.
    let contextLength: Int
    private(set) var parent: [Int32] = [0]
    private(set) var symbol: [Int32] = [-1]
    private(set) var suffix: [Int32] = [0]
    private(set) var depth: [UInt8] = [0]
    /// How often the n-gram was seen.
    private(set) var count: [Double] = [0]
    private var table = EdgeTable()

    init(contextLength: Int) { self.contextLength = contextLength }

    var nodeCount: Int { parent.count }

    /// Builds the tree again from its arrays; the root has no parent and no symbol there.
    init(contextLength: Int, parents: [Int], symbols: [Int], counts: [Double], choices: Int, start: Int?) throws(Diagnostic) {
        self.init(contextLength: contextLength)
        guard parents.count == symbols.count, counts.count == parents.count + 1, counts.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw Self.damaged
        }
        for (index, (above, code)) in zip(parents, symbols).enumerated() {
            // The start is a first symbol only, and never counted itself.
            let isStart = code == start && above == Self.root && counts[index + 1] == 0
            guard above <= index, code < choices || isStart, Int(depth[above]) <= contextLength, child(above, code) == nil else {
                throw Self.damaged
            }
            // A node's suffix is always made before it.
            let below = above == Self.root ? Self.root : child(Int(suffix[above]), code)
            guard let below else { throw Self.damaged }
            _ = try add(above, code, suffix: below)
        }
        count = counts
    }

    private static let damaged = Diagnostic("the saved model is damaged: counts")

    /// The node of the n-gram that lengthens another by a symbol.
    func child(_ node: Int, _ code: Int) -> Int? { table.find(node, code) }

    /// The context that follows a seen n-gram.
    func context(after node: Int) -> Int { Int(depth[node]) > contextLength ? Int(suffix[node]) : node }

    /// Counts a symbol after a context, and gives the next context.
    mutating func observe(_ code: Int, after context: Int, weight: Double) throws(Diagnostic) -> Int {
        let node = try insert(code, after: context)
        count[node] += weight
        return self.context(after: node)
    }

    /// The node of a context and a symbol, made with all its suffixes where it is new.
    mutating func insert(_ code: Int, after context: Int) throws(Diagnostic) -> Int {
        if let node = child(context, code) { return node }
        var lacking = [context]
        var node = Self.root
        while let last = lacking.last, last != Self.root {
            let shorter = Int(suffix[last])
            if let known = child(shorter, code) {
                node = known
                break
            }
            lacking.append(shorter)
        }
        for above in lacking.reversed() { node = try add(above, code, suffix: node) }
        return node
    }

    private mutating func add(_ above: Int, _ code: Int, suffix below: Int) throws(Diagnostic) -> Int {
        let node = parent.count
        guard node < Self.nodeLimit else {
            throw Diagnostic("the data hold more than \(Self.nodeLimit) different n-grams", help: "a lower order needs fewer")
        }
        parent.append(Int32(above))
        symbol.append(Int32(code))
        suffix.append(Int32(below))
        depth.append(depth[above] + 1)
        count.append(0)
        table.insert(above, code, node)
        return node
    }

    /// Adds each count to those of its suffixes; once, after the last symbol. Suffixes come before what they are suffixes of.
    mutating func finish() {
        for node in stride(from: nodeCount - 1, to: 0, by: -1) { count[Int(suffix[node])] += count[node] }
    }
}

/// A hash map from (node, symbol) to a node: open addressing with linear probing.
private struct EdgeTable: Sendable {
    private var keys = [UInt64](repeating: .max, count: 1024)
    private var nodes = [Int32](repeating: 0, count: 1024)
    private var used = 0

    private static func key(_ node: Int, _ code: Int) -> UInt64 { UInt64(node) << 32 | UInt64(code) }

    /// Multiplicative hashing by 2^64 divided by the golden ratio (Knuth, volume 3, 6.4), folded once for the low bits.
    private func slot(_ key: UInt64) -> Int {
        let product = key &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: product ^ product >> 32) & (keys.count - 1)
    }

    func find(_ node: Int, _ code: Int) -> Int? {
        let key = Self.key(node, code)
        var index = slot(key)
        while keys[index] != .max {
            if keys[index] == key { return Int(nodes[index]) }
            index = (index + 1) & (keys.count - 1)
        }
        return nil
    }

    mutating func insert(_ node: Int, _ code: Int, _ value: Int) {
        if used * 2 >= keys.count { grow() }
        place(Self.key(node, code), Int32(value))
        used += 1
    }

    private mutating func place(_ key: UInt64, _ value: Int32) {
        var index = slot(key)
        while keys[index] != .max { index = (index + 1) & (keys.count - 1) }
        keys[index] = key
        nodes[index] = value
    }

    private mutating func grow() {
        let (oldKeys, oldNodes) = (keys, nodes)
        keys = [UInt64](repeating: .max, count: oldKeys.count * 2)
        nodes = [Int32](repeating: 0, count: oldKeys.count * 2)
        for (key, node) in zip(oldKeys, oldNodes) where key != .max { place(key, node) }
    }
}
