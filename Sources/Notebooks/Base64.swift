/// Bytes as text in the alphabet of RFC 4648, section 4, with padding and without line breaks.
func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        var group: UInt32 = 0
        for place in 0..<3 { group = group << 8 | (place < count ? UInt32(bytes[start + place]) : 0) }
        for place in 0..<4 {
            text.append(place <= count ? alphabet[Int(group >> (18 - 6 * UInt32(place)) & 63)] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
