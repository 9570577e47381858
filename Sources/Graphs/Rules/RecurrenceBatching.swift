import Diagnostics

extension Scan {
    /// The recurrence of all examples at once, and which of its values have the leading axis (in stacks it comes second).
    func batched(_ x: [Symbol], _ given: [Bool], _ batch: Batch, in builder: Builder) throws(Diagnostic) -> (Symbol, [Bool]) {
        // A carried value has the axis once what flows into it does.
        var marks = given
        var lifted: (graph: Graph, marked: [Bool])
        repeat {
            let force = body.outputs.indices.map { $0 < carried && marks[$0] }
            lifted = try body.lifted(marks, batch, force: force)
            let more = (0..<carried).filter { lifted.marked[$0] && !marks[$0] }
            for position in more { marks[position] = true }
            if more.isEmpty { break }
        } while true
        let operands = x.indices.map { position -> Symbol in
            let isSequence = carried..<carried + sequences ~= position
            if marks[position] && !given[position] { return batch.lifted(x[position], false) }
            return isSequence && given[position] ? x[position].moved(1, to: 0) : x[position]
        }
        var scan = self
        scan.body = lifted.graph
        return (builder.add(.scan(scan), operands), lifted.marked)
    }
}
