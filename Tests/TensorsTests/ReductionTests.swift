import Diagnostics
import Testing

@testable import Tensors

private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-13) -> Bool {
    a == b || abs(a - b) <= tolerance * max(1, abs(b))
}

@Suite struct ReductionTests {
    /// numpy 2 and scipy.special.logsumexp of [2, 7, 1, 8, 2, 8].
    @Test func values() throws {
        let x = Tensor([2.0, 7, 1, 8, 2, 8])
        let cases: [(Reduction, Double)] = [
            (.sum, 28), (.product, 1792), (.variance, 11.066666666666666), (.median, 4.5), (.logsumexp, 8.864470489195982), (.argmax, 3), (.argmin, 2), (.min, 1),
            (.max, 8), (.count, 6), (.any, 1), (.all, 1),
        ]
        for (op, expected) in cases { #expect(close(try x.reduced(op).double(at: 0), expected), "\(op)") }
        #expect(try x.quantile(Tensor([0.1, 0.5, 0.9])).doubles == [1.5, 4.5, 8])
        #expect(try x.cumulative(.max).doubles == [2, 7, 7, 8, 8, 8])
    }

    /// Along every axis, each reduction is that of the transposed tensor's last axis.
    @Test func axesAgree() throws {
        let x = Tensor(normal(3 * 20 * 5, Key(seed: 4)), shape: [3, 20, 5])
        for op in Reduction.allCases {
            for axis in 0..<3 {
                let others = [0, 1, 2].filter { $0 != axis }
                let along = try x.reduced(op, axis: axis)
                let moved = try x.transposed(others + [axis]).reduced(op, axis: -1)
                #expect(along.shape == moved.shape)
                #expect(zip(along.doubles, moved.doubles).allSatisfy { close($0, $1, 1e-12) }, "\(op) axis \(axis)")
                #expect(try x.reduced(op, axis: axis, keep: true).shape[axis] == 1)
            }
        }
    }

    @Test func emptyAndShort() throws {
        let empty = Tensor([Double]())
        #expect(try empty.sum().double(at: 0) == 0)
        for op in [Reduction.max, .min, .mean, .median, .argmax] { #expect(throws: Diagnostic.self) { try empty.reduced(op) } }
        #expect(throws: Diagnostic.self) { try Tensor([1.0]).variance() }
        #expect(throws: Diagnostic.self) { try Tensor([1.0]).sum(axis: 1) }
    }

    @Test func sumIsAccurate() throws {
        // A million tenths: adding one by one loses nine digits' worth, 1.3e-6.
        #expect(abs(try Tensor.full([1_000_000], 0.1).sum().double(at: 0) - 100_000) < 1e-9)
    }

    @Test func orders() throws {
        let x = Tensor([3, .nan, 1, 9, 2], shape: [5], missing: [false, false, false, true, false])
        #expect(try x.argsort().doubles == [2, 4, 0, 1, 3])
        #expect(try x.sorted().missing == [false, false, false, false, true])
        let (values, counts) = Tensor([2.0, 1, 2, 2]).unique()
        #expect(values.doubles == [1, 2] && counts.doubles == [1, 3])
        #expect(Tensor([5.0, 1, 5]).codes().codes.doubles == [1, 0, 1])
        let matrix = Tensor([3.0, 1, 2, 9, 7, 8], shape: [2, 3])
        #expect(try matrix.sorted(0).doubles == [3, 1, 2, 9, 7, 8])
        #expect(try matrix.sorted(1).doubles == [1, 2, 3, 7, 8, 9])
    }
}
