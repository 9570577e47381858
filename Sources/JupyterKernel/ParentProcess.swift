import Foundation

/// The process that started the kernel. A kernel does not outlive it.
struct ParentProcess: Sendable {
    private let identifier: pid_t
    private let isDirect: Bool

    /// - Parameter environment: where `JPY_PARENT_PID` stands; `nil` is returned where it does not.
    init?(environment: [String: String]) {
        guard let identifier = environment["JPY_PARENT_PID"].flatMap({ pid_t($0) }), identifier > 1 else { return nil }
        self.identifier = identifier
        // A launcher script in between makes another process the parent.
        isDirect = getppid() == identifier
    }

    var isGone: Bool {
        isDirect ? getppid() != identifier : kill(identifier, 0) != 0 && errno == ESRCH
    }
}
