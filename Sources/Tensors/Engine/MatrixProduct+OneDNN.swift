import COneDNN
import Diagnostics

extension OneDNNPrimitive {
    /// One float32 product of a description with its own number of rows; run with A, B, C and, if there is one, the bias.
    static func product(_ p: ProductDescription, rows: Int, workers: Int) throws(Diagnostic) -> OneDNNPrimitive {
        let library = try OneDNN.library()
        let call = library.call
        var a = try library.layout([rows, p.k], strides: p.transposeA ? [1, p.lda] : [p.lda, 1])
        var b = try library.layout([p.k, p.n], strides: p.transposeB ? [1, p.ldb] : [p.ldb, 1])
        var c = try library.layout([rows, p.n], strides: [p.ldc, 1])
        var bias = try library.layout([1, p.n], strides: [p.n, 1])
        var product = dnnl_matmul_desc_t()
        if p.hasBias {
            try library.check(call.matmul_desc_init(&product, &a, &b, &bias, &c))
        } else {
            try library.check(call.matmul_desc_init(&product, &a, &b, nil, &c))
        }
        let attributes = try OneDNNAttributes(library, accumulates: p.accumulates, activation: p.activation)
        var description: dnnl_primitive_desc_t?
        try library.check(call.primitive_desc_create(&description, &product, attributes.attributes, library.engine, nil))
        guard let description else { throw Diagnostic("oneDNN described no product") }
        var arguments: [Argument] = [(DNNL_ARG_SRC, a), (DNNL_ARG_WEIGHTS, b), (DNNL_ARG_DST, c)]
        if p.hasBias { arguments.append((DNNL_ARG_BIAS, bias)) }
        return try OneDNNPrimitive(library, description, arguments, workers: workers)
    }
}

/// What is common to all work that oneDNN is given: the caller's scratch memory, and what follows a product or convolution.
final class OneDNNAttributes {
    let attributes: dnnl_primitive_attr_t
    private let library: OneDNN

    init(_ library: OneDNN, accumulates: Bool = false, activation: ProductDescription.Activation? = nil) throws(Diagnostic) {
        let call = library.call
        var made: dnnl_primitive_attr_t?
        try library.check(call.primitive_attr_create(&made))
        guard let made else { throw Diagnostic("oneDNN made no attributes") }
        (attributes, self.library) = (made, library)
        try library.check(call.primitive_attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user))
        var steps: dnnl_post_ops_t?
        try library.check(call.post_ops_create(&steps))
        defer { _ = call.post_ops_destroy(steps) }
        if accumulates { try library.check(call.post_ops_append_sum(steps, 1)) }
        if let activation {
            let kind =
                switch activation {
                case .relu: dnnl_eltwise_relu
                case .tanh: dnnl_eltwise_tanh
                case .sigmoid: dnnl_eltwise_logistic
                case .gelu: dnnl_eltwise_gelu_erf
                }
            try library.check(call.post_ops_append_eltwise(steps, 1, kind, 0, 0))
        }
        try library.check(call.primitive_attr_set_post_ops(made, steps))
    }

    deinit { _ = library.call.primitive_attr_destroy(attributes) }
}
