import Diagnostics

/// Nodes that another node owns and walks in its hot loop: reading one takes no reference and checks no bounds.
///
/// Raw, because arrays of nodes are retained around every walk. The owner frees it when it goes.
struct NodeList {
    private let first: UnsafeMutablePointer<Unmanaged<Node>>
    let count: Int

    init(_ nodes: [Node]) {
        count = nodes.count
        first = .allocate(capacity: max(nodes.count, 1))
        for (index, node) in nodes.enumerated() { (first + index).initialize(to: .passRetained(node)) }
    }

    func free() {
        for index in 0..<count { first[index].release() }
        first.deallocate()
    }

    @inline(__always) func eval(_ index: Int, _ m: Machine, _ f: Slots) throws(Diagnostic) -> Value {
        unowned(unsafe) let node = first[index]._withUnsafeGuaranteedRef { $0 }
        return try node.eval(m, f)
    }
    @inline(__always) func exec(_ index: Int, _ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        unowned(unsafe) let node = first[index]._withUnsafeGuaranteedRef { $0 }
        return try node.exec(m, f)
    }
}
