import Datasets
import Diagnostics
import Displays
import Notebooks
import Sessions
import Synchronization

/// `execute_request`: run a cell.
enum Execute: Handler {
    static let type = "execute_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        let code = request.content["code"]?.string ?? ""
        let silent = request.content["silent"]?.bool ?? false
        let storesHistory = !silent && request.content["store_history"]?.bool ?? true
        let count = kernel.evaluator.executionCount + (storesHistory ? 1 : 0)
        if !silent { kernel.publish("execute_input", ["code": .string(code), "execution_count": JSONValue(count)], for: request) }

        if let page = page(asked: code) { return success(count: count, payload: [page]) }

        let presenter = Presenter(kernel: kernel, request: request, showsResult: !silent)
        let console = console(sendingTo: presenter, request: request, kernel: kernel)
        let outcome = kernel.evaluator.run(code, name: nil, silent: !storesHistory, timeLimit: nil, console: console)
        if storesHistory { kernel.history.withLock { $0.append(count: count, input: code, output: presenter.resultText) } }
        if let diagnostic = outcome.diagnostic {
            var content = diagnostic.errorContent
            // Before the client hears of the error: what it sends in answer to it is a new request, and not one to abort.
            if stopsOnError(request) { kernel.outbox.put(.gather) }
            kernel.publish("error", content, for: request)
            content["status"] = "error"
            content["execution_count"] = JSONValue(count)
            return content
        }
        return success(count: count, expressions: userExpressions(request, kernel: kernel))
    }

    /// Whether a failure takes the requests with it that have arrived behind this one.
    static func stopsOnError(_ request: Message) -> Bool { request.content["stop_on_error"]?.bool != false }

    private static func success(count: Int, payload: [JSONValue] = [], expressions: JSONValue = [:]) -> JSONValue {
        ["status": "ok", "execution_count": JSONValue(count), "payload": .array(payload), "user_expressions": expressions]
    }

    private static func console(sendingTo presenter: Presenter, request: Message, kernel: Kernel) -> Console {
        guard request.content["allow_stdin"]?.bool ?? true else { return Console(send: presenter.show) }
        return Console(send: presenter.show) { prompt in
            kernel.input.ask {
                let content: JSONValue = ["prompt": .string(prompt), "password": false]
                let question = Message(
                    "input_request", session: kernel.session, parent: request.header, identities: request.identities, content: content)
                kernel.outbox.put(.send(.stdin, question))
            }
        }
    }

    /// The text that a cell of the form `?name` asks for, as what Jupyter shows in its pager.
    private static func page(asked code: String) -> JSONValue? {
        let line = code.drop(while: \.isWhitespace)
        guard line.first == "?" else { return nil }
        let name = String(line.dropFirst().prefix { !$0.isNewline }).trimmed
        guard let text = Session.reference(on: name.isEmpty ? nil : name) else { return nil }
        return ["source": "page", "data": ["text/plain": .string(text)], "start": 0]
    }

    /// The values of the expressions that a front end wants to know after a cell, such as what it shows in a corner.
    private static func userExpressions(_ request: Message, kernel: Kernel) -> JSONValue {
        var values: JSONValue = [:]
        for expression in request.content["user_expressions"]?.members ?? [] {
            let value = Mutex<MIMEBundle?>(nil)
            let console = Console { event in
                if case .result(let bundle, _) = event { value.withLock { $0 = bundle } }
            }
            let code = expression.value.string ?? ""
            let outcome = kernel.evaluator.run(code, name: "user expression", silent: true, timeLimit: nil, console: console)
            if let diagnostic = outcome.diagnostic {
                values[expression.key] = diagnostic.errorContent
                values[expression.key]?["status"] = "error"
            } else {
                let data = value.withLock { $0 }?.json(asLines: false) ?? [:]
                values[expression.key] = ["status": "ok", "data": data, "metadata": [:]]
            }
        }
        return values
    }
}

/// The answer to a cell that waited behind a failed one.
enum AbortedExecute: Handler {
    static let type = Execute.type

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? { ["status": "aborted"] }
}

/// Turns the events of a running cell into messages.
private final class Presenter: Sendable {
    let kernel: Kernel
    let request: Message
    let showsResult: Bool
    private let state = Mutex(State())

    private struct State {
        var resultText: String?
        /// The display in which progress is drawn, while there is progress.
        var progressDisplay: String?
        var progressShown: ContinuousClock.Instant?
    }

    /// The shortest time between two progress lines.
    private static let progressInterval: Duration = .milliseconds(100)

    init(kernel: Kernel, request: Message, showsResult: Bool) {
        self.kernel = kernel
        self.request = request
        self.showsResult = showsResult
    }

    /// The cell's value as text, for the history.
    var resultText: String? { state.withLock { $0.resultText } }

    @Sendable func show(_ event: Event) {
        switch event {
        case .output(let text): stream(.stdout, text)
        case .note(let text): stream(.stderr, text.hasSuffix("\n") ? text : text + "\n")
        case .display(let bundle, let id): display(bundle, id: id)
        case .update(let bundle, let id): display(bundle, id: id, isUpdate: true)
        case .clear: kernel.publish("clear_output", ["wait": false], for: request)
        case .progress(let line): progress(line)
        case .result(let bundle, let count) where showsResult:
            state.withLock { $0.resultText = bundle.text }
            kernel.publish(
                "execute_result",
                ["execution_count": JSONValue(count), "data": bundle.json(asLines: false), "metadata": bundle.jsonMetadata],
                for: request)
        case .started, .result, .failed: break
        }
    }

    private func stream(_ name: StreamBuffer.Name, _ text: String) {
        kernel.outbox.put(.stream(StreamBuffer.Chunk(name: name, text: text, parent: request.header)))
    }

    /// Without a bundle, a display that shows nothing.
    private func display(_ bundle: MIMEBundle?, id: String?, isUpdate: Bool = false) {
        let transient: JSONValue = id.map { ["display_id": .string($0)] } ?? [:]
        kernel.publish(
            isUpdate ? "update_display_data" : "display_data",
            ["data": bundle?.json(asLines: false) ?? [:], "metadata": bundle?.jsonMetadata ?? [:], "transient": transient],
            for: request)
    }

    /// Draws progress in one display, ten times a second at most, and empties it when what went on is done: a display without data takes no room.
    private func progress(_ line: String?) {
        let now = ContinuousClock.now
        let (id, isUpdate): (String?, Bool) = state.withLock { state in
            guard line != nil else {
                defer { (state.progressDisplay, state.progressShown) = (nil, nil) }
                return (state.progressDisplay, true)
            }
            if let last = state.progressShown, now - last < Presenter.progressInterval { return (nil, true) }
            let isUpdate = state.progressDisplay != nil
            let display = state.progressDisplay ?? uniqueIdentifier()
            (state.progressDisplay, state.progressShown) = (display, now)
            return (display, isUpdate)
        }
        if let id { display(line.map { MIMEBundle(text: $0) }, id: id, isUpdate: isUpdate) }
    }
}

extension Diagnostic {
    /// The error as Jupyter messages carry it.
    fileprivate var errorContent: JSONValue {
        let name =
            switch kind {
            case .error, .incomplete: "Error"
            case .interrupted: "Interrupted"
            case .timedOut: "TimedOut"
            }
        let traceback = rendered(color: true).split(separator: "\n", omittingEmptySubsequences: false)
        return ["ename": .string(name), "evalue": .string(message), "traceback": .array(traceback.map { .string(String($0)) })]
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
