/// An error as data: what went wrong, where, and what to do about it.
///
/// The modules below the language throw it without a place and, where one argument is to blame, with that
/// argument's name; the evaluator adds the place. It is one reference wide, so that throwing it is cheap.
public struct Diagnostic: Error, Sendable, CustomStringConvertible {
    /// A place with a few words about it.
    public struct Label: Sendable {
        public var span: Span
        public var text: String
        public init(_ span: Span, _ text: String = "") {
            self.span = span
            self.text = text
        }
    }

    /// What sort of stop it was.
    public enum Kind: Sendable {
        case error
        case interrupted
        case timedOut
        /// The source ends inside a construct: a prompt asks for another line.
        case incomplete
    }

    private final class Storage: Sendable {
        let kind: Kind, message: String, argument: String?, labels: [Label], help: String?, notes: [String]
        init(_ kind: Kind, _ message: String, _ argument: String?, _ labels: [Label], _ help: String?, _ notes: [String]) {
            (self.kind, self.message, self.argument, self.labels, self.help, self.notes) = (kind, message, argument, labels, help, notes)
        }
    }
    private var storage: Storage

    /// - Parameters:
    ///   - message: one sentence without a full stop: what went wrong and what the value was.
    ///   - argument: the parameter of the called function whose argument is to blame.
    ///   - help: the remedy.
    ///   - notes: further facts, a line each.
    public init(
        _ message: String, argument: String? = nil, at span: Span? = nil, label: String = "", help: String? = nil, notes: [String] = [],
        kind: Kind = .error
    ) {
        storage = Storage(kind, message, argument, span.map { [Label($0, label)] } ?? [], help, notes)
    }

    public var kind: Kind { storage.kind }
    public var message: String { storage.message }
    public var argument: String? { storage.argument }
    /// The first label is where the error is; others say what it has to do with.
    public var labels: [Label] { storage.labels }
    public var help: String? { storage.help }
    public var notes: [String] { storage.notes }

    /// The same error with a place, if it had none.
    public func placed(at span: Span, label: String = "") -> Diagnostic {
        labels.isEmpty ? labelled(span, label) : self
    }

    /// The same error with one more label.
    public func labelled(_ span: Span, _ text: String = "") -> Diagnostic {
        var copy = self
        copy.storage = Storage(kind, message, argument, labels + [Label(span, text)], help, notes)
        return copy
    }

    /// The same error with one more note.
    public func noting(_ note: String) -> Diagnostic {
        var copy = self
        copy.storage = Storage(kind, message, argument, labels, help, notes + [note])
        return copy
    }

    /// The same error with a remedy, if it had none.
    public func helped(_ help: String) -> Diagnostic {
        var copy = self
        copy.storage = Storage(kind, message, argument, labels, self.help ?? help, notes)
        return copy
    }

    public var description: String { rendered(color: false) }
}
