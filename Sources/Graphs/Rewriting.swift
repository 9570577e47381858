import Diagnostics

extension Graph {
    public func rewritten() throws(Diagnostic) -> Graph { self }
}
