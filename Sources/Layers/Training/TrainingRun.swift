import Diagnostics
import Graphs
import Synchronization
import Tensors

/// The memory in which a step's weights and state stay from step to step.
public final class TrainingRun {
    public let step: StepGraph
    private let execution: Execution
    /// Steps taken, by this run and those it continues.
    public private(set) var number = 0
    private var loss = Double.nan, norm = Double.nan
    /// What was given back last, while someone holds it.
    private weak var current: Version?

    /// Bytes that it takes.
    public var memorySize: Int { execution.plan.memorySize }

    public init(_ step: StepGraph, plan: Plan) {
        self.step = step
        execution = plan.makeExecution()
    }

    private var structure: String = ""

    /// Begins from given weights and state; zeros where no state is given.
    public func load(_ weights: [Tensor], state: [Tensor]?, number: Int, structure: String) throws(Diagnostic) {
        current?.save()
        current = nil
        // State that came with weights may be of another optimiser than its name says.
        let state = state.flatMap { $0.count == step.stateCount ? $0 : nil }
        for (position, weight) in zip(step.weights, weights) { try execution.set(input: position, weight) }
        for index in 0..<step.stateCount {
            let type = step.graph.inputs[step.stateStart + index]
            let zeros = try Tensor.zeros(type.shape, type.dtype)
            try execution.set(input: step.stateStart + index, state?[index] ?? zeros)
        }
        self.number = number
        self.structure = structure
        (loss, norm) = (.nan, .nan)
    }

    /// Whether a version is what the memory holds now.
    public func holds(_ version: Version) -> Bool { version === current }

    /// Gives an input of the loss; it stays until another is given.
    public func set(input position: Int, _ tensor: Tensor) throws(Diagnostic) { try execution.set(input: position, tensor) }

    /// Takes a step. An older version that someone still holds is copied out first.
    ///
    /// Throws where the loss or a gradient is not finite, or an interrupt gives the step up; the weights are then as they were.
    public func advance(_ optimizer: any Optimizer, key: Key, interrupt: Interrupt? = nil) throws(Diagnostic) -> Version {
        current?.save()
        for (index, value) in StepGraph.numbers(of: optimizer, step: number + 1).enumerated() {
            try execution.set(input: step.numberStart + index, number: value)
        }
        try execution.run(key: key, interrupt: interrupt)
        let (loss, norm) = (execution.number(0), execution.number(1))
        guard loss.isFinite, norm.isFinite else {
            // The memory still holds the last good weights, and whoever holds them has them copied.
            current = nil
            throw NotFinite.diagnostic(step: number + 1, loss: loss, optimizer)
        }
        number += 1
        (self.loss, self.norm) = (loss, norm)
        current = nil
        return latest()
    }

    /// What the memory holds.
    public func latest() -> Version {
        if let current { return current }
        let version = Version(step: number, loss: loss, norm: norm, structure: structure, weightCount: step.weights.count, run: self)
        current = version
        return version
    }

    /// The value of a weight or of a tensor of state.
    func value(_ index: Int) -> Tensor { execution.output(2 + index) }
    var valueCount: Int { step.weights.count + step.stateCount }
    func type(_ index: Int) -> TensorType { step.graph.outputTypes[2 + index] }
}

/// Weights and the optimiser's state after some step: in a run's memory while they are the latest, copied out when an older version is held.
public final class Version: Sendable {
    public let step: Int
    public let loss: Double
    /// The norm of all gradients together.
    public let norm: Double
    /// The optimiser's structure, which the state belongs to.
    public let structure: String
    public let weightCount: Int
    private struct Place: @unchecked Sendable {
        var run: TrainingRun?
        var values: [Tensor?]
    }
    private let place: Mutex<Place>

    init(step: Int, loss: Double, norm: Double, structure: String, weightCount: Int, run: TrainingRun) {
        (self.step, self.loss, self.norm, self.structure, self.weightCount) = (step, loss, norm, structure, weightCount)
        place = Mutex(Place(run: run, values: [Tensor?](repeating: nil, count: run.valueCount)))
    }

    /// Values that are at hand: weights, then state.
    public init(step: Int, loss: Double, norm: Double, structure: String, weights: [Tensor], state: [Tensor]) {
        (self.step, self.loss, self.norm, self.structure, weightCount) = (step, loss, norm, structure, weights.count)
        place = Mutex(Place(run: nil, values: weights + state))
    }

    /// A weight, or a tensor of state after them.
    public func value(_ index: Int) -> Tensor {
        place.withLock { place in
            if let value = place.values[index] { return value }
            guard let run = place.run else { return Tensor(0) }
            let value = run.value(index)
            place.values[index] = value
            return value
        }
    }

    /// The optimiser's state.
    public var state: [Tensor] { (weightCount..<place.withLock { $0.values.count }).map { value($0) } }
    /// The memory that holds it, where it is the latest there.
    public var run: TrainingRun? { place.withLock { $0.run } }

    /// Copies everything out of the run's memory.
    func save() {
        place.withLock { place in
            guard let run = place.run else { return }
            for index in place.values.indices where place.values[index] == nil { place.values[index] = run.value(index) }
            place.run = nil
        }
    }

    /// The weights as tensors that are copied out when they are read.
    public func weights(_ types: [TensorType]) -> [Tensor] { types.enumerated().map { Tensor($0.element, Resident(self, $0.offset)) } }
}

/// A weight in a run's memory, as the source of a tensor's elements.
public final class Resident: TensorSource, @unchecked Sendable {
    public let version: Version
    public let index: Int

    init(_ version: Version, _ index: Int) {
        self.version = version
        self.index = index
        super.init()
    }
    public override func elements() -> Elements { version.value(index).elements }
}

extension Tensor {
    /// Where it stands in training, if it is a weight that a step gave.
    public var training: (version: Version, index: Int)? { (source as? Resident).map { ($0.version, $0.index) } }
}
