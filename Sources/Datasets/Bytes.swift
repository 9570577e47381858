/// The unsigned number at an offset, most significant byte first.
func bigEndian<Number: FixedWidthInteger & UnsignedInteger>(_ bytes: [UInt8], at offset: Int, as type: Number.Type) -> Number {
    bytes[offset..<offset + Number.bitWidth / 8].reduce(0) { $0 << 8 | Number($1) }
}

/// The unsigned number at an offset, least significant byte first.
func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ bytes: [UInt8], at offset: Int, as type: Number.Type) -> Number {
    bytes[offset..<offset + Number.bitWidth / 8].reversed().reduce(0) { $0 << 8 | Number($1) }
}

/// The product of sizes, or `nil` where it overflows or one is negative.
func product(_ sizes: [Int]) -> Int? {
    var result = 1
    for size in sizes {
        let (next, overflow) = result.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else { return nil }
        result = next
    }
    return result
}

/// A shape as a person writes it: `60000 x 28 x 28`.
func describe(_ shape: [Int]) -> String {
    shape.isEmpty ? "one number" : shape.map(String.init).joined(separator: " x ")
}
