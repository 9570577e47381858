import Datasets

// Comms are channels that a front end's extensions open to objects in the kernel. Latent has no such objects, so every attempt to open one
// is answered by closing it, as the protocol asks where the target is unknown. What is open is therefore always empty.

/// `comm_info_request`: which comms are open.
enum CommInfo: Handler {
    static let type = "comm_info_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? { ["status": "ok", "comms": [:]] }
}

/// `comm_open`: refused by `comm_close`.
enum CommOpen: Handler {
    static let type = "comm_open"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        kernel.publish("comm_close", ["comm_id": request.content["comm_id"] ?? "", "data": [:]], for: request)
        return nil
    }
}

/// `comm_msg` to a comm that is closed: ignored.
enum CommMessage: Handler {
    static let type = "comm_msg"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? { nil }
}

/// `comm_close` of a comm that is closed: ignored.
enum CommClose: Handler {
    static let type = "comm_close"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? { nil }
}
