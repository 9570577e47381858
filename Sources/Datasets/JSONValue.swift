/// A JSON text as a value that forgets nothing a reader could see: objects keep the order of their keys and numbers keep their digits,
/// so that what is read and written again is the same text (RFC 8259).
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The number as it was written: `1.0` and `1` differ. Beyond RFC 8259, `NaN`, `Infinity` and `-Infinity` are read, since Python writes them.
    case number(text: String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One key of an object and its value.
    public struct Member: Sendable, Equatable {
        public var key: String
        public var value: JSONValue
        public init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    public init(_ value: Int) { self = .number(text: String(value)) }
    /// The shortest digits that read back; what JSON has no number for becomes `null`.
    public init(_ value: Double) { self = value.isFinite ? .number(text: decimalText(value)) : .null }

    /// The value under a key; the last one where a key is repeated. Setting it keeps the key's place, a new key goes to the end, `nil` removes it.
    public subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.last { $0.key == key }?.value
        }
        set {
            var members: [Member] = []
            if case .object(let old) = self { members = old }
            if let newValue {
                if let place = members.lastIndex(where: { $0.key == key }) {
                    members[place].value = newValue
                } else {
                    members.append(Member(key, newValue))
                }
            } else {
                members.removeAll { $0.key == key }
            }
            self = .object(members)
        }
    }

    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }
    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }
    public var double: Double? {
        guard case .number(let text) = self else { return nil }
        return Double(text)
    }
    /// The number where it is whole and fits.
    public var int: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }
    public var array: [JSONValue]? {
        if case .array(let items) = self { return items }
        return nil
    }
    public var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// What sort of value it is, as an error names it.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self.init(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements.map { Member($0, $1) }) }
}
