import Diagnostics
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

extension Value {
    /// The same value with the averages of its weights that the optimiser kept.
    ///
    /// Throws where it kept none.
    public func averagedWeights() throws(Diagnostic) -> Value {
        guard let version = firstTraining, version.structure.hasPrefix(Averaged.mark) else {
            throw Diagnostic(
                "no average of these weights was kept", help: "an optimiser keeps one where it is told, as Adam(1e-3, average: 0.999)")
        }
        var weights: [(tensor: Tensor, isTrained: Bool)] = []
        let (template, _) = try Template.make(self) { (tensor, _, isTrained) throws(Diagnostic) in
            guard tensor.dtype.isFloat else { return nil }
            weights.append((tensor, isTrained))
            return (weights.count - 1, tensor)
        }
        let state = version.state
        let slots = state.count / Swift.max(1, weights.count { $0.isTrained })
        var next = -1
        // The average is the last of each weight's tensors.
        let averages = weights.map { weight in
            guard weight.isTrained else { return weight.tensor }
            next += slots
            return state.indices.contains(next) ? state[next] : weight.tensor
        }
        return template.filled { averages[$0] }
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
