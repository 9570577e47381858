import Graphs

/// The axes in which a group of operations walks its elements: row axes, outermost first, and the columns; and each operand's strides along them.
struct Axes {
    var rows: [Int]
    var columns: Int
    /// One entry an operand: strides along the row axes, then the columns.
    var strides: [[Int]]

    /// Finds axes that suit every view of `count` elements, the innermost of which is the columns; `columns` may be prescribed.
    ///
    /// Nil where the views cut the elements in ways that do not go together, or need more axes than a row program has.
    init?(count: Int, columns: Int?, views: [View]) {
        // Where any view ends an axis, counted in elements from the last one.
        var cuts: Set<Int> = [1, count]
        if let columns { cuts.insert(columns) }
        for view in views.map(\.collapsed) where view.shape.count > 1 {
            var size = 1
            for axis in view.shape.indices.reversed() {
                size *= view.shape[axis]
                cuts.insert(size)
            }
        }
        let ends = cuts.sorted()
        var sizes: [Int] = []
        for (low, high) in zip(ends, ends.dropFirst()) {
            guard low > 0, high % low == 0 else { return nil }
            sizes.insert(high / low, at: 0)
        }
        if sizes.isEmpty { sizes = [1] }
        var all: [[Int]] = []
        for view in views {
            guard let refined = view.reshaped(sizes) else { return nil }
            all.append(zip(refined.strides, sizes).map { $1 == 1 ? 0 : $0 })
        }
        // Neighbours that every view walks as one are one; a prescribed number of columns keeps its edge.
        var merged: [(size: Int, strides: [Int])] = []
        var inner = 1
        for axis in sizes.indices.reversed() {
            let edge = columns.map { inner == $0 } ?? false
            if let last = merged.last, !edge, all.indices.allSatisfy({ all[$0][axis] == last.strides[$0] * last.size || last.size == 1 }) {
                let strides = last.size == 1 ? all.map { $0[axis] } : last.strides
                merged[merged.count - 1] = (last.size * sizes[axis], strides)
            } else {
                merged.append((sizes[axis], all.map { $0[axis] }))
            }
            inner *= sizes[axis]
        }
        // A prescribed single column, or columns that are all there is.
        if let columns {
            if columns == 1, merged[0].size != 1 || merged.count == 1 { merged.insert((1, views.map { _ in 0 }), at: 0) }
            guard merged[0].size == columns else { return nil }
        }
        if merged.count == 1 { merged.append((1, views.map { _ in 0 })) }
        guard merged.count - 1 <= Axes.maximumRank else { return nil }
        rows = merged.dropFirst().reversed().map(\.size)
        self.columns = merged[0].size
        strides = views.indices.map { view in merged.dropFirst().reversed().map { $0.strides[view] } + [merged[0].strides[view]] }
    }

    static let maximumRank = 6

    /// One run of elements cut into rows of so many.
    func cut(columns: Int, rows: Int) -> Axes {
        var result = self
        result.rows = [rows]
        result.columns = columns
        result.strides = strides.map { [($0.last ?? 0) * columns, $0.last ?? 0] }
        return result
    }
}
