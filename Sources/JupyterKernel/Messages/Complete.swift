import Datasets

/// `complete_request`: what could stand at the cursor.
enum Complete: Handler {
    static let type = "complete_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        let (code, cursor) = request.codeAndCursor
        let completions = kernel.evaluator.completions(of: code, cursor: cursor)
        let start = JSONValue(completions.range.lowerBound)
        let end = JSONValue(completions.range.upperBound)
        // What kind of thing each is, under the key that front ends look at for it.
        let kinds = completions.items.map { item -> JSONValue in
            ["text": .string(item.text), "type": .string(item.kind), "start": start, "end": end]
        }
        return [
            "status": "ok",
            "matches": .array(completions.items.map { .string($0.text) }),
            "cursor_start": start,
            "cursor_end": end,
            "metadata": ["_jupyter_types_experimental": .array(kinds)],
        ]
    }
}

extension Message {
    /// The code of a request and the cursor in it, in code points, which is how Jupyter counts. Without a cursor, the end.
    var codeAndCursor: (code: String, cursor: Int) {
        let code = content["code"]?.string ?? ""
        let length = code.unicodeScalars.count
        let cursor = content["cursor_pos"]?.int ?? length
        return (code, min(max(0, cursor), length))
    }
}
