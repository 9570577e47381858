import Diagnostics
import Foundation
import Sessions

/// Runs a program as one cell and prints what it shows and the value of its last expression. What `latent -e CODE` does.
///
/// - Parameters:
///   - name: how errors name the place.
///   - readsInput: whether `input("...")` may read standard input; not where the program itself came from there.
/// - Returns: the exit code.
public func runScript(_ source: String, name: String, session: Session, readsInput: Bool = true) -> ExitCode {
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
    return ExitCode(outcome)
}

/// Reads a program from standard input to its end and runs it. What `latent -` does.
public func runStandardInput(session: Session) -> ExitCode {
    let data = (try? FileHandle.standardInput.readToEnd()) ?? Data()
    guard let source = String(validating: data, as: UTF8.self) else {
        Screen().report(Diagnostic("standard input is not text in UTF-8"))
        return .failed
    }
    return runScript(source, name: "standard input", session: session, readsInput: false)
}
