import Diagnostics
import Foundation
import Sessions

/// The exit codes of the program.
public enum ExitCode {
    public static let done: Int32 = 0
    public static let failed: Int32 = 1
    public static let usage: Int32 = 2
    public static let timedOut: Int32 = 3
    public static let unreadable: Int32 = 4
    public static let interrupted: Int32 = 130

    /// The exit code of a cell that ended so.
    public static func of(_ outcome: Outcome) -> Int32 {
        switch outcome.diagnostic?.kind {
        case nil: done
        case .error, .incomplete: failed
        case .timedOut: timedOut
        case .interrupted: interrupted
        }
    }
}

/// Runs a program as one cell and prints what it shows and the value of its last expression. What `latent -e CODE` does.
///
/// - Parameters:
///   - name: how errors name the place.
///   - readsInput: whether `input("...")` may read standard input; not where the program itself came from there.
/// - Returns: the exit code.
public func runScript(_ source: String, name: String, session: Session = Session(), readsInput: Bool = true) -> Int32 {
    let screen = Screen()
    let keyboard = Keyboard()
    InterruptSignal.watch {
        session.interrupt()
        keyboard.interrupt()
    }
    let console = Console(send: screen.show) { prompt in
        guard readsInput else { return nil }
        screen.write(prompt)
        return keyboard.readLine()
    }
    let outcome = session.run(source, name: name, console: console)
    screen.finish(outcome)
    return ExitCode.of(outcome)
}

/// Reads a program from standard input to its end and runs it. What `latent -` does.
public func runStandardInput(session: Session = Session()) -> Int32 {
    let data = (try? FileHandle.standardInput.readToEnd()) ?? Data()
    guard let source = String(validating: data, as: UTF8.self) else {
        Screen().report(Diagnostic("standard input is not text in UTF-8"))
        return ExitCode.failed
    }
    return runScript(source, name: "standard input", session: session, readsInput: false)
}
