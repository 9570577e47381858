import Diagnostics
import Dispatch
import Displays
import Foundation
import Language
import StandardLibrary
import Synchronization
import Syntax

/// One running Latent: its bindings, its random stream, and the thread that evaluates.
///
/// All front ends use a session and nothing else of the language. Every call may come from any thread; cells run one after
/// another on the session's own thread, which has a stack deep enough for deep recursion. `interrupt` stops the running cell and keeps its bindings.
public final class Session: Sendable {
    /// How a session differs from a plain one.
    public struct Options: Sendable {
        /// The seed of the random stream.
        public var seed: UInt64 = 0
        /// The folder that relative file names in programs start from.
        public var directory: String = "."
        public init() {}
    }

    /// What only the session's thread touches.
    private final class Engine: @unchecked Sendable {
        let interpreter: Interpreter
        init(_ interpreter: Interpreter) { self.interpreter = interpreter }
    }
    private struct State {
        var engine: Engine?
        var count = 0
        /// The number of the run in progress; nil when none is.
        var running: Int?
        var runs = 0
    }

    private let worker = Worker()
    private let stop = Interrupt()
    private let state = Mutex(State())
    private let names = Mutex(NameTable())

    public init(options: Options = Options()) {
        worker.run { [self] in
            let machine = Machine(seed: options.seed, directory: options.directory, interrupt: stop, stackSize: Worker.stackSize)
            let builtins = StandardLibrary.table()
            let interpreter = Interpreter(machine: machine, builtins: builtins, readFile: readSource)
            state.withLock { $0.engine = Engine(interpreter) }
            names.withLock { $0 = NameTable(builtins: builtins) }
        }
    }

    /// The number of the last cell run.
    public var executionCount: Int { state.withLock { $0.count } }

    /// Runs one cell to its end and returns how it ended. Blocks the caller; events are sent while it runs, on the session's thread.
    ///
    /// - Parameters:
    ///   - name: how errors name the place; `cell N` where it is nil.
    ///   - silent: the cell does not count; its value is sent all the same, for who asked.
    ///   - timeLimit: seconds after which it is stopped.
    public func run(_ code: String, name: String? = nil, silent: Bool = false, timeLimit: Double? = nil, console: Console) -> Outcome {
        let outcome = Mutex<Outcome>(.finished)
        worker.run { [self] in
            let result = evaluate(code, name: name, silent: silent, timeLimit: timeLimit, console: console)
            outcome.withLock { $0 = result }
        }
        return outcome.withLock { $0 }
    }

    private func evaluate(_ code: String, name: String?, silent: Bool, timeLimit: Double?, console: Console) -> Outcome {
        let (engine, count, run) = state.withLock { state in
            state.runs += 1
            state.running = state.runs
            if !silent { state.count += 1 }
            return (state.engine, state.count, state.runs)
        }
        guard let interpreter = engine?.interpreter else { return .finished }
        stop.clear()
        if let timeLimit {
            DispatchQueue.global().asyncAfter(deadline: .now() + timeLimit) { [self] in
                if state.withLock({ $0.running == run }) { stop.timeOut() }
            }
        }
        if !silent { console.send(.started(count: count)) }
        let machine = interpreter.machine
        machine.surroundings = surroundings(console)
        if !silent { machine.beginCell(count) }
        let outcome: Outcome
        do throws(Diagnostic) {
            let result = try interpreter.run(SourceText(name: name ?? "cell \(count)", text: code))
            if let value = result.shown {
                do throws(Diagnostic) {
                    if let bundle = try value.mimeBundle() { console.send(.result(bundle, count: count)) }
                } catch {
                    throw result.span.map { error.placed(at: $0) } ?? error
                }
            }
            outcome = .finished
        } catch {
            console.send(.failed(error))
            outcome = .failed(error)
        }
        console.send(.progress(nil))
        machine.surroundings = Surroundings()
        names.withLock { $0.update(interpreter.bindings) }
        state.withLock { $0.running = nil }
        stop.clear()
        return outcome
    }

    /// Where a program's text and pictures go; progress at most ten times a second, and none in a cell's first half second.
    private func surroundings(_ console: Console) -> Surroundings {
        let lastProgress = Mutex<UInt64>(DispatchTime.now().uptimeNanoseconds + 400_000_000)
        return Surroundings(
            print: { console.send(.output($0)) }, note: { console.send(.note($0)) }, display: { console.send(.display($0, id: nil)) },
            clear: { console.send(.clear) },
            progress: { text in
                let now = DispatchTime.now().uptimeNanoseconds
                let isDue = lastProgress.withLock { last in
                    guard text == nil || now > last + 100_000_000 else { return false }
                    last = now
                    return true
                }
                if isDue { console.send(.progress(text)) }
            }, readLine: console.readLine)
    }

    /// Stops the running cell, if one runs. Safe to call from any thread, at any time, repeatedly.
    public func interrupt() {
        if state.withLock({ $0.running != nil }) { stop.request() }
    }

    /// Binds a name to a value given as a literal of the language, as `--set lr=0.01` does.
    ///
    /// Throws where the text is no literal.
    public func set(_ name: String, to literal: String) throws(Diagnostic) {
        let source = SourceText(name: "--set \(name)", text: literal)
        _ = try Parser.parseLiteral(source)
        let console = Console(send: { _ in })
        if case .failed(let diagnostic) = run("\(name) = \(literal)", name: source.name, silent: true, console: console) {
            throw diagnostic
        }
    }

    // MARK: Questions about source, answered also while a cell runs

    public func completeness(of code: String) -> Completeness { Completeness(of: code) }

    /// - Parameter cursor: an offset in code points.
    public func completions(of code: String, cursor: Int) -> Completions {
        names.withLock { $0.completions(of: code, cursor: cursor) }
    }

    /// What is known of the name at the cursor: its help, or the value it holds. `nil` where nothing is there.
    public func inspect(_ code: String, cursor: Int) -> MIMEBundle? {
        names.withLock { $0.inspect(code, cursor: cursor) }.map { MIMEBundle(text: $0) }
    }

    /// The text of the reference on a name; without a name, its table of contents. `nil` where the name is unknown.
    public static func reference(on name: String?) -> String? { Reference.text(on: name) }
}

/// Reads a source file, for `import`.
private func readSource(_ path: String) throws(Diagnostic) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
        let folder = (path as NSString).deletingLastPathComponent
        let name = (path as NSString).lastPathComponent
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        throw Diagnostic("there is no file \(path)", help: suggestion(for: name, among: files))
    }
    guard let text = String(data: data, encoding: .utf8) else { throw Diagnostic("\(path) is not UTF-8 text") }
    return text
}

extension Session {
    /// Why the reference has nothing on a name.
    public static func unknownReference(_ name: String) -> Diagnostic {
        Diagnostic(
            "the reference has nothing on \(name)",
            help: suggestion(for: name, among: StandardLibrary.table().keys) ?? "`latent help` lists its chapters")
    }
}
