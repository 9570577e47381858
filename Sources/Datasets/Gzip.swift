import CZlib

/// Whether the bytes are a gzip file (RFC 1952).
func isGzip(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

/// How the compressed bytes are wrapped, as zlib's window bits say it.
enum Wrapping: Int32 {
    /// gzip or zlib, told by the header.
    case headed = 47
    /// Bare deflate, as in zip files.
    case bare = -15
}

/// The first bytes of a compressed stream, at most `limit`; fewer where the stream ends before.
///
/// Memory is taken as data arrives, so a small file that claims much costs little. The parts of a gzip file that was made by joining several follow each other.
/// - Throws: `DatasetError` where the stream is cut short or damaged.
func inflated(_ bytes: [UInt8], limit: Int, wrapping: Wrapping = .headed) throws(DatasetError) -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw DatasetError("there is no memory to decompress it")
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    // Marked: zlib takes pointers. They are used only inside this closure, and `avail_*` bound every access.
    let status = bytes.withUnsafeBufferPointer { input -> Int32 in
        var consumed = 0
        while true {
            let room = min(limit - output.count, max(1 << 16, min(output.count, 1 << 24)))
            guard room > 0 else { return Z_OK }
            var status = Z_OK
            output += [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                let part = min(input.count - consumed, Int(UInt32.max / 2))
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + consumed })
                stream.avail_in = UInt32(part)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(room)
                status = inflate(&stream, Z_NO_FLUSH)
                consumed += part - Int(stream.avail_in)
                filled = room - Int(stream.avail_out)
            }
            if status == Z_STREAM_END {
                // Another member may follow; anything else after the end is ignored, as gzip does.
                guard wrapping == .headed, isGzip(input[consumed...]) else { return Z_OK }
                inflateReset(&stream)
            } else if status == Z_BUF_ERROR || (status == Z_OK && consumed == input.count && stream.avail_out > 0) {
                return Z_BUF_ERROR
            } else if status != Z_OK {
                return status
            }
        }
    }
    switch status {
    case Z_OK: return output
    case Z_BUF_ERROR: throw DatasetError("the compressed data ends too soon: the file was cut short", help: "fetch or copy it again")
    default: throw DatasetError("the compressed data is damaged", help: "fetch or copy it again")
    }
}
