import Kernels
import Testing

/// Copies, fills, gathers and what walks along a middle axis.
struct MoveTests {
    @Test func stridedBlocksAreCopiedConvertedAndFilled() {
        let dtypes = [LK_BOOL, LK_INT32, LK_FLOAT32, LK_FLOAT64]
        for seed in 0..<300 as Range<UInt64> {
            var noise = Noise(seed)
            let rank = noise.below(6)
            let sizes = (0..<rank).map { _ in noise.below(15) == 0 ? 0 : 1 + noise.below(rank < 3 ? 40 : 5) }
            func strides() -> [Int] {
                var order = Array(0..<rank)
                for i in order.indices { order.swapAt(i, noise.below(rank)) }
                var (strides, count) = (order, 1)
                for axis in order {
                    strides[axis] = count
                    count *= max(1, sizes[axis])
                }
                return strides
            }
            let (from, to) = (strides(), strides())
            let (source, target) = (dtypes[noise.below(4)], noise.below(2) == 0 ? nil : dtypes[noise.below(4)])
            let count = sizes.reduce(1) { $0 * max(1, $1) }
            let x = Memory(source, (0..<count).map { _ in Double(noise.below(200) - 100) / 4 })
            let y = Memory(target ?? source, [Double](repeating: 1, count: count))
            let z = Memory(target ?? source, [Double](repeating: 1, count: count))
            lk_copy(
                Int32(rank), sizes.map(Int64.init), y.dtype, y.start, to.map(Int64.init), source, x.start, from.map(Int64.init))
            lk_fill(Int32(rank), sizes.map(Int64.init), z.dtype, z.start, to.map(Int64.init), Double(seed % 3))
            var wantY = y.values.map { _ in 1.0 }
            var wantZ = wantY
            for element in 0..<sizes.reduce(1, *) {
                var (rest, a, b) = (element, 0, 0)
                for axis in (0..<rank).reversed() {
                    a += rest % sizes[axis] * from[axis]
                    b += rest % sizes[axis] * to[axis]
                    rest /= sizes[axis]
                }
                wantY[b] = y.dtype == LK_BOOL ? (x[a] != 0 ? 1 : 0) : y.dtype == LK_INT32 ? x[a].rounded(.towardZero) : x[a]
                wantZ[b] = z.dtype == LK_BOOL ? min(1, Double(seed % 3)) : Double(seed % 3)
            }
            #expect(y.values == wantY, "seed \(seed): \(sizes), \(from) to \(to), type \(source.rawValue) to \(y.dtype.rawValue)")
            #expect(z.values == wantZ, "seed \(seed): \(sizes) filled")
        }
    }

    @Test func rowsAreGatheredByNumber() {
        for (width, index, bad) in [
            (3, [0, 2, 2, 1], -1), (1, [], -1), (0, [1], -1), (2, [0, 3, 1], 1), (2, [0, -1], 1), (5, [Int32.min], 0),
            (5, [1, Int32.max], 1),
        ] as [(Int, [Int32], Int64)] {
            let table = (0..<3 * width).map { Double($0) + 0.5 }
            let to = Memory(LK_FLOAT64, [Double](repeating: 0, count: index.count * width))
            #expect(lk_gather(to.start, table, 3, Int64(width), 8, index, Int64(index.count)) == bad)
            let good = bad < 0 ? index.count : Int(bad)
            #expect(Array(to.values.prefix(good * width)) == index.prefix(good).flatMap { table[Int($0) * width..<(Int($0) + 1) * width] })
        }
    }

    @Test func rowsAreAddedByNumber() {
        atEachLevel { level in
            for dtype in [LK_INT32, LK_FLOAT32, LK_FLOAT64] {
                for width in [1, 3, 8, 17, 64] {
                    let index: [Int32] = [4, 0, 4, 1, 4, 3]
                    // Whole numbers, which add up exactly.
                    let from = Memory(dtype, (0..<index.count * width).map { Double($0 % 23 - 11) })
                    let table = Memory(dtype, (0..<5 * width).map { Double($0 % 7) })
                    var want = table.values
                    for (i, row) in index.enumerated() { for j in 0..<width { want[Int(row) * width + j] += from[i * width + j] } }
                    // In two parts, as two threads would.
                    for part in [0..<2, 2..<5] as [Range<Int64>] {
                        lk_scatter_add(
                            dtype, table.start, 5, Int64(width), index, Int64(index.count), from.start, part.lowerBound, part.upperBound)
                    }
                    #expect(table.values == want, "\(level) type \(dtype.rawValue), \(width) wide")
                }
            }
        }
    }
}
