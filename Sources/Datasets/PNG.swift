import CZlib

/// Reads a PNG picture (ISO/IEC 15948) as bytes 0...255 of shape [height, width] in grey, or [height, width, channels]: 3 of colour, 4 with
/// transparency, 2 of grey with transparency. Palettes become colours; 16 bits are rounded to 8; interlaced pictures are not read.
///
/// - Throws: `DatasetError` where the file is damaged.
public func readPNG(_ bytes: [UInt8]) throws(DatasetError) -> DataArray {
    guard isPNG(bytes) else { throw DatasetError("it is not a PNG picture") }
    var header: PNGHeader?
    var palette: [UInt8] = []
    var alphas: [UInt8] = []
    var packed: [UInt8] = []
    var offset = 8
    while true {
        guard offset + 12 <= bytes.count else { throw DatasetError("the picture ends too soon", help: "fetch or copy it again") }
        let length = Int(bigEndian(bytes, at: offset, as: UInt32.self))
        let data = offset + 8
        guard length <= bytes.count - data - 4 else { throw DatasetError("the picture ends too soon", help: "fetch or copy it again") }
        let chunk = Array(bytes[offset + 4..<data + length])
        guard checksum(chunk) == bigEndian(bytes, at: data + length, as: UInt32.self) else {
            throw DatasetError("the picture is damaged: a checksum is wrong", help: "fetch or copy it again")
        }
        let body = chunk.dropFirst(4)
        switch String(decoding: chunk.prefix(4), as: UTF8.self) {
        case "IHDR": header = try PNGHeader(Array(body))
        case "PLTE": palette = Array(body)
        case "tRNS": alphas = Array(body)
        case "IDAT": packed += body
        case "IEND":
            guard let header else { throw DatasetError("the picture has no header") }
            let rows = try header.unfiltered(try inflated(packed, limit: header.packedSize + 1))
            let samples = header.samples(rows)
            return header.isIndexed ? try header.coloured(samples, palette, alphas) : DataArray(.bytes(samples), shape: header.shape)
        default: break
        }
        offset = data + length + 4
    }
}

func isPNG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) }

private func checksum(_ bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
}

private struct PNGHeader {
    let width: Int
    let height: Int
    let depth: Int
    let channels: Int
    let isIndexed: Bool
    /// Bytes of a row, without the one that names its filter.
    let rowSize: Int

    init(_ body: [UInt8]) throws(DatasetError) {
        guard body.count == 13 else { throw DatasetError("the picture's header has \(body.count) bytes, and should have 13") }
        width = Int(bigEndian(body, at: 0, as: UInt32.self))
        height = Int(bigEndian(body, at: 4, as: UInt32.self))
        depth = Int(body[8])
        guard let kind = PNGHeader.kind(body[9]), kind.depths.contains(depth), body[10] == 0, body[11] == 0 else {
            throw DatasetError("the picture's header is not one of the PNG standard")
        }
        if body[12] != 0 { throw DatasetError("the picture is interlaced, which is not read", help: "save it without interlacing") }
        channels = kind.channels
        isIndexed = body[9] == 3
        guard width > 0, height > 0, let size = product([width, height, 4]), size <= Files.sizeLimit else {
            throw DatasetError("the picture says it has \(height) x \(width) pixels")
        }
        rowSize = (width * channels * depth + 7) / 8
    }

    /// The samples a pixel and the bits a sample that each kind of picture may have (section 11.2.1).
    private static func kind(_ code: UInt8) -> (channels: Int, depths: [Int])? {
        switch code {
        case 0: (1, [1, 2, 4, 8, 16])
        case 2: (3, [8, 16])
        case 3: (1, [1, 2, 4, 8])
        case 4: (2, [8, 16])
        case 6: (4, [8, 16])
        default: nil
        }
    }

    var shape: [Int] { channels == 1 ? [height, width] : [height, width, channels] }
    var packedSize: Int { height * (rowSize + 1) }

    /// Undoes the filter of each row, which stores differences from the left, from above, or from a mix (section 9).
    func unfiltered(_ packed: [UInt8]) throws(DatasetError) -> [UInt8] {
        guard packed.count == packedSize else {
            throw DatasetError(
                "the picture holds \(packed.count) bytes, and its size asks for \(packedSize)", help: "fetch or copy it again")
        }
        let step = max(1, channels * depth / 8)
        var rows = [UInt8](repeating: 0, count: height * rowSize)
        for row in 0..<height {
            let filter = packed[row * (rowSize + 1)]
            for column in 0..<rowSize {
                let place = row * rowSize + column
                let left = column >= step ? rows[place - step] : 0
                let above = row > 0 ? rows[place - rowSize] : 0
                let corner = column >= step && row > 0 ? rows[place - rowSize - step] : 0
                let guess: UInt8
                switch filter {
                case 0: guess = 0
                case 1: guess = left
                case 2: guess = above
                case 3: guess = UInt8((Int(left) + Int(above)) / 2)
                case 4: guess = paeth(left, above, corner)
                default: throw DatasetError("row \(row) of the picture has the unknown filter \(filter)")
                }
                rows[place] = packed[row * (rowSize + 1) + 1 + column] &+ guess
            }
        }
        return rows
    }

    private func paeth(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
        let guess = Int(left) + Int(above) - Int(corner)
        let (a, b, c) = (abs(guess - Int(left)), abs(guess - Int(above)), abs(guess - Int(corner)))
        return a <= b && a <= c ? left : b <= c ? above : corner
    }

    /// One byte a sample: grey of fewer than 8 bits is spread over 0...255; indices into a palette stay as they are.
    func samples(_ rows: [UInt8]) -> [UInt8] {
        if depth == 8 { return rows }
        if depth == 16 {
            return stride(from: 0, to: rows.count, by: 2).map { place in
                let value = Int(bigEndian(rows, at: place, as: UInt16.self))
                return UInt8((value + 128) / 257)
            }
        }
        let mask = UInt8(1 << depth - 1)
        var samples: [UInt8] = []
        samples.reserveCapacity(width * height)
        for row in 0..<height {
            for column in 0..<width {
                let bit = column * depth
                let shift = 8 - depth - bit % 8
                let value = (rows[row * rowSize + bit / 8] >> shift) & mask
                samples.append(isIndexed ? value : value * (255 / mask))
            }
        }
        return samples
    }

    func coloured(_ indices: [UInt8], _ palette: [UInt8], _ alphas: [UInt8]) throws(DatasetError) -> DataArray {
        var pixels: [UInt8] = []
        for index in indices {
            let place = Int(index) * 3
            guard place + 3 <= palette.count else {
                throw DatasetError("the picture uses color \(index), and its palette has \(palette.count / 3)")
            }
            pixels += palette[place..<place + 3]
            if !alphas.isEmpty { pixels.append(Int(index) < alphas.count ? alphas[Int(index)] : 255) }
        }
        return DataArray(.bytes(pixels), shape: [height, width, alphas.isEmpty ? 3 : 4])
    }
}
