import Diagnostics
import Graphs
import Kernels

/// The gradient of a convolution in images of few channels: a matrix product for each image gives what each pixel of the output says about
/// the pixels that it came from, and these are added up.
struct FoldedConvolution: Sendable {
    /// Channels up to which it is faster than oneDNN, whose vectors run over channels.
    private static let channels = 8

    /// Bytes of scratch memory that it needs.
    let scratch: Int
    private let product: lk_gemm
    private let folding: lk_folding
    private let columns: Int, outputSize: Int, imageSize: Int

    /// nil for what it does not do.
    init?(_ d: ConvolutionDescription) throws(Diagnostic) {
        let g = d.geometry
        let axes = g.strides.count
        guard d.result == .images, g.groups == 1, g.dilations[axes - 1] == 1, d.images[axes + 1] <= Self.channels else { return nil }
        // One spatial axis is the second of two.
        func high(_ values: [Int], _ fill: Int) -> Int64 { Int64(axes == 1 ? fill : values[0]) }
        func wide(_ values: [Int]) -> Int64 { Int64(values[axes - 1]) }
        let (images, output) = (Array(d.images[1...axes]), Array(d.output[1...axes]))
        let (inputs, outputs) = (Int64(d.images[axes + 1]), Int64(d.output[axes + 1]))
        folding = lk_folding(
            height: high(images, 1), width: wide(images), channels: inputs, out_height: high(output, 1), out_width: wide(output),
            taps_high: high(d.kernel, 1), taps_wide: wide(Array(d.kernel[..<axes])), stride_high: high(g.strides, 1),
            stride_wide: wide(g.strides),
            low_high: high(g.low, 0), low_wide: wide(g.low), dilation_high: high(g.dilations, 1))
        let pixels = folding.out_height * folding.out_width
        let taps = folding.taps_high * folding.taps_wide * inputs
        product = lk_gemm(
            m: pixels, n: taps, k: outputs, a_row: outputs, a_column: 1, b_row: 1, b_column: outputs, ldc: taps, accumulate: 0, relu: 0)
        (outputSize, imageSize) = (d.outputSize, d.imageSize)
        let (bytes, overflow) = Int(pixels).multipliedReportingOverflow(by: Int(taps) * 4)
        guard !overflow else { throw Diagnostic("images of shape \(d.images) are too large to convolve") }
        columns = (bytes + 63) / 64 * 64
        scratch = columns + withUnsafePointer(to: product) { lk_gemm_scratch(Int32(LK_FLOAT32.rawValue), $0) }
    }

    /// Does so many images on the calling thread.
    func run(
        count: Int, output: UnsafeRawPointer, kernel: UnsafeRawPointer, images: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) {
        var (product, folding) = (product, folding)
        for image in 0..<count {
            lk_gemm_run(Int32(LK_FLOAT32.rawValue), &product, output + image * outputSize * 4, kernel, scratch, nil, scratch + columns)
            lk_fold(
                &folding, scratch.assumingMemoryBound(to: Float.self), (images + image * imageSize * 4).assumingMemoryBound(to: Float.self))
        }
    }
}
