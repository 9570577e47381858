import Datasets
import Diagnostics

/// A layer that a file can hold: its kind and its settings say all of it but its weights.
public protocol ArchivableLayer: Layer {
    /// The name that files know it by.
    static var kind: String { get }
    /// What `init(settings:)` takes.
    var settings: JSONValue { get throws(Diagnostic) }
    /// - Throws: where a setting is missing or makes no layer.
    init(settings: LayerSettings) throws(Diagnostic)
}

/// Layers as JSON: `{"layer": "Dense", "outputs": 10, ...}`.
public enum Architecture {
    private static let kinds: [any ArchivableLayer.Type] = [
        Activation.self, Attention.self, BatchNorm.self, Chain.self, Conv.self, Dense.self, Dropout.self, Embedding.self, Flatten.self,
        GroupNorm.self, LayerNorm.self, LeakyRelu.self, Pool.self, Positions.self, Recurrent.self, Reshape.self, Residual.self, UNet.self,
        Upsample.self,
    ]

    /// How deep layers may lie in layers.
    private static let depthLimit = 64

    /// - Throws: where a layer is none that files hold.
    public static func encoded(_ layer: any Layer) throws(Diagnostic) -> JSONValue {
        guard let archivable = layer as? any ArchivableLayer else { throw Diagnostic("a network with \(layer.name) cannot be saved") }
        let kind = JSONValue.Member("layer", .string(type(of: archivable).kind))
        return .object([kind] + (try archivable.settings.members ?? []))
    }

    /// - Throws: where the JSON says no layer, or one whose settings make none.
    public static func layer(_ json: JSONValue) throws(Diagnostic) -> any Layer { try layer(json, depth: 0) }

    fileprivate static func layer(_ json: JSONValue, depth: Int) throws(Diagnostic) -> any Layer {
        guard depth < depthLimit else { throw Diagnostic("the saved network has layers in layers more than \(depthLimit) deep") }
        guard let name = json["layer"]?.string else { throw Diagnostic("the saved network is damaged: a layer without its kind") }
        guard let kind = kinds.first(where: { $0.kind == name }) else {
            throw Diagnostic("the saved network has an unknown layer, \(name)")
        }
        return try kind.init(settings: LayerSettings(json: json, kind: name, depth: depth))
    }
}

/// The settings of a layer in a file. Sizes are bounded, so that what is computed from them does not overflow.
public struct LayerSettings {
    let json: JSONValue
    let kind: String
    /// In how many layers it lies.
    let depth: Int
    private static let sizeLimit = 100_000_000

    func wrong(_ name: String) -> Diagnostic { Diagnostic("the saved network is damaged: \(name) of \(kind)") }

    func value(_ name: String) throws(Diagnostic) -> JSONValue {
        guard let value = json[name] else { throw wrong(name) }
        return value
    }
    func size(_ name: String, from least: Int = 1) throws(Diagnostic) -> Int { try size(value(name), name, least) }
    func sizeIfAny(_ name: String) throws(Diagnostic) -> Int? {
        let value = try value(name)
        return value == .null ? nil : try size(value, name, 1)
    }
    func sizes(_ name: String, from least: Int = 0) throws(Diagnostic) -> [Int] {
        guard let items = try value(name).array, items.count <= 64 else { throw wrong(name) }
        return try items.map { (item) throws(Diagnostic) in try size(item, name, least) }
    }
    private func size(_ value: JSONValue, _ name: String, _ least: Int) throws(Diagnostic) -> Int {
        guard let size = value.int, size >= least, size <= LayerSettings.sizeLimit else { throw wrong(name) }
        return size
    }
    func number(_ name: String) throws(Diagnostic) -> Double {
        guard let number = try value(name).double, number.isFinite else { throw wrong(name) }
        return number
    }
    func bool(_ name: String) throws(Diagnostic) -> Bool {
        guard let bool = try value(name).bool else { throw wrong(name) }
        return bool
    }
    func text(_ name: String) throws(Diagnostic) -> String {
        guard let text = try value(name).string else { throw wrong(name) }
        return text
    }
    func layers(_ name: String) throws(Diagnostic) -> [any Layer] {
        guard let items = try value(name).array else { throw wrong(name) }
        return try items.map { (item) throws(Diagnostic) in try Architecture.layer(item, depth: depth + 1) }
    }
    func layer(_ name: String) throws(Diagnostic) -> any Layer { try Architecture.layer(try value(name), depth: depth + 1) }
    /// One of the words that an enumeration knows.
    func word<Word: RawRepresentable>(_ name: String, _ type: Word.Type) throws(Diagnostic) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text(name)) else { throw wrong(name) }
        return word
    }
}

extension JSONValue {
    /// null where there is none.
    init(_ value: Int?) { self = value.map { JSONValue($0) } ?? .null }
    init(_ sizes: [Int]) { self = .array(sizes.map { JSONValue($0) }) }
}
