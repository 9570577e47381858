import Layers
import Tensors

extension Value {
    /// Where training stands, if weights that a step gave are in the value.
    var firstTraining: Version? {
        switch self {
        case .tensor(let tensor): tensor.training?.version
        case .list(let list), .tuple(let list): list.items.lazy.compactMap(\.firstTraining).first
        case .record(let record): record.values.lazy.compactMap(\.firstTraining).first
        case .object(let object):
            if case .network(let network) = object.kind {
                network.namedWeights.lazy.compactMap { $0.tensor.training?.version }.first
            } else {
                nil
            }
        default: nil
        }
    }
}

/// The fields that trained weights have: the loss before the last step, and how many steps were taken.
func trainingField(_ name: String, _ version: Version) -> Value? {
    switch name {
    case "loss": .number(version.loss)
    case "steps": .number(Double(version.step))
    case "gradient_norm": .number(version.norm)
    default: nil
    }
}

extension Machine {
    /// How many steps ran as compiled, and how many were traced.
    public var stepCounts: (replayed: Int, traced: Int) { (steps.replayed, steps.traced) }

    /// What `time` says of the steps that ran since a count: nil where there were none.
    public func stepNote(since before: (replayed: Int, traced: Int)) -> String? {
        let (replayed, traced) = (steps.replayed - before.replayed, steps.traced - before.traced)
        guard replayed + traced > 0 else { return nil }
        let all = "\(replayed + traced) step\(replayed + traced == 1 ? "" : "s"), \(traced) traced"
        guard let obstacle = steps.obstacle, obstacle.at > before.traced else { return all }
        return "\(all), the function anew each time: \(obstacle.reason)"
    }
}
