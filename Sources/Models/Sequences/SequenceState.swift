import Diagnostics
import Tensors

extension FittedSequences {
    public var state: Frame {
        let tree = counts.tree
        return Frame(
            [
                ("symbols", alphabet.datum), ("ends", .tensor(Tensor(hasEnds))), ("loss", .tensor(Tensor(trainingLoss))),
                ("parents", .tensor(Tensor(tree.parent.dropFirst().map { Int($0) }))),
                ("codes", .tensor(Tensor(tree.symbol.dropFirst().map { Int($0) }))),
                ("counts", .tensor(Tensor(tree.count))),
            ], isTable: false)
    }

    init(recipe: any Model, plan: SequencePlan, state: Frame) throws(Diagnostic) {
        let reader = StateReader(state)
        let alphabet: Alphabet
        switch try reader.labels("symbols").values {
        case .texts(let texts):
            let scalars = texts.flatMap { $0.unicodeScalars.map(\.value) }
            guard scalars.count == texts.count else { throw Diagnostic("the saved model is damaged: symbols") }
            alphabet = .characters(scalars)
        case .numbers(let numbers, let type): alphabet = .numbers(numbers, type)
        }
        guard alphabet.isDistinct else { throw Diagnostic("the saved model is damaged: symbols") }
        let hasEnds = try reader.numbers("ends", count: 1)[0] != 0
        let numbers = try reader.numbers("counts")
        if case .kneserNey = plan.smoothing, !numbers.allSatisfy({ $0 == $0.rounded() }) {
            throw Diagnostic("the saved model is damaged: counts")
        }
        let tree = try ContextTree(
            contextLength: plan.contextLength, parents: try reader.whole("parents"), symbols: try reader.whole("codes"), counts: numbers,
            choices: alphabet.count + (hasEnds ? 1 : 0), start: hasEnds ? Self.start(alphabet) : nil)
        self.init(
            recipe: recipe, plan: plan, alphabet: alphabet, hasEnds: hasEnds, tree: tree,
            trainingLoss: try reader.numbers("loss", count: 1)[0])
    }
}
