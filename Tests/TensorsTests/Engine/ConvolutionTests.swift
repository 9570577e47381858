import Diagnostics
import Graphs
import Testing

@testable import Tensors

struct ConvolutionTests {
    typealias Result = ConvolutionDescription.Result

    /// Runs one on a pool of so many threads: gives the memory of the result, which held `old` before.
    static func run(_ d: ConvolutionDescription, threads: Int, images: [Float], kernel: [Float], output: [Float], bias: [Float]) throws
        -> [Float]
    {
        let convolution = try ConvolutionKernel(d, workers: threads)
        var (images, kernel, output, bias) = (images, kernel, output, bias)
        let shared = UnsafeMutableRawPointer.allocate(byteCount: convolution.shared + 64, alignment: 64)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: convolution.scratch + 64, alignment: 64)
        defer { (shared.deallocate(), scratch.deallocate()) }
        images.withUnsafeMutableBytes { images in
            kernel.withUnsafeMutableBytes { kernel in
                output.withUnsafeMutableBytes { output in
                    bias.withUnsafeMutableBytes { bias in
                        guard let images = images.baseAddress, let kernel = kernel.baseAddress, let output = output.baseAddress else {
                            return
                        }
                        #expect(convolution.prepare(kernel: kernel, shared: shared, scratch: scratch))
                        let address = bias.baseAddress
                        onThreads(threads, chunks: convolution.chunks, scratch: convolution.scratch) { chunk, worker, scratch in
                            let done = convolution.run(
                                chunk: chunk, worker: worker, images: images, kernel: kernel, output: output, bias: address, shared: shared,
                                scratch: scratch)
                            #expect(done)
                        }
                        #expect(convolution.finish(kernel: kernel, shared: shared, scratch: scratch))
                    }
                }
            }
        }
        switch d.result {
        case .output: return output
        case .images: return images
        case .kernel: return kernel
        }
    }

    /// Each element by its sum: pairs of a pixel of the output and a tap of the kernel that meet a pixel of the images.
    static func expected(_ d: ConvolutionDescription, images: [Float], kernel: [Float], output: [Float], bias: [Float]) -> [Double] {
        func two(_ sizes: [Int]) -> [Int] { sizes.count == 1 ? [1] + sizes : sizes }
        func square(_ values: [Int], _ fill: Int) -> [Int] { values.count == 1 ? [fill] + values : values }
        let image = two(Array(d.images[1..<d.images.count - 1]))
        let taps = two(Array(d.kernel[..<(d.kernel.count - 2)]))
        let out = two(Array(d.output[1..<d.output.count - 1]))
        let (stride, low, dilation) = (square(d.geometry.strides, 1), square(d.geometry.low, 0), square(d.geometry.dilations, 1))
        let (inputs, outputs) = (d.kernel[d.kernel.count - 2], d.kernel[d.kernel.count - 1])
        let (allInputs, groupOutputs) = (inputs * d.geometry.groups, outputs / d.geometry.groups)
        var result = [Double](repeating: 0, count: d.result == .images ? images.count : d.result == .kernel ? kernel.count : output.count)
        if case .output(true, _) = d.result { for i in result.indices { result[i] = Double(bias[i % outputs]) } }
        for n in 0..<d.images[0] {
            for (y, x) in (0..<out[0]).flatMap({ y in (0..<out[1]).map { (y, $0) } }) {
                for (i, j) in (0..<taps[0]).flatMap({ i in (0..<taps[1]).map { (i, $0) } }) {
                    let row = y * stride[0] + i * dilation[0] - low[0]
                    let column = x * stride[1] + j * dilation[1] - low[1]
                    guard (0..<image[0]).contains(row), (0..<image[1]).contains(column) else { continue }
                    for o in 0..<outputs {
                        for c in 0..<inputs {
                            let at = ((n * image[0] + row) * image[1] + column) * allInputs + o / groupOutputs * inputs + c
                            let to = ((n * out[0] + y) * out[1] + x) * outputs + o
                            let tap = ((i * taps[1] + j) * inputs + c) * outputs + o
                            switch d.result {
                            case .output: result[to] += Double(images[at]) * Double(kernel[tap])
                            case .images: result[at] += Double(output[to]) * Double(kernel[tap])
                            case .kernel: result[tap] += Double(output[to]) * Double(images[at])
                            }
                        }
                    }
                }
            }
        }
        if case .output(_, true) = d.result { result = result.map { max(0, $0) } }
        return result
    }

    @Test func convolutionsEqualPlainSums() throws {
        func geometry(_ s: [Int], _ low: [Int], _ high: [Int], _ dilations: [Int], _ groups: Int = 1) -> Convolution {
            Convolution(strides: s, low: low, high: high, dilations: dilations, groups: groups)
        }
        let cases: [(images: [Int], kernel: [Int], Convolution)] = [
            ([5, 9, 8, 3], [3, 3, 3, 16], geometry([1, 1], [1, 1], [1, 1], [1, 1])),
            ([4, 7, 7, 16], [4, 4, 16, 32], geometry([2, 2], [1, 1], [1, 1], [1, 1])),
            ([3, 12, 10, 5], [3, 2, 5, 7], geometry([2, 1], [0, 1], [1, 0], [2, 3])),
            ([2, 6, 6, 8], [1, 1, 8, 4], geometry([1, 1], [0, 0], [0, 0], [1, 1])),
            ([9, 8, 8, 12], [3, 3, 4, 6], geometry([1, 1], [1, 1], [1, 1], [1, 1], 3)),
            ([2, 8, 8, 16], [3, 3, 1, 16], geometry([1, 1], [1, 1], [1, 1], [1, 1], 16)),
            ([33, 28, 28, 1], [4, 4, 1, 8], geometry([2, 2], [1, 1], [1, 1], [1, 1])),
            ([1, 1, 1, 1], [1, 1, 1, 1], geometry([1, 1], [0, 0], [0, 0], [1, 1])),
            ([6, 20, 4], [5, 4, 6], geometry([1], [2], [2], [1])),
            ([7, 31, 16], [3, 8, 32], geometry([2], [1], [2], [2], 2)),
            ([0, 5, 5, 2], [3, 3, 2, 4], geometry([1, 1], [0, 0], [0, 0], [1, 1])),
        ]
        for (shape, taps, geometry) in cases {
            for result in [Result.output(hasBias: false, isRectified: false), .output(hasBias: true, isRectified: true), .images, .kernel] {
                let d = try ConvolutionDescription(result, geometry, images: shape, kernel: taps)
                let images = noise(shape.reduce(1, *), 1).map { Float($0) }
                let kernel = noise(taps.reduce(1, *), 2).map { Float($0) }
                let output = noise(d.output.reduce(1, *), 3).map { Float($0) }
                let bias = noise(taps[taps.count - 1], 4).map { Float($0) }
                let want = Self.expected(d, images: images, kernel: kernel, output: output, bias: bias)
                let got = try Self.run(d, threads: 1, images: images, kernel: kernel, output: output, bias: bias)
                let terms = result == .kernel ? d.output.dropLast().reduce(1, *) : d.kernelCount
                let bound = 8 * Double(terms + 2) * Double(Float.ulpOfOne)
                var worst = 0.0
                for i in got.indices { worst = max(worst, abs(Double(got[i]) - want[i])) }
                #expect(got.count == want.count && worst <= bound && !worst.isNaN, "\(d): off by \(worst), bound \(bound)")
                for threads in [2, 3] {
                    #expect(
                        try Self.run(d, threads: threads, images: images, kernel: kernel, output: output, bias: bias) == got,
                        "\(d) on \(threads) threads")
                }
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() {
        let plain = Convolution(strides: [1, 1], low: [0, 0], high: [0, 0], dilations: [1, 1])
        var split = plain
        split.groups = 2
        for (geometry, images, kernel) in [
            (plain, [1, 2, 2, 3], [3, 3, 3, 4]), (plain, [1, 5, 5, 3], [3, 3, 2, 4]), (split, [1, 5, 5, 4], [3, 3, 2, 3]),
            (plain, [1, 5, 3], [3, 3, 3]), (plain, [1, 5, 5, 0], [3, 3, 0, 4]),
        ] {
            #expect(throws: Diagnostic.self) { try ConvolutionDescription(.images, geometry, images: images, kernel: kernel) }
        }
    }
}
