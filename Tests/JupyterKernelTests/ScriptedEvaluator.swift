import Diagnostics
import Displays
import Foundation
import Sessions
import Synchronization

@testable import JupyterKernel

/// An evaluator that does what a few words say, so that the wire is tested apart from the language.
final class ScriptedEvaluator: Evaluating {
    private let count = Mutex(0)
    private let stop = Interrupt()

    var executionCount: Int { count.withLock { $0 } }
    func interrupt() { stop.request() }

    func run(_ code: String, name: String?, silent: Bool, timeLimit: Double?, console: Console) -> Outcome {
        stop.clear()
        let number = count.withLock { count in
            if !silent { count += 1 }
            return count
        }
        let words = code.split(separator: " ").map(String.init)
        let argument = words.count > 1 ? words[1] : ""
        switch words.first {
        case "print": for line in 0..<(Int(argument) ?? 0) { console.send(.output("line \(line)\n")) }
        case "note": console.send(.note(argument))
        case "show":
            console.send(.display(MIMEBundle(text: "a").adding(.png, .bytes([1, 2, 3])), id: "d"))
            console.send(.update(MIMEBundle(text: "b"), id: "d"))
        case "progress":
            for step in 1...1000 { console.send(.progress("step \(step)")) }
            console.send(.progress(nil))
        case "ask": console.send(.output(console.readLine.map { $0("name? ") ?? "nobody" } ?? "cannot ask"))
        case "loop":
            while !stop.isRequested { usleep(1000) }
            return .failed(Diagnostic("stopped", kind: .interrupted))
        case "fail": return .failed(Diagnostic("no such thing"))
        default: console.send(.result(MIMEBundle(text: code), count: number))
        }
        return .finished
    }

    func completeness(of code: String) -> Session.Completeness { code.hasSuffix("{") ? .incomplete(indent: "  ") : .complete }
    func completions(of code: String, cursor: Int) -> Session.Completions {
        .init(range: 0..<cursor, items: [.init(text: "sample", kind: "function")])
    }
    func inspect(_ code: String, cursor: Int) -> MIMEBundle? { code == "nothing" ? nil : MIMEBundle(text: "\(code) at \(cursor)") }
}
