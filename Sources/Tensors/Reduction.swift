import Diagnostics
import Glibc

/// What makes one number of many. A reduction is a function of a lane: the elements along one axis, or all.
public enum Reduction: String, Sendable, CaseIterable {
    case sum, product, mean
    /// Divided by n - 1.
    case variance
    /// The root of `variance`.
    case sd
    case min, max, any, all, logsumexp, argmin, argmax, median
    /// How many are true (not 0).
    case count

    /// The fewest elements for which it has a value.
    var least: Int {
        switch self {
        case .sum, .product, .any, .all, .logsumexp, .count: 0
        case .mean, .min, .max, .argmin, .argmax, .median: 1
        case .variance, .sd: 2
        }
    }

    func dtype(of dtype: DType) -> DType {
        switch self {
        case .min, .max: dtype
        case .any, .all: .bool
        case .argmin, .argmax, .count: .float64
        case .sum, .product, .mean, .variance, .sd, .logsumexp, .median: dtype == .float32 ? .float32 : .float64
        }
    }

    fileprivate func callAsFunction(_ x: UnsafeBufferPointer<Double>) -> Double {
        switch self {
        case .sum: pairwiseSum(x)
        case .product: x.reduce(1, *)
        case .mean: pairwiseSum(x) / Double(x.count)
        case .variance: laneVariance(x)
        case .sd: laneVariance(x).squareRoot()
        case .min: x.reduce(.infinity) { $0 < $1 || $0.isNaN ? $0 : $1 }
        case .max: x.reduce(-.infinity) { $0 > $1 || $0.isNaN ? $0 : $1 }
        case .any: x.contains { $0 != 0 } ? 1 : 0
        case .all: x.allSatisfy { $0 != 0 } ? 1 : 0
        case .logsumexp: logSumExp(x)
        case .argmin: Double(extreme(x) { $0 < $1 })
        case .argmax: Double(extreme(x) { $0 > $1 })
        case .median: x.contains { $0.isNaN } ? .nan : quantile(x.sorted(), 0.5)
        case .count: x.reduce(0) { $0 + ($1 != 0 ? 1 : 0) }
        }
    }
}

private func laneVariance(_ x: UnsafeBufferPointer<Double>) -> Double {
    let mean = pairwiseSum(x) / Double(x.count)
    let squares = x.map { ($0 - mean) * ($0 - mean) }
    return squares.withUnsafeBufferPointer(pairwiseSum) / Double(x.count - 1)
}

private func logSumExp(_ x: UnsafeBufferPointer<Double>) -> Double {
    let top = Reduction.max(x)
    // Where the largest is infinite or NaN it is the answer.
    guard top.isFinite else { return top }
    return top + log(x.map { exp($0 - top) }.withUnsafeBufferPointer(pairwiseSum))
}

/// The first position of the largest or smallest; of the first NaN, where there is one.
private func extreme(_ x: UnsafeBufferPointer<Double>, _ better: (Double, Double) -> Bool) -> Int {
    var best = 0
    for i in 0..<x.count {
        if x[i].isNaN { return i }
        if better(x[i], x[best]) { best = i }
    }
    return best
}

/// The quantile of sorted values, linear between them (Hyndman and Fan's type 7, as in R and NumPy).
private func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let low = Int(place)
    let high = Swift.min(low + 1, sorted.count - 1)
    let weight = place - Double(low)
    return weight == 0 || sorted[low] == sorted[high] ? sorted[low] : sorted[low] + weight * (sorted[high] - sorted[low])
}

/// What runs along an axis.
public enum Accumulation: String, Sendable, CaseIterable {
    case sum, product, min, max
}

extension Tensor {
    /// The lanes along an axis, or the one lane of all elements.
    func lanes(_ axis: Int?) throws(Diagnostic) -> Lanes {
        guard let axis else { return Lanes(outer: 1, length: count, inner: 1) }
        let position = try resolved(axis: axis)
        return Lanes(outer: shape[..<position].reduce(1, *), length: shape[position], inner: shape[(position + 1)...].reduce(1, *))
    }

