import Graphs

/// Adam (Kingma and Ba 2015), with decoupled weight decay where it is asked for (AdamW: Loshchilov and Hutter 2019).
///
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon) + rate decay p. Decay
/// spares what is no matrix: biases and scales.
public struct Adam: Optimizer, Hashable {
    public var rate: Double
    public var beta1: Double, beta2: Double
    public var epsilon: Double
    public var decay: Double
    public var schedule: Schedule
    public var clipNorm: Double?

    public init(
        _ rate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0,
        schedule: Schedule = .constant,
        clipNorm: Double? = nil
    ) {
        (self.rate, self.beta1, self.beta2, self.epsilon) = (rate, beta1, beta2, epsilon)
        (self.decay, self.schedule, self.clipNorm) = (decay, schedule, clipNorm)
    }

    public var slots: Int { 2 }
    public var structure: String { "Adam, decay \(decay != 0), clip \(clipNorm != nil)" }

    public func numbers(at step: Int) -> [Double] {
        let rate = rate * schedule.factor(at: step)
        let (first, second) = (1 - BinaryOp.power.apply(beta1, Double(step)), 1 - BinaryOp.power.apply(beta2, Double(step)))
        return [beta1, 1 - beta1, beta2, 1 - beta2, rate / first, 1 / second.squareRoot(), epsilon, 1 - rate * decay]
    }

    public func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (
        parameter: Symbol, state: [Symbol]
    ) {
        let first = state[0] * numbers[0] + gradient * numbers[1]
        let second = state[1] * numbers[2] + gradient.unary(.square) * numbers[3]
        let kept = decay != 0 && parameter.rank >= 2 ? parameter * numbers[7] : parameter
        let step = first * numbers[4] / (second.unary(.sqrt) * numbers[5] + numbers[6])
        return (kept - step, [first, second])
    }
}
