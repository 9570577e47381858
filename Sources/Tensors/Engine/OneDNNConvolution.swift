import COneDNN
import Diagnostics

extension OneDNN {
    /// Rows of pixels, channels last, as oneDNN numbers the axes: images, channels, spatial axes.
    func pixels(_ shape: [Int]) throws(Diagnostic) -> dnnl_memory_desc_t {
        var strides = [1]
        for size in shape.dropFirst().reversed() { strides.append((strides.last ?? 1) * size) }
        // strides: channels, last spatial axis, ..., first spatial axis, images
        let spatial = strides[1..<strides.count - 1].reversed()
        return try layout(
            [shape[0], shape[shape.count - 1]] + shape[1..<shape.count - 1], strides: [strides[strides.count - 1], 1] + spatial)
    }

    /// The sizes of a kernel [spatial..., in / groups, out] as oneDNN numbers its axes: groups (if more than one), out, in, spatial; and the
    /// strides of the kernel as it lies.
    static func kernelAxes(_ shape: [Int], groups: Int) -> (sizes: [Int], strides: [Int]) {
        let axes = shape.count - 2
        let (input, output) = (shape[axes], shape[axes + 1])
        var spatial: [Int] = []
        var stride = input * output
        for size in shape[..<axes].reversed() {
            spatial.insert(stride, at: 0)
            stride *= size
        }
        let sizes = [output / groups, input] + shape[..<axes]
        let strides = [1, output] + spatial
        return groups == 1 ? (sizes, strides) : ([groups] + sizes, [output / groups] + strides)
    }

    /// A copy from one layout to another.
    func reorder(_ from: dnnl_memory_desc_t, _ to: dnnl_memory_desc_t) throws(Diagnostic) -> OneDNNPrimitive {
        let attributes = try OneDNNAttributes(self)
        var description: dnnl_primitive_desc_t?
        var (from, to) = (from, to)
        try check(call.reorder_primitive_desc_create(&description, &from, engine, &to, engine, attributes.attributes))
        guard let description else { throw Diagnostic("oneDNN described no copy") }
        return try OneDNNPrimitive(self, description, [(DNNL_ARG_FROM, from), (DNNL_ARG_TO, to)], workers: 1)
    }

    /// One convolution over `count` images, with the kernel in the order that oneDNN likes best, which is given back.
    ///
    /// Its arrays: images, kernel, output and bias; output, kernel and images; or images, output and kernel: operands before results.
    func convolution(_ d: ConvolutionDescription, count: Int, workers: Int) throws(Diagnostic) -> (
        OneDNNPrimitive, kernel: dnnl_memory_desc_t
    ) {
        var images = try pixels([count] + d.images.dropFirst())
        var output = try pixels([count] + d.output.dropFirst())
        var kernel = try anyLayout(Self.kernelAxes(d.kernel, groups: d.geometry.groups).sizes)
        var bias = try layout([d.kernel[d.kernel.count - 1]], strides: [1])
        let strides = d.geometry.strides.map(Int64.init)
        let low = d.geometry.low.map(Int64.init)
        let high = d.geometry.high.map(Int64.init)
        // oneDNN counts the elements skipped.
        let dilations = d.geometry.dilations.map { Int64($0 - 1) }
        var convolution = dnnl_convolution_desc_t()
        var isRectified = false
        var hasBias = false
        switch d.result {
        case .output(let adds, let rectifies):
            (hasBias, isRectified) = (adds, rectifies)
            let status = withUnsafePointer(to: &bias) {
                call.dilated_convolution_forward_desc_init(
                    &convolution, dnnl_forward_training, dnnl_convolution_direct, &images, &kernel, hasBias ? $0 : nil, &output, strides,
                    dilations,
                    low, high)
            }
            try check(status)
        case .images:
            try check(
                call.dilated_convolution_backward_data_desc_init(
                    &convolution, dnnl_convolution_direct, &images, &kernel, &output, strides, dilations, low, high))
        case .kernel:
            try check(
                call.dilated_convolution_backward_weights_desc_init(
                    &convolution, dnnl_convolution_direct, &images, &kernel, nil, &output, strides, dilations, low, high))
        }
        let attributes = try OneDNNAttributes(self, isRectified: isRectified)
        var made: dnnl_primitive_desc_t?
        try check(call.primitive_desc_create(&made, &convolution, attributes.attributes, engine, nil))
        guard let description = made else { throw Diagnostic("oneDNN described no convolution") }
        let query = d.result == .kernel ? dnnl_query_diff_weights_md : dnnl_query_weights_md
        if let best = call.primitive_desc_query_md(description, query, 0) { kernel = best.pointee }
        let arguments: [OneDNNPrimitive.Argument] =
            switch d.result {
            case .output:
                [(DNNL_ARG_SRC, images), (DNNL_ARG_WEIGHTS, kernel), (DNNL_ARG_DST, output)] + (hasBias ? [(DNNL_ARG_BIAS, bias)] : [])
            case .images: [(DNNL_ARG_DIFF_DST, output), (DNNL_ARG_WEIGHTS, kernel), (DNNL_ARG_DIFF_SRC, images)]
            case .kernel: [(DNNL_ARG_SRC, images), (DNNL_ARG_DIFF_DST, output), (DNNL_ARG_DIFF_WEIGHTS, kernel)]
            }
        return (try OneDNNPrimitive(self, description, arguments, workers: workers), kernel)
    }
}
