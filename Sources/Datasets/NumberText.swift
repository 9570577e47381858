/// A decimal number as data files write it: an optional sign, digits with an optional point, an optional exponent; or `inf`.
///
/// Whole parts with a leading zero (`0123`) are names of things, not numbers, and are refused.
/// - Returns: the nearest double, or `nil` where the bytes are no number.
func decimalNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    var index = 0
    let count = bytes.count
    guard count > 0 else { return nil }
    var negative = false
    if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
        negative = bytes[0] == UInt8(ascii: "-")
        index = 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var exact = true
    func digit(_ place: Int) -> UInt64? {
        guard place < count else { return nil }
        let value = bytes[place] &- UInt8(ascii: "0")
        return value < 10 ? UInt64(value) : nil
    }
    let wholeStart = index
    while let value = digit(index) {
        if mantissa < 100_000_000_000_000 { mantissa = mantissa * 10 + value } else { exact = false }
        index += 1
    }
    digits = index - wholeStart
    if digits > 1, bytes[wholeStart] == UInt8(ascii: "0") { return nil }
    var exponent = 0
    if index < count, bytes[index] == UInt8(ascii: ".") {
        index += 1
        while let value = digit(index) {
            if mantissa < 100_000_000_000_000 {
                mantissa = mantissa * 10 + value
                exponent -= 1
            } else {
                exact = false
            }
            digits += 1
            index += 1
        }
    }
    guard digits > 0 else { return infinity(bytes, from: wholeStart, negative: negative) }
    if index < count, bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") {
        index += 1
        var down = false
        if index < count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            down = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var written = 0
        while let value = digit(index) {
            written = min(100_000, written * 10 + Int(value))
            index += 1
        }
        guard index > start else { return nil }
        exponent += down ? -written : written
    }
    guard index == count else { return nil }
    // Up to 15 digits and a power of ten up to 1e22 are exact doubles, so one operation on them rounds correctly (Clinger 1990).
    if exact, exponent >= -22, exponent <= 22 {
        let value = exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
        return negative ? -value : value
    }
    return Double(String(decoding: bytes, as: UTF8.self))
}

private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]

private func infinity(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, negative: Bool) -> Double? {
    guard bytes.count - start <= 8 else { return nil }
    let word = String(decoding: bytes[start...], as: UTF8.self).lowercased()
    guard word == "inf" || word == "infinity" else { return nil }
    return negative ? -.infinity : .infinity
}

/// A number in the shortest digits that read back, as an integer where it is one below 1e15.
func decimalText(_ value: Double) -> String {
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    if abs(value) < 1e15, value == value.rounded() { return String(Int(value)) }
    return value.description
}
