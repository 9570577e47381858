import Kernels
import Testing

/// Reductions and running sums along the middle of three axes.
struct AxisTests {
    private static let sizes = [(1, 1, 1), (2, 3, 1), (3, 1, 4), (2, 7, 5), (1, 1025, 1), (2, 67, 33), (1, 300, 64)]

    private static func expect<T: Element>(_ type: T.Type, _ level: String) {
        for (outer, middle, inner) in sizes {
            for corner in [nil, T.nan, .infinity, -.infinity] {
                var noise = Noise(UInt64(outer * 7 + middle * 11 + inner))
                var x: [T] = noise.numbers(outer * middle * inner)
                if let corner { x[noise.below(x.count)] = corner }
                let memory = Memory(x)
                let name = "\(level) \(type.name) [\(outer), \(middle), \(inner)] with \(corner.map { "\($0)" } ?? "numbers")"
                for op in [LK_ROW_SUM, LK_ROW_MAX, LK_ROW_MIN, LK_ROW_ARGMAX] {
                    let y = Memory(op == LK_ROW_ARGMAX ? LK_INT32 : type.dtype, [Double](repeating: 5, count: outer * inner))
                    // In two parts, as two threads would.
                    for part in [0..<outer / 2, outer / 2..<outer] {
                        lk_reduce(
                            op, type.dtype, memory.start, y.start, Int64(outer), Int64(middle), Int64(inner), Int64(part.lowerBound),
                            Int64(part.upperBound))
                    }
                    for place in 0..<outer * inner {
                        let first = place / inner * middle * inner + place % inner
                        let terms = (0..<middle).map { x[first + $0 * inner] }
                        let nan = terms.firstIndex { $0.isNaN }
                        switch op {
                        case LK_ROW_SUM:
                            let want = terms.reduce(Wide(0)) { $0 + Wide($1) }
                            let size = terms.reduce(Wide(0)) { $0 + abs(Wide($1)) }
                            let near = abs(Wide(y[place]) - want) <= Wide(T.ulpOfOne) * Wide(middle) * size
                            #expect(near || Wide(y[place]) == want || (y[place].isNaN && want.isNaN), "\(name): \(y[place]), not \(want)")
                        case LK_ROW_ARGMAX:
                            let most = terms.max() ?? 0
                            #expect(y[place] == Double(nan ?? terms.firstIndex(of: most) ?? 0), "\(name), place of the largest")
                        default:
                            let want = op == LK_ROW_MAX ? terms.max() : terms.min()
                            #expect(nan != nil ? y[place].isNaN : y[place] == Double(want ?? 0), "\(name), extreme")
                        }
                    }
                }
            }
        }
    }

    @Test func reductionsAgree() {
        atEachLevel { level in
            Self.expect(Float.self, level)
            Self.expect(Double.self, level)
        }
    }

    @Test func runningSumsAgree() {
        for (outer, middle, inner) in Self.sizes {
            for dtype in [LK_INT32, LK_FLOAT32, LK_FLOAT64] {
                for reverse in [false, true] {
                    // Whole numbers, which add up exactly.
                    let x = Memory(dtype, (0..<outer * middle * inner).map { Double($0 * 7 % 19 - 9) })
                    let y = Memory(dtype, x.values)
                    lk_cumulative_sum(dtype, x.start, y.start, Int64(middle), Int64(inner), reverse ? 1 : 0, 0, Int64(outer))
                    var want = x.values
                    for i in 0..<outer {
                        for k in 0..<inner {
                            let places = (0..<middle).map { (i * middle + $0) * inner + k }
                            var sum = 0.0
                            for place in reverse ? places.reversed() : places {
                                sum += x[place]
                                want[place] = sum
                            }
                        }
                    }
                    #expect(y.values == want, "[\(outer), \(middle), \(inner)], type \(dtype.rawValue), reverse \(reverse)")
                }
            }
        }
    }
}
