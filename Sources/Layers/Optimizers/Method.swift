/// An optimiser as a program writes it.
public struct Method: Sendable {
    public var optimizer: any Optimizer
    /// How it is written, `Adam(0.001)`.
    public var text: String
    /// How many steps a minimisation takes.
    public var steps: Int?

    public init(_ optimizer: any Optimizer, text: String, steps: Int? = nil) {
        (self.optimizer, self.text, self.steps) = (optimizer, text, steps)
    }
}
