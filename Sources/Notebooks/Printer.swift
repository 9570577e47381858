import Diagnostics
import Displays
import Sessions

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Prints what cells show as they show it: values and printed text to standard output; notes, progress and errors to standard error.
public struct Printer: Sendable {
    public enum Stream: Int32, Sendable {
        case output = 1
        case error = 2
    }

    /// Whether only errors are printed.
    public var quiet: Bool
    /// Whether standard output is a terminal, which can draw colours and half-block pictures.
    public var outputIsTerminal: Bool
    public var errorIsTerminal: Bool
    /// Whether escape sequences for colour are wanted (https://no-color.org).
    public var color: Bool
    var write: @Sendable (Stream, String) -> Void
    /// Asks at the terminal or reads the next line of standard input.
    var readLine: (@Sendable (String) -> String?)?

    /// To the program's own streams.
    public init(quiet: Bool = false) {
        self.quiet = quiet
        outputIsTerminal = isatty(Stream.output.rawValue) == 1
        errorIsTerminal = isatty(Stream.error.rawValue) == 1
        color = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
        write = { stream, text in writeAll(text, to: stream.rawValue) }
        readLine = { prompt in
            writeAll(prompt, to: Stream.output.rawValue)
            return Swift.readLine()
        }
    }

    init(quiet: Bool = false, isTerminal: Bool = false, write: @escaping @Sendable (Stream, String) -> Void) {
        self.quiet = quiet
        outputIsTerminal = isTerminal
        errorIsTerminal = isTerminal
        color = isTerminal
        self.write = write
        readLine = nil
    }

    public func show(_ event: Event) {
        switch event {
        case .failed(let diagnostic): failure(diagnostic)
        case _ where quiet: break
        case .started: break
        case .output(let text):
            clearProgress()
            write(.output, text)
        case .note(let text): note(text)
        case .display(let bundle, _), .result(let bundle, _):
            clearProgress()
            write(.output, text(of: bundle) + "\n")
        // What has scrolled by cannot be redrawn, and lines for every update would flood a log.
        case .update, .clear: break
        case .progress(let line):
            clearProgress()
            if errorIsTerminal, let line { write(.error, line) }
        }
    }

    /// Prints an error.
    public func failure(_ diagnostic: Diagnostic) { note(diagnostic.rendered(color: errorIsTerminal && color)) }

    private func note(_ text: String) {
        clearProgress()
        write(.error, text.hasSuffix("\n") ? text : text + "\n")
    }

    /// The progress line is overwritten by whatever comes next.
    private func clearProgress() {
        if errorIsTerminal, !quiet { write(.error, "\r\u{1b}[K") }
    }

    private func text(of bundle: MIMEBundle) -> String {
        if outputIsTerminal, color, case .text(let drawn)? = bundle[.terminal] { return drawn }
        return bundle.text
    }
}

private func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
        var offset = 0
        while offset < bytes.count {
            let count = write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            offset += count
        }
    }
}
