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
                // "Run all" must not run on after a failed cell: what had arrived by then is answered with `aborted`.
                if request.type == Execute.type, reply?["status"] == "error", Execute.stopsOnError(request) { isAborting = true }
            }
        }
    }
}
