import Diagnostics
import Graphs

extension ReferenceExecutor {
    static func product(
        _ a: [Double], _ aShape: [Int], _ transposeA: Bool, _ b: [Double], _ bShape: [Int], _ transposeB: Bool, _ shape: [Int]
    ) -> [Double] {
        let (m, n) = (shape[shape.count - 2], shape[shape.count - 1])
        let k = aShape[aShape.count - (transposeA ? 2 : 1)]
        let (aRow, aColumn) = transposeA ? (1, m) : (k, 1)
        let (bRow, bColumn) = transposeB ? (1, k) : (n, 1)
        var result: [Double] = []
        for matrix in 0..<shape.dropLast(2).reduce(1, *) {
            for i in 0..<m {
                for j in 0..<n {
                    var sum = 0.0
                    for p in 0..<k { sum += a[matrix * m * k + i * aRow + p * aColumn] * b[matrix * k * n + p * bRow + j * bColumn] }
                    result.append(sum)
                }
            }
        }
        return result
    }

    /// The three convolutions are one sum over taps: an element of what it gives, one of the image, one of the kernel. Each of the three is
    /// summed from the other two.
    static func convolved(_ op: Op, _ x: [[Double]], _ types: [TensorType], _ type: TensorType) -> [Double] {
        var result = [Double](repeating: 0, count: type.count)
        switch op {
        case .convolution(let geometry):
            taps(geometry, image: types[0].shape, kernel: types[1].shape, output: type.shape) { result[$0] += x[0][$1] * x[1][$2] }
        case .convolutionImage(let geometry, _):
            taps(geometry, image: type.shape, kernel: types[1].shape, output: types[0].shape) { result[$1] += x[0][$0] * x[1][$2] }
        case .convolutionKernel(let geometry, _):
            taps(geometry, image: types[0].shape, kernel: type.shape, output: types[1].shape) { result[$2] += x[1][$0] * x[0][$1] }
        default: break
        }
        return result
    }

    /// Calls `body` with the flat positions of each output element, image element and kernel element that meet. One spatial axis counts as
    /// two, the first of size 1.
    private static func taps(
        _ geometry: Convolution, image: [Int], kernel: [Int], output: [Int], _ body: (_ output: Int, _ image: Int, _ kernel: Int) -> Void
    ) {
        let lead = image.count == 3 ? [1] : []
        let images = [image[0]] + lead + image.dropFirst()
        let kernels = lead + kernel
        let outputs = [output[0]] + lead + output.dropFirst()
        let strides = lead + geometry.strides
        let dilations = lead + geometry.dilations
        let low = lead.map { _ in 0 } + geometry.low
        let (inChannels, outChannels) = (kernels[2], kernels[3])
        let groupOut = outChannels / geometry.groups
        for n in 0..<outputs[0] {
            for (row, column) in pairs(outputs[1], outputs[2]) {
                for (i, j) in pairs(kernels[0], kernels[1]) {
                    let y = row * strides[0] + i * dilations[0] - low[0]
                    let x = column * strides[1] + j * dilations[1] - low[1]
                    guard y >= 0, y < images[1], x >= 0, x < images[2] else { continue }
                    let outputStart = ((n * outputs[1] + row) * outputs[2] + column) * outChannels
                    let imageStart = ((n * images[1] + y) * images[2] + x) * inChannels * geometry.groups
                    let kernelStart = (i * kernels[1] + j) * inChannels * outChannels
                    for (c, o) in pairs(inChannels, outChannels) {
                        body(outputStart + o, imageStart + o / groupOut * inChannels + c, kernelStart + c * outChannels + o)
                    }
                }
            }
        }
    }

    private static func pairs(_ rows: Int, _ columns: Int) -> [(Int, Int)] {
        (0..<rows).flatMap { row in (0..<columns).map { (row, $0) } }
    }

    /// Of the largest in a window shared by several elements, the first in row-major order has the gradient.
    static func pooled(_ op: Op, _ x: [[Double]], _ types: [TensorType], _ type: TensorType) -> [Double] {
        let pooling: Pooling
        let output: [Int]
        switch op {
        case .pool(let given): (pooling, output) = (given, type.shape)
        case .poolGradient(let given): (pooling, output) = (given, types[1].shape)
        default: return []
        }
        let image = types[0].shape
        let inner = Shape.strides(image)
        let spatial = Array(inner[1..<image.count - 1])
        // Where each window begins, and where its elements lie from there.
        let windows = positions(output, strides: [inner[0]] + zip(spatial, pooling.strides).map(*) + [1])
        let offsets = positions(pooling.window, strides: spatial)
        func first(_ start: Int) -> Int {
            offsets.dropFirst().reduce(start + offsets[0]) { best, offset in
                let (value, largest) = (x[0][start + offset], x[0][best])
                return value > largest || value.isNaN && !largest.isNaN ? start + offset : best
            }
        }
        guard case .poolGradient = op else {
            return windows.map { start in
                switch pooling.kind {
                case .maximum: x[0][first(start)]
                case .mean: offsets.reduce(0) { $0 + x[0][start + $1] } / Double(offsets.count)
                }
            }
        }
        var result = [Double](repeating: 0, count: type.count)
        for (start, gradient) in zip(windows, x[2]) {
            switch pooling.kind {
            case .maximum: result[first(start)] += gradient
            case .mean: for offset in offsets { result[start + offset] += gradient / Double(offsets.count) }
            }
        }
        return result
    }
}
