import Diagnostics
import Tensors

/// How often each of k categories comes up in a number of independent draws.
public struct Multinomial: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Multinomial", summary: "How often each of k categories comes up in count draws with probabilities p.",
        parameters: [Parameter("count", .count), Parameter("p", .simplex, rank: 1)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            try Multinomial(count: family.parameters[0].checked(arguments), p: family.parameters[1].checked(arguments))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            guard x.rank == 2 else {
                throw Diagnostic("the observations must be rows of counts, and they have shape \(x.shape)", argument: "data")
            }
            let data = try Observations(x, nil, within: .count)
            guard data.values.count == x.count else { throw Diagnostic("a count is missing", argument: "data") }
            let totals = try x.sum(axis: -1)
            guard let first = totals.doubles.first, totals.doubles.allSatisfy({ $0 == first }), first > 0 else {
                throw Diagnostic("the rows must have one total, above 0", argument: "data")
            }
            var weighted = x
            if let weights { weighted = try x * weights.expandedDims(-1) }
            let sums = try weighted.sum(axis: 0)
            return try Multinomial(count: Tensor(first), p: sums / sums.sum())
        })

    public let count: Tensor, p: Tensor
    public let batchShape: [Int]

    init(count: Tensor, p: Tensor) throws(Diagnostic) {
        self.count = count
        self.p = p
        batchShape = try Shape.broadcast(count.shape, Array(p.shape.dropLast()))
    }

    public var arguments: [(name: String, value: Tensor)] { [("count", count), ("p", p)] }
    public var eventShape: [Int] { [p.shape.last ?? 0] }
    public var support: Support { .counts }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        guard x.shape.last == p.shape.last else {
            throw Diagnostic("a value has \(p.shape.last ?? 0) counts, and this is of shape \(x.shape)", argument: "x")
        }
        let isWhole = try Tensor.binary(.equal, x, x.applying(.floor))
        let isCount = try Tensor.binary(.and, Tensor.binary(.greaterEqual, x, Tensor(0)), isWhole).reduced(.all, axis: -1)
        let inside = try Tensor.binary(.and, isCount, Tensor.binary(.equal, x.sum(axis: -1), count))
        let safe = try Tensor.binary(.maximum, x, Tensor(0))
        let density = try (count + 1).applying(.lgamma) - (safe + 1).applying(.lgamma).sum(axis: -1) + timesLog(safe, p).sum(axis: -1)
        return try supported(density, where: inside)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let k = p.shape.last ?? 0
        let full = shape + batchShape + [k]
        var result = [Double](repeating: 0, count: try Shape.count(full))
        let counts = try count.broadcast(to: batchShape).doubles
        let cumulative = try p.cumulative(.sum, axis: -1).broadcast(to: batchShape + [k]).doubles
        var generator = key.generator()
        for row in 0..<(result.count / max(k, 1)) {
            let which = row % counts.count
            guard counts[which] <= 1e8 else { throw Diagnostic("count is too large to draw", argument: "count") }
            for _ in 0..<Int(counts[which]) { result[row * k + category(cumulative, which * k, k, generator.uniform())] += 1 }
        }
        return Tensor(result, shape: full)
    }
}
