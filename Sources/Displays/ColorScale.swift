/// Which colour stands for which number.
struct ColorScale: Sendable {
    var low: Double
    var high: Double
    var map: ColorMap

    /// For dots, whose every colour must show on white.
    init(dots values: some Sequence<Double>) {
        let numbers = values.compactMap { Scale.plottable($0) }
        (low, high, map) = (numbers.min() ?? 0, numbers.max() ?? 1, .viridis)
    }

    /// For cells: around zero where there are numbers on both sides of it, from zero where numbers are written on them.
    init(cells values: some Sequence<Double>, showsNumbers: Bool) {
        self.init(dots: values)
        if low < 0 && high > 0 {
            (low, high, map) = (-max(-low, high), max(-low, high), .diverging)
        } else if showsNumbers {
            (low, high, map) = (min(low, 0), max(high, 0), .blues)
        }
    }

    /// How far up the scale a number stands; NaN for NaN.
    func share(_ value: Double) -> Double { value.isNaN ? .nan : high > low ? (value - low) / (high - low) : 0.5 }

    func color(_ value: Double) -> Color { map.color(share(value)) }
}
