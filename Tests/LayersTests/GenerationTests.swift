import Diagnostics
import Foundation
import Layers
import Tensors
import Testing

@Suite struct GenerationTests {
    /// Networks that foretell codes, with the codes that they know.
    static let networks: [(layer: Chain, codes: Int)] = [
        (Chain([Embedding(7, 8), Recurrent(.rnn, 8, 6), Dense(6, 7)]), 7),
        (Chain([Embedding(7, 8), Recurrent(.gru, 8, 6), Dense(6, 7)]), 7),
        (Chain([Embedding(7, 8), Recurrent(.lstm, 8, 6), Recurrent(.lstm, 6, 5), LayerNorm(), Dense(5, 7)]), 7),
        (
            Chain([
                Embedding(5, 8), Positions(150), Chain.transformerBlock(size: 8, heads: 2), Chain.transformerBlock(size: 8, heads: 2),
                Dense(8, 5),
            ]), 5
        ),
        (
            Chain([Embedding(5, 8), Residual(Attention(heads: 4, causal: true, bias: false)), Activation.silu, Dropout(0.5), Dense(8, 5)]),
            5
        ),
    ]

    /// What is kept of earlier places changes nothing: logits are those of the network applied to all codes at once, up to rounding, across
    /// the sizes at which memory grows.
    @Test func placesOneByOneAreThePlacesTogether() throws {
        for (layer, codes) in Self.networks {
            let network = try Network.made(layer, key: Key(seed: 3))
            let generation = try Generation(network, batch: 2)
            let length = 140
            let draws = uniform(2 * length, Key(seed: 4)).map { Int32($0 * Double(codes)) }
            for place in 0..<length {
                try generation.read([draws[place], draws[length + place]])
                guard [0, 1, 62, 63, 64, 65, 127, 128, 139].contains(place) else { continue }
                let prefix = Array(draws[0...place]) + Array(draws[length...length + place])
                let whole = try network(Tensor(.int32(prefix), shape: [2, place + 1])).doubles
                let size = (place + 1) * codes
                let last = Array(whole[size - codes..<size]) + Array(whole[2 * size - codes..<2 * size])
                for (a, b) in zip(try generation.logits().doubles, last) {
                    let isClose: Bool = abs(a - b) <= 2e-5 * max(1, abs(b))
                    #expect(isClose, "\(layer.name), place \(place)")
                }
            }
        }
    }

    /// Where the weights are for few places, what came last is read again.
    @Test func longTextsGoOn() throws {
        let layer = Chain([Embedding(5, 8), Positions(6), Chain.transformerBlock(size: 8, heads: 2), Dense(8, 5)])
        let network = try Network.made(layer, key: Key(seed: 3))
        let generation = try Generation(network)
        let codes = (0..<20).map { Int32($0 * $0 % 5) }
        for code in codes { try generation.read([code]) }
        // Six places fit; a new beginning reads the last three and then the next: at 6, 9, 12, 15 and 18.
        let recent = Array(codes[15...])
        let whole = try network(Tensor(.int32(recent), shape: [1, recent.count])).doubles.suffix(5)
        for (a, b) in zip(try generation.logits().doubles, whole) { #expect(abs(a - b) < 1e-5) }
    }

    /// Shares of codes drawn are the softmax of logits over the temperature: within 4.5 standard errors.
    @Test func choicesFollowLogits() throws {
        let logits: [Float] = [1, 0, -1, 2, -.infinity]
        for sampling in [Sampling(), Sampling(temperature: 0.5), Sampling(temperature: 2, top: 2)] {
            let kept = sampling.top == 2 ? [0, 3] : [0, 1, 2, 3]
            let weights = logits.indices.map { kept.contains($0) ? exp(Double(logits[$0]) / sampling.temperature) : 0 }
            let draws = uniform(20_000, Key(seed: 9)).map { sampling.choose(logits[...], $0) }
            for code in logits.indices {
                let p = weights[code] / weights.reduce(0, +)
                let share = Double(draws.filter { $0 == Int32(code) }.count) / 20_000
                #expect(abs(share - p) <= 4.5 * (p * (1 - p) / 20_000).squareRoot(), "code \(code), \(sampling)")
            }
        }
        #expect(Sampling(temperature: 0).choose(logits[...], 0.1) == 3)
        #expect(Sampling().choose([1, .nan], 0.5) == nil)
    }

    @Test func whatLooksAheadIsRefused() throws {
        let ahead = try Network.made(Chain([Embedding(5, 8), Attention(heads: 2), Dense(8, 5)]), key: Key(seed: 0))
        #expect(throws: Diagnostic.self) { try Generation(ahead).read([0]) }
        let layers: [any Layer] = [Conv(1, 4, kernel: [3, 3]), Flatten(), Dense(nil, 10)]
        let images = try Network.made(Chain(layers, input: [8, 8, 1]), key: Key(seed: 0))
        #expect(throws: Diagnostic.self) { try Generation(images) }
        let codes = try Network.made(Chain([Embedding(5, 8), Dense(8, 5)]), key: Key(seed: 0))
        #expect(throws: Diagnostic.self) { try Generation(codes).logits() }
        #expect(throws: Diagnostic.self) { try Generation(codes).read([5]) }
    }
}
