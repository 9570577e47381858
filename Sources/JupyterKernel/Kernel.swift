import Datasets
import Diagnostics
import Foundation
import Sessions
import Synchronization

/// Runs a kernel until its client shuts it down. What `latent kernel run -f FILE` does.
///
/// Ctrl-C (SIGINT) stops the running cell and nothing else.
/// - Throws: where the connection file cannot be read or a socket cannot be opened.
public func runKernel(connectionFile path: String) throws(Diagnostic) {
    let connection = try ConnectionFile(path: path)
    let kernel = Kernel(evaluator: Session(), key: connection.key)
    InterruptSignal.watch { kernel.interrupt() }
    try kernel.run(connection, parent: ParentProcess(environment: ProcessInfo.processInfo.environment))
}

/// A Jupyter kernel: what its threads share.
///
/// Three threads do the work. The heartbeat echoes. The wire (the caller of `run`) owns every other socket, answers control requests, which are all
/// instant, and never waits for a cell. The executor answers shell requests one after another. All that leaves goes through one queue, the
/// outbox, so the order in which messages leave is the order in which they were put in: busy, outputs, reply, idle.
final class Kernel: Sendable {
    let evaluator: any Evaluating
    let signer: Signer
    /// Names this run of the kernel in the headers of its messages.
    let session = uniqueIdentifier()
    let outbox = Mailbox<Outgoing>()
    let inbox = WorkQueue<Work>()
    let input = InputDesk()
    let history = Mutex(History())

    /// What leaves the kernel.
    enum Outgoing: Sendable {
        case send(Channel, Message)
        case publish(Message)
        case stream(StreamBuffer.Chunk)
        /// Hand all requests that have arrived to the executor, then the mark that ends an abort.
        case gather
        case stop
    }

    /// What the executor is given.
    enum Work: Sendable {
        case request(Message)
        case endOfAbort
        case stop
    }

    /// The two-way sockets.
    enum Channel: Sendable {
        case shell, control, stdin
    }

    init(evaluator: any Evaluating, key: String) {
        self.evaluator = evaluator
        signer = Signer(key: key)
    }

    /// Opens the sockets and serves until a client asks for shutdown or the parent process is gone.
    func run(_ connection: ConnectionFile, parent: ParentProcess? = nil) throws(Diagnostic) {
        let context = try Context()
        let heartbeat = try Heartbeat(context: context, address: connection.address(of: connection.heartbeatPort))
        defer { context.shutDown() }
        let wire = try Wire(connection, context: context, kernel: self)
        heartbeat.start()
        let executor = Executor(kernel: self)
        let thread = Thread { executor.run() }
        thread.name = "executor"
        thread.start()
        wire.serve(parent: parent)
        interrupt()
        inbox.put(.stop)
    }

    /// Stops the running cell, also where it waits for input.
    func interrupt() {
        evaluator.interrupt()
        input.end(with: nil)
    }

    // MARK: Sending

    func publish(_ type: String, _ content: JSONValue, for request: Message, metadata: JSONValue = [:]) {
        outbox.put(
            .publish(
                Message(
                    type, session: session, parent: request.header, identities: [Array(type.utf8)], content: content, metadata: metadata)))
    }

    /// Answers a request, wrapped in `busy` and `idle`, and returns the content of the reply.
    @discardableResult
    func answer(_ request: Message, on channel: Channel, with handler: (any Handler.Type)?) -> JSONValue? {
        publish("status", ["execution_state": "busy"], for: request)
        let content = handler.map { $0.answer(request, kernel: self) } ?? unknown(request)
        if let content, request.type.hasSuffix("_request") {
            let type = request.type.dropLast("request".count) + "reply"
            let reply = Message(String(type), session: session, parent: request.header, identities: request.identities, content: content)
            outbox.put(.send(channel, reply))
        }
        publish("status", ["execution_state": "idle"], for: request)
        handler?.answered(request, kernel: self)
        return content
    }

    private func unknown(_ request: Message) -> JSONValue? {
        failure("UnknownMessage", "this kernel does not know messages of type \"\(request.type)\"")
    }

    func log(_ line: String) { FileHandle.standardError.write(Data("latent kernel: \(line)\n".utf8)) }
}

/// The content of a reply that says why a request was not met.
func failure(_ name: String, _ message: String, traceback: [String] = []) -> JSONValue {
    ["status": "error", "ename": .string(name), "evalue": .string(message), "traceback": .array(traceback.map { .string($0) })]
}

/// One type of request and how it is answered.
protocol Handler {
    /// The message type it answers.
    static var type: String { get }
    /// Does what is asked and returns the content of the reply; `nil` where the protocol has no reply.
    static func answer(_ request: Message, kernel: Kernel) -> JSONValue?
    /// What is to be done once the answer is on its way.
    static func answered(_ request: Message, kernel: Kernel)
}

extension Handler {
    static func answered(_ request: Message, kernel: Kernel) {}
}

extension Kernel.Channel {
    /// The requests that may come here.
    var handlers: [any Handler.Type] {
        switch self {
        case .shell:
            [
                KernelInfo.self, Execute.self, IsComplete.self, Complete.self, Inspect.self, HistoryRequest.self,
                CommInfo.self, CommOpen.self, CommMessage.self, CommClose.self, Shutdown.self,
            ]
        case .control: [KernelInfo.self, Interrupt.self, Shutdown.self]
        case .stdin: []
        }
    }

    func handler(for type: String) -> (any Handler.Type)? { handlers.first { $0.type == type } }
}
