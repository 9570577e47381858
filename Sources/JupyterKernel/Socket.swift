import CZeroMQ
import Diagnostics
import Foundation

/// A ZeroMQ context: what all sockets of a kernel live in.
final class Context: @unchecked Sendable {  // A context may be used from any thread (zmq_ctx_new(3)).
    fileprivate let handle: UnsafeMutableRawPointer

    init() throws(Diagnostic) {
        guard let handle = zmq_ctx_new() else { throw Diagnostic("ZeroMQ cannot start: \(lastError())") }
        self.handle = handle
    }

    /// Makes every waiting call on a socket of this context return.
    func shutDown() { zmq_ctx_shutdown(handle) }

    /// Waits until all sockets are closed and what they had to send is sent, or their linger time is over.
    deinit { zmq_ctx_term(handle) }
}

/// A ZeroMQ socket. It belongs to the one thread that uses it.
struct Socket: ~Copyable {
    enum Kind {
        case router, reply, extendedPublisher, dealer, subscriber, request

        fileprivate var code: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .reply: ZMQ_REP
            case .extendedPublisher: ZMQ_XPUB
            case .dealer: ZMQ_DEALER
            case .subscriber: ZMQ_SUB
            case .request: ZMQ_REQ
            }
        }
    }

    private let context: Context
    let handle: UnsafeMutableRawPointer

    init(_ kind: Kind, in context: Context) throws(Diagnostic) {
        guard let handle = zmq_socket(context.handle, kind.code) else { throw Diagnostic("a socket cannot be made: \(lastError())") }
        self.context = context
        self.handle = handle
        set(ZMQ_LINGER, 1000)
        switch kind {
        case .extendedPublisher:
            // Every subscription is reported, also the second to the same topic; nothing is dropped in a burst.
            set(ZMQ_XPUB_VERBOSE, 1)
            set(ZMQ_SNDHWM, 0)
        case .subscriber: set(ZMQ_RCVHWM, 0)
        case .router: set(ZMQ_ROUTER_HANDOVER, 1)
        case .reply, .dealer, .request: break
        }
    }

    /// A socket that listens at an address.
    init(_ kind: Kind, in context: Context, at address: String) throws(Diagnostic) {
        let socket = try Socket(kind, in: context)
        guard zmq_bind(socket.handle, address) == 0 else { throw Diagnostic("cannot listen at \(address): \(lastError())") }
        self = socket
    }

    deinit { zmq_close(handle) }

    private func set(_ option: Int32, _ value: Int32) {
        var value = value
        zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
    }

    /// The name by which a router knows this socket.
    func identify(_ name: String) {
        zmq_setsockopt(handle, ZMQ_ROUTING_ID, name, name.utf8.count)
    }

    func subscribe(to topic: String = "") {
        zmq_setsockopt(handle, ZMQ_SUBSCRIBE, topic, topic.utf8.count)
    }

    func connect(to address: String) throws(Diagnostic) {
        guard zmq_connect(handle, address) == 0 else { throw Diagnostic("cannot connect to \(address): \(lastError())") }
    }

    /// Sends the frames of one message; whether it could be sent.
    @discardableResult
    func send(_ frames: [[UInt8]]) -> Bool {
        for (place, frame) in frames.enumerated() {
            let flags = place < frames.count - 1 ? ZMQ_SNDMORE : 0
            while zmq_send(handle, frame, frame.count, flags) < 0 {
                guard zmq_errno() == EINTR else { return false }
            }
        }
        return true
    }

    /// The frames of the next message; `nil` where none is there, or, when it waits, where the context was shut down.
    func receive(wait: Bool = false) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var part = zmq_msg_t()
        zmq_msg_init(&part)
        defer { zmq_msg_close(&part) }
        repeat {
            while zmq_msg_recv(&part, handle, wait ? 0 : ZMQ_DONTWAIT) < 0 {
                guard zmq_errno() == EINTR else { return nil }
            }
            frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))))
        } while zmq_msg_more(&part) != 0
        return frames
    }
}

private func lastError() -> String { String(cString: zmq_strerror(zmq_errno())) }
