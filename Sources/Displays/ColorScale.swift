/// Which colour stands for which number.
struct ColorScale: Sendable {
    var low: Double
    var high: Double
    var map: ColorMap

    /// Around zero where there are numbers on both sides of it.
    init(covering values: some Sequence<Double>, map: ColorMap = .viridis) {
        let numbers = values.compactMap { Scale.plottable($0) }
        low = numbers.min() ?? 0
        high = numbers.max() ?? 1
        self.map = map
        if low < 0 && high > 0 {
            high = max(-low, high)
            low = -high
            self.map = .diverging
        } else if map == .blues {
            low = min(low, 0)
            high = max(high, 0)
        }
    }

    /// How far up the scale a number stands; NaN for NaN.
    func share(_ value: Double) -> Double { value.isNaN ? .nan : high > low ? (value - low) / (high - low) : 0.5 }

    func color(_ value: Double) -> Color { map.color(share(value)) }
}
