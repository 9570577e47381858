import Diagnostics
import Tensors

// Draws as functions of the parameters, one formula a family.

extension Univariate {
    fileprivate func full(_ shape: [Int]) -> [Int] { shape + batchShape }
}

extension Normal: Reparameterised {
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try Tensor.normal(full(shape), key) * parameters[1] + parameters[0]
    }
}

extension LogNormal: Reparameterised {
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try (Tensor.normal(full(shape), key) * parameters[1] + parameters[0]).exp()
    }
}

extension HalfNormal: Reparameterised {
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try Tensor.normal(full(shape), key).abs() * parameters[0]
    }
}

extension Uniform: Reparameterised {
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try Tensor.uniform(full(shape), key) * (parameters[1] - parameters[0]) + parameters[0]
    }
}

extension Exponential: Reparameterised {
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try -Tensor.uniform(full(shape), key).log() / parameters[0]
    }
}

extension HalfCauchy: Reparameterised {
    /// By the quantile, scale tan(pi u / 2).
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try (Tensor.uniform(full(shape), key) * (Double.pi / 2)).tan() * parameters[0]
    }
}

extension Gamma: Reparameterised {
    /// By a draw of rate 1, which moves with the shape (Figurnov, Mohamed and Mnih, Implicit Reparameterization Gradients, 2018).
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        try Tensor.gamma(parameters[0].broadcast(to: full(shape)), key) / parameters[1]
    }
}

extension StudentT: Reparameterised {
    /// A normal over the root of a chi-squared per degree of freedom, whose gamma draw moves with the degrees.
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let half = try parameters[0].broadcast(to: full(shape)) * 0.5
        let ratio = try Tensor.gamma(half, key) / half
        return try Tensor.normal(full(shape), key) / ratio.sqrt() * parameters[2] + parameters[1]
    }
}

extension Beta: Reparameterised {
    /// X / (X + Y) of two gamma draws.
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let x = try Tensor.gamma(parameters[0].broadcast(to: full(shape)), key)
        let y = try Tensor.gamma(parameters[1].broadcast(to: full(shape)), key)
        return try x / (x + y)
    }
}

extension Dirichlet: Reparameterised {
    /// Gamma draws over their sum.
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let draws = try Tensor.gamma(parameters[0].broadcast(to: shape + batchShape + eventShape), key)
        return try draws / draws.sum(axis: -1, keep: true)
    }
}

extension Bernoulli: Drawable {
    /// 1 where a uniform draw is below the probability.
    public func undifferentiated(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let probability = parameters.names == ["logits"] ? parameters[0].sigmoid() : parameters[0]
        return try Tensor.binary(.less, Tensor.uniform(full(shape), key), probability).converted(to: .float64)
    }
}
