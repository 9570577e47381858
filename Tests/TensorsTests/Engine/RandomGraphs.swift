import Diagnostics
import Testing

@testable import Graphs
@testable import Tensors

/// Writes graphs of random operations on small float64 tensors, from a seed.
struct GraphMaker {
    var random: Generator
    let builder = Builder()
    var pool: [Symbol] = []
    var inputs: [Tensor] = []
    /// Whether draws may occur.
    var draws = true
    /// Whether gradients are stopped: differences do not see it.
    var stops = false
    /// Whether all operations occur, those too that differences do not see through: whole numbers, gamma draws.
    var isWhole = false

    init(seed: UInt64) { random = Key(seed: seed).folded(31).generator() }

    mutating func pick<T>(_ values: [T]) -> T { values[random.below(values.count)] }
    private mutating func flag() -> Bool { random.below(2) == 1 }
    private mutating func shape(_ rank: Int) -> [Int] { (0..<rank).map { _ in random.below(30) == 0 ? 0 : 1 + random.below(4) } }

    mutating func input() {
        let shape = shape(random.below(4))
        pool.append(builder.input(TensorType(.float64, shape)))
        inputs.append(Tensor((0..<shape.reduce(1, *)).map { _ in 3 * random.uniform() - 1.5 }, shape: shape))
    }

    /// A graph of so many steps; its outputs are the last few values.
    static func graph(seed: UInt64, steps: Int, draws: Bool = true, stops: Bool = false, whole: Bool = false) throws(Diagnostic) -> (
        Graph, [Tensor]
    ) {
        var maker = GraphMaker(seed: seed)
        (maker.draws, maker.stops, maker.isWhole) = (draws, stops, whole)
        for _ in 0..<1 + maker.random.below(3) { maker.input() }
        for _ in 0..<steps { maker.step() }
        return (try maker.builder.finish(maker.pool.suffix(1 + maker.random.below(3))), maker.inputs)
    }

    private mutating func step() {
        let x = flag() ? pool[pool.count - 1] : pick(pool)
        guard let next = grown(x), next.type.count <= 500 else { return }
        pool.append(next)
    }

    /// Kept small, so that no chain of products runs away.
    private func bounded(_ x: Symbol) -> Symbol { x.unary(.tanh) }

    private mutating func grown(_ x: Symbol) -> Symbol? {
        switch random.below(12) {
        case 0, 1: return unary(x)
        case 2, 3: return binary(x)
        case 4, 5: return shaped(x)
        case 6: return reduced(x)
        case 7: return product(x)
        case 8: return indexed(x)
        case 9: return flag() ? convolved(x) : bent(x)
        case 10: return flag() ? solved(x) : flag() ? scanned(x) : nil
        default: return isWhole && flag() ? unseen(x) : sliced(x)
        }
    }

    private mutating func unary(_ x: Symbol) -> Symbol {
        let smooth: [UnaryOp] = [.negate, .sin, .cos, .tanh, .sigmoid, .softplus, .erf, .atan, .relu, .abs, .asinh, .floor]
        switch random.below(6) {
        case 0: return (x.unary(.square) + 0.5).unary(pick([.log, .sqrt, .reciprocal, .lgamma]))
        case 1: return bounded(x).unary(pick([.exp, .expm1, .exp2, .cosh]))
        case 2: return stops ? bounded(x).stopped() * bounded(x) : bounded(x).unary(.square)
        default: return x.unary(pick(smooth))
        }
    }

    private mutating func binary(_ x: Symbol) -> Symbol? {
        let other = pool.filter { (try? Shape.broadcast($0.shape, x.shape)) != nil }
        let y = flag() ? pick(other) : x.like(pick([0, 1, -1, 2, 0.5, 3]))
        switch random.below(7) {
        case 0: return x + y
        case 1: return x - y
        case 2: return bounded(x) * bounded(y)
        case 3: return x / (y.unary(.square) + 1)
        case 4: return Symbol.binary(pick([.minimum, .maximum]), x, y)
        case 5: return Symbol.binary(.power, x.unary(.square) + 1, bounded(y))
        default: return x.compared(pick([.less, .greater, .lessEqual]), y).select(x, y * 0.5)
        }
    }

