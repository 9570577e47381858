import CZeroMQ
import Datasets
import Diagnostics
import Foundation

/// The thread that owns the shell, control, stdin and iopub sockets.
///
/// It never runs a cell: shell requests go to the executor, control requests are answered here, and what others want to send waits in the kernel's outbox.
struct Wire: ~Copyable {
    private let shell: Socket
    private let control: Socket
    private let stdin: Socket
    private let iopub: Socket
    private let kernel: Kernel
    private var streams = StreamBuffer()
    private var isStopping = false

    /// Opens the sockets.
    init(_ connection: ConnectionFile, context: Context, kernel: Kernel) throws(Diagnostic) {
        let shell = try Socket(.router, in: context, at: connection.address(of: connection.shellPort))
        let control = try Socket(.router, in: context, at: connection.address(of: connection.controlPort))
        let stdin = try Socket(.router, in: context, at: connection.address(of: connection.stdinPort))
        let iopub = try Socket(.extendedPublisher, in: context, at: connection.address(of: connection.iopubPort))
        self.kernel = kernel
        self.shell = shell
        self.control = control
        self.stdin = stdin
        self.iopub = iopub
    }

    /// Serves until the kernel stops or its parent is gone.
    consuming func serve(parent: ParentProcess?) {
        publish(
            Message(
                "status", session: kernel.session, parent: [:], identities: [Array("status".utf8)], content: ["execution_state": "starting"]
            ))
        while !isStopping, parent?.isGone != true {
            waitForWork(watchingParent: parent != nil)
            while let frames = iopub.receive() { greet(frames) }
            while let frames = control.receive() { receive(frames, on: .control) }
            while let frames = stdin.receive() { receive(frames, on: .stdin) }
            while let frames = shell.receive() { receive(frames, on: .shell) }
            for outgoing in kernel.outbox.takeAll() { handle(outgoing) }
            if let deadline = streams.deadline, deadline <= .now { flushStreams() }
        }
    }

    private func waitForWork(watchingParent: Bool) {
        var items = [control.handle, stdin.handle, shell.handle, iopub.handle].map {
            zmq_pollitem_t(socket: $0, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        items.append(zmq_pollitem_t(socket: nil, fd: kernel.outbox.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        var timeout = watchingParent ? 1000 : -1
        if let deadline = streams.deadline {
            let left = (deadline - .now) / .milliseconds(1)
            timeout = max(0, Int(left.rounded(.up)))
        }
        zmq_poll(&items, Int32(items.count), timeout)
    }

    // MARK: Receiving

    /// Welcomes a new subscriber (Jupyter enhancement proposal 65), who then knows that nothing will be missed.
    private mutating func greet(_ frames: [[UInt8]]) {
        guard let event = frames.first, event.first == 1 else { return }
        let topic = Array(event.dropFirst())
        let content: JSONValue = ["subscription": .string(String(decoding: topic, as: UTF8.self))]
        publish(Message("iopub_welcome", session: kernel.session, parent: [:], identities: [topic], content: content))
    }

    private func receive(_ frames: [[UInt8]], on channel: Kernel.Channel) {
        do {
            let message = try Message(frames: frames, signer: kernel.signer)
            switch channel {
            case .shell: kernel.inbox.put(.request(message))
            case .control: kernel.answer(message, on: .control, with: channel.handler(for: message.type))
            case .stdin: if message.type == "input_reply" { kernel.input.end(with: message.content["value"]?.string ?? "") }
            }
        } catch {
            kernel.log("a message on \(channel) was dropped: \(error)")
        }
    }

    // MARK: Sending

    private mutating func handle(_ outgoing: Kernel.Outgoing) {
        switch outgoing {
        case .stream(let chunk): send(streams.add(chunk, now: .now))
        case .publish(let message): publish(message)
        case .send(let channel, let message):
            flushStreams()
            let frames = message.frames(signer: kernel.signer)
            switch channel {
            case .shell: shell.send(frames)
            case .control: control.send(frames)
            case .stdin: stdin.send(frames)
            }
        case .gather:
            while let frames = shell.receive() { receive(frames, on: .shell) }
            kernel.inbox.put(.endOfAbort)
        case .stop:
            flushStreams()
            isStopping = true
        }
    }

    private mutating func publish(_ message: Message) {
        flushStreams()
        iopub.send(message.frames(signer: kernel.signer))
    }

    private mutating func flushStreams() { send(streams.flush()) }

    private func send(_ chunks: [StreamBuffer.Chunk]) {
        for chunk in chunks {
            let content: JSONValue = ["name": .string(chunk.name.rawValue), "text": .string(chunk.text)]
            let message = Message(
                "stream", session: kernel.session, parent: chunk.parent, identities: [Array("stream".utf8)], content: content)
            iopub.send(message.frames(signer: kernel.signer))
        }
    }
}
