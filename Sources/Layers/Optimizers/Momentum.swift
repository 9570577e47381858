import Graphs

/// Gradient descent, with momentum where it is asked for (Polyak 1964; Nesterov's form as in Sutskever and others 2013).
///
/// b = momentum b + g; p -= rate b, or rate (g + momentum b) in Nesterov's form.
public struct SGD: Optimizer, Hashable {
    public var rate: Double, momentum: Double
    public var isNesterov: Bool
    public var decay: Double
    public var schedule: Schedule
    public var clipNorm: Double?

    public init(
        _ rate: Double, momentum: Double = 0, nesterov: Bool = false, decay: Double = 0, schedule: Schedule = .constant,
        clipNorm: Double? = nil
    ) {
        (self.rate, self.momentum, isNesterov) = (rate, momentum, nesterov)
        (self.decay, self.schedule, self.clipNorm) = (decay, schedule, clipNorm)
    }

    public var slots: Int { momentum == 0 ? 0 : 1 }
    public var structure: String { "SGD, momentum \(momentum != 0), nesterov \(isNesterov), decay \(decay != 0), clip \(clipNorm != nil)" }
    public func numbers(at step: Int) -> [Double] { [rate * schedule.factor(at: step), momentum, decay] }

    public func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (
        parameter: Symbol, state: [Symbol]
    ) {
        let slope = decay != 0 && parameter.rank >= 2 ? gradient + parameter * numbers[2] : gradient
        guard momentum != 0 else { return (parameter - slope * numbers[0], []) }
        let velocity = state[0] * numbers[1] + slope
        let step = isNesterov ? slope + velocity * numbers[1] : velocity
        return (parameter - step * numbers[0], [velocity])
    }
}

/// Divides gradients by the root of a running mean of their squares (Tieleman and Hinton 2012).
///
/// v = decay v + (1 - decay) g^2; p -= rate g / (sqrt(v) + epsilon).
public struct RMSprop: Optimizer, Hashable {
    public var rate: Double, smoothing: Double, epsilon: Double
    public var schedule: Schedule
    public var clipNorm: Double?

    public init(
        _ rate: Double = 1e-2, smoothing: Double = 0.99, epsilon: Double = 1e-8, schedule: Schedule = .constant, clipNorm: Double? = nil
    ) {
        (self.rate, self.smoothing, self.epsilon) = (rate, smoothing, epsilon)
        (self.schedule, self.clipNorm) = (schedule, clipNorm)
    }

    public var slots: Int { 1 }
    public var structure: String { "RMSprop, clip \(clipNorm != nil)" }
    public func numbers(at step: Int) -> [Double] { [rate * schedule.factor(at: step), smoothing, 1 - smoothing, epsilon] }

    public func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (
        parameter: Symbol, state: [Symbol]
    ) {
        let square = state[0] * numbers[1] + gradient.unary(.square) * numbers[2]
        return (parameter - gradient * numbers[0] / (square.unary(.sqrt) + numbers[3]), [square])
    }
}

/// Steps of one size in the direction of a sign (Chen and others, Symbolic Discovery of Optimization Algorithms, 2023).
///
/// p -= rate (sign(b1 m + (1 - b1) g) + decay p); m = b2 m + (1 - b2) g.
public struct Lion: Optimizer, Hashable {
    public var rate: Double, beta1: Double, beta2: Double, decay: Double
    public var schedule: Schedule
    public var clipNorm: Double?

    public init(
        _ rate: Double = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99, decay: Double = 0, schedule: Schedule = .constant,
        clipNorm: Double? = nil
    ) {
        (self.rate, self.beta1, self.beta2, self.decay) = (rate, beta1, beta2, decay)
        (self.schedule, self.clipNorm) = (schedule, clipNorm)
    }

    public var slots: Int { 1 }
    public var structure: String { "Lion, decay \(decay != 0), clip \(clipNorm != nil)" }
    public func numbers(at step: Int) -> [Double] {
        let rate = rate * schedule.factor(at: step)
        return [rate, beta1, 1 - beta1, beta2, 1 - beta2, 1 - rate * decay]
    }

    public func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (
        parameter: Symbol, state: [Symbol]
    ) {
        let direction = (state[0] * numbers[1] + gradient * numbers[2]).unary(.sign)
        let kept = decay != 0 && parameter.rank >= 2 ? parameter * numbers[5] : parameter
        return (kept - direction * numbers[0], [state[0] * numbers[3] + gradient * numbers[4]])
    }
}
