import Diagnostics
import Displays
import Tensors

extension FittedSequences {
    /// Above this many symbols no matrix of transitions is given.
    private static let matrixLimit = 2_000

    public var fields: [(name: String, value: Datum)] {
        var seen = [Double](repeating: 0, count: alphabet.count)
        for code in seen.indices { if let node = counts.tree.child(ContextTree.root, code) { seen[code] = counts.tree.count[node] } }
        var entries: [(name: String, value: Datum)] = [
            ("symbols", alphabet.datum), ("counts", .tensor(Tensor(seen))), ("ngrams", .tensor(Tensor(ngrams))),
            ("nats", .tensor(Tensor(trainingLoss))),
        ]
        if let (transitions, pairs) = transitions {
            entries += [("transitions", .tensor(transitions)), ("transition_counts", .tensor(pairs))]
        }
        return entries
    }

    /// How many different n-grams there were, by their length from 1.
    private var ngrams: [Double] {
        var numbers = [Double](repeating: 0, count: plan.contextLength + 1)
        for node in 0..<counts.tree.nodeCount where counts.tree.count[node] > 0 && counts.tree.depth[node] > 0 {
            numbers[Int(counts.tree.depth[node]) - 1] += 1
        }
        return numbers
    }

    /// For one symbol of context: p(next | symbol) and how often, a row for each symbol and, where ends were learned, a last one for the start; the end is the last column.
    private var transitions: (Tensor, Tensor)? {
        guard plan.contextLength == 1, choices <= Self.matrixLimit else { return nil }
        var probabilities: [Double] = []
        var pairs: [Double] = []
        for row in 0..<choices {
            let context = row < alphabet.count ? counts.advance(SequenceContext(), by: row) : beginning
            probabilities += counts.distribution(after: context, count: choices)
            for code in 0..<choices {
                // A symbol whose sequences weigh nothing has no context of its own.
                let pair = context.node == ContextTree.root ? nil : counts.tree.child(context.node, code)
                pairs.append(pair.map { counts.tree.count[$0] } ?? 0)
            }
        }
        let shape = [choices, choices]
        return (Tensor(probabilities, shape: shape), Tensor(pairs, shape: shape))
    }

    public func summary() -> MIMEBundle {
        let total = counts.tree.count[ContextTree.root]
        let context = plan.contextLength == 1 ? "1 symbol" : "\(plan.contextLength) symbols"
        var rows = [
            ["symbols", "\(alphabet.count)"],
            ["scored", formatNumber(total)],
            ["given", context],
            ["n-grams", formatNumber(ngrams.reduce(0, +))],
            ["nats per \(alphabet.unit)", shown(trainingLoss)],
        ]
        if hasEnds, total > 0 {
            let ends = counts.tree.child(ContextTree.root, end).map { counts.tree.count[$0] } ?? 0
            rows.append(["mean length", shown((total - ends) / max(ends, 1))])
        }
        return report(type(of: recipe).family.name, header: ["", "training data"], rows: rows)
    }
}
