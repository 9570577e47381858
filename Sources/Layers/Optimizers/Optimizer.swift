import Graphs

/// How parameters follow their gradients.
///
/// The update is written once with symbols and compiled into the training step; the numbers that change from step to step (rates,
/// corrections) are computed beside it and given to each run, so that another rate needs no new plan.
public protocol Optimizer: Sendable {
    /// Tensors of state that each parameter has, of its shape, all zero before the first step.
    var slots: Int { get }
    /// What makes two updates the same plan, whatever their numbers.
    var structure: String { get }
    /// The numbers that an update reads, for a step counted from 1.
    func numbers(at step: Int) -> [Double]
    /// The parameter and its state after a step; `numbers` are those of `numbers(at:)`.
    func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (parameter: Symbol, state: [Symbol])
    /// The largest norm that all gradients together may have; longer ones are scaled down to it.
    var clipNorm: Double? { get }
}

extension Optimizer {
    public var clipNorm: Double? { nil }
}

/// The rate of each step.
public enum Schedule: Hashable, Sendable {
    case constant
    /// Rises linearly over the warm-up, then falls along half a cosine to `floor` times the rate at the last step (Loshchilov and Hutter, SGDR,
    /// 2017).
    case cosine(steps: Int, warmup: Int, floor: Double)
    /// Multiplied by a factor every so many steps.
    case step(every: Int, factor: Double)

    /// What the rate is multiplied by, for a step counted from 1.
    public func factor(at step: Int) -> Double {
        switch self {
        case .constant: return 1
        case .cosine(let steps, let warmup, let floor):
            if step <= warmup { return Double(step) / Double(max(1, warmup)) }
            let progress = min(1, Double(step - warmup) / Double(max(1, steps - warmup)))
            let wave: Double = (1 + UnaryOp.cos.apply(Double.pi * progress)) / 2
            return floor + (1 - floor) * wave
        case .step(let every, let factor): return BinaryOp.power.apply(factor, Double((step - 1) / max(1, every)))
        }
    }
}
