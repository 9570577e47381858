import Diagnostics

/// How a command ended, as the shell sees it.
public enum ExitCode: Int32, Sendable {
    case done = 0
    /// A cell failed, or a check differs.
    case failed = 1
    /// The command line was wrong.
    case usage = 2
    case timeLimit = 3
    case unreadable = 4
    case interrupted = 130

    /// The code of a cell that ended so.
    public init(_ outcome: Outcome) {
        switch outcome.diagnostic?.kind {
        case nil: self = .done
        case .error, .incomplete: self = .failed
        case .timedOut: self = .timeLimit
        case .interrupted: self = .interrupted
        }
    }
}
