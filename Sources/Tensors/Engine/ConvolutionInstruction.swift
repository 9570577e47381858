import Diagnostics
import Graphs
import Kernels

/// A convolution or one of its gradients, cut by images.
final class ConvolutionInstruction: Instruction, @unchecked Sendable {
    private let convolution: ConvolutionKernel
    private let images: Address, kernel: Address, output: Address, bias: Address?
    private let shared: Address
    let summary: String
    var scratch: Int { convolution.scratch }
    var isParallel: Bool { convolution.chunks > 1 }

    /// - Parameter shared: memory of so many bytes as the loop asks for.
    init(_ convolution: ConvolutionKernel, images: Address, kernel: Address, output: Address, bias: Address?, shared: Address) {
        (self.convolution, self.images, self.kernel, self.output) = (convolution, images, kernel, output)
        (self.bias, self.shared) = (bias, shared)
        let description = convolution.description
        let name =
            switch description.result {
            case .output(let hasBias, let isRectified): "convolution" + (hasBias ? ", plus bias" : "") + (isRectified ? ", relu" : "")
            case .images: "convolution's gradient in its images"
            case .kernel: "convolution's gradient in its kernel"
            }
        summary =
            "\(name): \(description.images) by \(description.kernel), strides \(description.geometry.strides), \(convolution.chunks) chunks"
    }

    private struct Call {
        var convolution: Unmanaged<ConvolutionKernel>
        var images: UnsafeMutableRawPointer, kernel: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer
        var bias: UnsafeMutableRawPointer?
        var shared: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
        var scratchStride: Int
        var isDone = true
    }

    func run(_ frame: borrowing Frame) throws(Diagnostic) {
        var call = Call(
            convolution: .passUnretained(convolution), images: images.pointer(frame), kernel: kernel.pointer(frame),
            output: output.pointer(frame),
            bias: bias?.pointer(frame), shared: shared.pointer(frame), scratch: frame.scratch, scratchStride: frame.scratchStride)
        var isDone = convolution.prepare(kernel: call.kernel, shared: call.shared, scratch: call.scratch)
        if convolution.chunks > 0 {
            frame.parallel(
                convolution.chunks,
                { context, chunk, worker in
                    guard let call = context?.assumingMemoryBound(to: Call.self) else { return }
                    let isDone = call.pointee.convolution._withUnsafeGuaranteedRef {
                        $0.run(
                            chunk: Int(chunk), worker: Int(worker), images: call.pointee.images, kernel: call.pointee.kernel,
                            output: call.pointee.output,
                            bias: call.pointee.bias, shared: call.pointee.shared,
                            scratch: call.pointee.scratch + Int(worker) * call.pointee.scratchStride)
                    }
                    // Threads only ever write false here.
                    if !isDone { call.pointee.isDone = false }
                }, &call)
        }
        isDone = isDone && call.isDone && convolution.finish(kernel: call.kernel, shared: call.shared, scratch: call.scratch)
        guard isDone else { throw Diagnostic("oneDNN could not run a \(summary)") }
    }
}
