import Diagnostics
import Tensors

/// A family whose draws are functions of its parameters and of draws that have none, so that gradients pass through them
/// (Kingma and Welling, Auto-Encoding Variational Bayes, 2014).
public protocol Reparameterised: Distribution {
    /// Draws of shape `shape` + `batchShape` + `eventShape`, built from tensor operations.
    func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor
}

/// A family whose draws can be written as tensor operations, though no gradient passes through them.
public protocol Drawable: Distribution {
    /// Draws of shape `shape` + `batchShape` + `eventShape`.
    func undifferentiated(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor
}

extension Distribution {
    /// Draws as `sample` makes them, or as nodes where the key belongs to a trace.
    ///
    /// A family without such a form is drawn at once where no gradient is asked for in its parameters, and else is an error.
    public func drawn(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        guard let trace = key.trace else { return try sample(shape, key: key) }
        if let family = self as? any Reparameterised { return try family.reparameterised(shape, key: key) }
        if let active = arguments.first(where: { trace.isActive($0.value) }) {
            throw Diagnostic(
                "draws from \(Self.family.name) have no gradient in \(active.name)",
                help: "detach(\(active.name)) draws without one; sum over the values, or draw from a continuous family, to have one")
        }
        if let family = self as? any Drawable { return try family.undifferentiated(shape, key: key) }
        trace.obstruct("it draws from \(Self.family.name), which cannot be compiled")
        return try sample(shape, key: key)
    }
}

extension Independent: Reparameterised {
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor { try base.drawn(shape + self.shape, key: key) }
}
