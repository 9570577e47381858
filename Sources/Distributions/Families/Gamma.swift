import Diagnostics
import Tensors

/// Positive numbers with a shape and a rate; its mean is shape / rate.
public struct Gamma: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Gamma", summary: "Positive numbers with a shape and a rate; the mean is shape / rate.",
        parameters: [Parameter("shape", .positive), Parameter("rate", .positive)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            try Gamma(shape: family.parameters[0].checked(arguments), rate: family.parameters[1].checked(arguments))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            let data = try Observations(x, weights, within: .positive)
            let mean = data.mean()
            let s = logOf(mean) - data.mean { logOf($0) }
            guard s > 1e-14 else { throw Diagnostic("the observations do not vary: their shape would be infinite", argument: "data") }
            // Minka's generalised Newton steps for the shape (Estimating a Gamma distribution, 2002).
            var shape = (3 - s + ((s - 3) * (s - 3) + 24 * s).squareRoot()) / (12 * s)
            for _ in 0..<100 {
                let change = (logOf(shape) - digamma(shape) - s) / (shape * shape * (1 / shape - trigamma(shape)))
                let next = 1 / (1 / shape + change)
                let isDone = abs(next - shape) <= 1e-14 * shape
                shape = next
                if isDone { break }
            }
            return try Gamma(shape: Tensor(shape), rate: Tensor(shape / mean))
        })

    public let shape: Tensor, rate: Tensor
    public let batchShape: [Int]

    init(shape: Tensor, rate: Tensor) throws(Diagnostic) {
        self.shape = shape
        self.rate = rate
        batchShape = try Shape.broadcast(shape.shape, rate.shape)
    }

    public var arguments: [(name: String, value: Tensor)] { [("shape", shape), ("rate", rate)] }
    public var eventShape: [Int] { [] }
    public var support: Support { .interval(low: 0, high: .infinity) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let inside = try Tensor.binary(.greaterEqual, x, Tensor(0))
        let safe = try Tensor.binary(.maximum, x, Tensor(0))
        let normaliser = try shape * rate.applying(.log) - shape.applying(.lgamma)
        return try supported(normaliser + timesLog(shape - 1, safe) - rate * safe, where: inside)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try drawNumbers(shape, batch: batchShape, [self.shape, rate], key: key) { drawGamma(&$0, $1[0]) / $1[1] }
    }
}

/// a log(b), which is 0 where a is.
func timesLog(_ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
    let isZero = try Tensor.binary(.equal, a, Tensor(0))
    let safe = try Tensor.select(isZero, Tensor(1), b)
    return try a * safe.applying(.log)
}

/// One draw of Gamma(shape, 1), by Marsaglia and Tsang's method (A simple method for generating gamma variables, 2000).
func drawGamma(_ generator: inout Generator, _ shape: Double) -> Double {
    if shape < 1 {
        // In logarithms, so that a tiny shape does not underflow earlier than the result does.
        return expOf(logOf(drawGamma(&generator, shape + 1)) + logOf(generator.uniform()) / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
        let x = generator.normal()
        let t = 1 + c * x
        guard t > 0 else { continue }
        let v = t * t * t
        let u = generator.uniform()
        if logOf(u) < 0.5 * x * x + d - d * v + d * logOf(v) { return d * v }
    }
}
