import Kernels

/// A run of elements of an array that is being filled with draws: part of one thread's share, small enough to stay in its cache.
///
/// What a stretch is filled with depends on the places of its elements alone, so that results do not depend on how an array is cut.
public struct Stretch {
    /// The elements' places in the whole array.
    public let range: Range<Int>
    public let values: UnsafeMutableBufferPointer<Double>

    private var start: UnsafeMutablePointer<Double>? { values.baseAddress }
    private var first: Int64 { Int64(range.lowerBound) }
    private var end: Int64 { Int64(range.upperBound) }

    /// Uniform on the open interval from 0 to 1: element i is draw i of the key's generator.
    public func uniform(_ key: Key) { lk_uniform(LK_FLOAT64, start, key.cipher, key.stream, first, end) }

    /// Normal with mean 0 and standard deviation 1: element i is draw i of the key's generator.
    public func normal(_ key: Key) { lk_normal(LK_FLOAT64, start, key.cipher, key.stream, first, end) }

    /// Gamma with rate 1, or their logarithms: element i has shape `shapes[i % shapes.count]`, of which none may be 0 or less, or infinite.
    public func gamma(_ shapes: [Double], _ key: Key, logs: Bool = false) {
        lk_gamma(start, key.cipher, key.stream, first, end, shapes, Int64(shapes.count), logs ? 1 : 0)
    }

    /// The quantiles of a table: element i belongs to draw i of the key's generator.
    public func lookup(_ table: GuidedTable, _ key: Key) {
        table.withKernel { table in lk_lookup(table, start, key.cipher, key.stream, first, end) }
    }

    /// Replaces each number by a function of it.
    public func apply(_ op: UnaryOp) {
        guard let start else { return }
        lk_map(op.kernel, Int64(values.count), start, start)
    }
    @inline(__always)
    public func update(_ f: (Double) -> Double) { for i in 0..<values.count { values[i] = f(values[i]) } }
    /// Replaces each number by a function of it and of its counterpart.
    @inline(__always)
    public func update(with other: Stretch, _ f: (Double, Double) -> Double) {
        for i in 0..<values.count { values[i] = f(values[i], other.values[i]) }
    }

    /// Other numbers for the same elements, for as long as the body runs.
    public func withAnother(_ body: (Stretch) -> Void) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, range.count)) { other in
            body(Stretch(range: range, values: UnsafeMutableBufferPointer(rebasing: other[..<range.count])))
        }
    }
}

/// An array filled stretch by stretch, by several threads where it is long.
///
/// - Parameters:
///   - period: elements that belong together; every stretch begins with the first of some.
///   - work: about how many additions one element costs.
public func filled(_ count: Int, period: Int = 1, work: Int = 8, _ fill: @Sendable (Stretch) -> Void) -> [Double] {
    filled(count, period: period, work: work, pool: .shared, fill)
}

func filled(_ count: Int, period: Int = 1, work: Int = 8, pool: WorkerPool, _ fill: @Sendable (Stretch) -> Void) -> [Double] {
    guard count > 0 else { return [] }
    let rows = count / max(1, period)
    let chunks = PlanCompiler.chunks(rows: rows, columns: max(1, period), work: work)
    let stretch = max(1, 4096 / max(1, period))
    return [Double](unsafeUninitializedCapacity: count) { out, initialized in
        expectUse(out)
        // Threads write parts of their own.
        nonisolated(unsafe) let all = out
        pool.run(chunks) { chunk in
            let size = (rows + chunks - 1) / chunks
            var row = min(rows, chunk * size)
            let end = min(rows, row + size)
            while row < end {
                let next = min(end, row + stretch)
                let range = row * max(1, period)..<next * max(1, period)
                fill(Stretch(range: range, values: UnsafeMutableBufferPointer(rebasing: all[range])))
                row = next
            }
        }
        initialized = count
    }
}

/// A distribution over whole numbers from `lowest` on, by its cumulated probabilities, made ready for many draws.
public struct GuidedTable: Sendable {
    private let cumulated: [Double]
    private let guide: [Int32]
    private let bits: Int
    public let lowest: Double

    /// - Parameter cumulated: rising to 1, at least one.
    public init(lowest: Double, cumulated: [Double]) {
        (self.cumulated, self.lowest) = (cumulated, lowest)
        // Sixteen cells for each number: nearly all draws then need no search.
        var bits = 12
        while bits < 16, 1 << bits < 16 * cumulated.count { bits += 1 }
        self.bits = bits
        guide = [Int32](unsafeUninitializedCapacity: 1 << bits) { guide, initialized in
            cumulated.withUnsafeBufferPointer { cumulated in
                var table = lk_guided_table(
                    cumulated: cumulated.baseAddress, guide: nil, size: Int32(cumulated.count), bits: Int32(bits), lowest: lowest)
                lk_guide(&table, guide.baseAddress)
            }
            initialized = 1 << bits
        }
    }

    func withKernel(_ body: (UnsafePointer<lk_guided_table>) -> Void) {
        cumulated.withUnsafeBufferPointer { cumulated in
            guide.withUnsafeBufferPointer { guide in
                var table = lk_guided_table(
                    cumulated: cumulated.baseAddress, guide: guide.baseAddress, size: Int32(cumulated.count), bits: Int32(bits),
                    lowest: lowest)
                body(&table)
            }
        }
    }
}
