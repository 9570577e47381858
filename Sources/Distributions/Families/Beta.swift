import Diagnostics
import Tensors

/// Numbers between 0 and 1; its mean is a / (a + b).
public struct Beta: Distribution {
    public static let family: DistributionFamily = DistributionFamily(
        name: "Beta", summary: "Numbers between 0 and 1; the mean is a / (a + b).",
        parameters: [Parameter("a", .positive), Parameter("b", .positive)],
        make: { (arguments: [String: Tensor]) throws(Diagnostic) -> any Distribution in
            try Beta(a: family.parameters[0].checked(arguments), b: family.parameters[1].checked(arguments))
        },
        fit: { (x: Tensor, weights: Tensor?) throws(Diagnostic) -> any Distribution in
            let data = try Observations(x, weights, within: .probability)
            guard data.values.allSatisfy({ $0 > 0 && $0 < 1 }) else {
                throw Diagnostic("each observation must lie between 0 and 1, and not at an end", argument: "data")
            }
            let (g, h) = (data.mean { logOf($0) }, data.mean { logOf(1 - $0) })
            let mean = data.mean()
            let variance = data.mean { ($0 - mean) * ($0 - mean) }
            guard variance > 0 else { throw Diagnostic("the observations do not vary", argument: "data") }
            // Newton's steps on the two likelihood equations, from the moments.
            let total = max(mean * (1 - mean) / variance - 1, 1e-3)
            var (a, b) = (mean * total, (1 - mean) * total)
            for _ in 0..<200 {
                let (u, v) = (digamma(a) - digamma(a + b) - g, digamma(b) - digamma(a + b) - h)
                let (p, q, r) = (trigamma(a), trigamma(b), trigamma(a + b))
                let determinant = (p - r) * (q - r) - r * r
                let (da, db) = (((q - r) * u + r * v) / determinant, ((p - r) * v + r * u) / determinant)
                var step = 1.0
                while a - step * da <= 0 || b - step * db <= 0 { step /= 2 }
                a -= step * da
                b -= step * db
                if abs(da) <= 1e-13 * a, abs(db) <= 1e-13 * b { break }
            }
            return try Beta(a: Tensor(a), b: Tensor(b))
        })

    public let a: Tensor, b: Tensor
    public let batchShape: [Int]

    init(a: Tensor, b: Tensor) throws(Diagnostic) {
        self.a = a
        self.b = b
        batchShape = try Shape.broadcast(a.shape, b.shape)
    }

    public var arguments: [(name: String, value: Tensor)] { [("a", a), ("b", b)] }
    public var eventShape: [Int] { [] }
    public var support: Support { .interval(low: 0, high: 1) }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let inside = try Tensor.binary(.and, Tensor.binary(.greaterEqual, x, Tensor(0)), Tensor.binary(.lessEqual, x, Tensor(1)))
        let safe = try Tensor.select(inside, x, Tensor(0.5))
        let normaliser = try (a + b).applying(.lgamma) - a.applying(.lgamma) - b.applying(.lgamma)
        return try supported(normaliser + timesLog(a - 1, safe) + timesLog(b - 1, Tensor(1) - safe), where: inside)
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try drawNumbers(shape, batch: batchShape, [a, b], key: key) { generator, p in
            // In logarithms: for tiny a and b both gammas may underflow.
            let (x, y) = (drawLogGamma(&generator, p[0]), drawLogGamma(&generator, p[1]))
            return 1 / (1 + expOf(y - x))
        }
    }
}

/// The logarithm of one draw of Gamma(shape, 1).
func drawLogGamma(_ generator: inout Generator, _ shape: Double) -> Double {
    guard shape < 1 else { return logOf(drawGamma(&generator, shape)) }
    return logOf(drawGamma(&generator, shape + 1)) + logOf(generator.uniform()) / shape
}
