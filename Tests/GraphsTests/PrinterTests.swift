import Diagnostics
import Testing

@testable import Graphs

@Suite struct PrinterTests {
    /// What the printer says of each operation beside its operands.
    @Test func attributes() throws {
        let b = Builder()
        func float(_ shape: Int...) -> Symbol { b.input(TensorType(.float32, shape)) }
        let (x, y, images) = (float(2, 3), float(3, 3), float(1, 6, 6, 2))
        let (rows, offset) = (b.input(TensorType(.int32, [4])), b.input(TensorType(.int32, [])))
        let convolution = Convolution(strides: [2, 1], low: [1, 0], high: [0, 1], dilations: [1, 2], groups: 2)
        let pooling = Pooling(.maximum, window: [2, 2], strides: [2, 1])
        let kernel = b.constant(Literal([0.5, -1, 2, 1e20, .infinity, .nan, 0, 3].map { $0 }, TensorType(.float32, [2, 2, 1, 2])))
        let made = b.add(.convolution(convolution), [images, kernel])
        let pooled = b.add(.pool(pooling), [images])
        let outputs: [Symbol] = [
            b.iota(axis: 1, TensorType(.int32, [2, 3])), b.draw(.normal, TensorType(.float32, [2])), x.unary(.exp), x.compared(.less, 0.5),
            x.converted(to: .bool), x.sum(axes: [0, 1]), b.add(.argmax(axis: 1), [x]), b.add(.cumulativeSum(axis: 0, reverse: true), [x]),
            x.product(y, transposeRight: true), made, b.add(.convolutionImage(convolution, spatial: [6, 6]), [made, kernel]),
            b.add(.convolutionKernel(convolution, spatial: [2, 2]), [images, made]), pooled,
            b.add(.poolGradient(pooling), [images, pooled, pooled]),
            b.add(.gather, [x, rows]), b.add(.scatterAdd(rows: 5), [rows, float(4)]), x.reshaped([6]), b.add(.transpose([1, 0]), [x]),
            x.broadcast(to: [4, 2, 3]),
            b.add(.slice(starts: [0, 1], ends: [2, 3], steps: [1, 2]), [x]),
            b.add(.pad(low: [1, 0], high: [0, 1], interior: [0, 2]), [x]),
            b.add(.concatenate(axis: 0), [x, x]), b.add(.reverse(axis: 1), [x]), b.add(.dynamicSlice(axis: 1, count: 2), [x, offset]),
            b.add(.updateSlice(axis: 1), [x, float(2, 1), offset]), b.add(.cholesky, [y]),
            b.add(.triangularSolve(lower: false, transposed: true), [y, y]),
        ]
        let graph = try b.finish(outputs)
        try graph.verify()
        #expect(
            graph.description == """
                %0 = input(0) : float32[2, 3]
                %1 = input(1) : float32[3, 3]
                %2 = input(2) : float32[1, 6, 6, 2]
                %3 = input(3) : int32[4]
                %4 = input(4) : int32
                %5 = constant(0.5, -1, 2, 1e+20, ...) : float32[2, 2, 1, 2]
                %6 = convolution(strides [2, 1], padding [1, 0] [0, 1], dilations [1, 2], groups 2) %2 %5 : float32[1, 3, 5, 2]
                %7 = maximumPool(window [2, 2], strides [2, 1]) %2 : float32[1, 3, 5, 2]
                %8 = iota(axis 1) : int32[2, 3]
                %9 = normal(site 0) : float32[2]
                %10 = exp %0 : float32[2, 3]
                %11 = constant(0.5) : float32[2, 3]
                %12 = less %0 %11 : bool[2, 3]
                %13 = convert %0 : bool[2, 3]
                %14 = sum(axes [0, 1]) %0 : float32
                %15 = argmax(axis 1) %0 : int32[2]
                %16 = cumsum(axis 0 from the end) %0 : float32[2, 3]
                %17 = product(right transposed) %0 %1 : float32[2, 3]
                %18 = convolutionImage(strides [2, 1], padding [1, 0] [0, 1], dilations [1, 2], groups 2) %6 %5 : float32[1, 6, 6, 2]
                %19 = convolutionKernel(strides [2, 1], padding [1, 0] [0, 1], dilations [1, 2], groups 2) %2 %6 : float32[2, 2, 1, 2]
                %20 = maximumPoolGradient(window [2, 2], strides [2, 1]) %2 %7 %7 : float32[1, 6, 6, 2]
                %21 = gather %0 %3 : float32[4, 3]
                %22 = input(5) : float32[4]
                %23 = scatterAdd(rows 5) %3 %22 : float32[5]
                %24 = reshape %0 : float32[6]
                %25 = transpose([1, 0]) %0 : float32[3, 2]
                %26 = broadcast %0 : float32[4, 2, 3]
                %27 = slice(0..<2, 1..<3 by 2) %0 : float32[2, 1]
                %28 = pad([1, 0] [0, 1] interior [0, 2]) %0 : float32[3, 8]
                %29 = concatenate(axis 0) %0 %0 : float32[4, 3]
                %30 = reverse(axis 1) %0 : float32[2, 3]
                %31 = dynamicSlice(axis 1, count 2) %0 %4 : float32[2, 2]
                %32 = input(6) : float32[2, 1]
                %33 = updateSlice(axis 1) %0 %32 %4 : float32[2, 3]
                %34 = cholesky %1 : float32[3, 3]
                %35 = triangularSolve(upper, transposed) %1 %1 : float32[3, 3]
                return %8, %9, %10, %12, %13, %14, %15, %16, %17, %6, %18, %19, %7, %20, %21, %23, %24, %25, %26, %27, %28, %29, %30, %31, %33, %34, %35
                """)
    }
}
