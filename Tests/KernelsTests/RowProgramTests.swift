import Kernels
import Testing

/// Every operation gives a number the same bits wherever it lies: in any row and column, beside any others, broadcast from anything.
struct RowProgramTests {
    /// Rows and columns at which vectors, tiles and the copies of columns end. A tile has 1,024 elements of float32, and 512 of float64.
    private static let shapes: [(rows: [Int], columns: Int)] = [
        ([1], 0), ([0], 5), ([1], 1), ([1], 3), ([3], 1), ([2, 3], 5), ([1], 511), ([1], 512), ([1], 513), ([2], 1023), ([1], 1024),
        ([3], 1025), ([2, 2], 2600), ([70], 16), ([2, 1, 3, 2], 67), ([1025], 1), ([31], 33), ([700], 3),
    ]
    private static let kinds = [LK_TILE, LK_ROW, LK_COLUMN, LK_SCALAR]

    /// The elements of an operand, of which some are corners.
    private static func values<T: Element>(_ count: Int, _ seed: UInt64) -> [T] {
        var noise = Noise(seed)
        return (0..<count).map { _ in
            switch noise.below(12) {
            case 0: [T.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude][noise.below(6)]
            case 1: T(noise.below(5))
            default: T(noise.number() * 4)
            }
        }
    }

    /// One operation on single numbers: what each element of larger programs must be. At a fixed place, so that only the place differs.
    private static func alone<T: Element>(_ op: lk_op, _ x: [T]) -> T {
        let y = Memory([T(0)])
        var program = RowProgram<T>(rows: [1], columns: 1)
        let registers = x.map { program.load(Memory([$0]), LK_TILE) } + [0, 0]
        program.store(program.step(op, LK_TILE, registers[0], registers[1], registers[2]), y)
        program.run()
        return y.elements(T.self)[0]
    }

    /// Where an element of the grid lies in an operand of a kind.
    private static func place(_ kind: lk_kind, _ row: Int, _ column: Int, _ columns: Int) -> Int {
        switch kind {
        case LK_TILE: row * columns + column
        case LK_ROW: row
        case LK_COLUMN: column
        default: 0
        }
    }

    private static func same<T: Element>(_ a: T, _ b: T) -> Bool { a.isNaN ? b.isNaN : a == b && a.sign == b.sign }

    /// The kind of a result.
    private static func joined(_ kinds: [lk_kind]) -> lk_kind {
        let wide = kinds.contains(LK_TILE) || (kinds.contains(LK_ROW) && kinds.contains(LK_COLUMN))
        return wide ? LK_TILE : kinds.contains(LK_ROW) ? LK_ROW : kinds.contains(LK_COLUMN) ? LK_COLUMN : LK_SCALAR
    }

    private static func expect<T: Element>(
        _ op: lk_op, operands: Int, _ type: T.Type, _ shape: (rows: [Int], columns: Int), seed: UInt64, level: String
    ) {
        var noise = Noise(seed)
        let given = (0..<operands).map { _ in kinds[noise.below(4)] }
        var program = RowProgram<T>(rows: shape.rows, columns: shape.columns)
        let values: [[T]] = given.enumerated().map { Self.values(program.count($1), seed + UInt64($0)) }
        let loaded = zip(given, values).map { program.load(Memory($1), $0) }
        // A function of one number may spread it; functions of several give what their operands are.
        let kind = operands == 1 && noise.below(3) == 0 ? LK_TILE : joined(given)
        // At times into the register of an operand of the same kind, at times written to memory at once.
        let target = given.firstIndex { $0.rawValue == kind.rawValue && noise.below(2) == 0 }.map { loaded[$0] }
        let y = Memory([T](repeating: 77, count: program.count(kind)))
        let registers = loaded + [0, 0]
        if kind.rawValue == LK_TILE.rawValue, noise.below(2) == 0 {
            let through = program.operand(y, kind)
            program.step(op, kind, registers[0], registers[1], registers[2], to: target, through: through)
        } else {
            program.store(program.step(op, kind, registers[0], registers[1], registers[2], to: target), y)
        }
        program.run(chunk: noise.below(2) == 0 ? nil : 1 + noise.below(40))
        let got = y.elements(type)
        let rows = shape.rows.reduce(1, *)
        // Where there are many, some of the elements: the first, the last and what lies between at odd distances.
        let all = rows * shape.columns
        for element in Set(stride(from: 0, to: all, by: max(1, all / 61)) + (all > 0 ? [all - 1] : [])) {
            let (row, column) = (element / shape.columns, element % shape.columns)
            let x = zip(given, values).map { $1[place($0, row, column, shape.columns)] }
            let want = alone(op, x)
            let at = got[place(kind, row, column, shape.columns)]
            if !same(at, want) {
                let names = given.map { ["tile", "row", "column", "scalar"][Int($0.rawValue)] }
                Issue.record("\(level) \(type.name) operation \(op.rawValue) of \(names), \(shape): \(x) gives \(at), alone \(want)")
                return
            }
        }
    }

    @Test func everyOperationGivesTheSameBitsEverywhere() {
        atEachLevel { level in
            for raw in LK_NEGATE.rawValue...LK_MULTIPLY_ADD.rawValue {
                let operands = raw < LK_ADD.rawValue ? 1 : raw < LK_SELECT.rawValue ? 2 : 3
                for (index, shape) in Self.shapes.enumerated() {
                    for draw in 0..<UInt64(operands) {
                        let seed = UInt64(raw) * 1000 + UInt64(index) * 10 + draw
                        Self.expect(lk_op(raw), operands: operands, Float.self, shape, seed: seed, level: level)
                        Self.expect(lk_op(raw), operands: operands, Double.self, shape, seed: seed, level: level)
                    }
                }
            }
        }
    }

    @Test func threeOperandsAreWhatTheySay() {
        let numbers: [Double] = [0, -0.0, 1, -2, 0.1, 1e-300, 1e300, .infinity, -.infinity, .nan]
        atEachLevel { level in
            for x in numbers {
                for y in numbers {
                    #expect(Self.same(Self.alone(LK_SELECT, [x, y, 5]), x != 0 ? y : 5), "\(level) \(x) \(y)")
                    for z in numbers {
                        // In one rounding or in two.
                        let got = Self.alone(LK_MULTIPLY_ADD, [x, y, z])
                        #expect(Self.same(got, z.addingProduct(x, y)) || Self.same(got, x * y + z), "\(level) \(x) * \(y) + \(z) = \(got)")
                    }
                }
            }
        }
    }
}
