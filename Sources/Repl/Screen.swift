import CEdit
import Diagnostics
import Displays
import Foundation
import Sessions
import Synchronization

/// What a person looking at a terminal, or a program reading a pipe, is shown of a running cell.
///
/// Values go to standard output; notes, errors and progress to standard error. On a terminal values are shown in their terminal form, errors in
/// colour (unless `NO_COLOR` is set), and progress in one line that is drawn over.
final class Screen: Sendable {
    let isTerminal: Bool
    private let colorsErrors: Bool
    private let showsForms: Bool
    private let showsProgress: Bool
    private let state = Mutex(State())

    private struct State {
        var progressIsShown = false
        /// What was updated while the cell ran, shown once in its last form.
        var updated: [(id: String, bundle: MIMEBundle)] = []
    }

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let allowsColor = environment["NO_COLOR"].map(\.isEmpty) ?? true && environment["TERM"] != "dumb"
        isTerminal = isatty(STDOUT_FILENO) != 0
        showsForms = isTerminal && allowsColor
        showsProgress = isatty(STDERR_FILENO) != 0 && environment["TERM"] != "dumb"
        colorsErrors = isatty(STDERR_FILENO) != 0 && allowsColor
    }

    var usesColor: Bool { showsForms }

    @Sendable func show(_ event: Event) {
        switch event {
        case .output(let text): write(text)
        case .note(let text): write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
        case .display(let bundle, _): write(form(of: bundle))
        case .update(let bundle, let id):
            state.withLock { state in
                state.updated.removeAll { $0.id == id }
                state.updated.append((id, bundle))
            }
        case .progress(let line): progress(line)
        case .result(let bundle, _): write(form(of: bundle))
        case .started, .clear, .failed: break
        }
    }

    /// Ends a cell: nothing waits any longer, and the error is shown if there was one.
    func finish(_ outcome: Outcome) {
        progress(nil)
        let updated = state.withLock { state in
            defer { state.updated = [] }
            return state.updated
        }
        for (_, bundle) in updated { write(form(of: bundle)) }
        if let diagnostic = outcome.diagnostic { report(diagnostic) }
    }

    func report(_ diagnostic: Diagnostic) {
        write(diagnostic.rendered(color: colorsErrors) + "\n", to: STDERR_FILENO)
    }

    func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
        state.withLock { state in
            Screen.clearProgress(&state)
            Screen.put(text, descriptor)
        }
    }

    private func form(of bundle: MIMEBundle) -> String {
        if showsForms, case .text(let text)? = bundle[.terminal] { return text + "\n" }
        return bundle.text + "\n"
    }

    private func progress(_ line: String?) {
        guard showsProgress else { return }
        state.withLock { state in
            Screen.clearProgress(&state)
            guard let line else { return }
            let width = max(20, Int(latent_terminal_columns(STDERR_FILENO)))
            Screen.put(Screen.cut(line, to: width - 1), STDERR_FILENO)
            state.progressIsShown = true
        }
    }

    private static func clearProgress(_ state: inout State) {
        guard state.progressIsShown else { return }
        put("\r\u{1b}[K", STDERR_FILENO)
        state.progressIsShown = false
    }

    /// The beginning of a line that fits into so many columns.
    static func cut(_ line: String, to width: Int) -> String {
        var columns = 0
        return String(
            String.UnicodeScalarView(
                line.unicodeScalars.prefix { scalar in
                    columns += scalar.displayWidth
                    return columns <= width && scalar != "\n"
                }))
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { written += count } else if errno != EINTR { return }
        }
    }
}
