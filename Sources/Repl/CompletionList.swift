import Diagnostics

/// What Tab does with the candidates for one place.
enum CompletionList {
    /// The longest beginning that all candidates share.
    static func commonPrefix(_ candidates: [String]) -> String {
        guard var prefix = candidates.first.map({ Array($0.unicodeScalars) }) else { return "" }
        for candidate in candidates.dropFirst() {
            let shared = zip(prefix, candidate.unicodeScalars).prefix { $0 == $1 }.count
            prefix.removeSubrange(shared...)
        }
        return String(String.UnicodeScalarView(prefix))
    }

    /// The candidates in columns, read downwards, as `ls` shows files.
    ///
    /// - Parameters:
    ///   - width: the columns of the terminal.
    ///   - rows: how many rows are shown; what is left out is counted in a last line.
    static func columns(_ candidates: [String], width: Int, rows limit: Int = 20) -> String {
        guard !candidates.isEmpty else { return "" }
        let cell = (candidates.map(\.displayWidth).max() ?? 0) + 2
        let across = max(1, (width + 2) / cell)
        let shown = Array(candidates.prefix(across * limit))
        let rows = (shown.count + across - 1) / across
        var lines: [String] = []
        for row in 0..<rows {
            var line = ""
            for index in stride(from: row, to: shown.count, by: rows) {
                let isLast = index + rows >= shown.count
                line += shown[index] + (isLast ? "" : String(repeating: " ", count: cell - shown[index].displayWidth))
            }
            lines.append(line)
        }
        if shown.count < candidates.count { lines.append("... and \(candidates.count - shown.count) more") }
        return lines.joined(separator: "\n")
    }
}
