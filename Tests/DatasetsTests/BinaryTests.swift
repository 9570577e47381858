import CZlib
import Testing

@testable import Datasets

/// An IDX file of these lengths and bytes.
private func idx(type: UInt8 = 8, _ shape: [UInt32], _ payload: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { length in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } } + payload
}

/// The bytes compressed with gzip by zlib itself.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let room = output.count
    let count = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(room)
            deflate(&stream, Z_FINISH)
            return room - Int(stream.avail_out)
        }
    }
    return Array(output.prefix(count))
}

@Test func idxHoldsEveryType() throws {
    let cases: [(bytes: [UInt8], array: DataArray)] = [
        (idx([2, 3], [0, 1, 2, 253, 254, 255]), DataArray(.bytes([0, 1, 2, 253, 254, 255]), shape: [2, 3])),
        (idx(type: 9, [2], [0xFF, 0x7F]), DataArray(.doubles([-1, 127]), shape: [2])),
        (idx(type: 0x0B, [2], [0xFF, 0xFE, 0x01, 0x00]), DataArray(.doubles([-2, 256]), shape: [2])),
        (idx(type: 0x0C, [1], [0xFF, 0xFF, 0xFF, 0xFD]), DataArray(.doubles([-3]), shape: [1])),
        (idx(type: 0x0D, [1], [0x3F, 0xC0, 0, 0]), DataArray(.floats([1.5]), shape: [1])),
        (idx(type: 0x0E, [1], [0xC0, 0x04, 0, 0, 0, 0, 0, 0]), DataArray(.doubles([-2.5]), shape: [1])),
        (idx([0, 28], []), DataArray(.bytes([]), shape: [0, 28])),
    ]
    for (bytes, array) in cases {
        #expect(try readIDX(bytes) == array)
        #expect(try readIDX(gzipped(bytes)) == array)
    }
}

@Test func idxHeadersAreNotBelieved() {
    let cases: [(bytes: [UInt8], words: String)] = [
        (idx([4], [1, 2, 3]), "4 bytes, and it holds 3"),
        (idx([2], [1, 2, 3]), "holds more"),
        (idx([UInt32.max, UInt32.max, UInt32.max], [1]), "more than 2 GiB"),
        (idx([60000, 28, 28], [1]), "60000 x 28 x 28"),
        ([0, 0, 8, 3, 0, 0], "inside its header"),
        ([1, 2, 3], "not an IDX file"),
        ([0, 0, 0x0A, 1, 0, 0, 0, 0], "not an IDX file"),
        ([], "not an IDX file"),
    ]
    for (bytes, words) in cases {
        for bytes in bytes.count > 4 && words.hasPrefix("more than") == false ? [bytes, gzipped(bytes)] : [bytes] {
            let error = #expect(throws: DatasetError.self) { try readIDX(bytes) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }
}

@Test func gzipIsBoundedAndChecked() throws {
    let text = Array(String(repeating: "latent ", count: 10_000).utf8)
    let packed = gzipped(text)
    #expect(try inflated(packed, limit: 1 << 20) == text)
    #expect(try inflated(packed, limit: 100) == Array(text.prefix(100)))
    #expect(try inflated(packed + gzipped([1, 2]), limit: 1 << 20) == text + [1, 2])
    #expect(throws: DatasetError.self) { try inflated(Array(packed.dropLast(9)), limit: 1 << 20) }
    #expect(throws: DatasetError.self) { try inflated(Array(packed.prefix(5)), limit: 1 << 20) }
    var damaged = packed
    damaged[packed.count - 6] ^= 0x55
    #expect(throws: DatasetError.self) { try inflated(damaged, limit: 1 << 20) }
}

@Test func wavSamplesAreScaled() throws {
    func wav(code: UInt8, channels: UInt8, bits: UInt8, _ data: [UInt8], says: UInt8? = nil) -> [UInt8] {
        var bytes = Array("RIFF....WAVEfmt ".utf8)
        bytes += [16, 0, 0, 0, code, 0, channels, 0, 0x40, 0x1F, 0, 0, 0, 0, 0, 0, 2, 0, bits, 0]
        bytes += Array("LIST".utf8)
        bytes += [1, 0, 0, 0, 9, 0]
        bytes += Array("data".utf8)
        bytes += [says ?? UInt8(data.count), 0, 0, 0]
        return bytes + data
    }
    let cases: [(bytes: [UInt8], channels: [[Double]])] = [
        (wav(code: 1, channels: 1, bits: 16, [0, 0x80, 0, 0x40]), [[-1, 0.5]]),
        (wav(code: 1, channels: 2, bits: 16, [0, 0x80, 0, 0x40]), [[-1], [0.5]]),
        (wav(code: 1, channels: 1, bits: 8, [0, 128, 192]), [[-1, 0, 0.5]]),
        (wav(code: 1, channels: 1, bits: 24, [0, 0, 0x80, 0, 0, 0x40]), [[-1, 0.5]]),
        (wav(code: 1, channels: 1, bits: 32, [0, 0, 0, 0x80]), [[-1]]),
        (wav(code: 3, channels: 1, bits: 32, [0, 0, 0x80, 0x3E]), [[0.25]]),
    ]
    for (bytes, channels) in cases { #expect(try readWAV(bytes) == Sound(channels: channels, rate: 8000)) }
    let refused = [
        wav(code: 1, channels: 0, bits: 16, []), wav(code: 6, channels: 1, bits: 8, [0]),
        wav(code: 1, channels: 1, bits: 16, [0, 0], says: 9),
        Array(wav(code: 1, channels: 1, bits: 16, []).prefix(30)), [],
    ]
    for bytes in refused { #expect(throws: DatasetError.self) { try readWAV(bytes) } }
}

@Test func mutatedFilesNeverCrash() throws {
    let seeds: [(name: String, bytes: [UInt8])] = [
        ("a.csv", Array("name,\"a \"\"b\"\"\",c\r\n1,x,true\n,\"two\nlines\",false\n2.5e3,NA,?\n".utf8)),
        ("a.tsv", Array("a\tb\n\"q\" x\t1\n\"open\t2\n".utf8)),
        ("a.json", Array(#"{"a": [1, -2.5e3, "\ud83d\ude00\n", {"b": null}], "c": true}"#.utf8)),
        ("a.idx", idx(type: 0x0B, [2, 3], Array(0..<12))),
        ("a-idx2-ubyte.gz", gzipped(idx([2, 3], Array(0..<6)))),
        ("a.csv.gz", gzipped(Array("a,b\n1,2\n".utf8))),
        ("a.wav", Array("RIFF....WAVEfmt \u{10}\0\0\0\u{1}\0\u{2}\0@\u{1F}\0\0\0\0\0\0\u{2}\0\u{10}\0data\u{4}\0\0\0abcd".utf8)),
        ("a", Array("some text".utf8)),
    ]
    var random = SplitMix(state: 2026)
    var read = 0
    for (name, bytes) in seeds {
        _ = try decode(bytes, name: name)
        for _ in 0..<3000 {
            if (try? decode(random.mutated(bytes), name: name)) != nil { read += 1 }
        }
    }
    // Both ways out are taken: some mutants are still good files, and some are refused.
    #expect(read > 1000 && read < 23_000)
}
