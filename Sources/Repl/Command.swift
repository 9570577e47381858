import Diagnostics
import Foundation

/// A line that speaks to the terminal and not to the language.
enum Command: Equatable {
    case help
    case quit
    case load(String)
    case save(String)

    /// What `:help` prints.
    static let summary = """
        :help          this text
        :load FILE     run a file here
        :save FILE     write what was run so far to a file
        :quit          leave (so does Ctrl-D)

        ?NAME          what NAME is and does; ? alone lists everything
        Tab            complete;  Ctrl-R  search earlier inputs;  Ctrl-C  drop the line or stop what runs
        An input goes on to the next line while a bracket is open; an empty line ends it.
        """

    /// - Throws: where there is no such command, or its argument is missing or too much.
    init(_ line: String) throws(Diagnostic) {
        let words = line.dropFirst().split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        let name = words.first ?? ""
        let argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
        func file() throws(Diagnostic) -> String {
            guard !argument.isEmpty else { throw Diagnostic("`:\(name)` needs the name of a file", help: "`:\(name) work.latent`") }
            return NSString(string: argument).expandingTildeInPath
        }
        switch name {
        case "help", "h", "?": self = .help
        case "quit", "q", "exit": self = .quit
        case "load": self = .load(try file())
        case "save": self = .save(try file())
        default:
            let names = ["help", "quit", "load", "save"]
            throw Diagnostic("there is no command `:\(name)`", help: suggestion(for: name, among: names) ?? "`:help` lists the commands")
        }
    }
}
