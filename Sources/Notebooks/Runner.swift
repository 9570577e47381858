import Datasets
import Diagnostics
import Sessions
import Synchronization

/// What runs cells: a `Session`, or a stand-in.
public protocol Evaluator: Sendable {
    /// Runs one cell to its end, sending events while it runs.
    func run(_ code: String, name: String?, silent: Bool, timeLimit: Double?, console: Console) -> Outcome
    /// Stops the running cell; callable from any thread.
    func interrupt()
}

extension Session: Evaluator {}

/// Runs a notebook's cells in order, keeps what they show, and saves after each.
public final class Runner: Sendable {
    public struct Options: Sendable {
        /// Go on after a cell that fails.
        public var allowErrors = false
        /// Seconds that one cell may take.
        public var cellTimeout: Double?
        /// Seconds that the whole run may take.
        public var timeout: Double?
        public init() {}
    }

    private let evaluator: any Evaluator
    private let options: Options
    private let printer: Printer
    private let isInterrupted = Atomic(false)

    public init(evaluator: any Evaluator, options: Options = Options(), printer: Printer) {
        self.evaluator = evaluator
        self.options = options
        self.printer = printer
    }

    /// Stops the running cell, after which the notebook is saved and `run` returns. Callable from any thread, repeatedly.
    public func interrupt() {
        isInterrupted.store(true, ordering: .releasing)
        evaluator.interrupt()
    }

    /// Runs the code cells. Cells tagged `skip-execution` keep what they had; an error in one tagged `raises-exception` is part of the text.
    ///
    /// - Parameters:
    ///   - notebook: gets the outputs; those of an earlier run are dropped first.
    ///   - place: how errors name a cell where that is not its number: a script of one cell has its file's name.
    ///   - save: called before the first cell and after each.
    /// - Throws: what `save` throws.
    public func run(_ notebook: inout Notebook, place: String? = nil, save: (Notebook) throws(Diagnostic) -> Void) throws(Diagnostic)
        -> ExitCode
    {
        let isRun = notebook.cells.map { $0.kind == .code && !$0.tags.contains("skip-execution") }
        for cell in notebook.cells.indices where isRun[cell] {
            notebook.cells[cell].outputs = []
            notebook.cells[cell].executionCount = nil
            notebook.cells[cell].metadata["execution"] = nil
        }
        try save(notebook)
        let clock = ContinuousClock()
        let deadline = options.timeout.map { clock.now + .seconds($0) }
        var recorder = OutputRecorder()
        for cell in notebook.cells.indices where isRun[cell] {
            let code = notebook.cells[cell].source
            if code.allSatisfy(\.isWhitespace) { continue }
            if isInterrupted.load(ordering: .acquiring) { return .interrupted }
            let left = deadline.map { clock.now.duration(to: $0) / .seconds(1) }
            if let left, left <= 0 {
                printer.show(.failed(Diagnostic("the run is past its time limit", kind: .timedOut)))
                return .timeLimit
            }
            let started = timestamp()
            let isExpected = notebook.cells[cell].tags.contains("raises-exception")
            let limit = [options.cellTimeout, left].compactMap { $0 }.min()
            let (events, failure) = run(code, place: place, timeLimit: limit, errorIsExpected: isExpected)
            for event in events { recorder.record(event, cell: cell, in: &notebook) }
            notebook.cells[cell].setMetadata("execution", to: executionTimes(from: started, to: timestamp()))
            try save(notebook)
            switch failure?.kind {
            case nil: continue
            case .interrupted: return .interrupted
            case .timedOut: return .timeLimit
            case .error, .incomplete:
                if !options.allowErrors, !isExpected { return .failed }
            }
        }
        return isInterrupted.load(ordering: .acquiring) ? .interrupted : .done
    }

    /// Runs one cell and returns what it showed, its error as the last event.
    private func run(
        _ code: String, place: String?, timeLimit: Double?, errorIsExpected: Bool
    ) -> (events: [Event], failure: Diagnostic?) {
        let log = CellLog()
        let show = { @Sendable [printer] (event: Event) in
            // An expected error is part of what a notebook shows, like a value.
            if case .failed(let diagnostic) = event, diagnostic.kind == .error, errorIsExpected, printer.quiet { return }
            printer.show(event)
        }
        let console = Console(
            send: { [self] event in
                // An interrupt that came just before the cell began has stopped nothing yet.
                if case .started = event, isInterrupted.load(ordering: .acquiring) { evaluator.interrupt() }
                log.append(event)
                show(event)
            }, readLine: printer.readLine)
        let failure = evaluator.run(code, name: place, silent: false, timeLimit: timeLimit, console: console).diagnostic
        if let failure, !log.holdsFailure {
            log.append(.failed(failure))
            show(.failed(failure))
        }
        return (log.events, failure)
    }

    /// Under the names that JupyterLab gives them, which shows from them how long a cell took.
    private func executionTimes(from started: String, to finished: String) -> JSONValue {
        [
            "iopub.execute_input": .string(started), "iopub.status.busy": .string(started), "iopub.status.idle": .string(finished),
            "shell.execute_reply": .string(finished),
        ]
    }
}

/// The events of one cell, which arrive on the session's thread. Text that follows text of the same stream is joined as it comes, so that a
/// million lines cost no more than their bytes.
private final class CellLog: Sendable {
    private struct State {
        var events: [Event] = []
        var output = ""
        var notes = ""
        var holdsFailure = false

        mutating func flush() {
            if !output.isEmpty { events.append(.output(output)) }
            if !notes.isEmpty { events.append(.note(notes)) }
            output = ""
            notes = ""
        }
    }
    private let state = Mutex(State())

    func append(_ event: Event) {
        state.withLock { state in
            switch event {
            case .output(let text):
                if !state.notes.isEmpty { state.flush() }
                state.output += text
            case .note(let text):
                if !state.output.isEmpty { state.flush() }
                state.notes += text.hasSuffix("\n") ? text : text + "\n"
            case .progress: break
            case .started, .display, .update, .clear, .result:
                state.flush()
                state.events.append(event)
            case .failed:
                state.flush()
                state.events.append(event)
                state.holdsFailure = true
            }
        }
    }

    var holdsFailure: Bool { state.withLock { $0.holdsFailure } }

    var events: [Event] {
        state.withLock { state in
            state.flush()
            return state.events
        }
    }
}
