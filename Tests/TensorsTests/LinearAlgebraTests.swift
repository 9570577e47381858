import Diagnostics
import Testing

@testable import Tensors

private func near(_ a: Tensor, _ b: Tensor, _ tolerance: Double = 1e-12) -> Bool {
    a.shape == b.shape && zip(a.doubles, b.doubles).allSatisfy { abs($0 - $1) <= tolerance }
}

@Suite struct LinearAlgebraTests {
    let m = Tensor([4, 1, 2, 1, 3, 0, 2, 0, 5], shape: [3, 3])

    /// numpy.linalg.
    @Test func publishedValues() throws {
        #expect(near(try m.solve(Tensor([1.0, 2, 3])), Tensor([-0.3023255813953489, 0.7674418604651163, 0.7209302325581396])))
        #expect(abs(try m.determinant().double(at: 0) - 43) < 1e-12)
        #expect(abs(try m.logDeterminant().logarithm.exp().double(at: 0) - 43) < 1e-11)
        #expect(
            near(try m.cholesky(), Tensor([2, 0, 0, 0.5, 1.6583123951777, 0, 1, -0.30151134457776363, 1.9771421064483223], shape: [3, 3])))
        #expect(near(try m.eigh().values, Tensor([1.8548973087995775, 3.476023602918134, 6.669079088282287])))
        #expect(near(try Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]).svd().s, Tensor([9.525518091565107, 0.5143005806586443])))
        let rotation = try Tensor([0, -1, 1, 0], shape: [2, 2]).eigenvalues()
        #expect(near(rotation.real, Tensor([0.0, 0])) && rotation.imaginary.doubles.map { abs($0) } == [1, 1])
    }

    @Test func factorsMultiplyBack() throws {
        for (rows, columns) in [(5, 3), (3, 5), (4, 4), (1, 1), (40, 17)] {
            let a = Tensor(normal(rows * columns, Key(seed: UInt64(rows))), shape: [rows, columns])
            let k = min(rows, columns)
            let (q, r) = try a.qr()
            #expect(near(try q.matmul(r), a))
            #expect(near(try q.transposed().matmul(q), try .eye(k)))
            let (u, s, vt) = try a.svd()
            let scaled = try u * s
            #expect(near(try scaled.matmul(vt), a))
            #expect(near(try vt.matmul(vt.transposed()), try .eye(k)))
            let gram = try a.matmul(a.transposed()) + Tensor.eye(rows)
            let l = try gram.cholesky()
            #expect(near(try l.matmul(l.transposed()), gram, 1e-11))
            let (w, v) = try gram.eigh()
            let stretched = try v * w
            #expect(near(try stretched.matmul(v.transposed()), gram, 1e-11))
            #expect(near(try gram.matmul(gram.inverse()), try .eye(rows), 1e-10))
            let b = try l.triangularSolve(a)
            #expect(near(try l.matmul(b), a, 1e-11))
            #expect(near(try l.transposed().matmul(l.triangularSolve(a, transposed: true)), a, 1e-11))
        }
    }

    @Test func productShapes() throws {
        let cases: [([Int], [Int], [Int])] = [
            ([3], [3], []), ([2, 3], [3], [2]), ([3], [3, 4], [4]), ([2, 3], [3, 4], [2, 4]), ([5, 2, 3], [3, 4], [5, 2, 4]), ([5, 1, 2, 3], [6, 3, 4], [5, 6, 2, 4]),
            ([2, 0], [0, 3], [2, 3]), ([5, 2, 3], [3], [5, 2]),
        ]
        for (left, right, shape) in cases { #expect(try Tensor.ones(left).matmul(.ones(right)).shape == shape, "\(left) @ \(right)") }
        let a = Tensor(normal(60, Key(seed: 1)), shape: [5, 4, 3])
        let b = Tensor(normal(30, Key(seed: 2)), shape: [5, 3, 2])
        let both = try a.matmul(b)
        for i in 0..<5 { #expect(near(both.row(i), try a.row(i).matmul(b.row(i)))) }
        #expect(throws: Diagnostic.self) { try Tensor.ones([2, 3]).matmul(.ones([2, 3])) }
        let holed = Tensor([1, 2, 3, 4], shape: [2, 2], missing: [true, false, false, false])
        #expect(try holed.matmul(Tensor.eye(2)).missing == [true, true, false, false])
    }

    @Test func whatCannotBeSolvedSaysSo() {
        #expect(throws: Diagnostic.self) { try Tensor([1, 2, 2, 4], shape: [2, 2]).inverse() }
        #expect(throws: Diagnostic.self) { try Tensor([1, 2, 2, 1], shape: [2, 2]).cholesky() }
        #expect(throws: Diagnostic.self) { try Tensor([1, .nan, 2, 1], shape: [2, 2]).svd() }
        #expect(throws: Diagnostic.self) { try Tensor([1.0, 2]).inverse() }
    }
}
