import Diagnostics
import Syntax
import Tensors

/// Evaluates cells one after another, keeping what they bind. One thread uses it.
public final class Interpreter {
    public let machine: Machine
    private let builtins: [String: Value]
    /// Reads a source file for `import`.
    private let readFile: (String) throws(Diagnostic) -> String
    private var importing: [String] = []

    /// - Parameters:
    ///   - builtins: what names mean where a program has not bound them.
    ///   - readFile: gives the text of a file, by its path.
    public init(machine: Machine, builtins: [String: Value], readFile: @escaping (String) throws(Diagnostic) -> String) {
        self.machine = machine
        self.builtins = builtins
        self.readFile = readFile
        machine.importFile = { [unowned self] path, span throws(Diagnostic) in try self.importFile(path, span) }
        machine.describeName = { [unowned self] name in self.value(of: name) }
    }

    /// What a cell's last statement gave.
    public struct Result {
        /// nil where nothing is shown: the statement was no expression, or a `;` ended it.
        public var shown: Value?
        /// Where its statement stands.
        public var span: Span?
    }

    /// Runs a cell. What it bound before an error stays.
    public func run(_ source: SourceText) throws(Diagnostic) -> Result {
        let statements = try Parser.parse(source)
        var last: Value?
        // Statement by statement, so that what one binds is known when the next is resolved.
        for (index, statement) in statements.enumerated() {
            let compiler = Compiler(globals: machine.globals, builtins: builtins)
            let node = try compiler.statement(statement)
            machine.globalSlots = machine.globals.slots
            let frame = try machine.enter(compiler.scope.slotCount)
            defer { machine.leave(frame, compiler.scope.slotCount) }
            machine.pending = .normal
            let isLast = index == statements.count - 1
            do throws(Diagnostic) {
                if isLast, case .expression = statement.kind {
                    let value = try node.eval(machine, frame)
                    if !statement.isSilent { last = value }
                } else if isLast, case .help = statement.kind {
                    last = try node.eval(machine, frame)
                } else {
                    guard try node.exec(machine, frame) == .normal else {
                        throw Diagnostic("`break` and `continue` belong in a loop", at: statement.span)
                    }
                }
            } catch {
                if machine.takePending() != nil { throw Diagnostic("`break` and `continue` belong in a loop", at: statement.span) }
                throw error.placed(at: statement.span)
            }
        }
        if let value = last {
            if value.isNone { return Result(shown: nil) }
            bind("ans", value)
        }
        return Result(shown: last, span: statements.last?.span)
    }

    private func importFile(_ path: String, _ span: Span) throws(Diagnostic) {
        let full = path.hasPrefix("/") ? path : "\(machine.directory)/\(path)"
        guard !importing.contains(full) else {
            throw Diagnostic("\(path) imports itself", at: span, notes: importing.map { "by way of \($0)" })
        }
        importing.append(full)
        let directory = machine.directory
        defer {
            importing.removeLast()
            machine.directory = directory
        }
        let text: String
        do throws(Diagnostic) { text = try readFile(full) } catch { throw error.placed(at: span) }
        if let slash = full.lastIndex(of: "/") { machine.directory = String(full[..<slash]) }
        _ = try run(SourceText(name: path, text: text))
    }

    /// What a name means now; nil where it means nothing.
    public func value(of name: String) -> Value? { machine.globals[name] ?? builtins[name] }

    /// What the program has bound, in order of first mention.
    public var bindings: [(name: String, value: Value)] { machine.globals.bindings }

    public func bind(_ name: String, _ value: Value) {
        let index = machine.globals.index(of: name)
        machine.globals.slots[index] = value
        machine.globalSlots = machine.globals.slots
    }

    /// Every name that means something, bound or built in.
    public var names: [String] { Array(Set(machine.globals.bindings.map(\.name)).union(builtins.keys)) }
}

final class Import: Action {
    let path: String
    init(_ path: String, _ span: Span) {
        self.path = path
        super.init(span)
    }
    override func exec(_ m: Machine, _ f: Slots) throws(Diagnostic) -> Flow {
        try m.importFile?(path, span)
        return .normal
    }
}
