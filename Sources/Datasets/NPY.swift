/// Reads a NumPy array file (`.npy`, format versions 1 to 3): numbers of 1 to 8 bytes and booleans, either byte order, either axis order.
///
/// - Throws: `DatasetError` for other types, and where the header does not agree with what the file holds.
public func readNPY(_ bytes: [UInt8]) throws(DatasetError) -> DataArray {
    guard isNPY(bytes), bytes.count >= 10, (1...3).contains(bytes[6]) else { throw DatasetError("it is not a NumPy array file") }
    let isLong = bytes[6] > 1
    let start = isLong ? 12 : 10
    guard bytes.count >= start else { throw DatasetError("the file ends inside its header") }
    let length = isLong ? Int(littleEndian(bytes, at: 8, as: UInt32.self)) : Int(littleEndian(bytes, at: 8, as: UInt16.self))
    guard length <= bytes.count - start else { throw DatasetError("the file ends inside its header") }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let type = field("descr", of: header)?.split(separator: "'").first.map(String.init),
        let order = field("fortran_order", of: header),
        let axes = field("shape", of: header)
    else { throw DatasetError("the header does not say the type and the shape: \(header.prefix(100))") }
    let parts = axes.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }.split(separator: ",").map { $0.filter { $0 != " " } }
    let shape = parts.compactMap { Int($0) }
    guard shape.count == parts.count, let count = product(shape) else {
        throw DatasetError("the header gives the shape as \(axes.prefix(40))")
    }
    let payload = bytes[(start + length)...]
    guard let kind = NumPyType(rawValue: String(type.dropFirst())) else {
        throw DatasetError("its values have the type `\(type)`, and numbers and booleans are read", help: "convert it with `astype(float)`")
    }
    guard let size = product([count, kind.width]) else { throw DatasetError("the header gives the shape as \(describe(shape))") }
    guard size == payload.count else {
        throw DatasetError(
            "its header says \(describe(shape)), which is \(size) bytes, and it holds \(payload.count)", help: "fetch or copy it again")
    }
    let elements = kind.elements(Array(payload), isBigEndian: type.hasPrefix(">"))
    guard order.hasPrefix("True"), shape.count > 1, count > 0 else { return DataArray(elements, shape: shape) }
    return DataArray(rowMajor(elements, shape), shape: shape)
}

/// Reads several NumPy arrays from one file (`.npz`), by their names.
/// - Throws: `DatasetError`.
public func readNPZ(_ bytes: [UInt8]) throws(DatasetError) -> [(name: String, array: DataArray)] {
    var arrays: [(name: String, array: DataArray)] = []
    for entry in try readZip(bytes) where entry.name.hasSuffix(".npy") {
        do {
            arrays.append((String(entry.name.dropLast(4)), try readNPY(entry.bytes)))
        } catch {
            var named = error
            named.message = "in \(entry.name): " + error.message
            throw named
        }
    }
    return arrays
}

func isNPY(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x93] + Array("NUMPY".utf8)) }

/// What follows a key of the header, which is a dictionary as Python prints it.
private func field(_ key: String, of header: String) -> Substring? {
    let parts = header.split(separator: "'\(key)':", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 ? parts[1].drop { $0 == " " } : nil
}

/// The types of values, by the letters that NumPy has for them.
private enum NumPyType: String {
    case b1, u1, u2, u4, u8, i1, i2, i4, i8, f4, f8

    /// In bytes.
    var width: Int {
        switch self {
        case .b1, .u1, .i1: 1
        case .u2, .i2: 2
        case .u4, .i4, .f4: 4
        case .u8, .i8, .f8: 8
        }
    }

    func elements(_ payload: [UInt8], isBigEndian: Bool) -> DataArray.Elements {
        func each<Bits: FixedWidthInteger & UnsignedInteger, Value>(_ bits: Bits.Type, _ value: (Bits) -> Value) -> [Value] {
            stride(from: 0, to: payload.count, by: width).map { place in
                value(isBigEndian ? bigEndian(payload, at: place, as: bits) : littleEndian(payload, at: place, as: bits))
            }
        }
        return switch self {
        case .b1: .booleans(payload.map { $0 != 0 })
        case .u1: .bytes(payload)
        case .i1: .doubles(payload.map { Double(Int8(bitPattern: $0)) })
        case .u2: .doubles(each(UInt16.self) { Double($0) })
        case .i2: .doubles(each(UInt16.self) { Double(Int16(bitPattern: $0)) })
        case .u4: .doubles(each(UInt32.self) { Double($0) })
        case .i4: .doubles(each(UInt32.self) { Double(Int32(bitPattern: $0)) })
        case .u8: .doubles(each(UInt64.self) { Double($0) })
        case .i8: .doubles(each(UInt64.self) { Double(Int64(bitPattern: $0)) })
        case .f4: .floats(each(UInt32.self) { Float(bitPattern: $0) })
        case .f8: .doubles(each(UInt64.self) { Double(bitPattern: $0) })
        }
    }
}

/// The elements of an array that is stored with its first axis fastest.
private func rowMajor(_ elements: DataArray.Elements, _ shape: [Int]) -> DataArray.Elements {
    let places = rowMajorPlaces(shape)
    return switch elements {
    case .bytes(let values): .bytes(places.map { values[$0] })
    case .floats(let values): .floats(places.map { values[$0] })
    case .doubles(let values): .doubles(places.map { values[$0] })
    case .booleans(let values): .booleans(places.map { values[$0] })
    }
}

private func rowMajorPlaces(_ shape: [Int]) -> [Int] {
    var places = [0]
    var stride = 1
    for length in shape {
        let step = stride
        places = places.flatMap { place in (0..<length).map { place + $0 * step } }
        stride *= length
    }
    return places
}
