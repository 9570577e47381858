import Diagnostics
import Layers
import Tensors

/// Values as bytes: a magic word, a version, and one tagged value. Fitted models are held by their family's name, its settings and what was
/// learned; networks as a safetensors file inside the file.
///
/// Numbers are little-endian. Reading trusts nothing: every length is checked against the bytes that are left.
public enum Archive {
    private static let magic = Array("latentmodel\n".utf8)
    /// A file of version 1 holds a fitted model, without its tag.
    private static let version: UInt8 = 2

    /// - Throws: where the value cannot be written.
    public static func encode(_ value: Datum) throws(Diagnostic) -> [UInt8] {
        var writer = ArchiveWriter(magic + [version])
        try writer.write(value)
        return writer.bytes
    }

    /// - Throws: where the bytes are no archive, are cut short, or name an unknown family or layer.
    public static func decode(_ bytes: [UInt8]) throws(Diagnostic) -> Datum {
        guard bytes.starts(with: magic), bytes.count > magic.count else { throw Diagnostic("this is no saved model") }
        let found = bytes[magic.count]
        guard (1...version).contains(found) else {
            throw Diagnostic("the model was saved in format \(found), and this program reads formats up to \(version)")
        }
        var reader = ArchiveReader(bytes: bytes, position: magic.count + 1)
        let value = found == 1 ? .fitted(try reader.readFitted()) : try reader.read()
        guard reader.position == bytes.count else { throw reader.corrupt() }
        return value
    }
}

private enum Tag: UInt8 {
    case none, missing, tensor, text, texts, list, frame, fitted, network
}

private struct ArchiveWriter {
    var bytes: [UInt8] = []
    /// Whether what is written are a model's settings.
    private var isInSettings = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func write(_ datum: Datum) throws(Diagnostic) {
        switch datum {
        case .none: tag(.none)
        case .missing: tag(.missing)
        case .text(let text):
            tag(.text)
            string(text)
        case .texts(let texts):
            tag(.texts)
            number(texts.count)
            for text in texts {
                bytes.append(text == nil ? 0 : 1)
                if let text { string(text) }
            }
        case .list(let items):
            tag(.list)
            number(items.count)
            for item in items { try write(item) }
        case .frame(let frame):
            tag(.frame)
            bytes.append(frame.isTable ? 1 : 0)
            number(frame.names.count)
            for (name, value) in zip(frame.names, frame.columns) {
                string(name)
                try write(value)
            }
        case .tensor(let tensor):
            tag(.tensor)
            bytes.append(UInt8(DType.allCases.firstIndex(of: tensor.dtype) ?? 3))
            number(tensor.rank)
            for size in tensor.shape { number(size) }
            for value in tensor.doubles { word(value.bitPattern) }
            bytes.append(tensor.missing == nil ? 0 : 1)
            for isMissing in tensor.missing ?? [] { bytes.append(isMissing ? 1 : 0) }
        case .distributionFamily(let family):
            // Recipes take names too.
            guard isInSettings else { throw Diagnostic("the family \(family.name) cannot be saved") }
            tag(.text)
            string(family.name)
        case .fitted(let model):
            tag(.fitted)
            try write(model)
        case .network(let network):
            tag(.network)
            let content = try network.archived(withTraining: true).encoded()
            number(content.count)
            bytes += content
        case .distribution(let distribution): throw Diagnostic("a \(type(of: distribution).family.name) distribution cannot be saved")
        case .model(let model): throw Diagnostic("a \(type(of: model).family.name) that has not been fitted cannot be saved")
        case .picture: throw Diagnostic("a picture cannot be saved in a model's file")
        }
    }

    private mutating func write(_ model: any FittedModel) throws(Diagnostic) {
        let family = type(of: model.model).family
        guard let archivable = model as? any Archivable, family.restore != nil else {
            throw Diagnostic("a fitted \(family.name) cannot be saved")
        }
        try write(.text(family.name))
        isInSettings = true
        try write(.frame(Frame(model.model.settings.map { ($0.name, $0.value) }, isTable: false)))
        isInSettings = false
        try write(.frame(archivable.state))
    }

    private mutating func tag(_ tag: Tag) { bytes.append(tag.rawValue) }
    private mutating func word(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
    private mutating func number(_ value: Int) { word(UInt64(value)) }
    private mutating func string(_ text: String) {
        number(text.utf8.count)
        bytes += text.utf8
    }
}

private struct ArchiveReader {
    let bytes: [UInt8]
    var position: Int
    var depth = 0

    func corrupt() -> Diagnostic { Diagnostic("the saved model is damaged near byte \(position)") }

