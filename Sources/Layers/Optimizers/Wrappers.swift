import Graphs

/// An optimiser that averages the gradients of several steps into one update.
public struct Accumulated: Optimizer {
    public var base: any Optimizer
    public var count: Int
    public init(_ base: any Optimizer, count: Int) { (self.base, self.count) = (base, max(1, count)) }

    public var slots: Int { base.slots + 1 }
    public var structure: String { "accumulated \(base.structure)" }
    public var clipNorm: Double? { base.clipNorm }
    public func numbers(at step: Int) -> [Double] {
        base.numbers(at: (step + count - 1) / count) + [1 / Double(count), step % count == 0 ? 1 : 0]
    }

    public func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (
        parameter: Symbol, state: [Symbol]
    ) {
        let total = state[base.slots] + gradient
        let end = base.numbers(at: 1).count
        let isUpdate = numbers[end + 1].compared(.greater, 0)
        let old = Array(state[..<base.slots])
        let (moved, after) = base.update(parameter, total * numbers[end], old, numbers)
        return (
            isUpdate.select(moved, parameter),
            zip(after, old).map { isUpdate.select($0, $1) } + [isUpdate.select(total * 0, total)]
        )
    }
}

/// An optimiser that keeps an exponential moving average of the weights beside them, as its last state
/// (Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992).
public struct Averaged: Optimizer {
    public var base: any Optimizer
    /// How much of the old average stays at each step.
    public var decay: Double
    public init(_ base: any Optimizer, decay: Double) { (self.base, self.decay) = (base, decay) }

    public var slots: Int { base.slots + 1 }
    /// What its structure begins with.
    public static let mark = "averaged"
    public var structure: String { "\(Averaged.mark) \(base.structure)" }
    public var clipNorm: Double? { base.clipNorm }
    /// The average begins as the first weights, and forgets them soon.
    public func numbers(at step: Int) -> [Double] { base.numbers(at: step) + [1 - min(decay, Double(step - 1) / Double(step + 9))] }

    public func update(_ parameter: Symbol, _ gradient: Symbol, _ state: [Symbol], _ numbers: [Symbol]) -> (
        parameter: Symbol, state: [Symbol]
    ) {
        let (moved, after) = base.update(parameter, gradient, Array(state[..<base.slots]), numbers)
        let average = state[base.slots]
        return (moved, after + [average + (moved - average) * numbers[base.numbers(at: 1).count]])
    }
}
