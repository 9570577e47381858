import Datasets
import Sessions

/// `kernel_info_request`: what this kernel is and which language it speaks.
enum KernelInfo: Handler {
    static let type = "kernel_info_request"

    static func answer(_ request: Message, kernel: Kernel) -> JSONValue? {
        [
            "status": "ok",
            "protocol_version": .string(Message.protocolVersion),
            "implementation": "latent",
            "implementation_version": .string(Session.version),
            "language_info": [
                "name": "latent",
                "version": .string(Session.version),
                "mimetype": "text/x-latent",
                "file_extension": ".latent",
                // Front ends have no grammar for Latent; Julia's comments, strings, numbers and keywords come nearest.
                "pygments_lexer": "julia",
                "codemirror_mode": "julia",
                "nbconvert_exporter": "script",
            ],
            "banner": .string("Latent \(Session.version): a language for generative models"),
            "debugger": false,
            "help_links": [],
            "supported_features": [],
        ]
    }
}
