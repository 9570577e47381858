import Diagnostics

extension Op {
    func convolutionType(_ types: [TensorType]) throws(Diagnostic) -> TensorType {
        let spatial = types[0].rank - 2
        guard spatial == 1 || spatial == 2, types.allSatisfy({ $0.dtype.isFloat && $0.dtype == types[0].dtype }) else {
            throw misfit(types)
        }
        let inner = 1..<spatial + 1
        switch self {
        case .convolution(let geometry):
            let (image, kernel) = (types[0].shape, types[1].shape)
            guard kernel.count == spatial + 2, geometry.strides.count == spatial, geometry.groups > 0 else { throw misfit(types) }
            let (channels, overflow) = kernel[spatial].multipliedReportingOverflow(by: geometry.groups)
            guard !overflow, image[spatial + 1] == channels, kernel[spatial + 1] % geometry.groups == 0 else {
                throw Diagnostic(
                    "the images have \(image[spatial + 1]) channels, the convolution takes \(kernel[spatial])\(geometry.groups > 1 ? " in each of \(geometry.groups) groups" : ""): shapes \(image) and \(kernel)"
                )
            }
            guard let sizes = geometry.outputSizes(image: Array(image[inner]), kernel: Array(kernel[0..<spatial])) else {
                throw Diagnostic(
                    "a kernel of \(Array(kernel[0..<spatial])) does not fit in an image of \(Array(image[inner]))",
                    help: "pad the image, or take a smaller kernel")
            }
            return TensorType(types[0].dtype, [image[0]] + sizes + [kernel[spatial + 1]])
        case .convolutionImage(let geometry, let sizes):
            let (output, kernel) = (types[0].shape, types[1].shape)
            guard kernel.count == spatial + 2, sizes.count == spatial, output[spatial + 1] == kernel[spatial + 1],
                geometry.groups > 0, output[spatial + 1] % geometry.groups == 0,
                geometry.outputSizes(image: sizes, kernel: Array(kernel[0..<spatial])) == Array(output[inner])
            else { throw misfit(types) }
            let (channels, overflow) = kernel[spatial].multipliedReportingOverflow(by: geometry.groups)
            guard !overflow else { throw misfit(types) }
            return TensorType(types[0].dtype, [output[0]] + sizes + [channels])
        case .convolutionKernel(let geometry, let sizes):
            let (image, output) = (types[0].shape, types[1].shape)
            guard output.count == image.count, sizes.count == spatial, image[0] == output[0], geometry.groups > 0,
                image[spatial + 1] % geometry.groups == 0, output[spatial + 1] % geometry.groups == 0,
                geometry.outputSizes(image: Array(image[inner]), kernel: sizes) == Array(output[inner])
            else { throw misfit(types) }
            return TensorType(types[0].dtype, sizes + [image[spatial + 1] / geometry.groups, output[spatial + 1]])
        case .pool(let pooling):
            let image = types[0].shape
            guard pooling.window.count == spatial, pooling.strides.count == spatial,
                (pooling.window + pooling.strides).allSatisfy({ $0 > 0 })
            else { throw misfit(types) }
            let sizes = (0..<spatial).map {
                image[$0 + 1] < pooling.window[$0] ? 0 : (image[$0 + 1] - pooling.window[$0]) / pooling.strides[$0] + 1
            }
            guard !sizes.contains(0) else {
                throw Diagnostic("a window of \(pooling.window) does not fit in an image of \(Array(image[inner]))")
            }
            return TensorType(types[0].dtype, [image[0]] + sizes + [image[spatial + 1]])
        case .poolGradient(let pooling):
            guard try Op.pool(pooling).convolutionType([types[0]]) == types[1], types[1] == types[2] else { throw misfit(types) }
            return types[0]
        default: throw misfit(types)
        }
    }

    /// A convolution is linear in both operands: its gradients are the other two of the three convolutions, and theirs again.
    func convolutionGradient(_ x: [Symbol], _ y: Symbol, _ g: Symbol, _ wanted: [Bool]) throws(Diagnostic) -> [Symbol?] {
        let builder = y.builder
        func spatial(_ symbol: Symbol) -> [Int] { Array(symbol.shape[1..<symbol.rank - 1]) }
        func kernelSizes(_ symbol: Symbol) -> [Int] { Array(symbol.shape[0..<symbol.rank - 2]) }
        switch self {
        case .convolution(let geometry):
            return [
                wanted[0] ? builder.add(.convolutionImage(geometry, spatial: spatial(x[0])), [g, x[1]]) : nil,
                wanted[1] ? builder.add(.convolutionKernel(geometry, spatial: kernelSizes(x[1])), [x[0], g]) : nil,
            ]
        case .convolutionImage(let geometry, _):
            return [
                wanted[0] ? builder.add(.convolution(geometry), [g, x[1]]) : nil,
                wanted[1] ? builder.add(.convolutionKernel(geometry, spatial: kernelSizes(x[1])), [g, x[0]]) : nil,
            ]
        case .convolutionKernel(let geometry, _):
            return [
                wanted[0] ? builder.add(.convolutionImage(geometry, spatial: spatial(x[0])), [x[1], g]) : nil,
                wanted[1] ? builder.add(.convolution(geometry), [x[0], g]) : nil,
            ]
        case .pool(let pooling): return [builder.add(.poolGradient(pooling), [x[0], y, g])]
        case .poolGradient(let pooling):
            // The mean is linear, so the gradient of its gradient is pooling again.
            guard pooling.kind == .mean else {
                throw Diagnostic(
                    "the largest of a window has no second derivative here", help: "use mean pooling where second derivatives are taken")
            }
            return [nil, nil, builder.add(.pool(pooling), [g])]
        default: return x.map { _ in nil }
        }
    }
}

extension Op {
    /// Examples that share a kernel are more images; examples with kernels of their own are more groups of channels.
    func batchedConvolution(_ x: [Symbol], _ marks: [Bool], _ batch: Batch) -> Symbol {
        let builder = x[0].builder
        func grouped(_ geometry: Convolution) -> Convolution {
            var geometry = geometry
            geometry.groups *= batch.size
            return geometry
        }
        let op: Op
        switch self {
        case .convolution, .convolutionImage:
            if !marks[1] { return builder.add(self, [x[0].folded, x[1]]).unfolded(batch.size) }
            if case .convolutionImage(let geometry, let spatial) = self {
                op = .convolutionImage(grouped(geometry), spatial: spatial)
            } else if case .convolution(let geometry) = self {
                op = .convolution(grouped(geometry))
            } else {
                return x[0]
            }
        case .convolutionKernel(let geometry, let spatial): op = .convolutionKernel(grouped(geometry), spatial: spatial)
        default: return x[0]
        }
        // [size, ..., channels] as [..., size * channels] and back.
        let operands = batch.lifted(x, marks).map { operand in
            let moved = operand.moved(0, to: operand.rank - 2)
            return moved.reshaped(moved.shape.dropLast(2) + [moved.shape[moved.rank - 2] * moved.shape[moved.rank - 1]])
        }
        let result = builder.add(op, operands)
        let channels = batch.size == 0 ? 0 : result.shape[result.rank - 1] / batch.size
        return result.reshaped(result.shape.dropLast() + [batch.size, channels]).moved(result.rank - 1, to: 0)
    }
}
