import Datasets
import Foundation

/// The cells run since the kernel started.
struct History: Sendable {
    struct Entry: Sendable {
        var count: Int
        var input: String
        var output: String?
    }
    private(set) var entries: [Entry] = []

    mutating func append(count: Int, input: String, output: String?) {
        entries.append(Entry(count: count, input: input, output: output))
    }

    /// The last `count` entries.
    func tail(_ count: Int) -> [Entry] { entries.suffix(max(0, count)) }

    /// Entries by execution count, `stop` not included.
    func range(from start: Int, to stop: Int?) -> [Entry] {
        entries.filter { $0.count >= start && $0.count < stop ?? Int.max }
    }

    /// The last `count` entries whose input matches a pattern of the shell's kind (`*`, `?`, `[...]`).
    ///
    /// - Parameter unique: whether only the last of equal inputs counts.
    func search(_ pattern: String, count: Int?, unique: Bool) -> [Entry] {
        var found = entries.filter { fnmatch(pattern, $0.input, 0) == 0 }
        if unique {
            var seen: Set<String> = []
            found = found.reversed().filter { seen.insert($0.input).inserted }.reversed()
        }
        return found.suffix(max(0, count ?? found.count))
    }
}

/// `history_request`: the inputs of earlier cells, and their outputs where asked for. The kernel remembers the present session, number 1.
enum HistoryRequest: Handler {
    static let type = "history_request"
    private static let session = 1

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        let content = request.content
        let history = kernel.history.withLock { $0 }
        let count = content["n"]?.int
        let entries: [History.Entry]
        switch content["hist_access_type"]?.string {
        case "range":
            let isPresent = [0, session].contains(content["session"]?.int ?? 0)
            entries = isPresent ? history.range(from: content["start"]?.int ?? 0, to: content["stop"]?.int) : []
        case "search":
            entries = history.search(content["pattern"]?.string ?? "*", count: count, unique: content["unique"]?.bool ?? false)
        default: entries = history.tail(count ?? history.entries.count)
        }
        let withOutput = content["output"]?.bool ?? false
        let rows = entries.map { entry -> JSONValue in
            let input = JSONValue.string(entry.input)
            let output = entry.output.map { JSONValue.string($0) } ?? .null
            return [JSONValue(session), JSONValue(entry.count), withOutput ? [input, output] : input]
        }
        return ["status": "ok", "history": .array(rows)]
    }
}