    /// Makes one number of each lane along an axis, or of all elements; `keep` leaves the axis in, with size 1.
    ///
    /// float32 stays float32, least and largest keep their type, `any` and `all` give bools, the rest float64. A result is missing where an element of its lane is.
    /// Throws where the axis does not exist, or a lane is too short: the sum of nothing is 0, its largest and its mean do not exist.
    public func reduced(_ op: Reduction, axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor {
        let lanes = try lanes(axis)
        guard lanes.length >= op.least || lanes.count == 0 else {
            throw Diagnostic(
                "\(op.rawValue) needs at least \(op.least) \(op.least == 1 ? "value" : "values"), and got \(lanes.length)",
                notes: ["the tensor has shape \(shape)"])
        }
        var shape = keep ? [Int](repeating: 1, count: rank) : []
        if let axis {
            let position = try resolved(axis: axis)
            shape = self.shape
            if keep { shape[position] = 1 } else { shape.remove(at: position) }
        }
        if let trace = Trace.of(self), let result = try trace.reduced(op, self, axis: axis, keep: keep) { return result }
        if op == .sum || op == .mean, axis == nil, let total = try (source as? Deferred)?.total() {
            let value = op == .sum ? total : try total / Double(count)
            return try value.reshaped(shape).converted(to: op.dtype(of: dtype))
        }
        let values: [Double]
        switch op {
        case .sum: values = lanes.sums(doubles)
        case .mean: values = mapped(lanes.sums(doubles)) { $0 / Double(lanes.length) }
        default: values = lanes.reduce(doubles) { op($0) }
        }
        let mask = missing.map { lanes.reduce($0) { $0.contains(true) } }
        return try Tensor(values, shape: shape, missing: mask).converted(to: op.dtype(of: dtype))
    }

    public func sum(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.sum, axis: axis, keep: keep) }
    public func product(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.product, axis: axis, keep: keep) }
    public func mean(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.mean, axis: axis, keep: keep) }
    public func variance(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor {
        try reduced(.variance, axis: axis, keep: keep)
    }
    public func sd(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.sd, axis: axis, keep: keep) }
    public func min(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.min, axis: axis, keep: keep) }
    public func max(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.max, axis: axis, keep: keep) }
    public func any(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.any, axis: axis, keep: keep) }
    public func all(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.all, axis: axis, keep: keep) }
    public func logsumexp(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor {
        try reduced(.logsumexp, axis: axis, keep: keep)
    }
    public func argmin(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.argmin, axis: axis, keep: keep) }
    public func argmax(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.argmax, axis: axis, keep: keep) }
    public func median(axis: Int? = nil, keep: Bool = false) throws(Diagnostic) -> Tensor { try reduced(.median, axis: axis, keep: keep) }

    /// The running sum, product, least or largest along an axis, or row-major over all. From the first missing element on, all are missing.
    public func cumulative(_ op: Accumulation, axis: Int? = nil) throws(Diagnostic) -> Tensor {
        let lanes = try lanes(axis)
        if let trace = Trace.of(self), let result = try trace.cumulative(op, self, axis: axis) { return result }
        let combine: BinaryOp
        switch op {
        case .sum: combine = .add
        case .product: combine = .multiply
        case .min: combine = .minimum
        case .max: combine = .maximum
        }
        let values: [Double] = lanes.transform(doubles) { lane, out in
            for i in 0..<lane.count { out[i] = i == 0 ? lane[0] : combine.apply(out[i - 1], lane[i]) }
        }
        let mask: [Bool]? = missing.map {
            lanes.transform($0) { lane, out in for i in 0..<lane.count { out[i] = lane[i] || (i > 0 && out[i - 1]) } }
        }
        let kept = op == .min || op == .max || dtype == .float32
        return try Tensor(values, shape: axis == nil ? [count] : shape, missing: mask).converted(to: kept ? dtype : .float64)
    }

    /// Quantiles along an axis, or of all elements; the axes of `q` come first. Linear between values (type 7 of Hyndman and Fan).
    public func quantile(_ q: Tensor, axis: Int? = nil) throws(Diagnostic) -> Tensor {
        let levels = q.doubles
        for level in levels where !(level >= 0 && level <= 1) {
            throw Diagnostic("a quantile's level must be between 0 and 1, and is \(formatNumber(level))", argument: "q")
        }
        guard !q.hasMissing else { throw Diagnostic("a quantile's level is missing", argument: "q") }
        let rest = try reduced(.median, axis: axis)
        let lanes = try lanes(axis)
        let sorted = lanes.reduce(doubles) { $0.contains { $0.isNaN } ? [] : $0.sorted() }
        let values = levels.flatMap { level in sorted.map { $0.isEmpty ? Double.nan : Tensors.quantile($0, level) } }
        let mask = rest.missing.map { mask in levels.flatMap { _ in mask } }
        return Tensor(values, shape: q.shape + rest.shape, missing: mask)
    }
}
