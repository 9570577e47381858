import Kernels
import Testing

struct GemmTests {
    /// Small whole numbers, so that every sum is exact in either type, at any level and in any order.
    private static func numbers(_ count: Int, _ seed: Int) -> [Double] { (0..<count).map { Double(($0 * 7 + seed * 13) % 11 - 5) } }

    private static func product<T: BinaryFloatingPoint>(_ p: lk_gemm, _ dtype: lk_dtype, _ a: [T], _ b: [T], _ c: [T], _ bias: [T]?) -> [T]
    {
        var (p, c) = (p, c)
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: lk_gemm_scratch(Int32(dtype.rawValue), &p), alignment: 64)
        defer { scratch.deallocate() }
        if let bias {
            lk_gemm_run(Int32(dtype.rawValue), &p, a, b, &c, bias, scratch)
        } else {
            lk_gemm_run(Int32(dtype.rawValue), &p, a, b, &c, nil, scratch)
        }
        return c
    }

    @Test func sumsOfWholeNumbersAreExact() { atEachLevel { Self.expectWholeNumbers($0) } }

    private static func expectWholeNumbers(_ level: String) {
        // Sizes around those of tiles and blocks, at which each copy and edge of the loops is met.
        for (m, n, k) in [
            (1, 1, 1), (2, 130, 17), (8, 48, 384), (9, 49, 385), (4, 5, 64), (3, 4, 15), (300, 1030, 20), (17, 340, 769), (6, 7, 0),
        ] {
            for layout in 0..<4 {
                let (across, down) = (layout & 1 == 0, layout & 2 == 0)
                let p = lk_gemm(
                    m: Int64(m), n: Int64(n), k: Int64(k), a_row: across ? Int64(k) : 1, a_column: across ? 1 : Int64(m),
                    b_row: down ? Int64(n) : 1, b_column: down ? 1 : Int64(k), ldc: Int64(n + 3), accumulate: layout == 3 ? 1 : 0,
                    relu: layout == 1 ? 1 : 0)
                let (a, b) = (Self.numbers(max(1, m * k), 1), Self.numbers(max(1, k * n), 2))
                let (c, bias) = (Self.numbers(m * (n + 3), 3), layout == 2 ? nil : Self.numbers(n, 4))
                var want = c
                for i in 0..<m {
                    for j in 0..<n {
                        var sum = (layout == 3 ? c[i * (n + 3) + j] : 0) + (bias?[j] ?? 0)
                        for l in 0..<k { sum += a[across ? i * k + l : l * m + i] * b[down ? l * n + j : j * k + l] }
                        want[i * (n + 3) + j] = layout == 1 ? max(0, sum) : sum
                    }
                }
                #expect(Self.product(p, LK_FLOAT64, a, b, c, bias) == want, "\(level) \(m) x \(k) x \(n), layout \(layout)")
                let single = Self.product(
                    p, LK_FLOAT32, a.map { Float($0) }, b.map { Float($0) }, c.map { Float($0) }, bias.map { $0.map { Float($0) } })
                #expect(single.map { Double($0) } == want, "\(level) \(m) x \(k) x \(n), layout \(layout), float32")
            }
        }
    }

    /// Whatever the order of additions, an element is within k + 2 roundings of its terms' magnitudes (Higham 2002, 3.5).
    private static func expectWithinRounding<T: Element>(_ type: T.Type, _ level: String) {
        for (m, n, k) in [(1, 33, 500), (7, 65, 130), (64, 48, 385), (200, 600, 9)] {
            for down in [true, false] {
                var noise = Noise(UInt64(m + n + k))
                let (a, b, c): ([T], [T], [T]) = (noise.numbers(m * k), noise.numbers(k * n), noise.numbers(m * n))
                let p = lk_gemm(
                    m: Int64(m), n: Int64(n), k: Int64(k), a_row: Int64(k), a_column: 1, b_row: down ? Int64(n) : 1,
                    b_column: down ? 1 : Int64(k), ldc: Int64(n), accumulate: 1, relu: 0)
                let got = product(p, type.dtype, a, b, c, nil)
                var worst: Wide = 0
                for i in 0..<m {
                    for j in stride(from: 0, to: n, by: 5) {
                        var sum = Wide(c[i * n + j])
                        var size = abs(sum)
                        for l in 0..<k {
                            let term = Wide(a[i * k + l]) * Wide(b[down ? l * n + j : j * k + l])
                            sum += term
                            size += abs(term)
                        }
                        worst = max(worst, abs(Wide(got[i * n + j]) - sum) / (size * Wide(T.ulpOfOne)))
                    }
                }
                #expect(worst < Wide(k + 2), "\(level) \(type.name) \(m) x \(k) x \(n)")
            }
        }
    }

    @Test func sumsAreWithinRounding() {
        atEachLevel { level in
            Self.expectWithinRounding(Float.self, level)
            Self.expectWithinRounding(Double.self, level)
        }
    }

    @Test func notANumberPassesThroughRelu() {
        atEachLevel { level in
            let p = lk_gemm(m: 1, n: 2, k: 1, a_row: 1, a_column: 1, b_row: 2, b_column: 1, ldc: 2, accumulate: 0, relu: 1)
            let got = Self.product(p, LK_FLOAT32, [1], [Float.nan, -1], [0, 0], nil)
            #expect(got[0].isNaN && got[1] == 0, "\(level)")
        }
    }
}
