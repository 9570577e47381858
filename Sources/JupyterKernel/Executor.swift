import Datasets

/// Answers shell requests in order, one at a time.
struct Executor: Sendable {
    let kernel: Kernel

    func run() {
        var isAborting = false
        while true {
            switch kernel.inbox.take() {
            case .stop: return
            case .endOfAbort: isAborting = false
            case .request(let request) where isAborting && request.type == Execute.type:
                kernel.answer(request, on: .shell, with: AbortedExecute.self)
            case .request(let request):
                let reply = kernel.answer(request, on: .shell, with: Kernel.Channel.shell.handler(for: request.type))
                if request.type == Execute.type, reply?["status"] == "error", request.content["stop_on_error"]?.bool != false {
                    // "Run all" must not run on after a failed cell: what has been sent by now is answered with `aborted`.
                    isAborting = true
                    kernel.outbox.put(.gather)
                }
            }
        }
    }
}
