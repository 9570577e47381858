import Datasets

/// `is_complete_request`: whether Enter should run what was typed or open another line.
enum IsComplete: Handler {
    static let type = "is_complete_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        switch kernel.evaluator.completeness(of: request.content["code"]?.string ?? "") {
        case .complete: ["status": "complete"]
        case .incomplete(let indent): ["status": "incomplete", "indent": .string(indent)]
        case .invalid: ["status": "invalid"]
        }
    }
}
