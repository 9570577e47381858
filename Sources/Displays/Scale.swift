import Glibc

/// From numbers of the data to a share of the axis, 0 at its lower end.
struct Scale: Hashable, Sendable {
    var low: Double
    var high: Double
    var isLogarithmic = false

    /// NaN for what cannot be on this axis.
    func share(_ value: Double) -> Double {
        guard let value = Scale.plottable(value) else { return .nan }
        guard isLogarithmic else { return (value - low) / (high - low) }
        guard value > 0 else { return .nan }
        return (log(value) - log(low)) / (log(high) - log(low))
    }

    /// The number at a share of the axis.
    func value(_ share: Double) -> Double {
        isLogarithmic ? exp(log(low) + (log(high) - log(low)) * share) : low + (high - low) * share
    }

    /// Numbers so large that a range of them overflows cannot be drawn; those too small to divide by are zero.
    static func plottable(_ value: Double) -> Double? {
        guard value.isFinite, abs(value) < 1e300 else { return nil }
        return abs(value) < 1e-290 ? 0 : value
    }

    func ticks(most: Int) -> Ticks {
        isLogarithmic ? .logarithmic(low, high, most: most) : .linear(low, high, most: most)
    }

    /// An axis for values, with some space around them but none past the ends that are `pinned`.
    ///
    /// Equal values stand in the middle of a range of their size. Limits given by the user win.
    static func covering(
        _ values: some Sequence<Double>, axis: Chart.Axis, padding: Double, pinned: (low: Double?, high: Double?) = (nil, nil)
    ) -> Scale? {
        if let limits = axis.limits, let scale = exactly(limits, axis.isLogarithmic) { return scale }
        let isUsable = { (value: Double) in !axis.isLogarithmic || value > 0 }
        var low = Double.infinity
        var high = -Double.infinity
        for value in values {
            guard let value = plottable(value), isUsable(value) else { continue }
            low = min(low, value)
            high = max(high, value)
        }
        guard low <= high else { return nil }
        if axis.isLogarithmic {
            guard log(high) - log(low) > 1e-13 else { return Scale(low: low / 10, high: high * 10, isLogarithmic: true) }
            let room = (log(high) - log(low)) * padding
            return Scale(low: exp(max(log(low) - room, -690)), high: exp(min(log(high) + room, 690)), isLogarithmic: true)
        }
        // Less than some units in the last place is one value written in several ways.
        if high - low <= 1e-14 * max(abs(low), abs(high)) {
            let room = low == 0 ? 1 : abs(low) * 0.1
            return Scale(low: low - room, high: high + room)
        }
        let room = (high - low) * padding
        return Scale(low: low == pinned.low ? low : low - room, high: high == pinned.high ? high : high + room)
    }

    private static func exactly(_ limits: ClosedRange<Double>, _ isLogarithmic: Bool) -> Scale? {
        guard let low = plottable(limits.lowerBound), let high = plottable(limits.upperBound) else { return nil }
        guard high - low > 1e-14 * max(abs(low), abs(high)), !isLogarithmic || low > 0 else { return nil }
        return Scale(low: low, high: high, isLogarithmic: isLogarithmic)
    }
}