    private mutating func shaped(_ x: Symbol) -> Symbol? {
        switch random.below(5) {
        case 0: return x.reshaped([x.type.count])
        case 1: return x.reshaped(flag() ? [1] + x.shape : x.shape + [1])
        case 2: return x.transposed(random.permutation(x.rank))
        case 3:
            let lead = 1 + random.below(3)
            return x.broadcast(to: [lead] + x.shape.map { $0 == 1 ? 1 + random.below(3) : $0 })
        default: return x.rank > 0 ? builder.add(.reverse(axis: random.below(x.rank)), [x]) : nil
        }
    }

    private mutating func reduced(_ x: Symbol) -> Symbol? {
        guard x.rank > 0 else { return nil }
        let axes = (0..<x.rank).filter { _ in flag() }
        switch random.below(6) {
        case 0:
            // Smoothed, so that ties (of copies, of relu's zeros) do not occur.
            let spread = builder.iota(axis: 0, x.type) * 0.37
            return axes.contains { x.shape[$0] == 0 }
                ? nil : bounded(x + spread.unary(.sin)).reduced(pick([.maximum, .minimum]), axes: axes, keep: flag())
        case 1: return builder.add(.cumulativeSum(axis: random.below(x.rank), reverse: flag()), [x])
        case 2: return axes.contains { x.shape[$0] == 0 } ? nil : x.logSumExp(axes: axes, keep: flag())
        default: return x.sum(axes: axes, keep: flag())
        }
    }

    private mutating func product(_ x: Symbol) -> Symbol? {
        guard x.rank >= 2 else { return nil }
        let (left, right) = (flag(), flag())
        let k = x.shape[x.rank - (left ? 2 : 1)]
        let n = 1 + random.below(3)
        let fitting = pool.filter {
            $0.rank == x.rank && $0.shape.dropLast(2) == x.shape.dropLast(2) && $0.shape[$0.rank - (right ? 1 : 2)] == k
        }
        if let y = fitting.last { return bounded(x).product(bounded(y), transposeLeft: left, transposeRight: right) }
        let shape = Array(x.shape.dropLast(2)) + (right ? [n, k] : [k, n])
        let y = builder.constant(Literal(sample(shape, random.below(1000)).doubles, TensorType(.float64, shape)))
        return bounded(x).product(y, transposeLeft: left, transposeRight: right)
    }

    private mutating func indexed(_ x: Symbol) -> Symbol? {
        guard x.rank > 0, x.shape[0] > 0 else { return nil }
        let rows = x.shape[0]
        func whole(_ values: [Int], _ shape: [Int]) -> Symbol {
            builder.constant(Literal(values.map(Double.init), TensorType(.int32, shape)))
        }
        let axis = random.below(x.rank)
        switch random.below(5) {
        case 0:
            let shape = [1 + random.below(3)] + (flag() ? [2] : [])
            return builder.add(.gather, [x, whole((0..<shape.reduce(1, *)).map { _ in random.below(rows) }, shape)])
        case 1: return builder.add(.scatterAdd(rows: 4), [whole((0..<rows).map { _ in random.below(4) }, [rows]), x])
        case 2:
            let count = random.below(x.shape[axis] + 1)
            return builder.add(.dynamicSlice(axis: axis, count: count), [x, whole([random.below(x.shape[axis] - count + 1)], [])])
        case 3:
            guard x.shape[axis] > 0 else { return nil }
            let part = x.slice(axis: axis, 0..<1).unary(.cos)
            return builder.add(.updateSlice(axis: axis), [x, part, whole([random.below(x.shape[axis])], [])])
        default: return builder.add(.gather, [x, builder.add(.argmax(axis: 0), [x.unary(.sin)])]).unary(.sin)
        }
    }

