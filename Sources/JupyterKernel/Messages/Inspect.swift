import Datasets
import Notebooks

/// `inspect_request`: what is known of the name at the cursor, as Shift-Tab shows it.
enum Inspect: Handler {
    static let type = "inspect_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        let (code, cursor) = request.codeAndCursor
        let bundle = kernel.evaluator.inspect(code, cursor: cursor)
        return ["status": "ok", "found": .bool(bundle != nil), "data": bundle?.json(asLines: false) ?? [:], "metadata": [:]]
    }
}
