import Diagnostics
import Tensors

/// The normal distribution with a mean and a standard deviation.
public struct Normal: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Normal", summary: "The bell curve around a mean, with standard deviation sd.",
        parameters: [Parameter("mean", .real), Parameter("sd", .positive)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            try Normal(mean: family.parameters[0].checked(arguments), sd: family.parameters[1].checked(arguments))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            let data = try Observations(x, weights, within: .real)
            let mean = data.mean()
            let variance = data.mean { ($0 - mean) * ($0 - mean) }
            guard variance > 0 else { throw Diagnostic("the observations do not vary: their sd would be 0", argument: "data") }
            return try Normal(mean: Tensor(mean), sd: Tensor(variance.squareRoot()))
        })

    public let mean: Tensor, sd: Tensor
    public let batchShape: [Int]

    init(mean: Tensor, sd: Tensor) throws(Diagnostic) {
        self.mean = mean
        self.sd = sd
        batchShape = try Shape.broadcast(mean.shape, sd.shape)
    }

    public var arguments: [(name: String, value: Tensor)] { [("mean", mean), ("sd", sd)] }
    public var eventShape: [Int] { [] }
    public var support: Support { .interval(low: -.infinity, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let z = try (x - mean) / sd
        return try z.applying(.square) * -0.5 - sd.applying(.log) - 0.5 * logTwoPi
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try drawNumbers(shape, batch: batchShape, [mean, sd], key: key) { $1[0] + $1[1] * $0.normal() }
    }
}

/// log(2π)
let logTwoPi = 1.8378770664093454835606594728112
