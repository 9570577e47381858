import Kernels
import Testing

/// How row programs read, write and sum: strides, types, reductions.
struct RowMemoryTests {
    private static let dtypes = [LK_BOOL, LK_INT32, LK_FLOAT32, LK_FLOAT64]

    /// What a number becomes in memory of a type: int32 truncates and stops at its ends, NaN is 0 there; bool is whether it is not 0.
    private static func stored(_ x: Double, as dtype: lk_dtype) -> Double {
        switch dtype {
        case LK_BOOL: x != 0 ? 1 : 0
        // Whole numbers wrap around; what holds none is 0.
        case LK_INT32: x.magnitude < 0x1p63 ? Double(Int32(truncatingIfNeeded: Int64(x))) : 0
        case LK_FLOAT32: Double(Float(x))
        default: x
        }
    }

    private static func expectConversions<T: Element>(_ type: T.Type, _ level: String) {
        let numbers: [Double] = [
            0, -0.0, 1, -1, 2.5, -2.5, 0.9, -0.9, 127, 2_147_483_520, 2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_904, 1e20,
            -1e20,
            1e-40, .infinity, -.infinity, .nan,
        ]
        for dtype in dtypes {
            let y = Memory(dtype, [Double](repeating: 1, count: numbers.count))
            var program = RowProgram<T>(rows: [1], columns: numbers.count)
            program.store(program.load(Memory(LK_FLOAT64, numbers), LK_TILE), y)
            program.run()
            for (x, got) in zip(numbers, y.values) {
                let want = stored(Double(T(x)), as: dtype)
                #expect(got == want || got.isNaN && want.isNaN, "\(level) \(x) through \(type.name) to type \(dtype.rawValue): \(got)")
            }
            // And back.
            let back = Memory(LK_FLOAT64, numbers)
            var other = RowProgram<T>(rows: [1], columns: numbers.count)
            other.store(other.load(y, LK_TILE), back)
            other.run()
            for (x, got) in zip(y.values, back.values) { #expect(got == Double(T(x)) || got.isNaN && x.isNaN) }
        }
    }

    @Test func numbersAreConvertedAsTheTypeSays() {
        atEachLevel { level in
            Self.expectConversions(Float.self, level)
            Self.expectConversions(Double.self, level)
        }
    }

    /// Copies a grid from and to memory of any strides and types; row axes count from the outermost.
    private static func expectStrides<T: Element>(_ type: T.Type, _ level: String, seed: UInt64) {
        var noise = Noise(seed)
        let rank = 1 + noise.below(Int(LK_MAX_RANK))
        let sizes = (0..<rank).map { _ in 1 + noise.below(rank > 3 ? 3 : 7) }
        let columns = [1, 2, 3, 17, 64, 1100][noise.below(rank > 2 ? 5 : 6)]
        // A dense array of the axes in another order, some of which do not exist in what is read.
        func layout(broadcast: Bool) -> (strides: [Int], count: Int) {
            var order = Array(0...rank)
            for i in order.indices { order.swapAt(i, noise.below(order.count)) }
            var strides = [Int](repeating: 0, count: rank + 1)
            var count = 1
            for axis in order where !(broadcast && noise.below(4) == 0) {
                strides[axis] = count
                count *= axis == rank ? columns : sizes[axis]
            }
            return (strides, count)
        }
        let (from, to) = (layout(broadcast: true), layout(broadcast: false))
        let (source, target) = (dtypes[noise.below(4)], dtypes[noise.below(4)])
        let x = Memory(source, (0..<from.count).map { _ in Double(noise.below(2001) - 1000) / 8 })
        let y = Memory(target, [Double](repeating: 0, count: to.count))
        var program = RowProgram<T>(rows: sizes, columns: columns)
        // The kind is what the strides say.
        let (across, down) = (from.strides[rank] != 0, from.strides[..<rank].contains { $0 != 0 })
        let kind = across ? (down ? LK_TILE : LK_COLUMN) : down ? LK_ROW : LK_SCALAR
        let read = program.operand(x, rows: Array(from.strides[..<rank]), column: from.strides[rank])
        let loaded = program.step(LK_LOAD, kind, operand: read)
        // Through an operation, so that it is a tile whatever was read.
        let spread = program.step(LK_NEGATE, LK_TILE, loaded)
        let write = program.operand(y, rows: Array(to.strides[..<rank]), column: to.strides[rank])
        program.step(LK_STORE, LK_TILE, spread, to: spread, operand: write)
        program.run(chunk: noise.below(2) == 0 ? nil : 3)
        for element in 0..<sizes.reduce(columns, *) {
            var (rest, a, b) = (element / columns, element % columns * from.strides[rank], element % columns * to.strides[rank])
            for axis in (0..<rank).reversed() {
                a += rest % sizes[axis] * from.strides[axis]
                b += rest % sizes[axis] * to.strides[axis]
                rest /= sizes[axis]
            }
            let want = stored(-x[a], as: target)
            if y[b] != want {
                Issue.record(
                    "\(level) \(type.name) seed \(seed): \(sizes) x \(columns), \(from.strides) to \(to.strides): \(y[b]), not \(want)")
                return
            }
        }
    }

    @Test func memoryOfAnyStridesIsReadAndWritten() {
        atEachLevel { level in
            for seed in 0..<150 as Range<UInt64> {
                Self.expectStrides(Float.self, level, seed: seed)
                Self.expectStrides(Double.self, level, seed: seed)
            }
        }
    }

    @Test func aProgramMayWriteWhatItReads() {
        atEachLevel { level in
            for columns in [1, 7, 1024, 3000] {
                var noise = Noise(5)
                let x: [Float] = noise.numbers(3 * columns)
                let memory = Memory(x)
                var program = RowProgram<Float>(rows: [3], columns: columns)
                let loaded = program.load(memory, LK_TILE)
                program.store(program.step(LK_ADD, LK_TILE, program.step(LK_SQUARE, LK_TILE, loaded), loaded), memory)
                program.run()
                #expect(memory.elements(Float.self) == x.map { $0 * $0 + $0 }, "\(level) \(columns)")
            }
        }
    }
}
