import Datasets
import Diagnostics
import Graphs
import Tensors

extension Safetensors {
    /// More axes than this are no tensor's.
    private static let rankLimit = 64

    /// A tensor as the header tells of it.
    private struct Entry {
        var name: String
        var format: NumberFormat
        var shape: [Int]
        /// Offsets from the end of the header.
        var bytes: Range<Int>
    }

    /// Reads the bytes of a file.
    ///
    /// Small floats become float32 and whole numbers int32, without loss. Nothing in the bytes is trusted: the tensors must cover what
    /// follows the header once, without gaps.
    /// - Throws: where the bytes are no safetensors file or are cut short, and where a whole number does not fit in int32.
    public init(reading bytes: [UInt8]) throws(Diagnostic) {
        guard bytes.count >= 8 else { throw Diagnostic("a safetensors file begins with 8 bytes, and this has \(bytes.count)") }
        let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
        guard length <= UInt64(Safetensors.headerLimit) else {
            throw Diagnostic(
                "this is no safetensors file: its header would have \(length) bytes, and at most \(Safetensors.headerLimit) are read")
        }
        let start = 8 + Int(length)
        guard start <= bytes.count else {
            throw Diagnostic(
                "the file ends inside its header: of \(length) bytes there are \(bytes.count - 8)", help: "fetch or copy it again")
        }
        let (entries, texts) = try Safetensors.header(Array(bytes[8..<start]))
        try Safetensors.checkCover(entries, count: bytes.count - start)
        var tensors: [(name: String, tensor: Tensor)] = []
        for entry in entries {
            do throws(Diagnostic) {
                let place = start + entry.bytes.lowerBound..<start + entry.bytes.upperBound
                tensors.append((entry.name, try entry.format.tensor(bytes[place], shape: entry.shape)))
            } catch {
                throw Diagnostic("\(entry.name) \(error.message)", help: error.help)
            }
        }
        try self.init(tensors, metadata: texts)
    }

    private static func header(_ bytes: [UInt8]) throws(Diagnostic) -> ([Entry], [(name: String, text: String)]) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: bytes) } catch {
            throw Diagnostic("the header is not JSON: \(error.message) (byte \(8 + error.offset))")
        }
        guard bytes.first == UInt8(ascii: "{"), let members = json.members else { throw Diagnostic("the header is no JSON object") }
        var entries: [Entry] = []
        var texts: [(name: String, text: String)]?
        for member in members {
            if member.key != metadataName {
                entries.append(try entry(member))
                continue
            }
            guard texts == nil else { throw Diagnostic("the header holds \(metadataName) twice") }
            texts = []
            for line in member.value.members ?? [JSONValue.Member("", .null)] {
                guard let text = line.value.string else { throw Diagnostic("\(metadataName) must hold strings by name") }
                texts?.append((line.key, text))
            }
        }
        return (entries, texts ?? [])
    }

    private static func entry(_ member: JSONValue.Member) throws(Diagnostic) -> Entry {
        let name = member.key
        func field(_ key: String) throws(Diagnostic) -> JSONValue {
            let found = member.value.members?.filter { $0.key == key } ?? []
            guard let only = found.first, found.count == 1 else {
                throw Diagnostic("the header gives \(found.isEmpty ? "no" : "more than one") \(key) for \(name)")
            }
            return only.value
        }
        func sizes(_ key: String) throws(Diagnostic) -> [Int] {
            let items = try field(key).array
            var sizes: [Int] = []
            for item in items ?? [.null] {
                guard case .number(let text) = item, let size = Int(text), size >= 0 else {
                    throw Diagnostic("\(key) of \(name) must be a list of whole numbers from 0")
                }
                sizes.append(size)
            }
            return sizes
        }
        let code = try field("dtype")
        guard let format = code.string.flatMap(NumberFormat.init(rawValue:)) else {
            let known = NumberFormat.allCases.map(\.rawValue).joined(separator: " ")
            throw Diagnostic("\(name) has the type \(code.string ?? code.kind), which is not read", help: "these are read: \(known)")
        }
        let shape = try sizes("shape")
        guard shape.count <= rankLimit else { throw Diagnostic("\(name) has \(shape.count) axes, and at most \(rankLimit) are read") }
        let ends = try sizes("data_offsets")
        guard ends.count == 2, ends[0] <= ends[1] else {
            throw Diagnostic("data_offsets of \(name) must be a start and an end after it, and they are \(ends)")
        }
        // A count fits in memory as float64, so its bytes do not overflow.
        let count: Int
        do throws(Diagnostic) { count = try Shape.count(shape) } catch { throw Diagnostic("\(name): \(error.message)", help: error.help) }
        guard count * format.width == ends[1] - ends[0] else {
            throw Diagnostic(
                "\(name) of shape \(shape) and type \(format.rawValue) takes \(count * format.width) bytes, and its offsets hold \(ends[1] - ends[0])"
            )
        }
        return Entry(name: name, format: format, shape: shape, bytes: ends[0]..<ends[1])
    }

    /// Refuses tensors that share bytes, leave some out, or reach beyond the end.
    private static func checkCover(_ entries: [Entry], count: Int) throws(Diagnostic) {
        var end = 0
        for entry in entries.sorted(by: { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }) {
            guard entry.bytes.lowerBound == end else {
                let what = entry.bytes.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap before it"
                throw Diagnostic("\(entry.name) \(what): it begins at byte \(entry.bytes.lowerBound), and \(end) is next")
            }
            end = entry.bytes.upperBound
        }
        guard end == count else {
            let help = end > count ? "fetch or copy it again" : nil
            throw Diagnostic("the header tells of \(end) bytes of numbers, and the file holds \(count)", help: help)
        }
    }
}
