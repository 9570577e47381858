import Datasets

/// Gathers printed text, so that a loop of prints makes a few messages and not thousands.
///
/// Text is kept for 50 ms at most, and leaves before anything else is published.
struct StreamBuffer {
    enum Name: String, Sendable {
        case stdout, stderr
    }
    struct Chunk: Sendable {
        var name: Name
        var text: String
        /// The header of the request that prints.
        var parent: JSONValue
    }

    static let delay: Duration = .milliseconds(50)
    /// Bytes after which text is sent at once.
    static let limit = 1 << 18

    private var pending: Chunk?
    private var parentIdentifier = ""
    /// When the text has to leave; `nil` where there is none.
    private(set) var deadline: ContinuousClock.Instant?

    /// Adds text; what is returned has to be sent now.
    mutating func add(_ chunk: Chunk, now: ContinuousClock.Instant) -> [Chunk] {
        guard !chunk.text.isEmpty else { return [] }
        var due: [Chunk] = []
        let identifier = chunk.parent["msg_id"]?.string ?? ""
        if pending?.name == chunk.name, parentIdentifier == identifier {
            pending?.text += chunk.text
        } else {
            due += flush()
            pending = chunk
            parentIdentifier = identifier
            deadline = now + StreamBuffer.delay
        }
        if let pending, pending.text.utf8.count >= StreamBuffer.limit { due += flush() }
        return due
    }

    /// Everything that waits.
    mutating func flush() -> [Chunk] {
        defer {
            pending = nil
            deadline = nil
        }
        return pending.map { [$0] } ?? []
    }
}
