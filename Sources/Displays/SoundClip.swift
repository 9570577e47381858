/// Sound of one channel.
public struct SoundClip: Displayable {
    /// Amplitudes in -1...1; what is beyond is held to it, NaN is silence.
    public var samples: [Double]
    /// Samples a second.
    public var rate: Int

    /// Samples beyond an hour at 48 kHz are left out of the sound.
    static let limit = 48_000 * 3_600

    /// A rate outside 1...384,000 is held to it.
    public init(samples: [Double], rate: Int) {
        self.samples = samples
        self.rate = min(max(rate, 1), 384_000)
    }

    private var seconds: Double { Double(samples.count) / Double(rate) }

    /// A WAV file: a RIFF header and 16-bit samples, little end first.
    public func wav() -> [UInt8] {
        let kept = samples.prefix(SoundClip.limit)
        let size = UInt32(kept.count * 2)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + kept.count * 2)
        func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        bytes += "RIFF".utf8
        append(UInt32(36) + size)
        bytes += "WAVEfmt ".utf8
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(rate))
        append(UInt32(rate) * 2)
        append(UInt16(2))
        append(UInt16(16))
        bytes += "data".utf8
        append(size)
        for sample in kept { append(Int16((SoundClip.held(sample) * 32_767).rounded())) }
        return bytes
    }

    private static func held(_ sample: Double) -> Double { sample.isNaN ? 0 : min(max(sample, -1), 1) }

    /// A line that says how long it is, and a strip of the loudness over time.
    public func text(width: Int = 60) -> String {
        let length = seconds < 10 ? NumberText.short(seconds, digits: 2) : NumberText.fixed(seconds, decimals: 0)
        let line = "sound, \(length) s at \(rate >= 1_000 ? NumberText.grouped(rate) : String(rate)) Hz"
        return samples.isEmpty ? line : line + "\n" + strip(width: min(max(width, 1), 1_000))
    }

    /// The largest amplitude of each stretch of time, as blocks of eight heights.
    private func strip(width: Int) -> String {
        let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        let columns = min(width, samples.count)
        let peaks = (0..<columns).map { column in
            let stretch = (column * samples.count / columns)..<((column + 1) * samples.count / columns)
            return samples[stretch].map { abs(SoundClip.held($0)) }.max() ?? 0
        }
        let top = peaks.max() ?? 0
        return String(peaks.map { top > 0 ? blocks[Int(($0 / top * 8).rounded(.up))] : " " })
    }

    public func mimeBundle() -> MIMEBundle {
        let wav = wav()
        let html = "<audio controls src=\"data:audio/wav;base64,\(Base64.encoded(wav))\"></audio>"
        return MIMEBundle(text: text()).adding(.html, .text(html)).adding(.wav, .bytes(wav))
    }
}
