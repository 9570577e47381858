import Diagnostics
import Graphs
import Kernels
import Testing

@testable import Tensors

/// Numbers that look random and are the same in every run.
func noise(_ count: Int, _ seed: UInt64) -> [Double] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(Int64(bitPattern: state) >> 33) / Double(1 << 30)
    }
}

/// Runs chunks of work on a pool of so many threads, each with scratch memory of its own.
func onThreads(_ threads: Int, chunks: Int, scratch: Int, _ body: (_ chunk: Int, _ worker: Int, _ scratch: UnsafeMutableRawPointer) -> Void)
{
    typealias Body = (Int, Int) -> Void
    let size = (scratch + 64) / 64 * 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size * threads, alignment: 64)
    defer { memory.deallocate() }
    let pool = lk_pool_create(Int32(threads))
    defer { lk_pool_destroy(pool) }
    let task: Body = { body($0, $1, memory + $1 * size) }
    withoutActuallyEscaping(task) { task in
        withUnsafePointer(to: task) { task in
            lk_pool_begin(pool)
            lk_pool_run(
                pool, Int64(chunks), { $0?.assumingMemoryBound(to: Body.self).pointee(Int($1), Int($2)) },
                UnsafeMutableRawPointer(mutating: task))
            lk_pool_end(pool)
        }
    }
}

struct ProductTests {
    /// Runs a product on numbers from a seed; gives what C holds afterwards, all of its memory, gaps between rows included.
    static func run<T: BinaryFloatingPoint>(_ p: ProductDescription, threads: Int, _ a: [T], _ b: [T], _ c: [T], _ bias: [T]) throws -> [T]
    {
        let product = try MatrixProduct(p, workers: threads)
        var result = c
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                bias.withUnsafeBytes { bias in
                    result.withUnsafeMutableBytes { c in
                        guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                        onThreads(threads, chunks: product.chunks, scratch: product.scratch) { chunk, worker, scratch in
                            product.run(chunk: chunk, worker: worker, a: a, b: b, c: c, bias: bias.baseAddress, scratch: scratch)
                        }
                    }
                }
            }
        }
        return result
    }

    /// The sum of products in float64, element by element.
    static func expected(_ p: ProductDescription, _ a: [Double], _ b: [Double], _ c: [Double], _ bias: [Double]) -> [Double] {
        var result = c
        for index in 0..<p.count {
            let at = p.offsets(index)
            for i in 0..<p.m {
                for j in 0..<p.n {
                    var sum = p.accumulates ? c[at.c + i * p.ldc + j] : 0
                    for l in 0..<p.k {
                        sum +=
                            a[at.a + (p.transposeA ? l * p.lda + i : i * p.lda + l)]
                            * b[at.b + (p.transposeB ? j * p.ldb + l : l * p.ldb + j)]
                    }
                    if p.hasBias { sum += bias[j] }
                    if p.activation == .relu { sum = max(sum, 0) }
                    result[at.c + i * p.ldc + j] = sum
                }
            }
        }
        return result
    }

    static func check<T: BinaryFloatingPoint>(_ p: ProductDescription, _: T.Type) throws {
        func size(_ rows: Int, _ columns: Int, _ ld: Int, _ step: (ProductDescription.Batch) -> Int) -> Int {
            max(1, rows * ld + columns + p.batch.reduce(0) { $0 + max(0, $1.count - 1) * step($1) })
        }
        let a = noise(size(p.transposeA ? p.k : p.m, 0, p.lda, \.a), 1).map { T($0) }
        let b = noise(size(p.transposeB ? p.n : p.k, 0, p.ldb, \.b), 2).map { T($0) }
        let c = noise(size(p.m, 0, p.ldc, \.c), 3).map { T($0) }
        let bias = noise(max(1, p.n), 4).map { T($0) }
        let want = expected(p, a.map { Double($0) }, b.map { Double($0) }, c.map { Double($0) }, bias.map { Double($0) })
        let got = try run(p, threads: 1, a, b, c, bias)
        // Numbers are within (-2, 2): each term below 4, and a sum of k + 2 of them is off by less than (k + 2) half units of its terms' sum.
        let bound = 4 * Double(p.k + 2) * Double(p.k + 2) * Double(T.ulpOfOne)
        var worst = 0.0
        for i in got.indices { worst = max(worst, abs(Double(got[i]) - want[i])) }
        #expect(worst <= bound && !worst.isNaN, "\(p): off by \(worst), bound \(bound)")
        for threads in [2, 3] { #expect(try run(p, threads: threads, a, b, c, bias) == got, "\(p) on \(threads) threads") }
    }

    @Test func productsEqualPlainSums() throws {
        let shapes = [
            (1, 1, 1), (1, 7, 5), (1, 128, 128), (1, 513, 130), (7, 1, 3), (64, 1, 128), (2, 3, 4), (3, 5, 0), (0, 4, 4), (4, 0, 4),
            (5, 8, 16),
            (17, 33, 9), (64, 64, 128), (64, 8, 128), (32, 128, 512), (65, 63, 67), (128, 784, 64), (130, 100, 300), (257, 255, 129),
            (1000, 3, 40),
        ]
        for (m, n, k) in shapes {
            for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
                for variant in 0..<4 {
                    for dtype in [DType.float32, .float64] {
                        var p = ProductDescription(dtype, m: m, n: n, k: k, transposeA: transposeA, transposeB: transposeB)
                        p.accumulates = variant & 1 == 1
                        p.hasBias = variant & 2 == 2
                        p.activation = variant == 2 ? .relu : nil
                        if variant == 3 { (p.lda, p.ldb, p.ldc) = (p.lda + 5, p.ldb + 3, p.ldc + 9) }
                        if dtype == .float32 { try Self.check(p, Float.self) } else { try Self.check(p, Double.self) }
                    }
                }
            }
        }
    }

    @Test func batchesRunOverTwoAxes() throws {
        // Attention: rows of heads lie 4 heads apart; a shared right operand has step 0.
        for (m, n, k) in [(64, 32, 64), (64, 64, 32), (1, 9, 16), (5, 3, 2)] {
            for dtype in [DType.float32, .float64] {
                var p = ProductDescription(dtype, m: m, n: n, k: k, transposeB: true)
                p.lda = 4 * k
                p.ldb = 4 * k
                p.ldc = n
                p.batch = [.init(count: 3, a: m * 4 * k, b: n * 4 * k, c: 4 * m * n), .init(count: 4, a: k, b: k, c: m * n)]
                if dtype == .float32 { try Self.check(p, Float.self) } else { try Self.check(p, Double.self) }
                p.batch[0].b = 0
                if dtype == .float32 { try Self.check(p, Float.self) } else { try Self.check(p, Double.self) }
            }
        }
    }

    @Test func impossibleSizesAreRefused() {
        var overlapping = ProductDescription(.float32, m: 4, n: 4, k: 4)
        overlapping.ldc = 3
        var wrongType = ProductDescription(.float32, m: 4, n: 4, k: 4)
        wrongType.dtype = .int32
        for p in [
            overlapping, wrongType, ProductDescription(.float64, m: -1, n: 4, k: 4), ProductDescription(.float32, m: 1 << 40, n: 4, k: 4),
        ] {
            #expect(throws: Diagnostic.self) { try MatrixProduct(p, workers: 1) }
        }
    }
}
