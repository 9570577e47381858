import Diagnostics
import Syntax

extension Session {
    /// Whether a piece of source could be run as it stands.
    public enum Completeness: Sendable, Equatable {
        case complete
        /// It needs more lines, which would be indented by this.
        case incomplete(indent: String)
        case invalid

        init(of code: String) {
            do throws(Diagnostic) {
                _ = try Parser.parse(SourceText(name: "", text: code))
                self = .complete
            } catch {
                guard error.kind == .incomplete else {
                    self = .invalid
                    return
                }
                let last = code.split(separator: "\n").last ?? ""
                var indent = String(last.prefix { $0 == " " })
                if let end = last.last(where: { $0 != " " }), "{([".contains(end) { indent += "  " }
                self = .incomplete(indent: indent)
            }
        }
    }
}
