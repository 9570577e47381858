import Displays
import Sessions

/// What the kernel asks of the language: what a `Session` does.
protocol Evaluating: Sendable {
    var executionCount: Int { get }
    func run(_ code: String, name: String?, silent: Bool, timeLimit: Double?, console: Console) -> Outcome
    func interrupt()
    func completeness(of code: String) -> Session.Completeness
    func completions(of code: String, cursor: Int) -> Session.Completions
    func inspect(_ code: String, cursor: Int) -> MIMEBundle?
}

extension Session: Evaluating {}
