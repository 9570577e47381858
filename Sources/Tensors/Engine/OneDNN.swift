import COneDNN
import Diagnostics
import Kernels

/// oneDNN, loaded when it is first wanted.
///
/// It is called on one chunk of work by one thread at a time: its own threads are never used. What it compiles for a shape it keeps itself,
/// so that describing the same work twice costs a few microseconds. See https://oneapi-src.github.io/oneDNN/v2.6/.
final class OneDNN: @unchecked Sendable {
    let call: onednn_functions
    let engine: dnnl_engine_t

    private static let loaded = Result { () throws(Diagnostic) in try OneDNN() }

    /// The library, or why there is none.
    static func library() throws(Diagnostic) -> OneDNN {
        let library = try loaded.get()
        // A primitive is cut for as many threads as OpenMP would start where it is described, and its sums with it.
        lk_openmp_single()
        return library
    }

    private init() throws(Diagnostic) {
        var functions = onednn_functions()
        if let missing = onednn_load(&functions) {
            throw Diagnostic(
                "\(String(cString: missing)) is missing: products and convolutions of float32 tensors are done by oneDNN",
                help: "install Debian's package libdnnl2 (apt-get install libdnnl2)")
        }
        // Its choice must be the same as that of our own loops, and must be made before anything else is asked of it.
        switch lk_cpu_level() {
        case LK_BASELINE: _ = functions.set_max_cpu_isa(dnnl_cpu_isa_sse41)
        case LK_AVX2: _ = functions.set_max_cpu_isa(dnnl_cpu_isa_avx2)
        default: break
        }
        var engine: dnnl_engine_t?
        guard functions.engine_create(&engine, dnnl_cpu, 0) == dnnl_success, let engine else {
            throw Diagnostic("oneDNN cannot use this processor")
        }
        call = functions
        self.engine = engine
    }

    /// Describes a float32 array by its sizes and strides, in elements.
    func layout(_ sizes: [Int], strides: [Int]) throws(Diagnostic) -> dnnl_memory_desc_t {
        var layout = dnnl_memory_desc_t()
        try check(call.memory_desc_init_by_strides(&layout, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, strides.map(Int64.init)))
        return layout
    }

    /// Describes a float32 array whose order in memory oneDNN is to choose.
    func anyLayout(_ sizes: [Int]) throws(Diagnostic) -> dnnl_memory_desc_t {
        var layout = dnnl_memory_desc_t()
        try check(call.memory_desc_init_by_tag(&layout, Int32(sizes.count), sizes.map(Int64.init), dnnl_f32, dnnl_format_tag_any))
        return layout
    }

    func check(_ status: dnnl_status_t) throws(Diagnostic) {
        switch status {
        case dnnl_success: return
        case dnnl_out_of_memory: throw Diagnostic("there is not enough memory for oneDNN")
        case dnnl_unimplemented: throw Diagnostic("oneDNN cannot do this product or convolution on this processor")
        default: throw Diagnostic("oneDNN refused a product or convolution (status \(status.rawValue))")
        }
    }
}

/// What oneDNN compiled for one piece of work of fixed shape, with the memory objects that each thread needs to run it.
final class OneDNNPrimitive: @unchecked Sendable {
    /// One of the arrays: its role (`DNNL_ARG_SRC`...) and its layout.
    typealias Argument = (role: Int32, layout: dnnl_memory_desc_t)

    /// Bytes of scratch memory, 64-byte aligned, that a run needs.
    let scratch: Int
    private let library: OneDNN
    private let primitive: dnnl_primitive_t
    private let streams: [dnnl_stream_t]
    /// For each thread, one entry an array, the scratch memory's last.
    private let arguments: UnsafeMutablePointer<dnnl_exec_arg_t>
    /// What each entry points to, so that nothing is set twice.
    private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let width: Int, workers: Int

    /// - Parameters:
    ///   - description: made by `primitive_desc_create`; destroyed here.
    ///   - arguments: the arrays, in the order in which `run` is given their addresses.
    ///   - workers: how many threads may run it at the same time, each with its own number.
    init(_ library: OneDNN, _ description: dnnl_primitive_desc_t, _ arguments: [Argument], workers: Int) throws(Diagnostic) {
        defer { _ = library.call.primitive_desc_destroy(description) }
        var primitive: dnnl_primitive_t?
        try library.check(library.call.primitive_create(&primitive, description))
        guard let primitive else { throw Diagnostic("oneDNN made no primitive") }
        var all = arguments
        var scratch = 0
        if let layout = library.call.primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0) {
            scratch = library.call.memory_desc_get_size(layout)
            if scratch > 0 { all.append((DNNL_ARG_SCRATCHPAD, layout.pointee)) }
        }
        (self.library, self.primitive, self.scratch, self.workers) = (library, primitive, scratch, workers)
        width = all.count
        self.arguments = .allocate(capacity: width * workers)
        addresses = .allocate(capacity: width * workers)
        addresses.initialize(repeating: nil, count: width * workers)
        self.arguments.initialize(repeating: dnnl_exec_arg_t(), count: width * workers)
        var streams: [dnnl_stream_t] = []
        var status = dnnl_success
        for worker in 0..<workers {
            for (i, argument) in all.enumerated() where status == dnnl_success {
                let entry = self.arguments + worker * width + i
                entry.pointee.arg = argument.role
                withUnsafePointer(to: argument.layout) {
                    status = library.call.memory_create(&entry.pointee.memory, $0, library.engine, nil)
                }
            }
            var stream: dnnl_stream_t?
            if status == dnnl_success { status = library.call.stream_create(&stream, library.engine, dnnl_stream_default_flags.rawValue) }
            if let stream { streams.append(stream) }
        }
        self.streams = streams
        try library.check(status)
    }

    deinit {
        for i in 0..<width * workers where arguments[i].memory != nil { _ = library.call.memory_destroy(arguments[i].memory) }
        for stream in streams { _ = library.call.stream_destroy(stream) }
        _ = library.call.primitive_destroy(primitive)
        arguments.deallocate()
        addresses.deallocate()
    }

    @inline(__always)
    private func set(_ entry: Int, _ address: UnsafeMutableRawPointer?) {
        if addresses[entry] == address { return }
        addresses[entry] = address
        _ = library.call.memory_set_data_handle(arguments[entry].memory, address)
    }

    /// Does the work on the calling thread; false where oneDNN could not.
    ///
    /// - Parameters:
    ///   - worker: the thread's number, below `workers`; no two threads at a time may use the same.
    ///   - x: the arrays' addresses in the order of `arguments`, as many as there are.
    @inline(__always)
    func run(
        worker: Int, _ x0: UnsafeMutableRawPointer, _ x1: UnsafeMutableRawPointer, _ x2: UnsafeMutableRawPointer? = nil,
        _ x3: UnsafeMutableRawPointer? = nil, scratch: UnsafeMutableRawPointer?
    ) -> Bool {
        let first = worker * width
        let given = self.scratch > 0 ? width - 1 : width
        set(first, x0)
        set(first + 1, x1)
        if given > 2 { set(first + 2, x2) }
        if given > 3 { set(first + 3, x3) }
        if self.scratch > 0 { set(first + width - 1, scratch) }
        lk_openmp_single()
        return library.call.primitive_execute(primitive, streams[worker], Int32(width), arguments + first) == dnnl_success
    }
}
