/// The candidates nearest to a mistyped name, best first, at most three; empty where none is near.
///
/// Nearness is the Damerau-Levenshtein distance (optimal string alignment), with case changes counted half; the bound grows with the name's length.
public func nearest(to name: String, among candidates: some Sequence<String>) -> [String] {
    let bound = name.count <= 3 ? 1.0 : name.count <= 6 ? 2.0 : 3.0
    var scored: [(distance: Double, name: String)] = []
    for candidate in Set(candidates) where abs(candidate.count - name.count) <= 3 && candidate != name {
        var distance = editDistance(Array(name), Array(candidate))
        // What begins with the name is what was cut short: `samp` means `sample` and not `clamp`.
        if name.count >= 3, candidate.hasPrefix(name) { distance /= 2 }
        if distance <= bound, distance < Double(max(name.count, candidate.count)) { scored.append((distance, candidate)) }
    }
    scored.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let best = scored.first else { return [] }
    return scored.prefix { $0.distance <= best.distance + 0.5 }.prefix(3).map(\.name)
}

/// `did you mean a or b?`, where something is near.
public func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
    let near = nearest(to: name, among: candidates)
    return near.isEmpty ? nil : "did you mean " + near.map { "`\($0)`" }.joined(separator: " or ") + "?"
}

private func editDistance(_ a: [Character], _ b: [Character]) -> Double {
    var rows = [[Double]](repeating: [Double](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { rows[i][0] = Double(i) }
    for j in 0...b.count { rows[0][j] = Double(j) }
    guard !a.isEmpty, !b.isEmpty else { return Double(max(a.count, b.count)) }
    for i in 1...a.count {
        for j in 1...b.count {
            let change = a[i - 1] == b[j - 1] ? 0 : a[i - 1].lowercased() == b[j - 1].lowercased() ? 0.5 : 1
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1) }
        }
    }
    return rows[a.count][b.count]
}
