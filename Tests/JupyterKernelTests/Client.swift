import Datasets
import Foundation
import Testing

@testable import JupyterKernel

/// A kernel on its own thread with a scripted evaluator, listening on socket files in a folder of its own.
final class KernelUnderTest: Sendable {
    let connection: ConnectionFile
    private let folder: String
    private let ended = DispatchSemaphore(value: 0)

    init() throws {
        folder = NSTemporaryDirectory() + "latent-kernel-" + uniqueIdentifier()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        connection = try ConnectionFile([
            "transport": "ipc", "ip": .string(folder + "/k"), "key": "secret", "signature_scheme": "hmac-sha256",
            "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5,
        ])
        let kernel = Kernel(evaluator: ScriptedEvaluator(), key: connection.key)
        let (connection, ended) = (connection, ended)
        Thread {
            do { try kernel.run(connection) } catch { Issue.record(error) }
            ended.signal()
        }.start()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Whether the kernel ends within ten seconds.
    func ends() -> Bool { ended.wait(timeout: .now() + 10) == .success }
}

/// A client of the Jupyter protocol, used by the thread that made it.
final class Client {
    enum Failure: Error { case silence }

    let context: Context
    let shell: Socket
    let control: Socket
    let stdin: Socket
    let iopub: Socket
    let heartbeat: Socket
    let signer: Signer
    let session = uniqueIdentifier()

    init(_ connection: ConnectionFile, key: String? = nil) throws {
        context = try Context()
        signer = Signer(key: key ?? connection.key)
        shell = try Socket(.dealer, in: context)
        control = try Socket(.dealer, in: context)
        stdin = try Socket(.dealer, in: context)
        iopub = try Socket(.subscriber, in: context)
        heartbeat = try Socket(.request, in: context)
        // The kernel asks for input at the identity that sent the cell.
        shell.identify(session)
        stdin.identify(session)
        iopub.subscribe()
        try shell.connect(to: connection.address(of: connection.shellPort))
        try control.connect(to: connection.address(of: connection.controlPort))
        try stdin.connect(to: connection.address(of: connection.stdinPort))
        try iopub.connect(to: connection.address(of: connection.iopubPort))
        try heartbeat.connect(to: connection.address(of: connection.heartbeatPort))
        var welcome = try next(on: .iopub)
        // Who connects while the kernel starts may hear of that first.
        if welcome.content["execution_state"] == "starting" { welcome = try next(on: .iopub) }
        #expect(welcome.type == "iopub_welcome")
        #expect(welcome.content == ["subscription": ""])
    }

    enum Channel { case shell, control, stdin, iopub, heartbeat }

    private func frames(on channel: Channel) -> [[UInt8]]? {
        switch channel {
        case .shell: shell.receive()
        case .control: control.receive()
        case .stdin: stdin.receive()
        case .iopub: iopub.receive()
        case .heartbeat: heartbeat.receive()
        }
    }

    func nextFrames(on channel: Channel, within seconds: Double = 20) throws -> [[UInt8]] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while .now < deadline {
            if let frames = frames(on: channel) { return frames }
            usleep(500)
        }
        throw Failure.silence
    }

    func next(on channel: Channel, within seconds: Double = 20) throws -> Message {
        try Message(frames: nextFrames(on: channel, within: seconds), signer: signer)
    }

    /// Sends a request and returns its identifier.
    @discardableResult
    func send(_ type: String, _ content: JSONValue = [:], on channel: Channel = .shell) -> String {
        let message = Message(type, session: session, parent: [:], identities: [], content: content)
        let frames = message.frames(signer: signer)
        switch channel {
        case .shell: shell.send(frames)
        case .control: control.send(frames)
        case .stdin: stdin.send(frames)
        case .iopub, .heartbeat: break
        }
        return message.identifier
    }

    @discardableResult
    func execute(_ code: String, _ more: JSONValue = [:]) -> String {
        var content: JSONValue = ["code": .string(code), "silent": false]
        for member in more.members ?? [] { content[member.key] = member.value }
        return send("execute_request", content)
    }

    /// All that is published for a request, up to `idle`.
    func published(for identifier: String) throws -> [Message] {
        var messages: [Message] = []
        while true {
            let message = try next(on: .iopub)
            guard message.parentHeader["msg_id"]?.string == identifier else { continue }
            messages.append(message)
            if message.content["execution_state"] == "idle" { return messages }
        }
    }

    /// Runs a cell and returns its reply and what was published between `busy` and `idle`, without `execute_input`.
    func run(_ code: String, _ more: JSONValue = [:]) throws -> (reply: JSONValue, outputs: [Message]) {
        let identifier = execute(code, more)
        let outputs = try published(for: identifier).filter { !["status", "execute_input"].contains($0.type) }
        return (try next(on: .shell).content, outputs)
    }

    func ask(_ type: String, _ content: JSONValue = [:], on channel: Channel = .shell) throws -> JSONValue {
        let identifier = send(type, content, on: channel)
        let reply = try next(on: channel)
        #expect(reply.parentHeader["msg_id"]?.string == identifier)
        _ = try published(for: identifier)
        return reply.content
    }
}
