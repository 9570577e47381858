import Diagnostics
import Displays
import Language
import StandardLibrary
import Syntax

/// One running Latent: its bindings, its random stream, and the thread that evaluates.
///
/// All front ends use a session and nothing else of the language. Every call may come from any thread; cells run one after
/// another on the session's own thread, which has a stack deep enough for deep recursion. `interrupt` stops the running cell and keeps its bindings.
public final class Session: Sendable {
    /// How a session differs from a plain one.
    public struct Options: Sendable {
        /// The seed of the random stream.
        public var seed: UInt64 = 0
        /// The folder that relative file names in programs start from.
        public var directory: String = "."
        public init() {}
    }

    /// Whether a piece of source could be run as it stands.
    public enum Completeness: Sendable, Equatable {
        case complete
        /// It needs more lines, which would be indented by this.
        case incomplete(indent: String)
        case invalid
    }

    /// What could stand at the cursor. Offsets count Unicode code points.
    public struct Completions: Sendable {
        public struct Item: Sendable {
            /// What replaces `range`.
            public var text: String
            /// `function`, `distribution`, `family`, `variable`, `argument`, `field`, `keyword`, `file`.
            public var kind: String
            public init(text: String, kind: String) {
                self.text = text
                self.kind = kind
            }
        }
        public var range: Range<Int>
        public var items: [Item]
        public init(range: Range<Int>, items: [Item]) {
            self.range = range
            self.items = items
        }
    }

    public init(options: Options = Options()) {}

    /// The number of the last cell run.
    public var executionCount: Int { 0 }

    /// Runs one cell to its end and returns how it ended. Blocks the caller; events are sent while it runs.
    ///
    /// - Parameters:
    ///   - name: how errors name the place; `cell N` where it is nil.
    ///   - silent: the cell neither counts nor shows its value.
    ///   - timeLimit: seconds after which it is stopped.
    public func run(_ code: String, name: String? = nil, silent: Bool = false, timeLimit: Double? = nil, console: Console) -> Outcome {
        .finished
    }

    /// Stops the running cell, if one runs. Safe to call from any thread, at any time, repeatedly.
    public func interrupt() {}

    public func completeness(of code: String) -> Completeness { .complete }

    /// - Parameter cursor: an offset in code points.
    public func completions(of code: String, cursor: Int) -> Completions { Completions(range: cursor..<cursor, items: []) }

    /// What is known of the name at the cursor: its help, or the value it holds. `nil` where nothing is there.
    public func inspect(_ code: String, cursor: Int) -> MIMEBundle? { nil }

    /// Binds a name to a value given as a literal of the language, as `--set lr=0.01` does.
    public func set(_ name: String, to literal: String) throws(Diagnostic) {}

    /// The text of the reference on a name; without a name, its table of contents.
    public static func reference(on name: String?) -> String? { nil }
}
