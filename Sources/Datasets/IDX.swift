/// Reads an IDX file, as MNIST comes in: two zero bytes, a type, the number of axes, the length of each axis, the values, all big-endian.
///
/// The lengths are compared with what the file holds before any memory is taken for them. A compressed file is decompressed.
/// - Throws: `DatasetError`.
public func readIDX(_ bytes: [UInt8]) throws(DatasetError) -> DataArray {
    let compressed = isGzip(bytes)
    let start = compressed ? try inflated(bytes, limit: 4 + 4 * 255) : bytes
    guard isIDX(start), let type = IDXType(rawValue: start[2]) else {
        throw DatasetError("it is not an IDX file: one begins with 0, 0, a type of 8 to 14 and the number of axes")
    }
    let axes = Int(start[3])
    let header = 4 + 4 * axes
    guard start.count >= header else { throw DatasetError("the file ends inside its header, which should give the length of \(axes) axes") }
    let shape = (0..<axes).map { Int(bigEndian(start, at: 4 + 4 * $0, as: UInt32.self)) }
    guard let size = product(shape + [type.width]), size <= Files.sizeLimit else {
        throw DatasetError("its header says \(describe(shape)), which is more than 2 GiB")
    }
    let payload: ArraySlice<UInt8>
    if compressed {
        // One byte more than it says is asked for, to see whether there is more.
        payload = try inflated(bytes, limit: header + size + 1)[header...]
    } else {
        payload = bytes[header...]
    }
    guard payload.count == size else {
        let found = payload.count > size ? "more" : "\(payload.count)"
        throw DatasetError(
            "its header says \(describe(shape)), which is \(size) bytes, and it holds \(found)", help: "fetch or copy it again")
    }
    return DataArray(type.elements(Array(payload)), shape: shape)
}

/// Whether bytes begin as an IDX file does.
func isIDX(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && IDXType(rawValue: bytes[2]) != nil && (1...8).contains(bytes[3])
}

private enum IDXType: UInt8 {
    case ubyte = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float = 0x0D
    case double = 0x0E

    var width: Int {
        switch self {
        case .ubyte, .int8: 1
        case .int16: 2
        case .int32, .float: 4
        case .double: 8
        }
    }

    func elements(_ payload: [UInt8]) -> DataArray.Elements {
        func each<Value>(_ value: (Int) -> Value) -> [Value] { stride(from: 0, to: payload.count, by: width).map(value) }
        return switch self {
        case .ubyte: .bytes(payload)
        case .int8: .doubles(payload.map { Double(Int8(bitPattern: $0)) })
        case .int16: .doubles(each { Double(Int16(bitPattern: bigEndian(payload, at: $0, as: UInt16.self))) })
        case .int32: .doubles(each { Double(Int32(bitPattern: bigEndian(payload, at: $0, as: UInt32.self))) })
        case .float: .floats(each { Float(bitPattern: bigEndian(payload, at: $0, as: UInt32.self)) })
        case .double: .doubles(each { Double(bitPattern: bigEndian(payload, at: $0, as: UInt64.self)) })
        }
    }
}
