/// The files in a zip archive, as its directory lists them: stored or deflated, up to 2 GiB together (APPNOTE 6.3).
///
/// - Throws: `DatasetError` where the archive is damaged, encrypted or larger.
func readZip(_ bytes: [UInt8]) throws(DatasetError) -> [(name: String, bytes: [UInt8])] {
    let damaged = DatasetError("the archive is damaged", help: "fetch or copy it again")
    // The directory's end is the last 22 bytes, but for a comment of up to 64 KiB.
    let first = max(0, bytes.count - 22 - 65_535)
    guard bytes.count >= 22,
        let end = stride(from: bytes.count - 22, through: first, by: -1).first(where: {
            littleEndian(bytes, at: $0, as: UInt32.self) == 0x0605_4B50
        })
    else { throw damaged }
    func number16(_ offset: Int) -> Int { Int(littleEndian(bytes, at: offset, as: UInt16.self)) }
    func number32(_ offset: Int) -> Int { Int(littleEndian(bytes, at: offset, as: UInt32.self)) }
    var files: [(name: String, bytes: [UInt8])] = []
    var total = 0
    var entry = number32(end + 16)
    for _ in 0..<number16(end + 10) {
        guard entry + 46 <= bytes.count, number32(entry) == 0x0201_4B50 else { throw damaged }
        let (method, packed, size, local) = (number16(entry + 10), number32(entry + 20), number32(entry + 24), number32(entry + 42))
        let nameEnd = entry + 46 + number16(entry + 28)
        guard nameEnd <= bytes.count, local + 30 <= bytes.count, number32(local) == 0x0403_4B50 else { throw damaged }
        let name = String(decoding: bytes[entry + 46..<nameEnd], as: UTF8.self)
        let start = local + 30 + number16(local + 26) + number16(local + 28)
        guard start <= bytes.count, packed <= bytes.count - start else { throw damaged }
        if number16(entry + 8) & 1 != 0 { throw DatasetError("\(name) in the archive is encrypted") }
        total += size
        if total > Files.sizeLimit { throw DatasetError("the archive holds more than 2 GiB") }
        let content = Array(bytes[start..<start + packed])
        let file: [UInt8]
        switch method {
        case 0: file = content
        case 8: file = try inflated(content, limit: size + 1, wrapping: .bare)
        default: throw DatasetError("\(name) in the archive is compressed by a method other than deflate")
        }
        guard file.count == size else { throw damaged }
        files.append((name, file))
        entry = nameEnd + number16(entry + 30) + number16(entry + 32)
    }
    return files
}