    mutating func read() throws(Diagnostic) -> Datum {
        guard depth < 64, let tag = Tag(rawValue: try byte()) else { throw corrupt() }
        depth += 1
        defer { depth -= 1 }
        switch tag {
        case .none: return .none
        case .missing: return .missing
        case .text: return .text(try string())
        case .texts:
            var texts: [String?] = []
            for _ in 0..<(try length()) { texts.append(try byte() == 0 ? nil : try string()) }
            return .texts(texts)
        case .list:
            var items: [Datum] = []
            for _ in 0..<(try length()) { items.append(try read()) }
            return .list(items)
        case .frame:
            let isTable = try byte() == 1
            var entries: [(name: String, value: Datum)] = []
            for _ in 0..<(try length()) { entries.append((try string(), try read())) }
            let frame = Frame(entries, isTable: isTable)
            if isTable, !frame.columns.allSatisfy({ $0.rowCount == frame.rowCount }) { throw corrupt() }
            return .frame(frame)
        case .fitted: return .fitted(try readFitted())
        case .network:
            let count = try length()
            defer { position += count }
            return .network(try Network(archive: Safetensors(reading: Array(bytes[position..<(position + count)]))))
        case .tensor:
            let type = Int(try byte())
            guard type < DType.allCases.count else { throw corrupt() }
            var shape: [Int] = []
            for _ in 0..<(try length()) { shape.append(try size()) }
            let count = try Shape.count(shape)
            guard count <= (bytes.count - position) / 8 else { throw corrupt() }
            var values: [Double] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(Double(bitPattern: try word())) }
            var missing: [Bool]?
            if try byte() == 1 {
                var mask: [Bool] = []
                for _ in 0..<count { mask.append(try byte() == 1) }
                missing = mask
            }
            return .tensor(try Tensor(values, shape: shape, missing: missing).converted(to: DType.allCases[type]))
        }
    }

    mutating func readFitted() throws(Diagnostic) -> any FittedModel {
        guard case .text(let name) = try read(), case .frame(var settings) = try read(), case .frame(let state) = try read() else {
            throw corrupt()
        }
        guard let family = ModelCatalog.family(named: name), let restore = family.restore else {
            throw Diagnostic("the file holds a model of an unknown family, \(name)")
        }
        for setting in family.settings where settings[setting.name] == nil { settings[setting.name] = setting.value }
        return try restore(try family.make(settings), state)
    }

    private mutating func byte() throws(Diagnostic) -> UInt8 {
        guard position < bytes.count else { throw corrupt() }
        position += 1
        return bytes[position - 1]
    }

    private mutating func word() throws(Diagnostic) -> UInt64 {
        guard bytes.count - position >= 8 else { throw corrupt() }
        var value: UInt64 = 0
        for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += 8
        return value
    }

    private mutating func size() throws(Diagnostic) -> Int {
        guard let value = Int(exactly: try word()) else { throw corrupt() }
        return value
    }

    /// A number of things that take at least a byte each.
    private mutating func length() throws(Diagnostic) -> Int {
        let value = try size()
        guard value >= 0, value <= bytes.count - position else { throw corrupt() }
        return value
    }

    private mutating func string() throws(Diagnostic) -> String {
        let count = try length()
        guard let text = String(validating: bytes[position..<(position + count)], as: UTF8.self) else { throw corrupt() }
        position += count
        return text
    }
}

/// Reads a model's `state` back, with errors for what is missing or of the wrong size.
struct StateReader {
    let state: Frame

    init(_ state: Frame) { self.state = state }

    func datum(_ name: String) throws(Diagnostic) -> Datum {
        guard let value = state[name] else { throw Diagnostic("the saved model lacks \(name)") }
        return value
    }
    func numbers(_ name: String, count: Int? = nil) throws(Diagnostic) -> [Double] {
        guard case .tensor(let tensor) = try datum(name), !tensor.hasMissing, count == nil || tensor.count == count else {
            throw Diagnostic("the saved model is damaged: \(name)")
        }
        return tensor.doubles
    }
    func whole(_ name: String) throws(Diagnostic) -> [Int] {
        var result: [Int] = []
        for number in try numbers(name) {
            guard let value = Int(exactly: number), value >= 0, value <= Int(Int32.max) else {
                throw Diagnostic("the saved model is damaged: \(name)")
            }
            result.append(value)
        }
        return result
    }
    func text(_ name: String) throws(Diagnostic) -> String {
        guard case .text(let text) = try datum(name) else { throw Diagnostic("the saved model is damaged: \(name)") }
        return text
    }
    func texts(_ name: String) throws(Diagnostic) -> [String] {
        guard case .texts(let texts) = try datum(name) else { throw Diagnostic("the saved model is damaged: \(name)") }
        return texts.compactMap { $0 }
    }
    func frame(_ name: String) throws(Diagnostic) -> StateReader {
        guard case .frame(let frame) = try datum(name) else { throw Diagnostic("the saved model is damaged: \(name)") }
        return StateReader(frame)
    }
    func labels(_ name: String) throws(Diagnostic) -> Labels {
        switch try datum(name) {
        case .texts(let texts) where !texts.isEmpty: return Labels(values: .texts(texts.compactMap { $0 }))
        case .tensor(let tensor) where tensor.count > 0: return Labels(values: .numbers(tensor.doubles, tensor.dtype))
        default: throw Diagnostic("the saved model is damaged: \(name)")
        }
    }
    func layout(_ name: String) throws(Diagnostic) -> NumericLayout {
        let frame = try frame(name)
        let shape = try frame.whole("shape")
        _ = try Shape.count(shape)
        return NumericLayout(shape: shape, names: frame.state["names"] == nil ? nil : try frame.texts("names"))
    }
}

extension NumericLayout {
    var state: Datum {
        var frame = Frame([("shape", .tensor(Tensor(shape)))], isTable: false)
        if let names { frame["names"] = .texts(names) }
        return .frame(frame)
    }
}
