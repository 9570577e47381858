import Graphs
import Kernels

/// A float64 convolution or one of its gradients as matrix products, a block of output pixels at a time: the pixels that the kernel meets are
/// laid out in rows first, or added up afterwards.
struct UnfoldedConvolution: Sendable {
    /// Bytes of scratch memory that it needs.
    let scratch: Int
    private let result: ConvolutionDescription.Result
    private let window: lk_window
    private let product: lk_gemm
    private let groups: Int
    /// Output pixels of an image, and those done together.
    private let pixels: Int, block: Int
    private let imageSize: Int, outputSize: Int, kernelCount: Int
    private let columns: Int

    init(_ d: ConvolutionDescription) {
        let g = d.geometry
        // A series is an image of one row.
        func two(_ sizes: ArraySlice<Int>, _ fill: Int) -> (Int64, Int64) {
            let wide = Int64(sizes.last ?? 1)
            return (sizes.count == 1 ? Int64(fill) : Int64(sizes.first ?? fill), wide)
        }
        let axes = g.strides.count
        let (height, width) = two(d.images[1...axes], 1)
        let (outHeight, outWidth) = two(d.output[1...axes], 1)
        let taps = two(d.kernel[..<axes], 1)
        let (inputs, outputs) = (Int64(d.kernel[axes]), Int64(d.kernel[axes + 1]))
        let each = outputs / Int64(g.groups)
        window = lk_window(
            height: height, width: width, channels: inputs, pixel: Int64(d.images[axes + 1]), out_height: outHeight, out_width: outWidth,
            taps: taps, strides: two(g.strides[...], 1), low: two(g.low[...], 0), dilations: two(g.dilations[...], 1))
        (result, groups) = (d.result, g.groups)
        (imageSize, outputSize, kernelCount) = (d.imageSize, d.outputSize, d.kernelCount)
        let row = taps.0 * taps.1 * inputs
        let all = outHeight * outWidth
        // The rows of a block stay in a core's own cache.
        let rows = min(all, max(8, (1 << 16) / row))
        pixels = Int(all)
        block = Int(rows)
        product =
            switch d.result {
            case .output(_, let isRectified):
                lk_gemm(
                    m: rows, n: each, k: row, a_row: row, a_column: 1, b_row: outputs, b_column: 1, ldc: outputs, accumulate: 0,
                    relu: isRectified ? 1 : 0)
            case .images:
                lk_gemm(
                    m: rows, n: row, k: each, a_row: outputs, a_column: 1, b_row: 1, b_column: outputs, ldc: row, accumulate: 0, relu: 0)
            case .kernel:
                lk_gemm(
                    m: row, n: each, k: rows, a_row: 1, a_column: row, b_row: outputs, b_column: 1, ldc: outputs, accumulate: 1, relu: 0)
            }
        columns = (Int(rows * row) * 8 + 63) / 64 * 64
        scratch = columns + withUnsafePointer(to: product) { lk_gemm_scratch(Int32(LK_FLOAT64.rawValue), $0) }
    }

    /// Does so many images on the calling thread; a gradient in the kernel is their sum.
    ///
    /// - Parameter bias: a number for each channel of the output, where the description has one.
    func run(
        count: Int, images: UnsafeMutablePointer<Double>, kernel: UnsafeMutablePointer<Double>, output: UnsafeMutablePointer<Double>,
        bias: UnsafePointer<Double>?, scratch: UnsafeMutableRawPointer
    ) {
        var (window, product) = (window, product)
        let (inputs, outputs) = (Int(window.channels), outputSize / pixels)
        let each = outputs / groups
        let (columns, rest) = (scratch.assumingMemoryBound(to: Double.self), scratch + columns)
        let type = Int32(LK_FLOAT64.rawValue)
        switch result {
        case .output: break
        case .images: images.update(repeating: 0, count: count * imageSize)
        case .kernel: kernel.update(repeating: 0, count: kernelCount)
        }
        for index in 0..<count * groups {
            let (number, group) = index.quotientAndRemainder(dividingBy: groups)
            let image = images + number * imageSize + group * inputs
            let weights = kernel + group * each
            for first in stride(from: 0, to: pixels, by: block) {
                let end = min(pixels, first + block)
                let out = output + number * outputSize + first * outputs + group * each
                switch result {
                case .output:
                    lk_unfold(&window, image, columns, Int64(first), Int64(end))
                    product.m = Int64(end - first)
                    lk_gemm_run(type, &product, columns, weights, out, bias.map { $0 + group * each }, rest)
                case .images:
                    product.m = Int64(end - first)
                    lk_gemm_run(type, &product, out, weights, columns, nil, rest)
                    lk_unfold_add(&window, columns, image, Int64(first), Int64(end))
                case .kernel:
                    lk_unfold(&window, image, columns, Int64(first), Int64(end))
                    product.k = Int64(end - first)
                    lk_gemm_run(type, &product, columns, out, weights, nil, rest)
                }
            }
        }
    }
}
