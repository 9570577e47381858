/// A way of showing a value: a MIME type as Jupyter names it.
public struct MIMEType: RawRepresentable, Hashable, Sendable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ rawValue: String) { self.rawValue = rawValue }

    public static let text = MIMEType("text/plain")
    public static let html = MIMEType("text/html")
    public static let markdown = MIMEType("text/markdown")
    public static let svg = MIMEType("image/svg+xml")
    public static let png = MIMEType("image/png")
    public static let wav = MIMEType("audio/wav")
    /// Text for a terminal, which may hold ANSI colours and half-block pictures. It is never stored in a notebook.
    public static let terminal = MIMEType("application/vnd.latent.terminal")
}

/// One value in every form that a front end may want; the front end chooses.
public struct MIMEBundle: Sendable {
    public enum Content: Sendable, Equatable {
        case text(String)
        case bytes([UInt8])
    }

    /// In order of preference, plainest first. `text/plain` is always there.
    public private(set) var entries: [(type: MIMEType, content: Content)]

    /// The size at which its picture wants to be shown, in CSS pixels; a PNG may hold more pixels than that.
    public var displaySize: (width: Int, height: Int)?

    public init(text: String) { entries = [(.text, .text(text))] }

    /// What stands in for a picture with words on a machine that has no font to write them: its characters, and how to get the picture.
    static func withoutFont(text: String, terminal: String) -> MIMEBundle {
        MIMEBundle(text: text + "\n\n" + missingFont).adding(.terminal, .text(terminal))
    }

    /// Says why there is no picture; nil where a font is installed.
    public static var fontProblem: String? { Typesetter.hasFont ? nil : missingFont }

    private static let missingFont = "no picture: no font is installed; install one, such as the package fonts-dejavu-core"

    public subscript(type: MIMEType) -> Content? {
        get { entries.first { $0.type == type }?.content }
        set {
            entries.removeAll { $0.type == type }
            if let newValue { entries.append((type, newValue)) }
        }
    }

    public var text: String {
        if case .text(let text)? = self[.text] { return text }
        return ""
    }

    /// The same bundle with one more form.
    public func adding(_ type: MIMEType, _ content: Content) -> MIMEBundle {
        var copy = self
        copy[type] = content
        return copy
    }
}

/// What can be shown.
public protocol Displayable: Sendable {
    /// The value in every form it has. Called once, when the value is shown.
    func mimeBundle() -> MIMEBundle
}
