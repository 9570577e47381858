import Diagnostics
import Testing

@testable import Tensors

@Suite struct IndexingTests {
    let x = Tensor((0..<24).map(Double.init), shape: [2, 3, 4])

    /// numpy of arange(24).reshape(2, 3, 4).
    @Test func forms() throws {
        let cases: [([Index], [Int], [Double])] = [
            ([.at(-1), .at(0)], [4], [12, 13, 14, 15]),
            ([.at(1), .at(2), .at(3)], [], [23]),
            ([.all, .positions(Tensor([2.0, 0])), .at(1)], [2, 2], [9, 1, 21, 13]),
            ([.at(0), .slice(start: nil, end: nil, step: -1), .slice(start: 1, end: 3)], [3, 2], [9, 10, 5, 6, 1, 2]),
            ([.positions(Tensor([0.0, 1])), .all, .positions(Tensor([1.0, 2]))], [2, 3], [1, 5, 9, 14, 18, 22]),
            ([.at(0), .at(0), .slice(start: 1, end: -1)], [2], [1, 2]),
            ([.at(0), .at(0), .slice(start: 0, end: -1, inclusive: true)], [4], [0, 1, 2, 3]),
            ([.at(0), .at(0), .slice(start: 3, end: 0, step: -2)], [2], [3, 1]),
            ([.at(0), .at(1), .newAxis], [1, 4], [4, 5, 6, 7]),
            ([.mask(Tensor([false, true])), .at(0), .at(0)], [1], [12]),
            ([.mask(try Tensor.binary(.greater, x, Tensor(20.0)))], [3], [21, 22, 23]),
            ([.all, .at(0), .positions(Tensor([0, 3, 1, 2], shape: [2, 2]))], [2, 2, 2], [0, 3, 1, 2, 12, 15, 13, 14]),
            ([.slice(start: 2, end: nil)], [0, 3, 4], []),
        ]
        for (indices, shape, values) in cases {
            let result = try x.indexed(indices)
            #expect(result.shape == shape && result.doubles == values, "\(indices): \(result.shape) \(result.doubles)")
        }
        #expect(x.row(1).doubles == (12..<24).map(Double.init))
    }

    @Test func errors() {
        let bad: [[Index]] = [
            [.at(2)], [.at(-3)], [.at(0), .at(0), .at(0), .at(0)], [.slice(start: 0, end: 3)], [.positions(Tensor([0.5]))], [.positions(Tensor([7.0]))],
            [.mask(Tensor([true]))], [.slice(start: 0, end: 1, step: 0)], [.at(.min)], [.slice(start: .min, end: .max, step: .max)],
        ]
        for indices in bad { #expect(throws: Diagnostic.self) { try x.indexed(indices) } }
    }

    /// Setting what was selected and reading it again gives it back, and leaves the rest and the original alone.
    @Test func settingThenReading() throws {
        let selections: [[Index]] = [
            [.at(0)], [.all, .at(1)], [.slice(start: nil, end: nil, step: 1), .slice(start: 2, end: 0, step: -1)], [.positions(Tensor([1.0, 0]))],
            [.mask(try Tensor.binary(.less, x, Tensor(5.0)))], [.at(1), .at(1), .at(1)],
        ]
        for indices in selections {
            let shape = try x.indexed(indices).shape
            let value = Tensor((0..<shape.reduce(1, *)).map { -1 - Double($0) }, shape: shape)
            var copy = x
            try copy.set(indices, to: value)
            #expect(try copy.indexed(indices).doubles == value.doubles)
            #expect(x.doubles == (0..<24).map(Double.init))
            #expect(zip(copy.doubles, x.doubles).filter { $0 != $1 }.count == value.count)
        }
        var copy = x
        #expect(throws: Diagnostic.self) { try copy.set([.at(0)], to: Tensor([1.0, 2])) }
    }

    @Test func missingComesAndGoes() throws {
        var v = Tensor([1.0, 2, 3])
        let none = try Tensor.missing([])
        try v.set([.at(1)], to: none)
        #expect(v.missing == [false, true, false])
        try v.set([.positions(Tensor([1.0, 1]))], to: none)
        #expect(v.missing == [false, true, false])
        try v.set([.at(1)], to: Tensor(5.0))
        #expect(v.missing == nil && v.doubles == [1, 5, 3])
        try v.set([.all], to: none)
        #expect(v.missing == [true, true, true])
    }

    @Test func appending() throws {
        var v = Tensor([Double]())
        for i in 0..<1000 { try v.append(Tensor(Double(i))) }
        let shared = v
        try v.append(Tensor(-1.0))
        #expect(v.shape == [1001] && shared.shape == [1000] && shared.doubles == (0..<1000).map(Double.init))
        var m = Tensor([Double]())
        try m.append(Tensor([1.0, 2]))
        try m.append(Tensor([3.0, 4]))
        #expect(m.shape == [2, 2])
        #expect(throws: Diagnostic.self) { try m.append(Tensor([1.0])) }
    }

    @Test func typesWiden() throws {
        var flags = Tensor([true, false])
        try flags.set([.at(1)], to: Tensor(true))
        #expect(flags.dtype == .bool)
        try flags.set([.at(1)], to: Tensor(3.0))
        #expect(flags.dtype == .float64 && flags.doubles == [1, 3])
    }
}
