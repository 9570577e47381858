import Glibc

/// x to the power y, from the C library.
func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

/// Writing numbers for people: no digits that carry nothing.
enum NumberText {
    /// With exactly `decimals` digits after the point, commas between thousands from 10,000 on, and a true minus sign.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let digits = raw(abs(value), decimals: decimals)
        let isZero = !digits.contains { $0 != "0" && $0 != "." }
        let sign = value < 0 && !isZero ? "−" : ""
        let parts = digits.split(separator: ".", maxSplits: 1)
        guard let whole = parts.first, whole.count > 4 else { return sign + digits }
        let fraction = parts.count > 1 ? "." + parts[1] : ""
        return sign + grouped(String(whole)) + fraction
    }

    /// `12345` to `12,345`.
    static func grouped(_ digits: String) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    static func grouped(_ count: Int) -> String { (count < 0 ? "-" : "") + grouped(String(count.magnitude)) }

    /// `digits` significant digits at most, zeros at the end dropped: 0.5, 1,234.6, 3.2×10⁻⁷.
    static func short(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "∞" : "−∞" }
        if value == 0 { return "0" }
        if value.rounded() == value && abs(value) < 1e6 { return fixed(value, decimals: 0) }
        let exponent = Int(floor(log10(abs(value))))
        if exponent >= 6 || exponent < -4 {
            let mantissa = scaled(value, -exponent)
            return trimmed(fixed(mantissa, decimals: digits - 1)) + "×10" + superscript(exponent)
        }
        return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
    }

    /// Times 10 to a whole power. A negative power is divided by, since 10⁻¹ has no exact value and 10¹ has; large ones take two steps, since 10³⁰⁸ is the
    /// largest there is.
    static func scaled(_ value: Double, _ exponent: Int) -> Double {
        let part = min(max(exponent, -300), 300)
        let rest = exponent - part
        let first = part >= 0 ? value * pow(10, Double(part)) : value / pow(10, Double(-part))
        if rest == 0 { return first }
        return rest > 0 ? first * pow(10, Double(rest)) : first / pow(10, Double(-rest))
    }

    /// The number at a share of a range, to about three digits of the range's length.
    static func within(_ range: ClosedRange<Double>, _ share: Double) -> String {
        let length = range.upperBound - range.lowerBound
        let value = range.lowerBound + share * length
        guard length > 0, length.isFinite else { return short(value) }
        let decimals = 2 - Int(floor(log10(length)))
        return abs(value) >= 1e6 || decimals > 6 ? short(value) : trimmed(fixed(value, decimals: max(0, decimals)))
    }

    /// Without zeros at the end of a fraction.
    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    static func superscript(_ number: Int) -> String {
        let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return String(String(number).map { $0 == "-" ? "⁻" : raised[$0.wholeNumberValue ?? 0] })
    }

    private static func raw(_ value: Double, decimals: Int) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let length = withVaList([Int32(min(max(decimals, 0), 60)), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        let bytes = buffer.prefix(Int(max(0, min(length, 399)))).map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
