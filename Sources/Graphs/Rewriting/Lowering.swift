import Diagnostics

extension Graph {
    /// The same graph with reductions over axes apart from each other taken one run of axes after the other, from the last: each is then a
    /// plain loop.
    public func lowered() throws(Diagnostic) -> Graph {
        guard nodes.contains(where: { Graph.runs($0).count > 1 }) else { return self }
        let builder = Builder()
        let arguments = inputs.map { builder.input($0) }
        let outputs = builder.inline(self, arguments) { node, operands in
            let runs = Graph.runs(node)
            guard runs.count > 1, case .reduce(let reduction, _) = node.op else { return nil }
            return runs.reversed().reduce(operands[0]) { builder.add(.reduce(reduction, axes: $1), [$0]) }
        }
        return try builder.finish(outputs)
    }

    /// The runs of axes that a reduction takes away.
    private static func runs(_ node: Node) -> [[Int]] {
        guard case .reduce(_, let axes) = node.op else { return [] }
        var runs: [[Int]] = []
        for axis in axes {
            if let last = runs.last?.last, last == axis - 1 { runs[runs.count - 1].append(axis) } else { runs.append([axis]) }
        }
        return runs
    }
}
