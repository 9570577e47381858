import Kernels
import Testing

struct DrawTests {
    /// Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011).
    private static func philox(_ counter: [UInt32], _ key: [UInt32]) -> [UInt32] {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let a = UInt64(c[0]) * 0xD251_1F53
            let b = UInt64(c[2]) * 0xCD9E_8D57
            c = [
                UInt32(b >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: b), UInt32(a >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: a),
            ]
            k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
        }
        return c
    }

    /// What draw `place` of a stream is: half of a block's bits, in the middle of its cell of 2^-52.
    private static func uniform(_ place: Int64, cipher: UInt64, stream: UInt64) -> Double {
        func halves(_ x: UInt64) -> [UInt32] { [UInt32(truncatingIfNeeded: x), UInt32(x >> 32)] }
        let block = philox(halves(UInt64(place) / 2) + halves(stream), halves(cipher))
        let half = place % 2 == 0 ? (block[0], block[1]) : (block[2], block[3])
        let word = UInt64(half.0) | UInt64(half.1) << 32
        return (Double(word >> 12) + 0.5) / 0x1p52
    }

    @Test func blocksAreAsPublished() {
        // The known answers of Random123 1.14 (kat_vectors).
        let ones = UInt32.max
        for (counter, key, answer) in [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([ones, ones, ones, ones], [ones, ones], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ] as [([UInt32], [UInt32], [UInt32])] { #expect(Self.philox(counter, key) == answer) }
    }

    @Test func drawsAreThoseOfTheirPlaces() {
        let (cipher, stream): (UInt64, UInt64) = (0xa409_3822_299f_31d0, 0x0370_7344_1319_8a2e)
        atEachLevel { level in
            // Wherever a run of draws starts and ends, each is that of its place; beyond 2^32 blocks too.
            for first in [0, 1, 126, 127, 128, 1 << 33 - 3, 1 << 40 + 1] as [Int64] {
                for count in [0, 1, 3, 127, 128, 129, 300] {
                    let end = first + Int64(count)
                    var (doubles, floats) = ([Double](repeating: 9, count: count + 1), [Float](repeating: 9, count: count + 1))
                    var normals = doubles
                    var singles = floats
                    lk_uniform(LK_FLOAT64, &doubles, cipher, stream, first, end)
                    lk_uniform(LK_FLOAT32, &floats, cipher, stream, first, end)
                    lk_normal(LK_FLOAT64, &normals, cipher, stream, first, end)
                    lk_normal(LK_FLOAT32, &singles, cipher, stream, first, end)
                    let want = (first..<end).map { Self.uniform($0, cipher: cipher, stream: stream) }
                    #expect(
                        doubles == want + [9] && floats == want.map { min(Float($0), Float(1).nextDown) } + [9],
                        "\(level) \(first), \(count)")
                    #expect(normals.last == 9 && singles.last == 9)
                    for (i, p) in want.enumerated() {
                        let quantile = Definition.normalQuantile(Wide(p))
                        #expect(ulps(normals[i], from: quantile) <= 8, "\(level) place \(first + Int64(i))")
                        #expect(ulps(singles[i], from: quantile) <= 1, "\(level) place \(first + Int64(i))")
                    }
                }
            }
        }
    }
}
