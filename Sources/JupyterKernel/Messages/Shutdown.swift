import Datasets

/// `shutdown_request`: end; where `restart` is true, the client starts a new kernel afterwards.
enum Shutdown: Handler {
    static let type = "shutdown_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        kernel.interrupt()
        return ["status": "ok", "restart": .bool(request.content["restart"]?.bool ?? false)]
    }

    static func answered(_ request: Message, kernel: Kernel) { kernel.outbox.put(.stop) }
}
