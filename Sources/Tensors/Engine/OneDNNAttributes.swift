import COneDNN
import Diagnostics

/// What is common to all work that oneDNN is given: the caller's scratch memory, and what follows a convolution.
final class OneDNNAttributes {
    let attributes: dnnl_primitive_attr_t
    private let library: OneDNN

    init(_ library: OneDNN, isRectified: Bool = false) throws(Diagnostic) {
        let call = library.call
        var made: dnnl_primitive_attr_t?
        try library.check(call.primitive_attr_create(&made))
        guard let made else { throw Diagnostic("oneDNN made no attributes") }
        (attributes, self.library) = (made, library)
        try library.check(call.primitive_attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user))
        guard isRectified else { return }
        var steps: dnnl_post_ops_t?
        try library.check(call.post_ops_create(&steps))
        defer { _ = call.post_ops_destroy(steps) }
        try library.check(call.post_ops_append_eltwise(steps, 1, dnnl_eltwise_relu, 0, 0))
        try library.check(call.primitive_attr_set_post_ops(made, steps))
    }

    deinit { _ = library.call.primitive_attr_destroy(attributes) }
}
