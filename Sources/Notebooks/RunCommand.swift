import Datasets
import Diagnostics
import Sessions
import Synchronization

/// `latent run FILE...`: executes notebooks and scripts, each in a session of its own.
public struct RunCommand: Sendable {
    public var files: [String]
    public var runner = Runner.Options()
    public var seed: UInt64 = 0
    public var quiet = false
    /// Where the executed notebook goes: a file, or a folder for several.
    public var output: String?
    /// Whether each notebook is written over itself.
    public var inPlace = false
    /// `name=value`, as given with `--set`; they win over the file.
    public var settings: [String] = []
    /// A JSON file with an object of parameters.
    public var parameterFile: String?

    public init(files: [String]) { self.files = files }

    /// Runs the files in order; the first that does not end well ends the command.
    ///
    /// - Parameters:
    ///   - printer: where what cells show is printed.
    ///   - session: makes what runs a file's cells, from the seed and the folder that relative names start from.
    ///   - catchesSignals: whether SIGINT and SIGTERM stop the running cell, after which its notebook is saved.
    public func run(
        printer: Printer? = nil, catchesSignals: Bool = true, session: (Session.Options) -> any Evaluator = { Session(options: $0) }
    ) -> ExitCode {
        let printer = printer ?? Printer(quiet: quiet)
        let current = CurrentRunner()
        if catchesSignals { onStopSignal { current.interrupt() } }
        let targets: [String?]
        var parameters: [Parameter] = []
        do {
            targets = try checkedTargets()
            if let parameterFile { parameters = try Parameter.list(json: contents(of: parameterFile), name: parameterFile) }
            for setting in settings { parameters.append(try Parameter(assignment: setting)) }
        } catch {
            printer.failure(error)
            return .usage
        }
        for (file, target) in zip(files, targets) {
            let code = run(file, to: target, parameters, printer, current, session)
            if code != .done { return code }
        }
        return .done
    }

    private func run(
        _ file: String, to target: String?, _ parameters: [Parameter], _ printer: Printer, _ current: CurrentRunner,
        _ session: (Session.Options) -> any Evaluator
    ) -> ExitCode {
        var notebook: Notebook
        do {
            notebook = try NotebookFile.read(file)
        } catch {
            printer.failure(error)
            return .unreadable
        }
        do throws(Diagnostic) {
            if let language = notebook.language, language.lowercased() != "latent" {
                throw Diagnostic("\(file) is a notebook of \(language), not of Latent", help: "run it with the kernel of that language")
            }
            try notebook.inject(parameters)
        } catch {
            printer.failure(error)
            return .usage
        }
        var options = Session.Options()
        options.seed = seed
        options.directory = folder(of: file)
        let runner = Runner(evaluator: session(options), options: self.runner, printer: printer)
        current.set(runner)
        // A script of one cell has its file's name in errors; with cells, the cell's number says more.
        let isScript = NotebookFile.Format(path: file) != .ipynb && notebook.cells.count == 1
        do {
            return try runner.run(&notebook, place: isScript ? file : nil) { (notebook) throws(Diagnostic) in
                if let target { try NotebookFile.write(notebook, to: target) }
            }
        } catch {
            printer.failure(error)
            return .failed
        }
    }

    /// Where each file's executed notebook goes.
    private func checkedTargets() throws(Diagnostic) -> [String?] {
        if files.isEmpty { throw Diagnostic("no file to run", help: "latent run FILE...") }
        for (name, limit) in [("--cell-timeout", runner.cellTimeout), ("--timeout", runner.timeout)] {
            // A day count of seconds that a clock cannot hold would trap when converted.
            if let limit, !(limit > 0 && limit < 1e9) {
                throw Diagnostic("\(name) takes a positive number of seconds, and was given \(limit)")
            }
        }
        if inPlace {
            if output != nil { throw Diagnostic("--in-place and --output exclude each other") }
            for file in files where NotebookFile.Format(path: file) != .ipynb {
                throw Diagnostic("\(file) has no place for outputs", help: "use --output with an .ipynb file")
            }
            return files
        }
        guard let output else { return files.map { _ in nil } }
        if Files.isFolder(output) || output.hasSuffix("/") {
            return files.map { file in (output.hasSuffix("/") ? output : output + "/") + stem(of: file) + ".ipynb" }
        }
        if files.count > 1 { throw Diagnostic("--output names one file, and there are \(files.count) to run", help: "name a folder") }
        switch NotebookFile.Format(path: output) {
        case .ipynb, .html, .md: return [output]
        case .latent, nil:
            throw Diagnostic(
                "--output writes an executed notebook, and \(output) is none by its extension", help: "name an .ipynb, .html or .md file")
        }
    }

    private func contents(of path: String) throws(Diagnostic) -> [UInt8] {
        do {
            return try Files.read(path)
        } catch {
            throw Diagnostic(error)
        }
    }

    private func folder(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.isEmpty ? "." : parts == [""] ? "/" : parts.joined(separator: "/")
    }

    private func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}

/// The runner of the file that is running, for the thread that hears signals. A request that comes before the first file runs is kept for it.
private final class CurrentRunner: Sendable {
    private let state = Mutex<(runner: Runner?, isInterrupted: Bool)>((nil, false))

    func set(_ new: Runner) {
        let isInterrupted = state.withLock { state in
            state.runner = new
            return state.isInterrupted
        }
        if isInterrupted { new.interrupt() }
    }

    func interrupt() {
        let runner = state.withLock { state in
            state.isInterrupted = true
            return state.runner
        }
        runner?.interrupt()
    }
}

/// `latent convert A B`.
public func convert(_ source: String, to target: String, printer: Printer = Printer()) -> ExitCode {
    guard NotebookFile.Format(path: target) != nil else {
        printer.failure(Diagnostic("the extension of \(target) names no format", help: "write a .ipynb, .latent, .html or .md file"))
        return .usage
    }
    let notebook: Notebook
    do {
        notebook = try NotebookFile.read(source)
    } catch {
        printer.failure(error)
        return .unreadable
    }
    do {
        try NotebookFile.write(notebook, to: target)
        return .done
    } catch {
        printer.failure(error)
        return .failed
    }
}
