import COneDNN
import Diagnostics
import Kernels

/// A convolution, or one of its gradients, made ready for its shapes: float32 by oneDNN, except for gradients in images of few channels;
/// float64 by matrix products.
///
/// A run has three parts: `prepare`, `chunks` pieces of work that threads may do in any order, and `finish`. Between them `shared` memory
/// holds the kernel in the order that oneDNN likes best (it may be prepared once for several runs), or one gradient of the kernel a chunk.
final class ConvolutionKernel: @unchecked Sendable {
    let description: ConvolutionDescription
    /// Pieces of work, 0 ..< chunks.
    let chunks: Int
    /// Bytes of scratch memory, 64-byte aligned, that each thread needs.
    let scratch: Int
    /// Bytes of memory, 64-byte aligned, that all parts of a run share.
    let shared: Int
    /// Made for the images of a whole chunk, and for those of the last one where they are fewer.
    private let whole: OneDNNPrimitive?, last: OneDNNPrimitive?
    /// Brings the kernel into oneDNN's order, or its gradient out of it; nil where the orders are the same.
    private let reorder: OneDNNPrimitive?
    /// Bytes of a kernel in oneDNN's order.
    private let packed: Int
    /// What is done instead of oneDNN's gradient in the images.
    private let folded: FoldedConvolution?
    private let unfolded: UnfoldedConvolution?

    /// - Parameter workers: how many threads may work on it at the same time.
    /// Throws a `Diagnostic` where oneDNN is missing or cannot do it.
    init(_ description: ConvolutionDescription, workers: Int) throws(Diagnostic) {
        let (n, each) = (description.images[0], description.chunkImages)
        self.description = description
        chunks = (n + each - 1) / each
        guard chunks > 0, description.dtype == .float32 else {
            unfolded = chunks > 0 ? UnfoldedConvolution(description) : nil
            packed = (description.kernelCount * description.dtype.size + 63) / 64 * 64
            (folded, whole, last, reorder) = (nil, nil, nil, nil)
            (shared, scratch) = (description.result == .kernel ? packed * chunks : 0, unfolded?.scratch ?? 0)
            return
        }
        unfolded = nil
        folded = FoldedConvolution(description)
        guard folded == nil else {
            (whole, last, reorder, packed, shared, scratch) = (nil, nil, nil, 0, 0, folded?.scratch ?? 0)
            return
        }
        let library = try OneDNN.library()
        let (primitive, layout) = try library.convolution(description, count: each, workers: workers)
        let rest = n - (chunks - 1) * each
        whole = primitive
        var final = primitive
        if rest != each {
            let (shorter, other) = try library.convolution(description, count: rest, workers: workers)
            guard Self.same(library, layout, other) else {
                throw Diagnostic("oneDNN orders the kernel of \(rest) images in a way of its own")
            }
            final = shorter
        }
        last = final
        let (sizes, strides) = OneDNN.kernelAxes(description.kernel, groups: description.geometry.groups)
        let plain = try library.layout(sizes, strides: strides)
        if Self.same(library, plain, layout) {
            reorder = nil
        } else {
            reorder = description.result == .kernel ? try library.reorder(layout, plain) : try library.reorder(plain, layout)
        }
        let bytes = withUnsafePointer(to: layout) { library.call.memory_desc_get_size($0) }
        packed = (bytes + 63) / 64 * 64
        shared = description.result == .kernel ? packed * chunks : reorder == nil ? 0 : packed
        scratch = max(primitive.scratch, final.scratch, reorder?.scratch ?? 0)
    }

    private static func same(_ library: OneDNN, _ a: dnnl_memory_desc_t, _ b: dnnl_memory_desc_t) -> Bool {
        withUnsafePointer(to: a) { a in withUnsafePointer(to: b) { library.call.memory_desc_equal(a, $0) } } != 0
    }

    /// Packs the kernel; does nothing for a gradient in the kernel. False where oneDNN could not.
    func prepare(kernel: UnsafeRawPointer, shared: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer) -> Bool {
        guard description.result != .kernel, let reorder else { return true }
        return reorder.run(worker: 0, UnsafeMutableRawPointer(mutating: kernel), shared, scratch: scratch)
    }

    /// Does one chunk on the calling thread; false where oneDNN could not.
    ///
    /// - Parameters:
    ///   - worker: the thread's number, below `workers`.
    ///   - images, kernel, output: two operands and the result; the kernel is not touched where it is the result.
    ///   - bias: a number for each channel of the output, where the description has one.
    ///   - scratch: memory of the calling thread alone.
    func run(
        chunk: Int, worker: Int, images: UnsafeMutableRawPointer, kernel: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer,
        bias: UnsafeMutableRawPointer?, shared: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) -> Bool {
        let first = chunk * description.chunkImages
        let images = images + first * description.imageSize * description.dtype.size
        let output = output + first * description.outputSize * description.dtype.size
        let count = min(description.chunkImages, description.images[0] - first)
        if let unfolded {
            let kernel = description.result == .kernel ? shared + chunk * packed : kernel
            unfolded.run(
                count: count, images: images.assumingMemoryBound(to: Double.self), kernel: kernel.assumingMemoryBound(to: Double.self),
                output: output.assumingMemoryBound(to: Double.self),
                bias: bias.map { UnsafePointer($0.assumingMemoryBound(to: Double.self)) },
                scratch: scratch)
            return true
        }
        if let folded {
            folded.run(count: count, output: output, kernel: kernel, images: images, scratch: scratch)
            return true
        }
        guard let primitive = chunk == chunks - 1 ? last : whole else { return true }
        let packed = reorder == nil ? kernel : shared
        switch description.result {
        case .output: return primitive.run(worker: worker, images, packed, output, bias, scratch: scratch)
        case .images: return primitive.run(worker: worker, output, packed, images, scratch: scratch)
        case .kernel: return primitive.run(worker: worker, images, output, shared + chunk * self.packed, scratch: scratch)
        }
    }

    /// Adds up the chunks' gradients in the kernel, in their order, and puts the sum where it belongs; does nothing for other results. False
    /// where oneDNN could not.
    func finish(kernel: UnsafeMutableRawPointer, shared: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer) -> Bool {
        guard description.result == .kernel else { return true }
        guard chunks > 0 else {
            kernel.initializeMemory(as: UInt8.self, repeating: 0, count: description.kernelCount * description.dtype.size)
            return true
        }
        if description.dtype == .float32 { addUp(shared, Float.self) } else { addUp(shared, Double.self) }
        if let reorder { return reorder.run(worker: 0, shared, kernel, scratch: scratch) }
        kernel.copyMemory(from: shared, byteCount: description.kernelCount * description.dtype.size)
        return true
    }

    /// Adds the gradients of later chunks to the first one's.
    private func addUp<T: BinaryFloatingPoint>(_ shared: UnsafeMutableRawPointer, _: T.Type) {
        let count = packed / MemoryLayout<T>.size
        let sum = shared.assumingMemoryBound(to: T.self)
        for chunk in 1..<max(1, chunks) {
            let part = sum + chunk * count
            for i in 0..<count { sum[i] += part[i] }
        }
    }
}
