import Foundation
import Kernels
import Testing

/// Draws of the kernels against the distribution functions that they should have.
@Suite struct DrawDistributionTests {
    private static let cipher: UInt64 = 0x1234_5678_9ABC_DEF0
    private static let stream: UInt64 = 42

    private func gamma(_ range: Range<Int>, _ shapes: [Double], logs: Bool = false, stream: UInt64 = stream) -> [Double] {
        var draws = [Double](repeating: 0, count: range.count)
        lk_gamma(&draws, Self.cipher, stream, Int64(range.lowerBound), Int64(range.upperBound), shapes, Int64(shapes.count), logs ? 1 : 0)
        return draws
    }

    private func uniform(_ range: Range<Int>) -> [Double] {
        var draws = [Double](repeating: 0, count: range.count)
        lk_uniform(LK_FLOAT64, &draws, Self.cipher, Self.stream, Int64(range.lowerBound), Int64(range.upperBound))
        return draws
    }

    /// The largest distance between the empirical distribution function and F, times the root of the number of draws: above 2.2 once in 8,000
    /// (Kolmogorov).
    private func distance(_ draws: [Double], _ cdf: (Double) -> Double) -> Double {
        let n = Double(draws.count)
        var largest = 0.0
        for (i, x) in draws.sorted().enumerated() {
            let p = cdf(x)
            largest = max(largest, abs(p - Double(i) / n), abs(Double(i + 1) / n - p))
        }
        return largest * n.squareRoot()
    }

    @Test func uniformAndNormalDistributions() {
        var draws = uniform(0..<200_000)
        #expect(draws.allSatisfy { $0 > 0 && $0 < 1 })
        #expect(distance(draws) { $0 } < 2.2)
        lk_normal(LK_FLOAT64, &draws, Self.cipher, Self.stream, 0, 200_000)
        #expect(distance(draws) { 0.5 * erfc(-$0 / 2.0.squareRoot()) } < 2.2)
    }

    /// Shapes whose distribution functions are elementary: chi-squared of one degree, exponential, Erlang.
    @Test func gammaDistributions() {
        let cases: [(shape: Double, cdf: (Double) -> Double)] = [
            (0.5, { erf($0.squareRoot()) }), (1, { -expm1(-$0) }), (2, { -expm1(-$0) - $0 * exp(-$0) }),
            (1.5, { erf($0.squareRoot()) - 2 * ($0 / .pi).squareRoot() * exp(-$0) }),
            (2.5, { erf($0.squareRoot()) - 2 * ($0 / .pi).squareRoot() * exp(-$0) * (1 + 2 * $0 / 3) }),
        ]
        for (place, test) in cases.enumerated() {
            let draws = gamma(0..<200_000, [test.shape], stream: UInt64(place))
            #expect(draws.allSatisfy { $0 > 0 && $0.isFinite })
            #expect(distance(draws, test.cdf) < 2.2, "shape \(test.shape)")
        }
        // Means and variances of n draws equal the shape, within five standard errors.
        for shape in [1e-2, 0.3, 20, 1e4, 1e9] {
            let n = 200_000.0
            let draws = gamma(0..<Int(n), [shape])
            let mean = draws.reduce(0, +) / n
            let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
            #expect(abs(mean - shape) < 5 * (shape / n).squareRoot(), "shape \(shape)")
            #expect(abs(variance / shape - 1) < 5 * ((2 + 6 / shape) / n).squareRoot(), "shape \(shape)")
        }
    }

    /// The mean of the logarithm is digamma of the shape, its variance trigamma: -100.5608855 and 10001.62 at 0.01 (Abramowitz and Stegun 6.3.5, 6.4.6).
    @Test func logarithmsOfGammaDraws() {
        let n = 100_000.0
        let logs = gamma(0..<Int(n), [0.01], logs: true)
        #expect(abs(logs.reduce(0, +) / n + 100.5608855) < 5 * (10001.62 / n).squareRoot())
        for (log, draw) in zip(gamma(0..<3000, [0.3, 4], logs: true), gamma(0..<3000, [0.3, 4])) {
            #expect(abs(exp(log) - draw) <= 1e-13 * draw)
        }
        // Shapes so small that their draws are no numbers.
        #expect(gamma(0..<100, [1e-5]).allSatisfy { $0 >= 0x1p-1022 })
        #expect(gamma(0..<100, [1e-5], logs: true).allSatisfy { $0.isFinite })
    }

