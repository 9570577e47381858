import Diagnostics
import Tensors

/// A function as a value.
public final class Callable: @unchecked Sendable {
    enum Kind {
        case closure(FunctionCode, captures: [Box])
        case builtin(Builtin)
    }
    // Immutable after it is made; code trees are only walked.
    let kind: Kind
    /// The closure's code: calls read it without copying `kind`.
    let code: FunctionCode?
    init(_ kind: Kind) {
        self.kind = kind
        if case .closure(let code, _) = kind { self.code = code } else { code = nil }
    }

    public convenience init(_ builtin: Builtin) { self.init(.builtin(builtin)) }

    public var name: String? {
        switch kind {
        case .closure(let code, _): code.name
        case .builtin(let builtin): builtin.name
        }
    }
    public var builtin: Builtin? {
        if case .builtin(let builtin) = kind { return builtin }
        return nil
    }
    /// How many arguments must be given.
    public var requiredCount: Int {
        switch kind {
        case .closure(let code, _): code.parameters.count { $0.defaultValue == nil }
        case .builtin(let builtin): builtin.signature.parameters.count { $0.defaultValue == nil && !$0.isVariadic }
        }
    }
    /// How it is called, `f(x, power: 2)`.
    public var signature: String {
        switch kind {
        case .closure(let code, _): code.signatureText
        case .builtin(let builtin): builtin.signature.text
        }
    }
}

/// The parameters of something that can be called, in order.
public struct Signature: Sendable {
    public struct Parameter: Sendable {
        public let name: String
        /// nil where the argument must be given.
        public let defaultValue: Value?
        /// How the default is written.
        public let defaultText: String?
        /// It takes all further positional arguments, as a list.
        public let isVariadic: Bool
    }
    public let name: String
    public let parameters: [Parameter]
    /// Named arguments beyond these are taken too, in order, as a record after the last parameter.
    public let takesOthers: Bool

    public var text: String {
        let shown = parameters.map { p in
            p.isVariadic ? "\(p.name)..." : p.defaultText.map { "\(p.name): \($0)" } ?? p.name
        }
        return "\(name)(\((shown + (takesOthers ? ["name: value..."] : [])).joined(separator: ", ")))"
    }

    /// Reads `sample(m, n: none, seed: none)`. `x...` takes any number; `**` at the end takes further named arguments.
    /// Defaults are numbers, strings, `true`, `false` and `none`.
    public init(_ text: String) {
        let open = text.firstIndex(of: "(") ?? text.endIndex
        name = String(text[..<open])
        var parameters: [Parameter] = []
        var takesOthers = false
        let inside = open < text.endIndex ? text[text.index(after: open)...].dropLast() : ""
        for part in inside.split(separator: ",") {
            let piece = part.drop { $0 == " " }
            if piece == "**" {
                takesOthers = true
            } else if piece.hasSuffix("...") {
                parameters.append(Parameter(name: String(piece.dropLast(3)), defaultValue: nil, defaultText: nil, isVariadic: true))
            } else if let colon = piece.firstIndex(of: ":") {
                let value = String(piece[piece.index(after: colon)...].drop { $0 == " " })
                parameters.append(
                    Parameter(name: String(piece[..<colon]), defaultValue: Signature.literal(value), defaultText: value, isVariadic: false))
            } else {
                parameters.append(Parameter(name: String(piece), defaultValue: nil, defaultText: nil, isVariadic: false))
            }
        }
        self.parameters = parameters
        self.takesOthers = takesOthers
    }

    init(name: String, parameters: [Parameter], takesOthers: Bool = false) {
        self.name = name
        self.parameters = parameters
        self.takesOthers = takesOthers
    }

    private static func literal(_ text: String) -> Value {
        switch text {
        case "none": .none
        case "true": .bool(true)
        case "false": .bool(false)
        default:
            if let number = Double(text) { .number(number) } else { .string(text.filter { $0 != "\"" }.replacing("\\n", with: "\n")) }
        }
    }

    /// Puts arguments in the order of the parameters; defaults fill what is not given.
    ///
    /// Throws where one is unknown, given twice, missing or too many, naming the nearest.
    func bind(_ arguments: Arguments) throws(Diagnostic) -> (values: [Value], spans: [Span?], others: [(String, Value)]) {
        var values = [Value](repeating: .unset, count: parameters.count)
        var spans = [Span?](repeating: nil, count: parameters.count)
        var others: [(String, Value)] = []
        var rest: [Value] = []
        var position = 0
        for argument in arguments.items {
            if let name = argument.name {
                guard let index = parameters.firstIndex(where: { $0.name == name.text && !$0.isVariadic }) else {
                    if takesOthers {
                        others.append((name.text, argument.value))
                        continue
                    }
                    throw Diagnostic(
                        "\(self.name) has no argument named \(name.text)", at: name.span,
                        help: suggestion(for: name.text, among: parameters.map(\.name)) ?? "it is called as \(text)")
                }
                guard values[index].isUnset else {
                    throw Diagnostic("\(self.name) is given \(name.text) twice", at: name.span, help: "it is called as \(text)")
                }
                values[index] = argument.value
                spans[index] = argument.span
            } else {
                if position < parameters.count, parameters[position].isVariadic {
                    rest.append(argument.value)
                    spans[position] = spans[position] ?? argument.span
                    continue
                }
                guard position < parameters.count else {
                    let most = parameters.count
                    throw Diagnostic(
                        "\(name) takes at most \(most) argument\(most == 1 ? "" : "s")", at: argument.span, help: "it is called as \(text)")
                }
                values[position] = argument.value
                spans[position] = argument.span
                position += 1
            }
        }
        for (index, parameter) in parameters.enumerated() where values[index].isUnset {
            if parameter.isVariadic {
                values[index] = .list(List(rest))
            } else if let value = parameter.defaultValue {
                values[index] = value
            } else {
                throw Diagnostic("\(name) needs an argument \(parameter.name)", help: "it is called as \(text)")
            }
        }
        return (values, spans, others)
    }
}

/// Evaluated arguments of a call, as they were written.
public struct Arguments {
    public struct Item {
        public var name: (text: String, span: Span?)?
        public var value: Value
        public var span: Span?
    }
    public var items: [Item]

    public init(_ items: [Item]) { self.items = items }
    /// Positional arguments without places.
    public init(values: [Value]) { items = values.map { Item(name: nil, value: $0, span: nil) } }
}
