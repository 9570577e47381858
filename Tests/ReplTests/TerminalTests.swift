import Foundation
import Testing

@testable import Repl

/// The program at a terminal. It stands beside the tests' own program, where the package's build puts both.
@Suite(.serialized) struct TerminalTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "latent-terminal-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func terminal() throws -> PseudoTerminal {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = [own, CommandLine.arguments[0]] + Bundle.allBundles.map(\.bundlePath)
        let candidates = beside.map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("latent").path }
        let program = try #require(candidates.first { FileManager.default.isExecutableFile(atPath: $0) }, "latent is not built")
        let terminal = try PseudoTerminal(
            program, environment: ["TERM": "xterm", "NO_COLOR": "1", "XDG_STATE_HOME": folder, "HOME": folder, "PATH": "/usr/bin:/bin"])
        try terminal.see("Ctrl-D to leave")
        try terminal.see("latent> ")
        return terminal
    }

    private func leave(_ terminal: PseudoTerminal) {
        terminal.type("\u{4}")
        #expect(terminal.exitCode() == 0)
    }

    @Test func typingRunsAndHistoryComesBack() throws {
        let first = try terminal()
        first.type("6 * 7\r")
        try first.see("42\r\nlatent> ")
        leave(first)
        let second = try terminal()
        second.type("\u{1b}[A")
        try second.see("6 * 7")
        second.type("\r")
        try second.see("42\r\nlatent> ")
        second.type("\u{12}")
        try second.see("bck:")
        second.type("6")
        second.type("\r")
        try second.see("42\r\nlatent> ")
        leave(second)
        #expect(HistoryFile(path: folder + "/latent/history").load() == ["6 * 7"])
    }

    @Test func anInputOfManyLinesIsOneEntry() throws {
        let terminal = try terminal()
        terminal.type("f(x) = {\rx + 1\r}\r")
        try terminal.see("latent> ")
        terminal.type("\u{1b}[A")
        try terminal.see("f(x) = {")
        terminal.interrupt()
        try terminal.see("latent> ")
        leave(terminal)
        #expect(HistoryFile(path: folder + "/latent/history").load() == ["f(x) = {\n  x + 1\n}"])
    }

    @Test func anEmptyLineEndsWhatIsNotComplete() throws {
        let terminal = try terminal()
        terminal.type("y = (1 +\r")
        terminal.type("\r")
        terminal.type("6 * 7\r")
        try terminal.see("42\r\nlatent> ")
        leave(terminal)
    }

    @Test func fortyPastedLinesAreOneCell() throws {
        let terminal = try terminal()
        let lines = (1...39).map { "x\($0) = \($0)" } + ["6 * 7"]
        terminal.type("\u{1b}[200~" + lines.joined(separator: "\r") + "\r\u{1b}[201~")
        try terminal.see("x39 = 39")
        terminal.type("\r")
        try terminal.see("latent> ")
        leave(terminal)
        #expect(HistoryFile(path: folder + "/latent/history").load() == [lines.joined(separator: "\n")])
    }

    @Test func interruptsDropTheLineOrStopTheCell() throws {
        let terminal = try terminal()
        terminal.type("half a li")
        try terminal.see("half a li")
        terminal.interrupt()
        try terminal.see("latent> ")
        terminal.type("kept = 41\r")
        try terminal.see("latent> ")
        terminal.type("while true {}\r")
        // The cell may not have begun; a person presses again as well.
        usleep(300_000)
        terminal.type("\u{3}\u{3}")
        try terminal.see("interrupted")
        try terminal.see("latent> ")
        terminal.type("\u{12}")
        try terminal.see("bck:")
        terminal.interrupt()
        try terminal.see("latent> ")
        terminal.type("kept + 1\r")
        try terminal.see("42\r\nlatent> ")
        leave(terminal)
    }

    @Test func wordsOfOtherLanguagesLeave() throws {
        let first = try terminal()
        first.type("exit()\r")
        #expect(first.exitCode() == 0)
        let second = try terminal()
        second.type("quit = 41\r")
        try second.see("latent> ")
        second.type("quit\r")
        try second.see("41\r\nlatent> ")
        leave(second)
    }

    @Test func inputReadsALineAndCanBeInterrupted() throws {
        let terminal = try terminal()
        terminal.type("name = input(\"name? \")\r")
        // Once as it is typed, once as it is asked.
        for _ in 0..<2 { try terminal.see("name? ") }
        terminal.type("Ada\r")
        try terminal.see("latent> ")
        terminal.type("name + \"!\"\r")
        try terminal.see("Ada!")
        try terminal.see("latent> ")
        terminal.type("name = input(\"again? \")\r")
        for _ in 0..<2 { try terminal.see("again? ") }
        terminal.interrupt()
        try terminal.see("latent> ")
        leave(terminal)
    }

    @Test func tabCompletes() throws {
        let terminal = try terminal()
        terminal.type("bernoullish = 42\r")
        try terminal.see("latent> ")
        terminal.type("bernoulli\t\r")
        try terminal.see("42\r\nlatent> ")
        terminal.type("s\t")
        try terminal.see("sample")
        try terminal.see("latent> s")
        terminal.interrupt()
        try terminal.see("latent> ")
        leave(terminal)
    }

    @Test func commandsSpeakToTheTerminal() throws {
        let terminal = try terminal()
        terminal.type("6 * 7\r")
        try terminal.see("42\r\nlatent> ")
        terminal.type(":save \(folder)/work.latent\r")
        try terminal.see("1 cell written")
        try terminal.see("latent> ")
        terminal.type(":save \(folder)/work.latent\r")
        try terminal.see("exists")
        try terminal.see("latent> ")
        terminal.type(":load \(folder)/work.latent\r")
        try terminal.see("42\r\nlatent> ")
        terminal.type(":nonsense\r")
        try terminal.see("there is no command")
        try terminal.see("latent> ")
        terminal.type(":quit\r")
        #expect(terminal.exitCode() == 0)
        #expect(try String(contentsOfFile: folder + "/work.latent", encoding: .utf8) == "# %%\n6 * 7\n")
    }
}
