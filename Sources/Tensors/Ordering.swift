import Diagnostics

extension Tensor {
    /// The order of a lane's positions: ascending, then NaN, then missing; equal values keep their order.
    private func order(_ lane: UnsafeBufferPointer<Double>, _ missing: (Int) -> Bool) -> [Int] {
        (0..<lane.count).sorted { i, j in
            let (x, y) = ((missing(i) ? 2 : lane[i].isNaN ? 1 : 0), (missing(j) ? 2 : lane[j].isNaN ? 1 : 0))
            if x != y { return x < y }
            return x > 0 || lane[i] == lane[j] ? i < j : lane[i] < lane[j]
        }
    }

    /// The positions along an axis that would sort it: ascending, NaN and then missing last; equal values keep their order.
    public func argsort(_ axis: Int = -1) throws(Diagnostic) -> Tensor {
        let axis = try resolved(axis: axis)
        let lanes = try lanes(axis)
        let length = lanes.length
        // Missing elements are marked in the lane itself, by their positions in lanes laid end to end.
        let mask: [Bool] = missing.map { mask in lanes.reduce(mask) { Array($0) }.flatMap { $0 } } ?? []
        var lane = 0
        let values: [Double] = lanes.transform(doubles) { values, out in
            let start = lane * length
            for (i, position) in order(values, { !mask.isEmpty && mask[start + $0] }).enumerated() { out[i] = Double(position) }
            lane += 1
        }
        return Tensor(values, shape: shape)
    }

    /// Ascending along an axis; NaN and then missing last.
    public func sorted(_ axis: Int = -1) throws(Diagnostic) -> Tensor {
        let axis = try resolved(axis: axis)
        if !hasMissing, firstNaN() == nil {
            let values: [Double] = try lanes(axis).transform(doubles) { lane, out in
                for (i, value) in lane.sorted().enumerated() { out[i] = value }
            }
            return try Tensor(values, shape: shape).converted(to: dtype)
        }
        let inner = shape[(axis + 1)...].reduce(1, *)
        let order = try argsort(axis).doubles
        let length = shape[axis]
        let table = order.indices.map { position -> Int in
            let lane = position / (length * inner) * length * inner + position % inner
            return lane + Int(order[position]) * inner
        }
        return gathered(Selection([.table(table)]), shape: shape)
    }

    /// The different values, ascending, and how often each occurs. What is missing is left out.
    public func unique() -> (values: Tensor, counts: Tensor) {
        let (values, counts, _) = distinct()
        return (values, Tensor(counts))
    }

    /// The different values, ascending, and for each element the position of its value among them; missing stays missing.
    public func codes() -> (values: Tensor, codes: Tensor) {
        let (values, _, codes) = distinct()
        return (values, Tensor(codes, shape: shape, missing: missing))
    }

    private func distinct() -> (values: Tensor, counts: [Int], codes: [Double]) {
        let numbers = doubles
        let order: [Int] = numbers.withUnsafeBufferPointer { lane in self.order(lane) { self.isMissing(at: $0) } }
        var firsts: [Int] = []
        var counts: [Int] = []
        var codes = [Double](repeating: 0, count: count)
        for position in order where !isMissing(at: position) {
            // NaN equals itself here.
            if let last = firsts.last, numbers[last] == numbers[position] || (numbers[last].isNaN && numbers[position].isNaN) {
                counts[counts.count - 1] += 1
            } else {
                firsts.append(position)
                counts.append(1)
            }
            codes[position] = Double(firsts.count - 1)
        }
        return (gathered(Selection([.table(firsts)]), shape: [firsts.count]), counts, codes)
    }
}
