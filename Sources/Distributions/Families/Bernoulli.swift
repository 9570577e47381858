import Diagnostics
import Glibc
import Tensors

/// 1 with probability p, else 0; instead of p its logit may be given.
public struct Bernoulli: Univariate {
    public static let family = DistributionFamily.univariate(
        Bernoulli.self, "Bernoulli", "1 with probability p, else 0.",
        [Parameter("p", .probability, isOptional: true), Parameter("logits", .real, isOptional: true)]
    ) { sample throws(Diagnostic) in
        try sample.require("0 and 1") { $0 == 0 || $0 == 1 }
        return [sample.mean()]
    }

    let parameters: Parameters
    private let isLogit: Bool
    init(_ parameters: Parameters) throws(Diagnostic) {
        try parameters.requireOne("Bernoulli", of: ["p", "logits"])
        self.parameters = parameters
        isLogit = parameters.names == ["logits"]
    }
    public init(p: Tensor) throws(Diagnostic) { try self.init(arguments: ["p": p]) }
    public init(logits: Tensor) throws(Diagnostic) { try self.init(arguments: ["logits": logits]) }

    public var support: Support { .integers(low: 0, high: 1) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let value = parameters[0]
        let yes = isLogit ? -(-value).softplus() : value.log()
        let no = isLogit ? -value.softplus() : (-value).log1p()
        return try wholeWithin(Tensor(0), x, Tensor(1), Tensor.select(Tensor.binary(.equal, x, Tensor(1)), yes, no))
    }

    struct Member: Law {
        let p, q: Double

        var filling: (@Sendable (Stretch, Key) -> Void)? {
            { stretch, key in
                stretch.uniform(key)
                stretch.update { $0 < p ? 1 : 0 }
            }
        }
        func draw(_ generator: inout Generator) -> Double { generator.uniform() < p ? 1 : 0 }
        func tails(_ x: Double) -> Tails { x < 0 ? .allAbove : x >= 1 ? .allBelow : Tails(below: q, above: p) }
        func quantile(_ quantile: Double) -> Double { quantile <= q ? 0 : 1 }

        func divergence(to other: Member) -> Double? {
            relativeEntropy(p, other.p) + relativeEntropy(q, other.q)
        }

        func statistic(_ statistic: Statistic) -> Double? {
            switch statistic {
            case .mean: p
            case .variance: p * q
            case .mode: p > q ? 1 : 0
            case .skewness: (q - p) / (p * q).squareRoot()
            case .kurtosis: (1 - 6 * p * q) / (p * q)
            case .entropy: (p > 0 ? -p * log(p) : 0) + (q > 0 ? -q * log(q) : 0)
            case .sd, .median: nil
            }
        }
    }
    func law(_ row: SIMD4<Double>) -> Member {
        let value = row[0]
        return isLogit ? Member(p: UnaryOp.sigmoid.apply(value), q: UnaryOp.sigmoid.apply(-value)) : Member(p: value, q: 1 - value)
    }
}

extension Parameters {
    /// Throws unless exactly one of several optional parameters is given.
    func requireOne(_ family: String, of choices: [String]) throws(Diagnostic) {
        let given = names.filter(choices.contains)
        guard given.count != 1 else { return }
        let list = choices.joined(separator: " or ")
        throw Diagnostic(
            given.isEmpty ? "\(family) needs \(list)" : "\(family) takes \(list), and got \(given.joined(separator: " and "))",
            argument: given.last)
    }
}

/// p log(p / q), 0 where p is.
func relativeEntropy(_ p: Double, _ q: Double) -> Double { p == 0 ? 0 : p * log(p / q) }
