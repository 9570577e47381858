import Diagnostics
import Tensors

/// Counts of independent events with a given mean.
public struct Poisson: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Poisson", summary: "Counts of independent events with mean rate.", parameters: [Parameter("rate", .nonNegative)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            Poisson(rate: try family.parameters[0].checked(arguments))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            Poisson(rate: Tensor(try Observations(x, weights, within: .count).mean()))
        })

    public let rate: Tensor
    init(rate: Tensor) { self.rate = rate }

    public var arguments: [(name: String, value: Tensor)] { [("rate", rate)] }
    public var batchShape: [Int] { rate.shape }
    public var eventShape: [Int] { [] }
    public var support: Support { .integers(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let isWhole = try Tensor.binary(.equal, x, x.applying(.floor))
        let inside = try Tensor.binary(.and, Tensor.binary(.greaterEqual, x, Tensor(0)), isWhole)
        let safe = try Tensor.select(inside, x, Tensor(0))
        return try supported(timesLog(safe, rate) - rate - (safe + 1).applying(.lgamma), where: inside)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try drawNumbers(shape, batch: batchShape, [rate], key: key) { drawPoisson(&$0, $1[0]) }
    }
}

/// One Poisson draw: by inversion for small rates, by transformed rejection for others
/// (Hörmann, The transformed rejection method for generating Poisson random variables, 1993, algorithm PTRS).
func drawPoisson(_ generator: inout Generator, _ rate: Double) -> Double {
    guard rate > 0 else { return 0 }
    if rate < 10 {
        let u = generator.uniform()
        var k = 0.0
        var p = expOf(-rate)
        var sum = p
        while u > sum, p > 0 {
            k += 1
            p *= rate / k
            sum += p
        }
        return k
    }
    let b = 0.931 + 2.53 * rate.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverse = 1.1239 + 1.1328 / (b - 3.4)
    let vr = 0.9277 - 3.6224 / (b - 2)
    while true {
        let u = generator.uniform() - 0.5
        let v = generator.uniform()
        let us = 0.5 - abs(u)
        let k = ((2 * a / us + b) * u + rate + 0.43).rounded(.down)
        if us >= 0.07, v <= vr { return k }
        if k < 0 || (us < 0.013 && v > us) { continue }
        if logOf(v * inverse / (a / (us * us) + b)) <= k * logOf(rate) - rate - lgamma(k + 1) { return k }
    }
}
