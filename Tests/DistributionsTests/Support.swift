import Diagnostics
import Distributions
import Tensors

/// A line of the reference: a family, its parameters, and numbers by name.
struct Reference {
    let text: String
    let family: DistributionFamily
    let arguments: [String: Tensor]
    /// `x`, `quantile` or `statistic`.
    let kind: String
    let x: Double
    let numbers: [(name: String, value: Double)]

    static var all: [Reference] { referenceNumbers.split(separator: "\n").compactMap { Reference(String($0)) } }

    private init?(_ line: String) {
        var words = line.split(separator: " ").map(String.init)
        guard words.count > 3, let family = DistributionCatalog.family(named: words.removeFirst()) else { return nil }
        func pairs(_ text: [Substring]) -> [(name: String, value: Double)] {
            text.compactMap { pair in
                let sides = pair.split(separator: "=")
                return sides.count == 2 ? Double(String(sides[1])).map { (String(sides[0]), $0) } : nil
            }
        }
        let arguments = pairs(words.removeFirst().split(separator: ","))
        let kind = words.removeFirst()
        self.family = family
        self.arguments = Dictionary(uniqueKeysWithValues: arguments.map { ($0.name, Tensor($0.value)) })
        (self.kind, x) = kind.hasPrefix("x=") ? ("x", Double(kind.dropFirst(2)) ?? .nan) : (kind, .nan)
        numbers = pairs(words.map { $0[...] })
        text = line.split(separator: " ").prefix(3).joined(separator: " ")
    }
}

/// Within a relative tolerance, or both infinite in one way; numbers below what a normal number holds count as 0.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    a == b || abs(a - b) <= tolerance * max(abs(a), abs(b)) || max(abs(a), abs(b)) < 1e-300
}

/// A member of a family, from numbers.
func make(_ name: String, _ arguments: [String: Tensor]) throws -> any Distribution {
    guard let family = DistributionCatalog.family(named: name) else { throw Diagnostic("no family \(name)") }
    return try family.make(arguments)
}
