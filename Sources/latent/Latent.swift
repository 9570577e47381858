import ArgumentParser
import Diagnostics
import Foundation
import JupyterKernel
import Notebooks
import Repl
import Sessions

/// The command line.
@main struct Latent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latent", abstract: "A language, terminal and Jupyter kernel for generative models.",
        discussion: "Without arguments it opens the terminal. `latent -` reads a program from standard input.",
        version: "latent \(Session.version)",
        subcommands: [Run.self, Convert.self, Kernel.self, Help.self, Evaluate.self], defaultSubcommand: Evaluate.self)

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        // The library's own `help` explains commands; Latent's explains the language.
        if arguments.first == "help" { arguments[0] = "reference" }
        do {
            let environment = failing(.usage) { () throws(Diagnostic) in try Session.checkEnvironment() }
            guard environment.code == .done else { throw environment }
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch {
            let code = exitCode(for: error)
            guard code.rawValue == 0 || error is ExitStatus else {
                FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
                Foundation.exit(ExitCode.usage.rawValue)
            }
            if let status = error as? ExitStatus { Foundation.exit(status.code.rawValue) }
            print(fullMessage(for: error))
        }
    }
}

/// The end of the program with a code of its own.
struct ExitStatus: Error {
    let code: Sessions.ExitCode
    init(_ code: Sessions.ExitCode) { self.code = code }
}

/// Prints an error and gives the code for it.
func failing(_ code: Sessions.ExitCode, _ body: () throws(Diagnostic) -> Void) -> ExitStatus {
    do throws(Diagnostic) {
        try body()
        return ExitStatus(.done)
    } catch {
        Printer().failure(error)
        return ExitStatus(code)
    }
}

/// `latent`, `latent -e CODE`, `latent -`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Open the terminal (also without a command), or evaluate code: `latent -e CODE`, `latent -`.")

    @Option(name: .customShort("e"), help: ArgumentHelp("Evaluate code and print what it shows.", valueName: "code"))
    var code: String?
    @Option(help: "The seed of the random stream.")
    var seed: UInt64 = 0
    @Argument(help: "`-` to read a program from standard input.")
    var source: String?

    func run() throws {
        var options = Session.Options()
        options.seed = seed
        if let code {
            guard source == nil else { throw ValidationError("-e takes no file; a file is run by `latent run \(source ?? "FILE")`") }
            throw ExitStatus(runScript(code, name: "-e", session: Session(options: options)))
        }
        switch source {
        case nil: throw ExitStatus(Terminal(session: Session(options: options)).run())
        case "-": throw ExitStatus(runStandardInput(session: Session(options: options)))
        case let file?: throw ValidationError("there is no command \(file); a notebook or script is run by `latent run \(file)`")
        }
    }
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Execute notebooks or scripts and print what their cells show.")

    @Argument(help: "Notebooks (.ipynb) or cell files (.latent).")
    var files: [String]
    @Flag(help: "Write each executed notebook back to its file.")
    var inPlace = false
    @Option(name: [.long, .customShort("o")], help: ArgumentHelp("Write the executed notebook here.", valueName: "file"))
    var output: String?
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Override what the parameters cell binds.", valueName: "name=value"))
    var settings: [String] = []
    @Option(help: ArgumentHelp("Override it by a JSON object.", valueName: "file.json"))
    var parameters: String?
    @Flag(help: "Go on after a cell that fails.")
    var allowErrors = false
    @Option(help: ArgumentHelp("Seconds a cell may take.", valueName: "seconds"))
    var cellTimeout: Double?
    @Option(help: ArgumentHelp("Seconds all cells together may take.", valueName: "seconds"))
    var timeout: Double?
    @Option(help: "The seed of the random stream.")
    var seed: UInt64 = 0
    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        var command = RunCommand(files: files)
        command.inPlace = inPlace
        command.output = output
        command.settings = settings
        command.parameterFile = parameters
        command.runner.allowErrors = allowErrors
        command.runner.cellTimeout = cellTimeout
        command.runner.timeout = timeout
        command.seed = seed
        command.quiet = quiet
        throw ExitStatus(command.run())
    }
}

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Convert a notebook between .ipynb, .latent, .html and .md.")
    @Argument(help: "The notebook to read.") var source: String
    @Argument(help: "The file to write; its extension says the format.") var target: String
    func run() throws { throw ExitStatus(convert(source, to: target)) }
}

struct Kernel: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Install or run the Jupyter kernel.", subcommands: [Install.self, Start.self])

    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make Latent a Jupyter kernel for this user.")
        @Option(help: ArgumentHelp("Install under this prefix instead.", valueName: "folder")) var prefix: String?
        @Flag(help: "Install into the active Python environment.") var sysPrefix = false
        @Option(help: "The name under which Jupyter knows it.") var name = "latent"

        func run() throws {
            let location: KernelLocation = prefix.map { .prefix($0) } ?? (sysPrefix ? .environment : .user)
            throw failing(.failed) { () throws(Diagnostic) in print("installed in \(try installKernel(at: location, name: name))") }
        }
    }

    struct Start: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "run", abstract: "What Jupyter starts.")
        @Option(name: .customShort("f"), help: ArgumentHelp("The connection file.", valueName: "file")) var connectionFile: String
        func run() throws { throw failing(.failed) { () throws(Diagnostic) in try runKernel(connectionFile: connectionFile) } }
    }
}

struct Help: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "The reference on a name, or its contents; `latent help NAME` is the same.")
    @Argument(help: "A function, distribution or model.") var name: String?

    func run() throws {
        guard let text = Session.reference(on: name) else {
            throw failing(.failed) { () throws(Diagnostic) in throw Session.unknownReference(name ?? "") }
        }
        print(text)
    }
}
