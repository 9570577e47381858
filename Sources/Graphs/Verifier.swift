import Diagnostics
import Glibc

extension Graph {
    /// Whether every graph that a pass makes is checked: where the environment has `LATENT_VERIFY`, as in the tests.
    public static let isVerified = getenv("LATENT_VERIFY") != nil

    /// Checks that every node reads earlier nodes and has the type that its rule gives.
    ///
    /// Throws with the first node that does not: a mistake of the pass that made the graph.
    public func verify() throws(Diagnostic) {
        func wrong(_ index: Int, _ what: String) -> Diagnostic {
            Diagnostic(
                "the graph is wrong at %\(index), \(nodes[index].op.name): \(what)",
                help: "this is a mistake in Latent, not in your program")
        }
        for (index, node) in nodes.enumerated() {
            guard node.operands.allSatisfy({ $0.index >= 0 && $0.index < index }) else {
                throw wrong(index, "it reads a node that comes later")
            }
            if case .input(let position) = node.op {
                guard inputs.indices.contains(position), inputs[position] == node.type else { throw wrong(index, "no such input") }
                continue
            }
            let type: TensorType
            do throws(Diagnostic) {
                type = try node.op.type(of: node.operands.map { self[$0] })
            } catch {
                throw wrong(index, error.message)
            }
            guard type == node.type else { throw wrong(index, "its type is \(node.type), its rule says \(type)") }
            if case .scan(let scan) = node.op { try scan.body.verify() }
        }
        guard outputs.allSatisfy({ nodes.indices.contains(Int($0.index)) }) else {
            throw Diagnostic("the graph gives a node that it does not have", help: "this is a mistake in Latent, not in your program")
        }
    }
}
