import Diagnostics
import Foundation
import Tensors

/// The ways in which the missing symbols of one sequence can be filled: at each position the contexts that a reader may stand in.
///
/// The weights are those of the best path to each context (Viterbi, 1967), or of all paths together where one is to be drawn (forward filtering, backward sampling).
/// Contexts that predict alike are one, so that this is exact as long as there are at most `width` of them at each position; else the most probable are kept.
struct GapLattice: Sendable {
    private struct Edge {
        var parent: Int32
        var code: Int32
        /// log p of the paths through it, up to here.
        var log: Double
    }
    /// By position, by context: the edges that lead to it; the best alone where no path will be drawn.
    private var edges: [[[Edge]]] = []
    /// Of the contexts after the last position.
    private var finals: [Double] = [0]

    /// - Parameters:
    ///   - codes: the symbols; nil where missing or never seen.
    ///   - missing: which are to be filled.
    ///   - keepsEdges: whether paths will be drawn.
    ///   - isWhole: whether the sequence ends after its last symbol, rather than going on.
    init(
        _ model: FittedSequences, _ codes: [Int?], missing: [Bool], keepsEdges: Bool, isWhole: Bool, interrupt: Interrupt
    ) throws(Diagnostic) {
        let width = max(64, 40_000 / max(1, model.choices))
        // An impossible step is only very improbable here: there must be some way through.
        func logged(_ p: Double) -> Double { log(max(p, .leastNormalMagnitude)) }
        var contexts = [model.beginning]
        for (position, code) in codes.enumerated() {
            try interrupt.check()
            var places: [SequenceContext: Int] = [:]
            var next: [SequenceContext] = []
            var incoming: [[Edge]] = []
            func arrive(_ context: SequenceContext, _ edge: Edge) {
                guard let place = places[context] else {
                    places[context] = next.count
                    next.append(context)
                    incoming.append([edge])
                    return
                }
                if keepsEdges {
                    incoming[place].append(edge)
                } else if edge.log > incoming[place][0].log {
                    incoming[place][0] = edge
                }
            }
            for (parent, context) in contexts.enumerated() {
                if missing[position] {
                    let probabilities = model.counts.distribution(after: context, count: model.choices)
                    for (symbol, p) in probabilities.prefix(model.alphabet.count).enumerated() {
                        arrive(
                            model.counts.advance(context, by: symbol),
                            Edge(parent: Int32(parent), code: Int32(symbol), log: finals[parent] + logged(p)))
                    }
                } else {
                    let step = code == nil && !model.plan.hasUnknown ? 0 : logged(model.counts.probability(of: code, after: context))
                    arrive(
                        model.counts.advance(context, by: code),
                        Edge(parent: Int32(parent), code: Int32(code ?? -1), log: finals[parent] + step))
                }
            }
            var logs = incoming.map { edges in logSumExp(edges.map(\.log)[...]) }
            if next.count > width {
                let kept = logs.indices.sorted { (logs[$1], $0) < (logs[$0], $1) }.prefix(width)
                (next, incoming, logs) = (kept.map { next[$0] }, kept.map { incoming[$0] }, kept.map { logs[$0] })
            }
            edges.append(incoming)
            (contexts, finals) = (next, logs)
        }
        guard isWhole, model.hasEnds else { return }
        for (index, context) in contexts.enumerated() { finals[index] += logged(model.counts.probability(of: model.end, after: context)) }
    }

    /// The most probable symbols, of a lattice that keeps the best edges; -1 where a symbol was never seen.
    var best: [Int] { walk(from: argmax(finals[...])) { _ in 0 } }

    /// Symbols drawn from their posterior, of a lattice that keeps all edges.
    func draw(_ generator: inout Generator) -> [Int] {
        func chosen(_ logs: [Double]) -> Int {
            let largest = logs.max() ?? 0
            return generator.categorical(logs.map { exp($0 - largest) }[...])
        }
        return walk(from: chosen(finals)) { edges in edges.count == 1 ? 0 : chosen(edges.map(\.log)) }
    }

    /// The symbols of a path, followed from its end.
    private func walk(from last: Int, choose: ([Edge]) -> Int) -> [Int] {
        var place = last
        var codes: [Int] = []
        for layer in edges.reversed() {
            let edge = layer[place][choose(layer[place])]
            codes.append(Int(edge.code))
            place = Int(edge.parent)
        }
        return codes.reversed()
    }
}
