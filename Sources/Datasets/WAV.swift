/// Reads a WAV file (RIFF, little-endian): PCM of 8, 16, 24 or 32 bits or 32-bit float, any number of channels.
///
/// Integer samples are scaled to -1...1.
/// - Throws: `DatasetError` for other encodings, and where the file is cut short.
public func readWAV(_ bytes: [UInt8]) throws(DatasetError) -> Sound {
    guard isWAV(bytes) else { throw DatasetError("it is not a WAV file: one begins with RIFF and WAVE") }
    var format: (code: UInt16, channels: Int, rate: Int, bits: Int)?
    var offset = 12
    while offset + 8 <= bytes.count {
        let length = Int(littleEndian(bytes, at: offset + 4, as: UInt32.self))
        let start = offset + 8
        switch String(decoding: bytes[offset..<offset + 4], as: UTF8.self) {
        case "fmt ":
            guard length >= 16, start + length <= bytes.count else { throw DatasetError("the file ends inside its format") }
            var code = littleEndian(bytes, at: start, as: UInt16.self)
            // The extensible form keeps the real code in the first bytes of its sub-format.
            if code == 0xFFFE, length >= 26 { code = littleEndian(bytes, at: start + 24, as: UInt16.self) }
            format = (
                code, Int(littleEndian(bytes, at: start + 2, as: UInt16.self)), Int(littleEndian(bytes, at: start + 4, as: UInt32.self)),
                Int(littleEndian(bytes, at: start + 14, as: UInt16.self))
            )
        case "data":
            guard let format else { throw DatasetError("its samples come before its format") }
            // Programs that write into a pipe leave the length at its largest: the samples then go on to the end of the file.
            let end = length >= 0x7FFF_F000 ? bytes.count : start + length
            guard end <= bytes.count else {
                throw DatasetError(
                    "it says it has \(length) bytes of samples, and \(bytes.count - start) are there", help: "fetch or copy it again")
            }
            return try sound(bytes[start..<end], format)
        default: break
        }
        offset = start + length + length % 2
    }
    throw DatasetError("it has no samples")
}

func isWAV(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 12 && bytes.starts(with: "RIFF".utf8) && bytes[8..<12].elementsEqual("WAVE".utf8)
}

private func sound(_ data: ArraySlice<UInt8>, _ format: (code: UInt16, channels: Int, rate: Int, bits: Int)) throws(DatasetError) -> Sound {
    guard format.channels > 0, format.rate > 0 else {
        throw DatasetError("its format says \(format.channels) channels at \(format.rate) samples a second")
    }
    let bytes = Array(data)
    let sample: (Int) -> Double
    switch (format.code, format.bits) {
    case (1, 8): sample = { (Double(bytes[$0]) - 128) / 128 }
    case (1, 16): sample = { Double(Int16(bitPattern: littleEndian(bytes, at: $0, as: UInt16.self))) / 32768 }
    case (1, 24):
        sample = {
            let high = UInt32(bytes[$0 + 2]) << 24
            let low = UInt32(bytes[$0 + 1]) << 16 | UInt32(bytes[$0]) << 8
            return Double(Int32(bitPattern: high | low)) / 2_147_483_648
        }
    case (1, 32): sample = { Double(Int32(bitPattern: littleEndian(bytes, at: $0, as: UInt32.self))) / 2_147_483_648 }
    case (3, 32): sample = { Double(Float(bitPattern: littleEndian(bytes, at: $0, as: UInt32.self))) }
    default:
        throw DatasetError(
            "its samples have encoding \(format.code) with \(format.bits) bits, and PCM of 8, 16, 24 or 32 bits or 32-bit float is read",
            help: "convert it, for instance with `ffmpeg -i OLD -c:a pcm_s16le NEW`")
    }
    let width = format.bits / 8
    let frame = width * format.channels
    let frames = bytes.count / frame
    let channels = (0..<format.channels).map { channel in (0..<frames).map { sample($0 * frame + channel * width) } }
    return Sound(channels: channels, rate: format.rate)
}
