import Diagnostics

/// Draws as tensors: made at once, or written as nodes where the key belongs to a trace.
extension Tensor {
    /// Independent draws, uniform on the open interval from 0 to 1.
    public static func uniform(_ shape: [Int], _ key: Key) throws(Diagnostic) -> Tensor {
        let count = try Shape.count(shape)
        guard let trace = key.trace else { return Tensor(Tensors.uniform(count, key), shape: shape) }
        return trace.tensor(trace.builder.draw(.uniform, TensorType(.float64, shape)))
    }

    /// Independent normal draws, mean 0 and standard deviation 1.
    public static func normal(_ shape: [Int], _ key: Key) throws(Diagnostic) -> Tensor {
        let count = try Shape.count(shape)
        guard let trace = key.trace else { return Tensor(Tensors.normal(count, key), shape: shape) }
        return trace.tensor(trace.builder.draw(.normal, TensorType(.float64, shape)))
    }

    /// Gamma draws of rate 1, one for each shape parameter in which it moves.
    public static func gamma(_ parameter: Tensor, _ key: Key) throws(Diagnostic) -> Tensor {
        guard let trace = key.trace else {
            let shapes = parameter.doubles
            if let shape = shapes.first(where: { !($0 > 0 && $0.isFinite) }) { throw .gammaShape(shape) }
            return Tensor(Tensors.gamma(shapes.count, shapes: shapes, key), shape: parameter.shape)
        }
        let operand = try trace.symbol(parameter).converted(to: .float64)
        return trace.tensor(trace.builder.draw(.gamma, operand.type, [operand]))
    }

    /// The same values, through which no gradient passes.
    public func detached() throws(Diagnostic) -> Tensor {
        guard let trace = Trace.of(self) else { return self }
        return trace.tensor(try trace.symbol(self).stopped())
    }
}
