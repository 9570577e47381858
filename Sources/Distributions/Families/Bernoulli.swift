import Diagnostics
import Tensors

/// 1 with probability p, else 0.
public struct Bernoulli: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Bernoulli", summary: "1 with probability p, else 0: one throw of a coin. Takes `logits:` in place of p too.",
        parameters: [Parameter("p", .probability, isOptional: true), Parameter("logits", .real, isOptional: true)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            let index = try oneOf(arguments, "p", "logits") == "p" ? 0 : 1
            let given = try family.parameters[index].checked(arguments)
            return index == 0
                ? try Bernoulli(logP: given.applying(.log), logQ: given.applying(.negate).applying(.log1p), shown: ("p", given))
                : try Bernoulli(
                    logP: given.applying(.negate).applying(.softplus).applying(.negate), logQ: given.applying(.softplus).applying(.negate),
                    shown: ("logits", given))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            let data = try Observations(x, weights, within: .probability)
            guard data.values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                throw Diagnostic("each observation must be 0 or 1", argument: "data")
            }
            let p = Tensor(data.mean())
            return Bernoulli(logP: p.applying(.log), logQ: p.applying(.negate).applying(.log1p), shown: ("p", p))
        })

    /// log p and log(1 - p).
    let logP: Tensor, logQ: Tensor
    private let shown: (name: String, value: Tensor)

    init(logP: Tensor, logQ: Tensor, shown: (name: String, value: Tensor)) {
        self.logP = logP
        self.logQ = logQ
        self.shown = shown
    }

    /// The probability of 1.
    public var p: Tensor { shown.name == "p" ? shown.value : logP.applying(.exp) }
    public var arguments: [(name: String, value: Tensor)] { [shown] }
    public var batchShape: [Int] { logP.shape }
    public var eventShape: [Int] { [] }
    public var support: Support { .integers(low: 0, high: 1) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let isOne = try Tensor.binary(.equal, x, Tensor(1))
        let isZero = try Tensor.binary(.equal, x, Tensor(0))
        return try Tensor.select(isOne, logP, supported(logQ, where: isZero))
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try drawNumbers(shape, batch: batchShape, [p], key: key) { $0.uniform() < $1[0] ? 1 : 0 }
    }
}

/// Which of several ways of giving a parameter was taken.
///
/// Throws where none was, or more than one.
func oneOf(_ arguments: [String: Tensor], _ names: String...) throws(Diagnostic) -> String {
    let given = names.filter { arguments[$0] != nil }
    let list = names.map { "`\($0):`" }.joined(separator: " or ")
    guard let name = given.first else { throw Diagnostic("one of \(list) is needed", argument: names[0]) }
    guard given.count == 1 else { throw Diagnostic("only one of \(list) can be given", argument: given[1]) }
    return name
}
