import Foundation

/// How one of several codes is chosen by its logit.
public struct Sampling: Hashable, Sendable {
    /// Logits are divided by it: 0 takes the likeliest, 1 follows the network.
    public var temperature: Double
    /// Only so many of the likeliest are chosen from.
    public var top: Int?

    public init(temperature: Double = 1, top: Int? = nil) { (self.temperature, self.top) = (temperature, top) }

    /// The code that a uniform number from 0 to 1 picks; nil where a logit is not a number.
    public func choose(_ logits: ArraySlice<Float>, _ uniform: Double) -> Int32? {
        guard let largest = logits.max(), !logits.contains(where: \.isNaN), largest > -.infinity else { return nil }
        guard temperature > 0 else { return logits.firstIndex(of: largest).map { Int32($0 - logits.startIndex) } }
        // A logit at the bound stays in, and so do those equal to it.
        let least = top.flatMap { $0 < logits.count ? logits.sorted(by: >)[max(1, $0) - 1] : nil } ?? -.infinity
        let weights = logits.map { $0 < least ? 0 : exp(Double($0 - largest) / temperature) }
        var left = uniform * weights.reduce(0, +)
        for (code, weight) in weights.enumerated() where weight > 0 {
            left -= weight
            if left < 0 { return Int32(code) }
        }
        return weights.lastIndex { $0 > 0 }.map(Int32.init)
    }
}
