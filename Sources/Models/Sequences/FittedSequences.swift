import Diagnostics
import Foundation
import Tensors

/// What a recipe over sequences asks of the counts.
struct SequencePlan: Sendable {
    let contextLength: Int
    let smoothing: Smoothing
    /// Whether one outcome stands for the symbols that were never seen.
    let hasUnknown: Bool
}

/// A model of what follows each context in sequences that has learned; `MarkovChain` and `NGram` differ in their smoothing.
public struct FittedSequences: Generates, Scores, Infers, Archivable {
    let recipe: any Model
    let plan: SequencePlan
    let alphabet: Alphabet
    /// Whether starts and ends were learned: there were many sequences.
    let hasEnds: Bool
    let counts: SmoothedCounts
    /// -log p of the training data by symbol scored.
    let trainingLoss: Double

    public var model: any Model { recipe }
    public var isBound: Bool { false }

    /// The number of the end, after the symbols.
    var end: Int { alphabet.count }
    /// The number of what comes before the first symbol; it is only ever a context.
    static func start(_ alphabet: Alphabet) -> Int { alphabet.count + 1 }
    /// What can follow: the symbols, and the end where it was learned.
    var choices: Int { alphabet.count + (hasEnds ? 1 : 0) }

    init(recipe: any Model, plan: SequencePlan, data: Frame, weights: Tensor?, _ context: Context) throws(Diagnostic) {
        let family = type(of: recipe).family.name
        try refuseUnknown(data, variables: ["x"])
        guard let x = data["x"] else { throw Diagnostic("\(family) needs x, a text or sequences") }
        let read = try SequenceData(x, name: "x")
        let alphabet = try Alphabet(read, name: "x")
        let sequences = try alphabet.encode(read, name: "x")
        let weights = try exampleWeights(weights, count: sequences.count)
        let hasEnds = !read.isSingle
        var tree = ContextTree(contextLength: plan.contextLength)
        let beginning =
            hasEnds && plan.contextLength > 0 ? try tree.insert(Self.start(alphabet), after: ContextTree.root) : ContextTree.root
        var observed = 0
        for (sequence, weight) in zip(sequences, weights) where weight > 0 {
            guard let sequence else { continue }
            var node = beginning
            for case let code? in sequence {
                node = try tree.observe(code, after: node, weight: weight)
                observed += 1
                if observed % 65_536 == 0 {
                    try context.interrupt.check()
                    context.progress("\(observed) symbols, \(tree.nodeCount) n-grams")
                }
            }
            if hasEnds { _ = try tree.observe(alphabet.count, after: node, weight: weight) }
        }
        tree.finish()
        self.init(recipe: recipe, plan: plan, alphabet: alphabet, hasEnds: hasEnds, tree: tree, trainingLoss: 0)
        try context.interrupt.check()
        var (sum, total) = (0.0, 0.0)
        for (sequence, weight) in zip(sequences, weights) where weight > 0 {
            guard let sequence else { continue }
            sum += weight * logProbability(sequence, after: 0)
            total += weight * Double(sequence.count + (hasEnds ? 1 : 0))
        }
        guard total > 0 else { throw Diagnostic("all sequences that have a weight are missing", argument: "weights") }
        self = FittedSequences(self, trainingLoss: -sum / total)
    }

    init(recipe: any Model, plan: SequencePlan, alphabet: Alphabet, hasEnds: Bool, tree: ContextTree, trainingLoss: Double) {
        (self.recipe, self.plan, self.alphabet, self.hasEnds, self.trainingLoss) = (recipe, plan, alphabet, hasEnds, trainingLoss)
        let outcomes = alphabet.count + (hasEnds ? 1 : 0) + (plan.hasUnknown ? 1 : 0)
        counts = SmoothedCounts(tree, smoothing: plan.smoothing, outcomes: outcomes, start: hasEnds ? Self.start(alphabet) : nil)
    }

    private init(_ other: FittedSequences, trainingLoss: Double) {
        (recipe, plan, alphabet, hasEnds) = (other.recipe, other.plan, other.alphabet, other.hasEnds)
        (counts, self.trainingLoss) = (other.counts, trainingLoss)
    }

    // MARK: Walking

    /// Before the first symbol.
    var beginning: SequenceContext { hasEnds ? counts.advance(SequenceContext(), by: Self.start(alphabet)) : SequenceContext() }

    /// log p of a sequence's symbols from a position on, given those before it, and of its end.
    func logProbability(_ sequence: [Int?], after position: Int) -> Double {
        var context = beginning
        var sum = 0.0
        for (index, code) in sequence.enumerated() {
            if index >= position { sum += logProbability(code, after: context) }
            context = counts.advance(context, by: code)
        }
        return hasEnds ? sum + logProbability(end, after: context) : sum
    }

    private func logProbability(_ code: Int?, after context: SequenceContext) -> Double {
        if code == nil && !plan.hasUnknown { return -.infinity }
        return log(counts.probability(of: code, after: context))
    }

    /// The context after a beginning.
    func context(after sequence: [Int?]) -> SequenceContext {
        sequence.reduce(beginning) { counts.advance($0, by: $1) }
    }
}
