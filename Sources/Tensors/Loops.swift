// The hot loops over elements. Raw pointers stay in this file and in the calls of OpenBLAS; the loops are
// written so that each use, with its function inlined, is vectorised.

import Kernels

/// Lets the system give a large array, about to be written whole, memory in large pages: it is then had and read several times as fast.
@inline(__always)
func expectUse<R>(_ out: UnsafeMutableBufferPointer<R>) {
    if out.count >= 1 << 19 { lk_expect_use(out.baseAddress, out.count * MemoryLayout<R>.stride) }
}

/// Applies a function to each element.
@inline(__always)
func mapped<T, R>(_ a: [T], _ f: (T) -> R) -> [R] {
    [R](unsafeUninitializedCapacity: a.count) { out, count in
        expectUse(out)
        a.withUnsafeBufferPointer { a in
            for i in 0..<a.count { out[i] = f(a[i]) }
        }
        count = a.count
    }
}

/// Applies a function to the pairs of elements that broadcasting brings together.
@inline(__always)
func zipped<T, R>(_ a: [T], _ b: [T], _ plan: BroadcastPlan, _ f: (T, T) -> R) -> [R] {
    [R](unsafeUninitializedCapacity: plan.count) { out, count in
        expectUse(out)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                let size = plan.inner.size
                if plan.inner.left == 0 {
                    plan.forEachRun { k, i, j in
                        let x = a[i]
                        for n in 0..<size { out[k + n] = f(x, b[j + n]) }
                    }
                } else if plan.inner.right == 0 {
                    plan.forEachRun { k, i, j in
                        let y = b[j]
                        for n in 0..<size { out[k + n] = f(a[i + n], y) }
                    }
                } else {
                    plan.forEachRun { k, i, j in
                        for n in 0..<size { out[k + n] = f(a[i + n], b[j + n]) }
                    }
                }
            }
        }
        count = plan.count
    }
}

/// Where two int32 operands meet in a sum, difference or product; nil where one overflows.
@inline(__always)
func zippedExactly(
    _ a: [Int32], _ b: [Int32], _ plan: BroadcastPlan, _ f: (Int64, Int64) -> Int64
) -> [Int32]? {
    var overflow: Int64 = 0
    let result = zipped(a, b, plan) { x, y -> Int32 in
        let wide = f(Int64(x), Int64(y))
        let narrow = Int32(truncatingIfNeeded: wide)
        overflow |= wide ^ Int64(narrow)
        return narrow
    }
    return overflow == 0 ? result : nil
}

/// Sums by pairs of halves, down to blocks of eight running sums: the error grows with log n, not n
/// (Higham, Accuracy and Stability of Numerical Algorithms, 4.2).
func pairwiseSum(_ x: UnsafeBufferPointer<Double>) -> Double {
    if x.count <= 256 {
        var lanes = SIMD8<Double>()
        let whole = x.count & ~7
        var i = 0
        while i < whole {
            lanes += UnsafeRawPointer(x.baseAddress! + i).loadUnaligned(as: SIMD8<Double>.self)
            i += 8
        }
        var sum = lanes.sum()
        while i < x.count {
            sum += x[i]
            i += 1
        }
        return sum
    }
    let half = (x.count / 2) & ~7
    return pairwiseSum(UnsafeBufferPointer(rebasing: x[..<half])) + pairwiseSum(UnsafeBufferPointer(rebasing: x[half...]))
}

/// The elements of a tensor seen as lanes along one axis: `[outer, length, inner]`, one lane for each pair of outer and inner.
struct Lanes {
    let outer: Int, length: Int, inner: Int

    var count: Int { outer * inner }

    /// Applies a function to each lane.
    func reduce<T, R>(_ values: [T], _ f: (UnsafeBufferPointer<T>) -> R) -> [R] {
        values.withUnsafeBufferPointer { values in
            [R](unsafeUninitializedCapacity: count) { out, initialized in
                forEach(values) { lane, position in (out.baseAddress! + position).initialize(to: f(lane)) }
                initialized = count
            }
        }
    }

    /// Replaces each lane by what a function writes for it, of the same length.
    func transform<T, R>(_ values: [T], _ f: (UnsafeBufferPointer<T>, UnsafeMutableBufferPointer<R>) -> Void) -> [R] {
        values.withUnsafeBufferPointer { values in
            [R](unsafeUninitializedCapacity: values.count) { out, initialized in
                initialized = values.count
                if inner == 1 {
                    return forEach(values) { lane, position in
                        f(lane, UnsafeMutableBufferPointer(rebasing: out[position * length..<(position + 1) * length]))
                    }
                }
                withUnsafeTemporaryAllocation(of: R.self, capacity: length) { buffer in
                    forEach(values) { lane, position in
                        f(lane, buffer)
                        let start = position / inner * length * inner + position % inner
                        for i in 0..<length { out[start + i * inner] = buffer[i] }
                    }
                }
            }
        }
    }

    /// Sums each lane; where lanes lie across, whole rows are added, in blocks.
    func sums(_ values: [Double]) -> [Double] {
        if inner == 1 { return reduce(values, pairwiseSum) }
        let block = 128
        var result = [Double](repeating: 0, count: count)
        var partial = [Double](repeating: 0, count: inner)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                partial.withUnsafeMutableBufferPointer { partial in
                    for slab in 0..<outer {
                        for first in stride(from: 0, to: length, by: block) {
                            for i in 0..<inner { partial[i] = 0 }
                            for row in first..<min(first + block, length) {
                                let start = (slab * length + row) * inner
                                for i in 0..<inner { partial[i] += values[start + i] }
                            }
                            for i in 0..<inner { result[slab * inner + i] += partial[i] }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Calls `body` with each lane, contiguous, and its position. Lanes that lie across are copied several at a time.
    private func forEach<T>(_ values: UnsafeBufferPointer<T>, _ body: (UnsafeBufferPointer<T>, Int) -> Void) {
        if inner == 1 {
            for position in 0..<outer { body(UnsafeBufferPointer(rebasing: values[position * length..<(position + 1) * length]), position) }
            return
        }
        guard inner > 0 else { return }
        let width = min(inner, 16)
        withUnsafeTemporaryAllocation(of: T.self, capacity: max(1, width * length)) { buffer in
            for slab in 0..<outer {
                for first in stride(from: 0, to: inner, by: width) {
                    let lanes = min(width, inner - first)
                    for i in 0..<length {
                        let start = (slab * length + i) * inner + first
                        for lane in 0..<lanes { (buffer.baseAddress! + lane * length + i).initialize(to: values[start + lane]) }
                    }
                    for lane in 0..<lanes {
                        body(UnsafeBufferPointer(rebasing: buffer[lane * length..<(lane + 1) * length]), slab * inner + first + lane)
                    }
                }
            }
        }
    }
}
