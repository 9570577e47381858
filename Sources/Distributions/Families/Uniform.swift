import Diagnostics
import Tensors

/// Every number of an interval alike.
public struct Uniform: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Uniform", summary: "Every number from low to high alike.", parameters: [Parameter("low", .real), Parameter("high", .real)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            try Uniform(low: family.parameters[0].checked(arguments), high: family.parameters[1].checked(arguments))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            let data = try Observations(x, weights, within: .real)
            let used = zip(data.values, data.weights).filter { $0.1 > 0 }.map(\.0)
            return try Uniform(low: Tensor(used.min() ?? 0), high: Tensor(used.max() ?? 0))
        })

    public let low: Tensor, high: Tensor
    public let batchShape: [Int]

    init(low: Tensor, high: Tensor) throws(Diagnostic) {
        self.low = low
        self.high = high
        batchShape = try Shape.broadcast(low.shape, high.shape)
        guard try Tensor.binary(.less, low, high).reduced(.all).bools[0] else {
            let values =
                low.isScalar && high.isScalar
                ? ", and they are \(formatNumber(low.double(at: 0))) and \(formatNumber(high.double(at: 0)))" : ""
            throw Diagnostic("low must be less than high\(values)", argument: "high")
        }
    }

    public var arguments: [(name: String, value: Tensor)] { [("low", low), ("high", high)] }
    public var eventShape: [Int] { [] }
    public var support: Support { .interval(low: low.doubles.min() ?? 0, high: high.doubles.max() ?? 0) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let inside = try Tensor.binary(.and, Tensor.binary(.greaterEqual, x, low), Tensor.binary(.lessEqual, x, high))
        return try supported(Tensor(0) - (high - low).applying(.log), where: inside)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try drawNumbers(shape, batch: batchShape, [low, high], key: key) { $1[0] + ($1[1] - $1[0]) * $0.uniform() }
    }
}