    private mutating func convolved(_ x: Symbol) -> Symbol? {
        guard x.rank == 3 || x.rank == 4, !x.shape.contains(0) else { return nil }
        let spatial = x.rank - 2
        let geometry = Convolution(
            strides: (0..<spatial).map { _ in 1 + random.below(2) }, low: (0..<spatial).map { _ in random.below(2) },
            high: (0..<spatial).map { _ in 1 + random.below(2) },
            dilations: (0..<spatial).map { _ in 1 + random.below(2) }, groups: x.shape[x.rank - 1] % 2 == 0 && flag() ? 2 : 1)
        let kernel = (0..<spatial).map { _ in 1 + random.below(2) } + [x.shape[x.rank - 1] / geometry.groups, 2]
        guard geometry.outputSizes(image: Array(x.shape[1..<1 + spatial]), kernel: Array(kernel.prefix(spatial))) != nil else { return nil }
        let weights = builder.constant(Literal(sample(kernel, random.below(1000)).doubles, TensorType(.float64, kernel)))
        return bounded(builder.add(.convolution(geometry), [x, flag() ? weights : weights * bounded(x.sum())]))
    }

    private mutating func bent(_ x: Symbol) -> Symbol? {
        if draws, random.below(3) == 0 { return x * builder.draw(pick([.uniform, .normal]), x.type) }
        guard x.rank == 3, x.shape[0] > 0, x.shape[1] > 1, x.shape[2] > 0 else { return nil }
        return builder.add(.pool(Pooling(.mean, window: [2], strides: [1 + random.below(2)])), [x])
    }

    private mutating func solved(_ x: Symbol) -> Symbol? {
        guard x.rank >= 2, !x.shape.contains(0) else { return nil }
        let square = bounded(x).product(bounded(x), transposeRight: true)
        let type = TensorType(.int32, square.shape)
        let diagonal = builder.iota(axis: square.rank - 1, type).compared(.equal, builder.iota(axis: square.rank - 2, type))
        let factor = builder.add(.cholesky, [diagonal.select(square + 1, square)])
        return flag() ? factor : builder.add(.triangularSolve(lower: true, transposed: flag()), [factor, x])
    }

    private mutating func scanned(_ x: Symbol) -> Symbol? {
        guard x.rank > 0 else { return nil }
        let other = pick(pool)
        let (reverse, draw) = (flag(), draws && flag())
        do throws(Diagnostic) {
            let start = x.like(0).sum(axes: [0])
            let (last, stacks) = try builder.scan(
                length: x.shape[0], carried: [start, other.sum()], sequences: [x], constants: [other], reverse: reverse
            ) { (h, x, w) throws(Diagnostic) in
                let noise = draw ? h[0].builder.draw(.uniform, h[0].type) : h[0].like(0.7)
                let next = (h[0] * noise + x[0] + w[0].sum().broadcast(to: x[0].shape)).unary(.tanh)
                return ([next, (h[1] * 0.5 + next.sum() + w[0].sum()).unary(.sin)], [next * h[1], h[0].unary(.square)])
            }
            return pick(last + stacks)
        } catch {
            return nil
        }
    }

    private mutating func sliced(_ x: Symbol) -> Symbol? {
        guard x.rank > 0 else { return nil }
        let axis = random.below(x.rank)
        let size = x.shape[axis]
        switch random.below(4) {
        case 0:
            let start = random.below(size + 1)
            return x.slice(axis: axis, start..<start + random.below(size - start + 1))
        case 1:
            let starts = x.shape.map { random.below($0 + 1) }
            return builder.add(.slice(starts: starts, ends: x.shape, steps: x.shape.map { _ in 1 + random.below(3) }), [x])
        case 2:
            return builder.add(
                .pad(
                    low: x.shape.map { _ in random.below(2) }, high: x.shape.map { _ in random.below(2) },
                    interior: x.shape.map { _ in random.below(2) }),
                [x])
        default:
            let fitting = pool.filter { y in
                guard y.rank == x.rank else { return false }
                return x.shape.indices.allSatisfy { $0 == axis || y.shape[$0] == x.shape[$0] }
            }
            return Symbol.concatenated([x] + (flag() ? [pick(fitting)] : [x, x.unary(.sin)]), axis: axis)
        }
    }
}
