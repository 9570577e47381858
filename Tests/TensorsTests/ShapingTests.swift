import Diagnostics
import Testing

@testable import Tensors

@Suite struct ShapingTests {
    let x = Tensor((0..<24).map(Double.init), shape: [2, 3, 4])

    @Test func properties() throws {
        #expect(try x.reshaped([4, -1]).shape == [4, 6])
        for axes in [[0, 1, 2], [2, 0, 1], [1, 0, 2], [2, 1, 0]] {
            let inverse = axes.indices.map { axis in axes.firstIndex(of: axis) ?? 0 }
            #expect(try x.transposed(axes).transposed(inverse).doubles == x.doubles)
        }
        // numpy: arange(24).reshape(2, 3, 4).transpose(2, 0, 1).ravel()[:8]
        #expect(try Array(x.transposed([2, 0, 1]).doubles.prefix(8)) == [0, 4, 8, 12, 16, 20, 1, 5])
        for axis in -3..<3 {
            let size = x.shape[axis < 0 ? axis + 3 : axis]
            let pieces = try x.split([1, size - 1], axis: axis)
            #expect(try Tensor.concatenated(pieces, axis: axis).doubles == x.doubles)
            #expect(try x.flipped(axis).flipped(axis).doubles == x.doubles)
        }
        #expect(try Tensor.stacked([Tensor([1.0, 2]), Tensor([3.0, 4])], axis: 1).doubles == [1, 3, 2, 4])
        #expect(try Tensor([1.0, 2]).tiled([2, 2]).doubles == [1, 2, 1, 2, 1, 2, 1, 2])
        #expect(try Tensor([1.0, 2, 3, 4], shape: [2, 2]).repeated(2, axis: 1).doubles == [1, 1, 2, 2, 3, 3, 4, 4])
    }

    @Test func refusals() {
        #expect(throws: Diagnostic.self) { try x.reshaped([5, 5]) }
        #expect(throws: Diagnostic.self) { try x.reshaped([-1, 7]) }
        #expect(throws: Diagnostic.self) { try x.transposed([0, 0, 1]) }
        #expect(throws: Diagnostic.self) { try Tensor.zeros([1 << 40]) }
        #expect(throws: Diagnostic.self) { try Tensor.zeros([1 << 40, 1 << 40]) }
        #expect(throws: Diagnostic.self) { try Tensor.zeros([-1]) }
        #expect(throws: Diagnostic.self) { try Tensor.arange(0, 1e30) }
        #expect(throws: Diagnostic.self) { try Tensor([1.0]).repeated(.max, axis: 0) }
        #expect(throws: Diagnostic.self) { try Tensor([1.0]).repeated(-1, axis: 0) }
    }

    @Test func text() throws {
        let cases: [(Tensor, String)] = [
            (Tensor([1.0, 2.5, -3]), "[1, 2.5, -3]"),
            (Tensor([1, 2], shape: [2], missing: [false, true]), "[1, missing]"),
            (Tensor([1, 2.5, 10.25, 3], shape: [2, 2]), "[[ 1,     2.5],\n [10.25,  3]]"),
            (Tensor([true, false]), "[true, false]"),
            (Tensor(.float32([0.1]), shape: [1]), "[0.1]"),
            (try Tensor.arange(0, 2000), "[0, 1, 2, ..., 1997, 1998, 1999]"),
        ]
        for (tensor, text) in cases { #expect(tensor.description == text) }
        let numbers: [(Double, String)] = [
            (3, "3"), (0.1, "0.1"), (1e-5, "1e-5"), (1e15, "1e15"), (1.5e300, "1.5e300"), (999_999_999_999_999, "999999999999999"), (.infinity, "inf"),
            (1_234_567_890_123_456, "1.234567890123456e15"), (.nan, "nan"),
        ]
        for (x, text) in numbers {
            #expect(formatNumber(x) == text)
            #expect(x.isNaN || Double(formatNumber(x)) == x)
        }
    }
}
