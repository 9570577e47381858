import Diagnostics
import Tensors

/// Independent draws of one distribution, taken as one value: the axes `shape`, then the batch and the event of the distribution.
///
/// It has no batch: a draw has one log density.
public struct Independent: Distribution {
    public static let family = DistributionFamily(
        name: "iid", summary: "Independent draws of a distribution, taken as one value.", parameters: [],
        make: { _ throws(Diagnostic) in throw Diagnostic("iid needs a distribution", help: "write iid(Normal(0, 1), 10)") })

    public let base: any Distribution
    public let shape: [Int]
    private let count: Int

    public init(_ base: any Distribution, shape: [Int]) throws(Diagnostic) {
        (self.base, self.shape) = (base, shape)
        // How many of the base's single distributions one value holds.
        count = try Shape.count(shape + base.batchShape)
        _ = try Shape.count(shape + base.batchShape + base.eventShape)
    }

    public var arguments: [(name: String, value: Tensor)] { base.arguments }
    public var description: String { "iid(\(base.description), \(shape.count == 1 ? "\(shape[0])" : "\(shape)"))" }
    public var batchShape: [Int] { [] }
    public var eventShape: [Int] { shape + base.batchShape + base.eventShape }
    public var support: Support { base.support }

    public func logDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        try requireEvent(x)
        var logs = try base.logDensity(x)
        for _ in 0..<shape.count + base.batchShape.count { logs = try logs.sum(axis: -1) }
        return logs
    }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor { try base.sample(shape + self.shape, key: key) }

    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        guard let value = try base.statistic(statistic) else { return nil }
        guard statistic == .entropy else { return try value.broadcast(to: eventShape) }
        return try value.broadcast(to: shape + base.batchShape).sum()
    }

    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? {
        guard let other = other as? Independent, other.eventShape == eventShape, other.base.eventShape == base.eventShape else {
            return nil
        }
        return try base.divergence(to: other.base)?.broadcast(to: shape + base.batchShape).sum()
    }
}

extension Distribution {
    /// Independent draws as one value, with the axes `shape` in front.
    ///
    /// Throws where the value would not fit in memory.
    public func iid(_ shape: [Int]) throws(Diagnostic) -> any Distribution { try Independent(self, shape: shape) }
}
