import Diagnostics
import Graphs

/// One of the three sums of a convolution, by its sizes: images [n, spatial..., in], a kernel [spatial..., in / groups, out] and what the
/// convolution gives, [n, spatial..., out]; each is computed from the other two. All are of one float type, contiguous, over one or two spatial axes.
struct ConvolutionDescription: Hashable, Sendable {
    /// What is computed.
    enum Result: Hashable, Sendable {
        /// The convolution; a bias for each channel may follow it, and max(0, .) after that.
        case output(hasBias: Bool, isRectified: Bool)
        /// The gradient in the images: a transposed convolution.
        case images
        /// The gradient in the kernel.
        case kernel
    }

    var result: Result
    var dtype: DType
    var geometry: Convolution
    var images: [Int]
    var kernel: [Int]
    /// The shape of what the convolution gives.
    let output: [Int]

    /// Throws a `Diagnostic` where the shapes do not fit each other.
    init(_ result: Result, _ geometry: Convolution, images: [Int], kernel: [Int], _ dtype: DType = .float32) throws(Diagnostic) {
        let axes = geometry.strides.count
        let fits =
            (1...2).contains(axes) && images.count == axes + 2 && kernel.count == axes + 2 && geometry.groups > 0
            && [geometry.low.count, geometry.high.count, geometry.dilations.count].allSatisfy { $0 == axes }
            && (images.dropFirst() + kernel).allSatisfy { (1...Int(Int32.max)).contains($0) } && (0...Int(Int32.max)).contains(images[0])
            && (geometry.low + geometry.high).allSatisfy { $0 >= 0 } && kernel[axes] * geometry.groups == images[axes + 1]
            && kernel[axes + 1] % geometry.groups == 0
        guard fits, let sizes = geometry.outputSizes(image: Array(images[1...axes]), kernel: Array(kernel[..<axes])) else {
            throw Diagnostic("a kernel of shape \(kernel) does not convolve images of shape \(images)")
        }
        (self.result, self.dtype, self.geometry, self.images, self.kernel) = (result, dtype, geometry, images, kernel)
        output = [images[0]] + sizes + [kernel[axes + 1]]
    }

    var kernelCount: Int { kernel.reduce(1, *) }
    var imageSize: Int { images.dropFirst().reduce(1, *) }
    var outputSize: Int { output.dropFirst().reduce(1, *) }

    /// Images that one chunk of work does: a function of the shape alone. A gradient in the kernel is added up from one sum a chunk, so
    /// that there are at most 8 of these.
    var chunkImages: Int {
        let n = images[0]
        let work = 2 * Double(outputSize) * Double(kernelCount / kernel[kernel.count - 1])
        let most = result == .kernel ? 8.0 : 32.0
        let wanted = min(most, Double(n) * work / Double(1 << 20))
        var chunks = 1
        while Double(2 * chunks) <= wanted, 2 * chunks <= n { chunks *= 2 }
        return max(1, (n + chunks - 1) / chunks)
    }
}
