import Datasets

/// `interrupt_request`: stop the running cell and keep what it bound.
enum Interrupt: Handler {
    static let type = "interrupt_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        kernel.interrupt()
        return ["status": "ok"]
    }
}
