import COpenBLAS
import Diagnostics

/// The door to OpenBLAS, single-threaded: its own threads would change the bits of results.
enum OpenBLAS {
    private static let prepared: Void = openblas_set_num_threads(1)
    static func prepare() { _ = prepared }
}

extension Tensor {
    /// The matrix product, with NumPy's rules for `@`: vectors count as a row on the left and a column on the right, axes before the last two broadcast.
    ///
    /// `[..., n, k] @ [..., k, m]` gives `[..., n, m]`. Two float32 tensors give float32, all else float64. An element is missing where one of its row or column is.
    public static func matmul(_ a: Tensor, _ b: Tensor) throws(Diagnostic) -> Tensor {
        guard a.rank > 0, b.rank > 0 else {
            throw Diagnostic("`@` multiplies matrices and vectors, and one side is a single number", help: "use *")
        }
        let left = a.rank == 1 ? a.viewed(as: [1, a.count]) : a
        let right = b.rank == 1 ? b.viewed(as: [b.count, 1]) : b
        let (n, k, m) = (left.shape[left.rank - 2], left.shape[left.rank - 1], right.shape[right.rank - 1])
        guard right.shape[right.rank - 2] == k else {
            throw Diagnostic(
                "shapes \(a.shape) and \(b.shape) cannot be multiplied by `@`: \(k) columns against \(right.shape[right.rank - 2]) rows")
        }
        let plan = try BroadcastPlan(Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2)))
        let shape = plan.shape + [n, m]
        let size = try Shape.count(shape)
        guard Swift.max(n, k, m) <= Int(Int32.max) else { throw Diagnostic("a matrix of shape \(left.shape) is too large for `@`") }
        if let trace = Trace.of(a, b) { return try trace.matmul(a, b, batch: plan.shape, sizes: (n, k, m)) }
        OpenBLAS.prepare()
        let elements: Elements
        if size == 0 || k == 0 {
            elements =
                a.dtype == .float32 && b.dtype == .float32
                ? .float32([Float](repeating: 0, count: size)) : .float64([Double](repeating: 0, count: size))
        } else if case (.float32(let x), .float32(let y)) = (left.elements, right.elements) {
            elements = .float32(
                batched(x, y, plan, n, k, m) { a, b, c in
                    cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(n), Int32(m), Int32(k), 1, a, Int32(k), b, Int32(m), 0, c, Int32(m)
                    )
                })
        } else {
            elements = .float64(
                batched(left.doubles, right.doubles, plan, n, k, m) { a, b, c in
                    cblas_dgemm(
                        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(n), Int32(m), Int32(k), 1, a, Int32(k), b, Int32(m), 0, c, Int32(m)
                    )
                })
        }
        var missing: [Bool]?
        if a.hasMissing || b.hasMissing {
            let rows = try left.isMissing().reduced(.any, axis: -1, keep: true)
            let columns = try right.isMissing().reduced(.any, axis: -2, keep: true)
            missing = try binary(.or, rows, columns).broadcast(to: shape).bools
        }
        var result = shape
        if b.rank == 1 { result.removeLast() }
        if a.rank == 1 { result.remove(at: result.count - (b.rank == 1 ? 1 : 2)) }
        return Tensor(elements, shape: result, missing: missing)
    }

    private static func batched<T: BinaryFloatingPoint>(
        _ a: [T], _ b: [T], _ plan: BroadcastPlan, _ n: Int, _ k: Int, _ m: Int,
        _ multiply: (UnsafePointer<T>, UnsafePointer<T>, UnsafeMutablePointer<T>) -> Void
    ) -> [T] {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                [T](unsafeUninitializedCapacity: plan.count * n * m) { out, count in
                    count = plan.count * n * m
                    guard let x = a.baseAddress, let y = b.baseAddress, let z = out.baseAddress else { return }
                    z.initialize(repeating: 0, count: count)
                    plan.forEachRun { result, left, right in
                        for i in 0..<plan.inner.size {
                            multiply(
                                x + (left + i * plan.inner.left) * n * k, y + (right + i * plan.inner.right) * k * m,
                                z + (result + i) * n * m)
                        }
                    }
                }
            }
        }
    }

    /// The matrix product; see the static function.
    public func matmul(_ other: Tensor) throws(Diagnostic) -> Tensor { try Tensor.matmul(self, other) }
}
