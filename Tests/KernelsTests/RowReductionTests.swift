import Kernels
import Testing

struct RowReductionTests {
    private static let shapes = [
        (1, 1), (1, 3), (3, 1), (5, 7), (2, 511), (1, 512), (3, 513), (2, 1023), (1, 1024), (2, 1025), (3, 5000), (1030, 2), (90, 33),
    ]

    /// All sums and extremes of a grid at once, compared with the same in the wide type.
    private static func expect<T: Element>(_ type: T.Type, _ rows: Int, _ columns: Int, corner: T?, _ level: String) {
        var noise = Noise(UInt64(rows * 10_000 + columns))
        var x: [T] = noise.numbers(rows * columns)
        if let corner { x[noise.below(x.count)] = corner }
        let chunk = max(1, (rows + 2) / 3)
        let chunks = (rows + chunk - 1) / chunk
        let results = [LK_ROW_SUM, LK_ROW_MAX, LK_ROW_MIN, LK_ROW_ARGMAX].map { ($0, Memory([T](repeating: 0, count: rows))) }
        let memory = Memory(x)
        var (columnSums, totals): ([Double], [Double]) = ([], [])
        var program = RowProgram<T>(rows: [rows], columns: columns)
        let loaded = program.load(memory, LK_TILE)
        for (op, y) in results { program.store(program.step(op, LK_ROW, loaded), y) }
        program.run()
        // Each chunk adds to memory of its own, which is cleared before.
        for index in 0..<chunks {
            let (sums, total) = (Memory([T](repeating: 0, count: columns)), Memory([Double(0)]))
            var program = RowProgram<T>(rows: [rows], columns: columns)
            let loaded = program.load(memory, LK_TILE)
            let here = program.operand(sums, rows: [0], column: 1)
            program.step(LK_COLUMN_SUM, LK_TILE, loaded, to: loaded, operand: here)
            let there = program.operand(total, rows: [0], column: 0)
            program.step(LK_TOTAL_SUM, LK_TILE, loaded, to: loaded, operand: there)
            program.run(rows: index * chunk..<min(rows, (index + 1) * chunk))
            columnSums += sums.values
            totals += total.values
        }
        let (sums, total) = (Memory(LK_FLOAT64, [Double](repeating: 0, count: columns)), Memory(LK_FLOAT64, [0]))
        let (partialSums, partialTotals) = (Memory(T.dtype, columnSums), Memory(LK_FLOAT64, totals))
        lk_combine(T.dtype, partialSums.start, Int64(chunks), Int64(columns), LK_FLOAT64, sums.start)
        lk_combine(LK_FLOAT64, partialTotals.start, Int64(chunks), 1, LK_FLOAT64, total.start)
        let name = "\(level) \(type.name) \(rows) x \(columns) with \(corner.map { "\($0)" } ?? "numbers")"
        // Whatever the order, a sum of n numbers is within (n - 1) units of roundings of the sum of magnitudes (Higham 2002, 4.2).
        func expectSum(_ got: Double, _ terms: [T], _ what: String) {
            let want = terms.reduce(Wide(0)) { $0 + Wide($1) }
            let size = terms.reduce(Wide(0)) { $0 + abs(Wide($1)) }
            let bound = Wide(T.ulpOfOne) * Wide(terms.count) * size
            #expect(
                abs(Wide(got) - want) <= bound || Wide(got) == want || (got.isNaN && want.isNaN), "\(name), \(what): \(got), not \(want)")
        }
        for row in 0..<rows {
            let terms = Array(x[row * columns..<(row + 1) * columns])
            expectSum(results[0].1[row], terms, "sum of row \(row)")
            let hasNaN = terms.contains { $0.isNaN }
            let most = terms.max() ?? 0
            let least = terms.min() ?? 0
            #expect(hasNaN ? results[1].1[row].isNaN : results[1].1[row] == Double(most), "\(name), largest of row \(row)")
            #expect(hasNaN ? results[2].1[row].isNaN : results[2].1[row] == Double(least), "\(name), smallest of row \(row)")
            let place = terms.firstIndex { $0.isNaN } ?? terms.firstIndex(of: most) ?? 0
            #expect(results[3].1[row] == Double(place), "\(name), place of the largest of row \(row)")
        }
        for column in 0..<columns {
            expectSum(sums[column], stride(from: column, to: x.count, by: columns).map { x[$0] }, "sum of column \(column)")
        }
        expectSum(total[0], x, "sum")
    }

    @Test func sumsAndExtremesAgree() {
        atEachLevel { level in
            for (rows, columns) in Self.shapes {
                for corner in [nil, Float.nan, .infinity, -.infinity, -0.0] as [Float?] {
                    Self.expect(Float.self, rows, columns, corner: corner, level)
                    Self.expect(Double.self, rows, columns, corner: corner.map { Double($0) }, level)
                }
            }
        }
    }

    @Test func theFirstOfSeveralLargestIsFound() {
        atEachLevel { level in
            for (values, place) in [([1, 5, 5], 1), ([-.infinity, -.infinity], 0), ([2, .nan, 9, .nan], 1), ([0, -0.0], 0)]
                as [([Float], Int)]
            {
                let y = Memory([Float(9)])
                var program = RowProgram<Float>(rows: [1], columns: values.count)
                program.store(program.step(LK_ROW_ARGMAX, LK_ROW, program.load(Memory(values), LK_TILE)), y)
                program.run()
                #expect(y[0] == Double(place), "\(level) \(values)")
            }
        }
    }
}
