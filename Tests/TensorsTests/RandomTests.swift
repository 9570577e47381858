import Testing

@testable import Tensors

@Suite struct RandomTests {
    /// Known answers of the Random123 library (kat_vectors, philox4x32 with 10 rounds).
    @Test func knownAnswers() {
        let cases: [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)] = [
            ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            (
                [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
            ),
        ]
        for (counter, key, expected) in cases { #expect(philox(counter, key: key) == expected) }
    }

    @Test func bulkDrawsAreTheGeneratorsDraws() {
        let key = Key(seed: 7).folded(3)
        for count in [0, 1, 2, 7, 100] {
            var one = key.generator()
            #expect(uniform(count, key) == (0..<count).map { _ in one.uniform() })
            var two = key.generator()
            // Levels of the processor round differently.
            for draw in normal(count, key) {
                let expected = two.normal()
                #expect(abs(draw - expected) <= 4e-15 * abs(expected))
            }
        }
    }

    /// Moments of 1e5 draws within 5 standard errors.
    @Test func moments() {
        let n = 100_000
        let root = Double(n).squareRoot()
        let u = uniform(n, Key(seed: 11))
        #expect(u.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(abs(u.reduce(0, +) / Double(n) - 0.5) < 5 * 0.2887 / root)
        let z = normal(n, Key(seed: 12))
        let mean = z.reduce(0, +) / Double(n)
        let second = z.reduce(0) { $0 + $1 * $1 } / Double(n)
        let fourth = z.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(n)
        #expect(abs(mean) < 5 / root)
        #expect(abs(second - 1) < 5 * 1.4143 / root)
        #expect(abs(fourth - 3) < 5 * 9.798 / root)
    }

    /// Chi-squared over 10 cells, 9 degrees of freedom: 33.7 is the 0.9999 quantile.
    @Test func wholeNumbersAreEven() {
        var generator = Key(seed: 5).generator()
        var cells = [Double](repeating: 0, count: 10)
        for _ in 0..<100_000 { cells[generator.below(10)] += 1 }
        #expect(cells.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 } < 33.7)
        #expect(generator.permutation(50).sorted() == Array(0..<50))
    }

    @Test func derivedKeysAreApart() {
        let root = Key(seed: 0)
        let keys = [root] + root.split(100) + (0..<100).map { root.folded($0) } + root.split(3).flatMap { $0.split(30) }
        #expect(Set(keys).count == keys.count)
        #expect(Array(root.split(10).prefix(2)) == [root.split().0, root.split().1])
        // Words of different streams: 64 bits each, so none should meet.
        let words = keys.flatMap { key in
            var generator = key.generator()
            return (0..<50).map { _ in generator.next() }
        }
        #expect(Set(words).count == words.count)
    }

    @Test func theStreamOfACell() {
        var a = RandomStream(seed: 0, cell: 2)
        var b = RandomStream(seed: 0, cell: 2)
        var c = RandomStream(seed: 0, cell: 3)
        let first = a.next()
        #expect(first == b.next() && first != c.next() && a.next() != first)
        a.reseed(9)
        var fresh = RandomStream(seed: 9, cell: 1)
        #expect(a.next() == fresh.next())
    }
}