    /// Single draws, worked out from the definition with SciPy 1.17's normal quantile; the last of each shape had one attempt refused.
    @Test func gammaDrawsAreTheDefinitions() {
        let cases: [(shape: Double, place: Int, draw: Double)] = [
            (0.3, 0, 0.11185151920869747), (0.3, 1, 1.1805926302607415e-09), (0.3, 216, 1.3242974307439794), (1, 0, 4.02235438229128),
            (1, 1, 0.4970499976567173), (1, 138, 0.6165232260614735), (2.5, 0, 6.675726246772226), (2.5, 1, 1.8476049096030545),
            (2.5, 253, 2.607126098210416),
        ]
        for test in cases {
            let draw = gamma(test.place..<test.place + 1, [test.shape])[0]
            #expect(abs(draw - test.draw) < 1e-12 * test.draw, "shape \(test.shape), place \(test.place)")
        }
    }

    /// Any part of a stream can be made alone, to the bit: this is why the number of threads does not matter.
    @Test func partsAreThoseOfTheWhole() {
        let shapes = (0..<1500).map { 0.2 + Double($0) / 100 }
        let table = Table((0..<40).map { Double($0 + 1) / 40 })
        for period in [1, 2, 7, 1024, 1025, 1500] {
            let some = Array(shapes[..<period])
            let whole = gamma(0..<2000, some)
            for range in [0..<1, 3..<4, 1..<258, 255..<1300, 1999..<2000, 700..<2000] {
                #expect(gamma(range, some) == Array(whole[range]), "period \(period), \(range)")
            }
        }
        let (numbers, places) = (uniform(0..<2000), table.draws(0..<2000))
        for range in [0..<1, 3..<4, 1..<258, 255..<1300, 1999..<2000] {
            #expect(uniform(range) == Array(numbers[range]))
            #expect(table.draws(range) == Array(places[range]))
        }
    }

    private struct Table {
        let cumulated: [Double]
        let guide: [Int32]
        let bits: Int32

        init(_ cumulated: [Double], bits: Int32 = 12) {
            (self.cumulated, self.bits) = (cumulated, bits)
            var guide = [Int32](repeating: 0, count: 1 << bits)
            cumulated.withUnsafeBufferPointer {
                var table = lk_guided_table(cumulated: $0.baseAddress, guide: nil, size: Int32($0.count), bits: bits, lowest: 0)
                lk_guide(&table, &guide)
            }
            self.guide = guide
        }

        func draws(_ range: Range<Int>, lowest: Double = 0) -> [Double] {
            var draws = [Double](repeating: 0, count: range.count)
            cumulated.withUnsafeBufferPointer { cumulated in
                guide.withUnsafeBufferPointer { guide in
                    var table = lk_guided_table(
                        cumulated: cumulated.baseAddress, guide: guide.baseAddress, size: Int32(cumulated.count), bits: bits, lowest: lowest
                    )
                    lk_lookup(
                        &table, &draws, DrawDistributionTests.cipher, DrawDistributionTests.stream, Int64(range.lowerBound),
                        Int64(range.upperBound))
                }
            }
            return draws
        }
    }

    /// Every draw is the first place whose cumulated probability exceeds its uniform number, whatever the table.
    @Test func tablesAreInverted() {
        let numbers = uniform(0..<20_000)
        let tables: [[Double]] = [
            [1], [0.3, 1], [0, 0, 0.5, 0.5, 1], (0..<1000).map { Double($0 + 1) / 1000 }, (0..<30).map { 1 - pow(0.3, Double($0 + 1)) },
            [1e-9, 1 - 1e-9, 1], (0..<5000).map { (Double($0 + 1) / 5000).squareRoot() },
            // Places crowded into a few cells of the guide.
            (0..<3000).map { 0.4 + 1e-4 * Double($0) / 3000 } + [1],
        ]
        for (which, cumulated) in tables.enumerated() {
            for (u, draw) in zip(numbers, Table(cumulated).draws(0..<20_000, lowest: 3)) {
                let place = Int(draw) - 3
                #expect(cumulated.indices.contains(place), "table \(which)")
                let isFirst = place == 0 || cumulated[place - 1] <= u
                #expect(isFirst && (cumulated[place] > u || place == cumulated.count - 1), "table \(which), \(u)")
            }
        }
    }
}
