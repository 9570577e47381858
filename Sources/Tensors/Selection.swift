/// Which elements of a row-major buffer make up a result, axis by axis: the source position of an element is the
/// offset plus what each axis adds.
///
/// Slices, transposes, flips, tiles and broadcasts are strided axes; picking by positions is a table.
struct Selection {
    enum Axis {
        case strided(count: Int, step: Int)
        case table([Int])

        var count: Int {
            switch self {
            case .strided(let count, _): count
            case .table(let positions): positions.count
            }
        }
    }
    let offset: Int
    let axes: [Axis]
    let count: Int

    init(offset: Int = 0, _ axes: [Axis]) {
        self.offset = offset
        var merged: [Axis] = []
        for axis in axes {
            if case .strided(1, _) = axis { continue }
            if case .strided(let count, let step) = axis, case .strided(let before, let stride)? = merged.last, stride == count * step {
                merged[merged.count - 1] = .strided(count: before * count, step: step)
            } else {
                merged.append(axis)
            }
        }
        count = axes.reduce(1) { $0 * $1.count }
        self.axes = count == 0 ? [] : merged
    }

    /// Calls `body` with stretches of the selection in order: its position in the result, in the source, the step in the source, the length.
    func forEachRun(_ body: (_ result: Int, _ source: Int, _ step: Int, _ count: Int) -> Void) {
        guard count > 0 else { return }
        var result = 0
        func visit(_ depth: Int, _ source: Int) {
            guard depth < axes.count else {
                body(result, source, 1, 1)
                result += 1
                return
            }
            let isLast = depth == axes.count - 1
            switch axes[depth] {
            case .strided(let count, let step):
                if isLast {
                    body(result, source, step, count)
                    result += count
                } else {
                    for i in 0..<count { visit(depth + 1, source + i * step) }
                }
            case .table(let positions):
                for position in positions { visit(depth + 1, source + position) }
            }
        }
        visit(0, offset)
    }

    /// Copies the selected elements out, in order.
    func gathered<T: BitwiseCopyable>(_ values: [T]) -> [T] {
        values.withUnsafeBufferPointer { values in
            [T](unsafeUninitializedCapacity: count) { out, initialized in
                if axes.count == 1, case .table(let positions) = axes[0] {
                    for (i, position) in positions.enumerated() { out[i] = values[offset + position] }
                } else {
                    forEachRun { result, source, step, count in
                        if step == 1 {
                            (out.baseAddress! + result).update(from: values.baseAddress! + source, count: count)
                        } else {
                            for i in 0..<count { out[result + i] = values[source + i * step] }
                        }
                    }
                }
                initialized = count
            }
        }
    }

    /// Writes values over the selected elements, in order; a single value goes everywhere.
    func scatter<T: BitwiseCopyable>(_ values: [T], into target: inout [T]) {
        let advance = values.count == 1 ? 0 : 1
        values.withUnsafeBufferPointer { values in
            target.withUnsafeMutableBufferPointer { target in
                forEachRun { result, source, step, count in
                    for i in 0..<count { target[source + i * step] = values[(result + i) * advance] }
                }
            }
        }
    }
}

extension Elements {
    func gathered(_ selection: Selection) -> Elements {
        switch self {
        case .bool(let values): .bool(selection.gathered(values))
        case .int32(let values): .int32(selection.gathered(values))
        case .float32(let values): .float32(selection.gathered(values))
        case .float64(let values): .float64(selection.gathered(values))
        }
    }

    /// Elements one after the other; all must be of one type.
    static func joined(_ parts: [Elements]) -> Elements {
        guard var result = parts.first else { return .float64([]) }
        for part in parts.dropFirst() { result.append(part) }
        return result
    }
}

extension Tensor {
    /// The selected elements, in a shape of as many.
    func gathered(_ selection: Selection, shape: [Int]) -> Tensor {
        if let trace = Trace.of(self) { return trace.gathered(self, selection, shape: shape) }
        return Tensor(elements.gathered(selection), shape: shape, missing: missing.map(selection.gathered))
    }
}
