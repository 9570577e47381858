import Foundation

/// The inputs of all terminals, one a line, oldest first.
///
/// Terminals that run at the same time append to one file under a lock, so none overwrites what another has written.
struct HistoryFile: Sendable {
    /// How many inputs are kept.
    static let limit = 10_000

    let path: String

    /// Where the history is kept (XDG base directory specification: state that survives restarts).
    static func defaultPath(environment: [String: String]) -> String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/latent/history" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.local/state/latent/history" }
    }

    /// All inputs. A file of more than twice the limit is cut to its newest.
    func load() -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let entries = HistoryFile.decode(String(decoding: data, as: UTF8.self))
        let kept = HistoryFile.merged(entries)
        if entries.count > 2 * HistoryFile.limit { shorten() }
        return kept
    }

    /// Adds an input. A history that cannot be written is no reason to disturb the person who types.
    func append(_ entry: String) {
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        withLock { descriptor in HistoryFile.write(HistoryFile.encode(entry) + "\n", to: descriptor) }
    }

    private func shorten() {
        withLock { descriptor in
            // Read again under the lock: another terminal may have written meanwhile.
            guard let data = FileManager.default.contents(atPath: path) else { return }
            let kept = HistoryFile.merged(HistoryFile.decode(String(decoding: data, as: UTF8.self)))
            guard ftruncate(descriptor, 0) == 0 else { return }
            HistoryFile.write(kept.map { HistoryFile.encode($0) + "\n" }.joined(), to: descriptor)
        }
    }

    private func withLock(_ body: (Int32) -> Void) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { return }
        body(descriptor)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { written += count } else if errno != EINTR { return }
        }
    }

    // MARK: Format

    /// An input of many lines as one line: `\n` for a newline, `\\` for a backslash.
    static func encode(_ entry: String) -> String {
        entry.unicodeScalars.reduce(into: "") { line, scalar in
            switch scalar {
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            default: line.unicodeScalars.append(scalar)
            }
        }
    }

    /// The inputs in a file's text. Empty lines are none.
    static func decode(_ text: String) -> [String] {
        text.unicodeScalars.split(separator: "\n").map { line in
            var entry = String.UnicodeScalarView()
            var isEscaped = false
            for scalar in line {
                if isEscaped {
                    entry.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
                    isEscaped = false
                } else if scalar == "\\" {
                    isEscaped = true
                } else {
                    entry.append(scalar)
                }
            }
            return String(entry)
        }
    }

    /// The newest inputs up to the limit, each where it was used last.
    static func merged(_ entries: [String], limit: Int = limit) -> [String] {
        var seen: Set<String> = []
        var kept: [String] = []
        for entry in entries.reversed() where kept.count < limit && seen.insert(entry).inserted { kept.append(entry) }
        return kept.reversed()
    }
}
