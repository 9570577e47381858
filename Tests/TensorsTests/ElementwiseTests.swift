import Diagnostics
import Testing

@testable import Tensors

private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-13) -> Bool {
    a == b || abs(a - b) <= tolerance * max(1, abs(b))
}

@Suite struct ElementwiseTests {
    @Test func promotionFollowsTheTable() throws {
        let vector: [DType: Tensor] = try Dictionary(uniqueKeysWithValues: DType.allCases.map { ($0, try Tensor([1.0, 0]).converted(to: $0)) })
        let cases: [(DType, DType, DType)] = [
            (.bool, .bool, .float64), (.bool, .int32, .int32), (.int32, .int32, .int32), (.int32, .float32, .float32), (.float32, .float64, .float64),
            (.bool, .float32, .float32),
        ]
        for (a, b, expected) in cases {
            let x = try #require(vector[a])
            let y = try #require(vector[b])
            let (sum, swapped) = (try x + y, try y + x)
            #expect(sum.dtype == expected && swapped.dtype == expected, "\(a) + \(b)")
            #expect(try Tensor.binary(.less, x, y).dtype == .bool)
        }
        let (single, whole) = (try #require(vector[.float32]), try #require(vector[.int32]))
        let (scaled, ratio) = (try single * 0.1, try whole / whole)
        #expect(scaled.dtype == .float32 && ratio.dtype == .float64)
    }

    @Test func int32OverflowIsAnError() throws {
        let big = Tensor(.int32([.max]), shape: [1])
        let one = Tensor(.int32([1]), shape: [1])
        #expect(throws: Diagnostic.self) { try big + one }
        #expect(throws: Diagnostic.self) { try big * big }
        let less = try big - one
        #expect(less.doubles == [2_147_483_646])
    }

    /// Every pair of shapes agrees with reading both operands one element at a time.
    @Test func broadcastingAgreesWithItsDefinition() throws {
        let pairs: [([Int], [Int])] = [
            ([3], [3]), ([2, 3], [3]), ([2, 3], [2, 1]), ([], [4]), ([4], []), ([2, 1, 4], [3, 1]), ([2, 3, 4], [1, 3, 1]), ([5, 1], [1, 6]), ([0, 3], [1, 3]),
            ([1, 1], [1]), ([2, 1, 3, 1], [4, 1, 5]),
        ]
        for (left, right) in pairs {
            let a = Tensor((0..<left.reduce(1, *)).map { Double($0) + 1 }, shape: left)
            let b = Tensor((0..<right.reduce(1, *)).map { Double($0) * 10 + 3 }, shape: right)
            let result = try a - b
            let x = try a.broadcast(to: result.shape).doubles
            let y = try b.broadcast(to: result.shape).doubles
            #expect(result.doubles == zip(x, y).map { $0 - $1 }, "\(left) \(right)")
        }
        #expect(throws: Diagnostic.self) { try Tensor([1.0, 2]) + Tensor([1.0, 2, 3]) }
    }

    @Test func missingSpreads() throws {
        let a = Tensor([1, 2, 3], shape: [3], missing: [false, true, false])
        let more = try a + 1
        #expect(more.missing == [false, true, false])
        #expect(try Tensor.binary(.less, a, Tensor(2.0)).missing == [false, true, false])
        #expect(try a.sum().isMissing(at: 0))
        #expect(a.observed().doubles == [1, 3])
        #expect(try a.cumulative(.sum).missing == [false, true, true])
        #expect(try Tensor.select(Tensor([true, false, true]), a, Tensor(9.0)).missing == nil)
    }

    @Test func remainderTakesTheDivisorsSign() {
        // Python's %.
        for (x, y, expected) in [(5.0, 3.0, 2.0), (-5, 3, 1), (5, -3, -1), (-5, -3, -2), (5.5, 2, 1.5), (-6, 3, 0)] {
            #expect(BinaryOp.remainder.apply(x, y) == expected)
        }
    }

    /// scipy.special 1.17: digamma, gammaln, ndtri.
    @Test func specialFunctions() {
        let gamma: [(Double, Double, Double)] = [
            (0.1, -10.423754940411076, 2.252712651734206), (1, -0.5772156649015329, 0), (2.5, 0.7031566406452432, 0.2846828704729192),
            (-0.5, 0.03648997397857651, 1.2655121234846454), (-3.3, 3.6203534605921264, -0.8243558050174267), (30, 3.384438132685525, 71.257038967168),
            (1e5, 11.512920464961896, 1051287.7089736569),
        ]
        for (x, psi, lg) in gamma {
            #expect(close(digamma(x), psi, 1e-14), "digamma(\(x)) = \(digamma(x))")
            #expect(close(lgamma(x), lg, 1e-14), "lgamma(\(x))")
        }
        let normal: [(Double, Double)] = [
            (1e-300, -37.0470962993612), (1e-20, -9.262340089798409), (0.01, -2.3263478740408408), (0.3, -0.5244005127080409), (0.5, 0), (0.9, 1.2815515655446004),
            (0.999999, 4.753424308817087),
        ]
        for (p, z) in normal { #expect(close(normalQuantile(p), z, 1e-14), "\(p)") }
    }

    @Test func firstNaN() {
        #expect(Tensor([1, .nan]).firstNaN() == 1)
        #expect(Tensor([1, .nan], shape: [2], missing: [false, true]).firstNaN() == nil)
    }
}
