import Diagnostics
import Language
import Layers
import Tensors

extension NetworkChapter {
    /// Sequences continued by a network.
    static let generation: [Builtin] = [
        Builtin(
            "generate(net, start, count, temperature: 1, top_k: none, seed: none)", chapter: title,
            "So many codes that follow a sequence of codes, or each row of several, drawn one after the other from a network that gives, at each place, the logits of the code that comes next. Temperature 0 takes the likeliest code; `top_k` chooses among so many of the likeliest. What the network keeps of earlier places is computed once.",
            examples: [
                .init("generate(Chain(Embedding(5, 8), GRU(8, 8), Dense(8, 5)), [1, 2], 4).shape", "[4]"),
                .init(
                    "generate(Chain(Embedding(5, 8), TransformerBlock(8, 2), Dense(8, 5)), [[1], [2]], 6, temperature: 0.5).shape", "[2, 6]"
                ),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard case .object(let object) = call[0], case .network(let network) = object.kind else { throw call.mustBe(0, "a network") }
            let start = try call.array(1)
            guard start.rank <= 2, start.shape[start.rank - 1] > 0, start.shape[0] > 0 else {
                throw call.wrong(1, "a sequence is continued from at least one code", help: "as in generate(net, [0], 100)")
            }
            let codes = start.rank == 1 ? try start.reshaped([1, start.count]) : start
            let sequences = try wholeNumbers(codes, call)
            let (batch, length) = (codes.shape[0], codes.shape[1])
            let count = try call.integer(2, in: 0...100_000_000)
            let temperature = try call.number(3)
            guard temperature >= 0 else { throw call.mustBe(3, "0 or more") }
            let sampling = Sampling(temperature: temperature, top: try call.integerIfGiven(4, in: 1...100_000_000))
            let key = try call.key(seed: 5)
            let generation = try Generation(network, batch: batch)
            for place in 0..<length {
                try call.machine.interrupt.check()
                try generation.read((0..<batch).map { sequences[$0 * length + place] })
            }
            var written = [[Int32]](repeating: [], count: batch)
            for place in 0..<count {
                try call.machine.interrupt.check()
                if place > 0 { try generation.read(written.map { $0[place - 1] }) }
                let next = try generation.choose(sampling, key.folded(UInt64(place)))
                for row in 0..<batch { written[row].append(next[row]) }
            }
            let result = Tensor(.int32(written.flatMap { $0 }), shape: start.rank == 1 ? [count] : [batch, count])
            return .tensor(result)
        }
    ]

    /// Codes as they are: whole numbers from 0.
    private static func wholeNumbers(_ codes: Tensor, _ call: Call) throws(Diagnostic) -> [Int32] {
        var numbers: [Int32] = []
        for value in codes.doubles {
            guard value >= 0, value == value.rounded(), let code = Int32(exactly: value) else {
                throw call.mustBe(1, "whole numbers from 0")
            }
            numbers.append(code)
        }
        return numbers
    }
}
