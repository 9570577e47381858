import Kernels
import Testing

struct FunctionTests {
    /// Numbers at which functions have corners, and as many from everywhere.
    private static func points<T: Element>(_: T.Type) -> [T] {
        let tiny = T.leastNonzeroMagnitude
        let small = T.leastNormalMagnitude
        let great = T.greatestFiniteMagnitude
        var points: [T] = [0, tiny, 2 * tiny, small.nextDown, small, small.nextUp, T.ulpOfOne, great, great.nextDown, .infinity]
        // Where exp and its kin meet the ends of the range, in float32 and in float64.
        points += [88, 88.72283, 88.722839, 88.72284, 88.8, 87.336, 103.97, 103.98, 104, 709.78, 709.7827128933840, 709.7827128933841, 710]
        points += [708.39, 744.44, 745.13, 745.14, 746, 9.5, 20, 22, 16.6, 17, 36, 37, 40]
        for whole in 1...64 { points += [T(whole), T(whole) / 2, T(whole).nextUp, T(whole).nextDown, T(whole) / 64, 1 - T(whole) / 1024] }
        for power in stride(from: T.leastNormalMagnitude.exponent, through: T.greatestFiniteMagnitude.exponent, by: 3) {
            let binade = T(sign: .plus, exponent: power, significand: 1)
            points += [binade, binade * 1.4142135, binade.nextDown]
        }
        var noise = Noise(1)
        for scale: T in [0.01, 0.5, 1, 2, 5, 20, 100, 800] { points += noise.numbers(300, scale: scale).map { abs($0) } }
        for _ in 0..<1500 { points.append(abs(bits(noise.word()))) }
        return points + points.map { -$0 } + [.nan]
    }

    /// A number whose bits are these.
    private static func bits<T: Element>(_ word: UInt64) -> T {
        T.self == Float.self ? T(Float(bitPattern: UInt32(truncatingIfNeeded: word))) : T(Double(bitPattern: word))
    }

    private static func expectUnaries<T: Element>(_ type: T.Type) {
        let points = points(type)
        let x = Memory(points)
        for op in LK_NEGATE.rawValue...LK_NORMAL_QUANTILE.rawValue {
            guard let row = unaries.first(where: { $0.op.rawValue == op }) else {
                Issue.record("operation \(op) has no definition to be compared with")
                continue
            }
            let wants = points.map { row.definition(Wide($0)) }
            atEachLevel { level in
                let y = Memory(points)
                var program = RowProgram<T>(rows: [1], columns: points.count)
                let loaded = program.load(x, LK_TILE)
                program.store(program.step(row.op, LK_TILE, loaded), y)
                program.run()
                var worst: (ulps: Wide, at: Int) = (0, 0)
                for (i, (got, want)) in zip(y.elements(type), wants).enumerated() {
                    let error = ulps(got, from: want, floor: row.floor)
                    if error > worst.ulps { worst = (error, i) }
                    // A zero has its sign.
                    if got == 0, want == 0, got.sign != want.sign { Issue.record("\(level) \(row.name)(\(points[i])) is \(got)") }
                }
                let (point, want) = (points[worst.at], wants[worst.at])
                #expect(
                    worst.ulps <= row.bound(type),
                    "\(level) \(type.name) \(row.name)(\(point)) is \(y.elements(type)[worst.at]), not \(want): \(worst.ulps) units")
            }
        }
    }

    @Test func functionsOfOneNumberAreWithinTheirBounds() {
        Self.expectUnaries(Float.self)
        Self.expectUnaries(Double.self)
    }

    private static func expectBinaries<T: Element>(_ type: T.Type) {
        let tiny = T.leastNonzeroMagnitude
        let great = T.greatestFiniteMagnitude
        let half: [T] = [0, tiny, T.leastNormalMagnitude, T.ulpOfOne, 0.3, 0.5, 1, 1.5, 2, 3, 7, 10, 1e10, great, .infinity]
        let corners = half + half.map { -$0 } + [.nan]
        var pairs = corners.flatMap { x in corners.map { (x, $0) } }
        var noise = Noise(2)
        for scale: T in [1, 30] {
            pairs += zip(noise.numbers(1000, scale: scale) as [T], noise.numbers(1000, scale: scale) as [T])
        }
        for _ in 0..<2000 { pairs.append((bits(noise.word()), bits(noise.word()))) }
        let (x, y) = (Memory(pairs.map(\.0)), Memory(pairs.map(\.1)))
        for op in LK_ADD.rawValue...LK_OR.rawValue {
            guard let row = binaries.first(where: { $0.op.rawValue == op }) else {
                Issue.record("operation \(op) has no definition to be compared with")
                continue
            }
            atEachLevel { level in
                let z = Memory(pairs.map(\.0))
                var program = RowProgram<T>(rows: [1], columns: pairs.count)
                let (a, b) = (program.load(x, LK_TILE), program.load(y, LK_TILE))
                program.store(program.step(row.op, LK_TILE, a, b), z)
                program.run()
                let bad = zip(pairs, z.elements(type)).first { pair, got in
                    !(ulps(got, from: row.definition(Wide(pair.0), Wide(pair.1))) <= row.bound)
                }
                if let (pair, got) = bad {
                    Issue.record(
                        "\(level) \(type.name) \(row.name)(\(pair.0), \(pair.1)) is \(got), not \(row.definition(Wide(pair.0), Wide(pair.1)))"
                    )
                }
            }
        }
    }

    @Test func functionsOfTwoNumbersAreWithinTheirBounds() {
        Self.expectBinaries(Float.self)
        Self.expectBinaries(Double.self)
    }

    @Test func wholeNumbersWrapAround() {
        var noise = Noise(3)
        let pairs = (0..<500).map { _ in (Int32(truncatingIfNeeded: noise.word()), Int32(truncatingIfNeeded: noise.word())) }
        let (x, y) = (Memory(LK_INT32, pairs.map { Double($0.0) }), Memory(LK_INT32, pairs.map { Double($0.1) }))
        atEachLevel { level in
            let product = Memory(LK_INT32, x.values)
            var program = RowProgram<Double>(rows: [1], columns: pairs.count)
            let (a, b) = (program.load(x, LK_TILE), program.load(y, LK_TILE))
            program.store(program.step(LK_WRAP_MULTIPLY, LK_TILE, a, b), product)
            program.run()
            #expect(product.values == pairs.map { Double($0.0 &* $0.1) }, "\(level)")
        }
    }
}
