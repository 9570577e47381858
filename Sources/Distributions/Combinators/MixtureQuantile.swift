import Diagnostics
import Tensors

extension MixtureDistribution {
    /// The least x with P(X <= x) >= q, by bisection between the quantiles of the components; nil where a component's distribution function is not known.
    func quantile(_ q: Tensor) throws(Diagnostic) -> Tensor? {
        guard eventShape.isEmpty else { return nil }
        let shape = try Shape.broadcast(q.shape, batchShape)
        var (low, high) = ([Double](), [Double]())
        for (i, component) in components.enumerated() {
            guard let ends = try component.cumulative(.quantile, at: q)?.broadcast(to: shape).doubles else { return nil }
            let share = try weight(i).broadcast(to: shape).doubles
            if low.isEmpty { (low, high) = ([Double](repeating: .infinity, count: ends.count), ends.map { _ in -.infinity }) }
            // The quantile lies between those of the components that count.
            for j in ends.indices where share[j] > 0 { (low[j], high[j]) = (Swift.min(low[j], ends[j]), Swift.max(high[j], ends[j])) }
        }
        let points = try q.broadcast(to: shape)
        let targets = points.doubles
        let step = support.isDiscrete
        // All entries are halved together: `low` is not enough unless it is the answer, `high` always is.
        for _ in 0..<2200 {
            let middle = low.indices.map { step ? ((low[$0] + high[$0]) / 2).rounded(.down) : midpoint(low[$0], high[$0]) }
            let open = low.indices.filter { middle[$0] < high[$0] && middle[$0] >= low[$0] && low[$0] < high[$0] }
            if open.isEmpty { break }
            let x = Tensor(middle, shape: shape)
            guard let below = try cumulative(.cdf, at: x)?.doubles, let above = try cumulative(.survival, at: x)?.doubles else {
                return nil
            }
            for i in open {
                // Rounding must not move the quantile of a count's own probability up by one.
                let slack = step ? 1e-14 : 0
                let isEnough =
                    targets[i] <= 0.5 ? below[i] >= targets[i] * (1 - slack) : above[i] <= (1 - targets[i]) * (1 + slack)
                if isEnough { high[i] = middle[i] } else { low[i] = step ? middle[i] + 1 : Swift.max(middle[i], low[i].nextUp) }
            }
        }
        return Tensor(high, shape: shape, missing: points.missing)
    }
}
