import Diagnostics
import Displays
import Language
import StandardLibrary
import Synchronization
import Syntax
import Testing

/// A fresh interpreter with every builtin, and what it prints.
final class Runner {
    private let output = Output()
    let interpreter: Interpreter

    private final class Output: Sendable {
        let text = Mutex("")
    }

    init(directory: String = "/nonexistent") {
        let machine = Machine(seed: 0, directory: directory, interrupt: Interrupt(), stackSize: 400_000)
        interpreter = Interpreter(machine: machine, builtins: StandardLibrary.table()) { path throws(Diagnostic) in
            throw Diagnostic("no \(path)")
        }
        let output = output
        machine.surroundings.print = { text in output.text.withLock { $0 += text } }
    }

    /// Runs a cell: what it printed, then what its last expression shows.
    func run(_ code: String) throws(Diagnostic) -> String {
        output.text.withLock { $0 = "" }
        let result = try interpreter.run(SourceText(name: "test", text: code))
        var text = output.text.withLock { $0 }
        if let bundle = try result.shown?.mimeBundle() { text += bundle.text }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// The message of the error that a program ends with, with its remedy; nil where there is none.
    func failure(_ code: String) -> String? {
        do throws(Diagnostic) {
            _ = try run(code)
            return nil
        } catch {
            return error.message + (error.help.map { " | " + $0 } ?? "")
        }
    }
}
