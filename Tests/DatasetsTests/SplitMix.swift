/// A small generator with a fixed seed (SplitMix64, Steele, Lea & Flood 2014), so that every run tests the same inputs.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A copy of the bytes with a few changed, removed, doubled or put in, or cut short.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...next() % 4 where !bytes.isEmpty {
            let place = Int(next() % UInt64(bytes.count))
            switch next() % 6 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 1: bytes[place] ^= 1 << UInt8(next() % 8)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert("\"\n\r,\t{}[]\\0\u{7f}".utf8.randomElement(using: &self) ?? 0, at: place)
            case 4: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
            }
        }
        return bytes
    }
}
