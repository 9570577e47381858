import Datasets
import Diagnostics
import Graphs

// What files keep of each layer.

extension Activation: ArchivableLayer {
    public static let kind = "Activation"
    public var settings: JSONValue { ["function": .string(rawValue)] }
    public init(settings: LayerSettings) throws(Diagnostic) { self = try settings.word("function", Activation.self) }
}

extension LeakyRelu: ArchivableLayer {
    public static let kind = "LeakyRelu"
    public var settings: JSONValue { ["slope": JSONValue(slope)] }
    public init(settings: LayerSettings) throws(Diagnostic) { self.init(try settings.number("slope")) }
}

extension Flatten: ArchivableLayer {
    public static let kind = "Flatten"
    public var settings: JSONValue { [:] }
    public init(settings: LayerSettings) { self.init() }
}

extension Reshape: ArchivableLayer {
    public static let kind = "Reshape"
    public var settings: JSONValue { ["shape": JSONValue(shape)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(try settings.sizes("shape"))
        _ = try Shape.count(shape)
    }
}

extension Dropout: ArchivableLayer {
    public static let kind = "Dropout"
    public var settings: JSONValue { ["rate": JSONValue(rate)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(try settings.number("rate"))
        _ = try output(for: [])
    }
}

extension Dense: ArchivableLayer {
    public static let kind = "Dense"
    public var settings: JSONValue { ["inputs": JSONValue(inputs), "outputs": JSONValue(outputs), "bias": .bool(hasBias)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(try settings.sizeIfAny("inputs"), try settings.size("outputs"), bias: try settings.bool("bias"))
    }
}

extension Embedding: ArchivableLayer {
    public static let kind = "Embedding"
    public var settings: JSONValue { ["count": JSONValue(count), "size": JSONValue(size)] }
    public init(settings: LayerSettings) throws(Diagnostic) { self.init(try settings.size("count"), try settings.size("size")) }
}

extension Positions: ArchivableLayer {
    public static let kind = "Positions"
    public var settings: JSONValue { ["length": JSONValue(length)] }
    public init(settings: LayerSettings) throws(Diagnostic) { self.init(try settings.size("length")) }
}

extension LayerNorm: ArchivableLayer {
    public static let kind = "LayerNorm"
    public var settings: JSONValue { ["epsilon": JSONValue(epsilon), "bias": .bool(hasBias)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(epsilon: try settings.number("epsilon"), bias: try settings.bool("bias"))
    }
}

extension GroupNorm: ArchivableLayer {
    public static let kind = "GroupNorm"
    public var settings: JSONValue { ["groups": JSONValue(groups), "epsilon": JSONValue(epsilon)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(try settings.size("groups"), epsilon: try settings.number("epsilon"))
    }
}

extension BatchNorm: ArchivableLayer {
    public static let kind = "BatchNorm"
    public var settings: JSONValue { ["momentum": JSONValue(momentum), "epsilon": JSONValue(epsilon)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(momentum: try settings.number("momentum"), epsilon: try settings.number("epsilon"))
    }
}

extension Recurrent: ArchivableLayer {
    public static let kind = "Recurrent"
    public var settings: JSONValue { ["cell": .string(cell.rawValue), "inputs": JSONValue(inputs), "units": JSONValue(units)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(try settings.word("cell", Cell.self), try settings.sizeIfAny("inputs"), try settings.size("units"))
    }
}

extension Attention: ArchivableLayer {
    public static let kind = "MultiHeadAttention"
    public var settings: JSONValue { ["heads": JSONValue(heads), "causal": .bool(isCausal), "bias": .bool(hasBias)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(heads: try settings.size("heads"), causal: try settings.bool("causal"), bias: try settings.bool("bias"))
    }
}

extension UNet: ArchivableLayer {
    public static let kind = "UNet"
    public var settings: JSONValue { ["channels": JSONValue(channels), "depth": JSONValue(depth), "timed": .bool(isTimed)] }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(try settings.size("channels"), depth: try settings.size("depth", from: 0), timed: try settings.bool("timed"))
    }
}

extension Conv: ArchivableLayer {
    public static let kind = "Conv"
    public var settings: JSONValue {
        let padding: JSONValue =
            switch padding {
            case .same: "same"
            case .none: "none"
            case .by(let count): JSONValue(count)
            }
        return [
            "inputs": JSONValue(inputs), "outputs": JSONValue(outputs), "kernel": JSONValue(kernel), "stride": JSONValue(stride),
            "padding": padding, "groups": JSONValue(groups), "bias": .bool(hasBias), "transposed": .bool(isTransposed),
        ]
    }
    public init(settings: LayerSettings) throws(Diagnostic) {
        let padding: Padding =
            switch try settings.value("padding") {
            case "same": .same
            case "none": .none
            default: .by(try settings.size("padding", from: 0))
            }
        let kernel = try settings.sizes("kernel", from: 1)
        guard (1...2).contains(kernel.count) else { throw settings.wrong("kernel") }
        self.init(
            try settings.sizeIfAny("inputs"), try settings.size("outputs"), kernel: kernel, stride: try settings.size("stride"),
            padding: padding, groups: try settings.size("groups"), bias: try settings.bool("bias"),
            transposed: try settings.bool("transposed"))
    }
}

extension Pool: ArchivableLayer {
    public static let kind = "Pool"
    public var settings: JSONValue {
        ["function": .string(kind.rawValue), "window": JSONValue(window), "stride": JSONValue(stride)]
    }
    public init(settings: LayerSettings) throws(Diagnostic) {
        self.init(
            try settings.word("function", Pooling.Kind.self), try settings.size("window"), stride: try settings.size("stride"))
    }
}

extension Upsample: ArchivableLayer {
    public static let kind = "Upsample"
    public var settings: JSONValue { ["factor": JSONValue(factor)] }
    public init(settings: LayerSettings) throws(Diagnostic) { self.init(try settings.size("factor")) }
}

extension Chain: ArchivableLayer {
    public static let kind = "Chain"
    public var settings: JSONValue {
        get throws(Diagnostic) {
            var inner: [JSONValue] = []
            for layer in layers { inner.append(try Architecture.encoded(layer)) }
            return ["layers": .array(inner), "input": input.map { JSONValue($0) } ?? .null, "label": label.map { .string($0) } ?? .null]
        }
    }
    public init(settings: LayerSettings) throws(Diagnostic) {
        let input = try settings.value("input") == .null ? nil : try settings.sizes("input")
        if let input { _ = try Shape.count(input) }
        self.init(try settings.layers("layers"), input: input)
        label = try settings.value("label") == .null ? nil : try settings.text("label")
    }
}

extension Residual: ArchivableLayer {
    public static let kind = "Residual"
    public var settings: JSONValue { get throws(Diagnostic) { ["inner": try Architecture.encoded(inner)] } }
    public init(settings: LayerSettings) throws(Diagnostic) { self.init(try settings.layer("inner")) }
}
