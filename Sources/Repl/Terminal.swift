import Diagnostics
import Foundation
import Sessions

/// The prompt: what `latent` without arguments is.
public struct Terminal {
    private let session: Session
    private let screen = Screen()
    private let keyboard = Keyboard()

    public init(session: Session = Session()) { self.session = session }

    /// Reads and runs inputs until the person leaves; where standard input is no terminal, runs it as a program.
    ///
    /// - Returns: the exit code.
    public func run() -> ExitCode {
        guard isatty(STDIN_FILENO) != 0 else { return runStandardInput(session: session) }
        let environment = ProcessInfo.processInfo.environment
        let history = HistoryFile.defaultPath(environment: environment).map { HistoryFile(path: $0) }
        guard let editor = LineEditor(session: session, history: history, color: screen.usesColor) else {
            screen.report(Diagnostic("this terminal cannot be used", help: "`latent -` reads a program from standard input"))
            return .failed
        }
        InterruptSignal.watch { [session, keyboard] in
            session.interrupt()
            keyboard.interrupt()
        }
        if screen.isTerminal { screen.write("Latent \(Session.version)   ?name for help, :help for the terminal, Ctrl-D to leave\n") }
        var finished: [String] = []
        while true {
            switch editor.read() {
            case .end:
                screen.write("\n")
                return .done
            case .interrupted: screen.write("\n")
            case .text(let text):
                let input = text.trimmingCharacters(in: .whitespacesAndNewlines)
                guard !input.isEmpty else { continue }
                editor.remember(input)
                if input.hasPrefix(":") {
                    if !obey(input, finished: &finished) { return .done }
                } else if input.hasPrefix("?"), let text = Session.reference(on: topic(input)) {
                    screen.write(text.hasSuffix("\n") ? text : text + "\n")
                } else if leaves(input) {
                    return .done
                } else if evaluate(input) {
                    finished.append(input)
                }
            }
        }
    }

    /// What other languages are left by leaves this one too, unless the person has given the name a meaning.
    private func leaves(_ input: String) -> Bool {
        guard ["quit", "exit", "quit()", "exit()"].contains(input) else { return false }
        return session.inspect(String(input.prefix(4)), cursor: 1) == nil
    }

    private func topic(_ input: String) -> String? {
        let name = input.dropFirst().trimmingCharacters(in: .whitespaces)
        return name.isEmpty ? nil : name
    }

    /// Runs one input and shows how it ended; whether it ended well.
    private func evaluate(_ code: String, name: String? = nil) -> Bool {
        keyboard.clear()
        let console = Console(send: screen.show) { [screen, keyboard] prompt in
            screen.write(prompt)
            return keyboard.readLine()
        }
        let outcome = session.run(code, name: name, console: console)
        screen.finish(outcome)
        return outcome.diagnostic == nil
    }

    /// Does what a line beginning with `:` says; whether the terminal goes on.
    private func obey(_ line: String, finished: inout [String]) -> Bool {
        do throws(Diagnostic) {
            switch try Command(line) {
            case .help: screen.write(Command.summary + "\n")
            case .quit: return false
            case .load(let path):
                guard let data = FileManager.default.contents(atPath: path) else { throw Diagnostic("\(path) cannot be read") }
                guard let source = String(validating: data, as: UTF8.self) else { throw Diagnostic("\(path) is not text in UTF-8") }
                if evaluate(source, name: path) { finished.append(source) }
            case .save(let path):
                guard !finished.isEmpty else { throw Diagnostic("nothing was run yet") }
                guard !FileManager.default.fileExists(atPath: path) else { throw Diagnostic("\(path) exists", help: "choose another name") }
                let text = Terminal.cells(finished)
                guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
                    throw Diagnostic("\(path) cannot be written")
                }
                screen.write("\(finished.count) \(finished.count == 1 ? "cell" : "cells") written to \(path)\n")
            }
        } catch {
            screen.report(error)
        }
        return true
    }

    /// Inputs as a `.latent` file, a cell each.
    static func cells(_ inputs: [String]) -> String {
        inputs.map { "# %%\n" + $0.trimmingCharacters(in: .newlines) + "\n" }.joined(separator: "\n")
    }
}
