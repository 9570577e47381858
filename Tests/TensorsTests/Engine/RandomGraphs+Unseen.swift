import Diagnostics

@testable import Graphs
@testable import Tensors

extension GraphMaker {
    /// What differences do not see through, or what has no gradient everywhere.
    mutating func unseen(_ x: Symbol) -> Symbol? {
        // No NaN becomes a whole number.
        let small = x.compared(.equal, x).select(x.unary(.tanh), x.like(0.25))
        let other = pool.last { $0.shape == x.shape } ?? small
        let y = other.compared(.equal, other).select(other.unary(.sin), x.like(-0.5))
        switch random.below(8) {
        case 0:
            return builder.draw(.gamma, x.type, [small.unary(.square) + 0.1]).unary(.sin)
        case 1: return whole(small, y)
        case 2:
            let tests: [BinaryOp] = [.equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual]
            let (a, b) = (small.compared(pick(tests), y), small.unary(.floor).compared(pick(tests), y))
            return builder.add(.binary(pick([.and, .or])), [a, b]).select(x, y)
        case 3, 4: return function(pick(UnaryOp.allCases), small)
        case 5: return Symbol.binary(pick([.remainder, .atan2]), small, y + 1.5)
        case 6:
            guard x.rank == 3, x.shape[0] > 0, x.shape[1] > 1, x.shape[2] > 0 else { return small.converted(to: .bool).select(y, small) }
            return builder.add(.pool(Pooling(.maximum, window: [2], strides: [1])), [small + builder.iota(axis: 1, x.type) * 0.31])
        default: return (small * 8).unary(.floor).converted(to: .float32).converted(to: .float64) * 0.1
        }
    }

    /// Arithmetic of whole numbers.
    private mutating func whole(_ x: Symbol, _ y: Symbol) -> Symbol {
        let (a, b) = ((x * 40).converted(to: .int32), (y * 7).converted(to: .int32))
        let operations: [BinaryOp] = [.add, .subtract, .multiply, .minimum, .maximum, .remainder]
        var result = Symbol.binary(pick(operations), Symbol.binary(pick(operations), a, b), a)
        if result.rank > 0 {
            let axis = random.below(result.rank)
            switch random.below(4) {
            case 0: result = result.reduced(pick([.sum, .maximum, .minimum]), axes: [axis])
            case 1: result = builder.add(.cumulativeSum(axis: axis, reverse: true), [result])
            case 2 where result.shape[axis] > 0: result = builder.add(.argmax(axis: axis), [result])
            default: break
            }
        }
        return result.converted(to: .float64).unary(.sin)
    }

    /// A function of numbers between -1 and 1, moved to where it has values.
    private func function(_ op: UnaryOp, _ x: Symbol) -> Symbol {
        switch op {
        case .reciprocal, .sqrt, .cbrt, .log, .log2, .log10, .log1p, .lgamma, .digamma, .trigamma: (x + 1.5).unary(op)
        case .acosh: (x + 2.5).unary(op)
        case .asin, .acos, .atanh: (x * 0.9).unary(op)
        case .not: x.compared(.less, 0).unary(.not).select(x, x * 2)
        case .isfinite, .isnan, .isinf: (x / x.unary(.floor)).unary(op).select(x, x * 2)
        case .negate, .abs, .sign, .square, .exp, .exp2, .expm1, .sin, .cos, .tan, .atan, .sinh, .cosh, .tanh, .asinh, .sigmoid, .softplus,
            .relu, .erf, .erfc, .floor, .ceil, .round, .trunc:
            x.unary(op)
        }
    }
}

/// Each case of `Op`, so that the graphs made can be asked whether all occur.
enum OpKind: CaseIterable {
    case input, constant, iota, random, unary, binary, select, convert, stopGradient, reduce, argmax, cumulativeSum, product, convolution
    case convolutionImage, convolutionKernel, pool, poolGradient, gather, scatterAdd, reshape, transpose, broadcast, slice, pad, concatenate
    case reverse, updateSlice, dynamicSlice, cholesky, triangularSolve, scan, result

    /// A new operation has to be given a place here, and in the graphs.
    init(_ op: Op) {
        self =
            switch op {
            case .input: .input
            case .constant: .constant
            case .iota: .iota
            case .random: .random
            case .unary: .unary
            case .binary: .binary
            case .select: .select
            case .convert: .convert
            case .stopGradient: .stopGradient
            case .reduce: .reduce
            case .argmax: .argmax
            case .cumulativeSum: .cumulativeSum
            case .product: .product
            case .convolution: .convolution
            case .convolutionImage: .convolutionImage
            case .convolutionKernel: .convolutionKernel
            case .pool: .pool
            case .poolGradient: .poolGradient
            case .gather: .gather
            case .scatterAdd: .scatterAdd
            case .reshape: .reshape
            case .transpose: .transpose
            case .broadcast: .broadcast
            case .slice: .slice
            case .pad: .pad
            case .concatenate: .concatenate
            case .reverse: .reverse
            case .updateSlice: .updateSlice
            case .dynamicSlice: .dynamicSlice
            case .cholesky: .cholesky
            case .triangularSolve: .triangularSolve
            case .scan: .scan
            case .result: .result
            }
    }
}
