import Glibc

/// A place on an axis and the text beside it.
struct Tick: Hashable, Sendable {
    var value: Double
    var label: String
}

/// The ticks of an axis. Where all values are large and close together, labels tell the difference to `offset`.
struct Ticks: Hashable, Sendable {
    var ticks: [Tick] = []
    var offset: String?

    /// Multiples of 1, 2 or 5 times a power of ten in the range, `most` at the most (after Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
    static func linear(_ low: Double, _ high: Double, most: Int) -> Ticks {
        guard low < high, (high - low).isFinite else { return Ticks() }
        let most = max(2, most)
        var exponent = Int(floor(log10((high - low) / Double(most))))
        var choices = [1.0, 2, 5].makeIterator()
        var digit = choices.next() ?? 1
        for _ in 0..<12 {
            let (first, last) = bounds(low, high, digit, exponent)
            if last - first + 1 <= Double(most) { return labelled(first, last, digit, exponent) }
            if let next = choices.next() {
                digit = next
            } else {
                choices = [1.0, 2, 5].makeIterator()
                digit = choices.next() ?? 1
                exponent += 1
            }
        }
        return Ticks()
    }

    /// The first and the last multiple of the step in the range, counted in steps.
    private static func bounds(_ low: Double, _ high: Double, _ digit: Double, _ exponent: Int) -> (Double, Double) {
        let step = NumberText.scaled(digit, exponent)
        // A tick may miss the end of the range by rounding, which is coarse where the range is far from zero.
        let slack = 1e-9 * ((high - low) / step) + 4 * Double.ulpOfOne * (max(abs(low), abs(high)) / step)
        return ((low / step - slack).rounded(.up), (high / step + slack).rounded(.down))
    }

    private static func labelled(_ first: Double, _ last: Double, _ digit: Double, _ exponent: Int) -> Ticks {
        guard last >= first else { return Ticks() }
        let steps = (0...Int(last - first)).map { first + Double($0) }
        // Values in units of 10^exponent are whole numbers, exact as long as they stay below 2^53.
        let units = steps.map { $0 * digit }
        let largest = units.map(abs).max() ?? 0
        guard largest > 0 else { return Ticks(ticks: [Tick(value: 0, label: "0")]) }
        let digits = Int(floor(log10(largest))) + 1
        if digits > 6, digits < 16 {
            // Only the last four digits differ: the rest is said once.
            let base = (first * digit / 10_000).rounded(.down) * 10_000
            let labels = texts(units.map { $0 - base }, exponent)
            let ticks = zip(units, labels).map { Tick(value: NumberText.scaled($0, exponent), label: $1) }
            return Ticks(ticks: ticks, offset: exact(base, exponent))
        }
        let labels = texts(units, exponent)
        return Ticks(ticks: zip(units, labels).map { Tick(value: NumberText.scaled($0, exponent), label: $1) })
    }

    /// Whole numbers of units of 10^exponent, all written in one way.
    private static func texts(_ units: [Double], _ exponent: Int) -> [String] {
        let largest = units.map(abs).max() ?? 0
        guard largest > 0 else { return units.map { _ in "0" } }
        let leading = Int(floor(log10(largest))) + exponent
        if leading >= 6 || exponent < -5 {
            let decimals = max(0, leading - exponent)
            return units.map { unit in
                guard unit != 0 else { return "0" }
                return NumberText.fixed(NumberText.scaled(unit, exponent - leading), decimals: decimals) + "×10"
                    + NumberText.superscript(leading)
            }
        }
        return units.map { NumberText.fixed(NumberText.scaled($0, exponent), decimals: max(0, -exponent)) }
    }

    private static func exact(_ unit: Double, _ exponent: Int) -> String {
        let value = NumberText.scaled(unit, exponent)
        if abs(value) >= 1e15 || abs(value) < 1e-4 { return NumberText.short(value, digits: 12) }
        return NumberText.trimmed(NumberText.fixed(value, decimals: max(0, -exponent)))
    }

    /// Powers of ten, with twice and five times between them where there is room; ordinary ticks in a range of less than two powers.
    static func logarithmic(_ low: Double, _ high: Double, most: Int) -> Ticks {
        guard low > 0, low < high else { return Ticks() }
        let most = max(2, most)
        let first = Int((log10(low) - 1e-9).rounded(.up))
        let last = Int((log10(high) + 1e-9).rounded(.down))
        let powers = last - first + 1
        guard powers >= 2 else {
            let dense = multiples([1, 2, 5], first - 1, last, low, high)
            return dense.count >= 3 && dense.count <= most ? Ticks(ticks: dense) : linear(low, high, most: most)
        }
        let dense = multiples([1, 2, 5], first - 1, last, low, high)
        if dense.count <= most { return Ticks(ticks: dense) }
        let stride = (powers + most - 1) / most
        let exponents = (first...last).filter { $0 % stride == 0 }
        return Ticks(ticks: exponents.map { Tick(value: NumberText.scaled(1, $0), label: powerText(1, $0, last: last, first: first)) })
    }

    private static func multiples(_ digits: [Double], _ first: Int, _ last: Int, _ low: Double, _ high: Double) -> [Tick] {
        guard first <= last, last - first < 8 else { return (0..<100).map { Tick(value: Double($0), label: "") } }
        let all = (first...last).flatMap { exponent in
            digits.map { Tick(value: NumberText.scaled($0, exponent), label: powerText($0, exponent, last: last, first: first + 1)) }
        }
        return all.filter { $0.value >= low * (1 - 1e-9) && $0.value <= high * (1 + 1e-9) }
    }

    private static func powerText(_ digit: Double, _ exponent: Int, last: Int, first: Int) -> String {
        if first >= -3 && last <= 5 { return NumberText.fixed(NumberText.scaled(digit, exponent), decimals: max(0, -exponent)) }
        let power = "10" + NumberText.superscript(exponent)
        return digit == 1 ? power : NumberText.fixed(digit, decimals: 0) + "×" + power
    }
}
