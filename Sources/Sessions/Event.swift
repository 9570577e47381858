import Diagnostics
import Displays

/// What a running cell tells its front end, in order. Events are delivered on the session's own thread.
public enum Event: Sendable {
    /// The cell starts; its execution count.
    case started(count: Int)
    /// Text printed by the program.
    case output(String)
    /// Warnings and notes, for standard error.
    case note(String)
    /// A picture, table or other value shown by the program; `id` where it may be updated later.
    case display(MIMEBundle, id: String?)
    /// The shown thing with this id now looks like this.
    case update(MIMEBundle, id: String)
    /// What the cell has shown so far is taken back.
    case clear
    /// How far a long computation is: one line, at most ten a second. `nil` when it is over.
    case progress(String?)
    /// The value of the cell's last expression.
    case result(MIMEBundle, count: Int)
    case failed(Diagnostic)
}

/// How a cell ended.
public enum Outcome: Sendable {
    case finished
    case failed(Diagnostic)

    public var diagnostic: Diagnostic? {
        if case .failed(let diagnostic) = self { return diagnostic }
        return nil
    }
}

/// What a front end gives a session: where events go, and where `input("...")` reads from.
public struct Console: Sendable {
    public var send: @Sendable (Event) -> Void
    /// Asks the person for a line; `nil` at the end of input. Absent where nobody can be asked.
    public var readLine: (@Sendable (_ prompt: String) -> String?)?

    public init(send: @escaping @Sendable (Event) -> Void, readLine: (@Sendable (String) -> String?)? = nil) {
        self.send = send
        self.readLine = readLine
    }
}
