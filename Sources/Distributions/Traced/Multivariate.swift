import Diagnostics
import Tensors

extension MultivariateNormal {
    /// The log density from tensor operations: z = L^-1 (x - mean), -|z|^2 / 2 - log |L| - n log(2 pi) / 2.
    func tracedLogDensity(_ x: Tensor) throws(Diagnostic) -> Tensor {
        let size = eventShape[0]
        let shape = try Shape.broadcast(Array(x.shape.dropLast()), batchShape)
        let gap = try (x - parameters[0]).broadcast(to: shape + [size])
        let diagonal = try (factor * Tensor.eye(size)).sum(axis: -1)
        let normalizer = try diagonal.log().sum(axis: -1) + Double(size) * halfLogTwoPi
        let square: Tensor
        if batchShape.isEmpty {
            // The points are the right sides of one system.
            let sides = try gap.reshaped([shape.reduce(1, *), size]).transposed()
            square = try factor.triangularSolve(sides).square().sum(axis: 0).reshaped(shape)
        } else {
            square = try factor.broadcast(to: shape + [size, size]).solve(gap.expandedDims(-1)).square().sum(axis: -1).sum(axis: -1)
        }
        return try square * -0.5 - normalizer
    }

    /// mean + L z.
    public func reparameterised(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let noise = try Tensor.normal(shape + batchShape + eventShape, key)
        return try factor.matmul(noise.expandedDims(-1)).squeezed(-1) + parameters[0]
    }
}
