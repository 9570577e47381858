import Diagnostics

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
        _ = try Shape.count(shape)
        guard Swift.max(n, k, m) <= Int(Int32.max) else { throw Diagnostic("a matrix of shape \(left.shape) is too large for `@`") }
        if let trace = Trace.of(a, b) { return try trace.matmul(a, b, batch: plan.shape, sizes: (n, k, m)) }
        let elements: Elements
        if case (.float32(let x), .float32(let y)) = (left.elements, right.elements) {
            elements = .float32(try batched(x, y, plan, ProductDescription(.float32, m: n, n: m, k: k)))
        } else {
            elements = .float64(try batched(left.doubles, right.doubles, plan, ProductDescription(.float64, m: n, n: m, k: k)))
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

    /// The products of a batch, run by run of those that are equal steps apart.
    private static func batched<T: BinaryFloatingPoint>(
        _ a: [T], _ b: [T], _ plan: BroadcastPlan, _ one: ProductDescription
    ) throws(Diagnostic) -> [T] {
        let (sizeA, sizeB, sizeC) = (one.m * one.k, one.k * one.n, one.m * one.n)
        var description = one
        let inner = plan.inner
        if inner.size != 1 { description.batch = [.init(count: inner.size, a: inner.left * sizeA, b: inner.right * sizeB, c: sizeC)] }
        let product = try MatrixProduct(description)
        return a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                [T](unsafeUninitializedCapacity: plan.count * sizeC) { out, count in
                    count = plan.count * sizeC
                    // An operand without elements has no address and is not read.
                    guard let z = UnsafeMutableRawPointer(out.baseAddress) else { return }
                    let (x, y) = (a.baseAddress ?? UnsafeRawPointer(z), b.baseAddress ?? UnsafeRawPointer(z))
                    let size = MemoryLayout<T>.stride
                    plan.forEachRun { result, left, right in
                        product.run(a: x + left * sizeA * size, b: y + right * sizeB * size, c: z + result * sizeC * size)
                    }
                }
            }
        }
    }

    /// The matrix product; see the static function.
    public func matmul(_ other: Tensor) throws(Diagnostic) -> Tensor { try Tensor.matmul(self, other) }
}
