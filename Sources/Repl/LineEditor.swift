import CEdit
import Foundation
import Sessions

/// Reads inputs of one or many lines with libedit: editing, history, completion, bracketed paste.
///
/// It belongs to the main thread, which is the one that signals break into.
final class LineEditor {
    enum Input {
        case text(String)
        /// Ctrl-C: the line is dropped.
        case interrupted
        /// Ctrl-D, or the terminal is gone.
        case end
    }

    private let session: Session
    private let history: HistoryFile?
    private let editor: OpaquePointer
    private let events: OpaquePointer
    /// Whether Ctrl-D was typed on an empty line.
    private var isLeaving = false
    /// Texts of which libedit keeps the address: the prompt, and the names and summaries of functions.
    private let prompt: UnsafeMutablePointer<wchar_t>
    private var kept: [UnsafeMutablePointer<wchar_t>] = []

    /// - Parameter color: whether the prompt has a colour.
    /// - Returns: `nil` where the terminal cannot be used.
    init?(session: Session, history: HistoryFile?, color: Bool) {
        LineEditor.useUTF8()
        guard let editor = latent_edit_init("latent"), let events = history_winit() else { return nil }
        (self.session, self.history, self.editor, self.events) = (session, history, editor, events)
        // Between the marks stands what takes no columns.
        let mark = "\u{1}"
        let text = color ? "\(mark)\u{1b}[1;34m\(mark)latent>\(mark)\u{1b}[0m\(mark) " : "latent> "
        prompt = allocated(text)

        latent_edit_set_client_data(editor, Unmanaged.passUnretained(self).toOpaque())
        latent_edit_set_editor(editor, wide("emacs"))
        latent_edit_set(editor, EL_SIGNAL, 0)
        latent_edit_set_prompt(editor, { editor in LineEditor.of(editor)?.prompt }, 1)
        latent_history_set(events, H_SETSIZE, Int32(HistoryFile.limit))
        latent_history_set(events, H_SETUNIQUE, 1)
        latent_edit_set_history(editor, events)
        for entry in history?.load() ?? [] { latent_history_enter(events, wide(entry)) }
        el_source(editor, nil)
        for (name, help, function) in LineEditor.functions {
            let texts = [allocated(name), allocated(help)]
            kept += texts
            latent_edit_add_function(editor, texts[0], texts[1], function)
        }
        for (key, function) in LineEditor.bindings { latent_edit_bind(editor, wide(key), wide(function)) }
    }

    deinit {
        el_end(editor)
        history_wend(events)
        for text in kept + [prompt] { text.deallocate() }
    }

    /// Lets the person type one input.
    func read() -> Input {
        el_resize(editor)
        // Before the prompt: libedit takes the terminal over after it, and keys pressed meanwhile would be echoed twice or lost.
        latent_edit_set(editor, EL_PREP_TERM, 1)
        LineEditor.show("\u{1b}[?2004h")
        defer { LineEditor.show("\u{1b}[?2004l") }
        var count: Int32 = 0
        guard let line = el_wgets(editor, &count) else {
            latent_edit_set(editor, EL_PREP_TERM, 0)
            return isLeaving || terminalIsGone ? .end : .interrupted
        }
        return .text(string(UnsafeBufferPointer(start: line, count: Int(count)).map(scalar)))
    }

    /// Adds an input to the history, here and in the file.
    func remember(_ entry: String) {
        latent_history_enter(events, wide(entry))
        history?.append(entry)
    }

    // MARK: Keys

    /// Sequences that no keyboard sends; functions push them to have libedit's own functions called.
    private static let acceptKey = "\u{1b}[9990~"
    private static let previousKey = "\u{1b}[9991~"
    private static let nextKey = "\u{1b}[9992~"

    private static let deleteKey = "\u{1b}[3~"

    /// Which keys do what, beyond libedit's Emacs keys.
    static let bindings: [(key: String, function: String)] = [
        ("^M", "latent-enter"), ("^J", "latent-enter"), (acceptKey, "ed-newline"),
        ("^I", "latent-complete"),
        ("^D", "latent-leave"),
        ("}", "latent-close"),
        ("\u{1b}[200~", "latent-paste"),
        ("\u{1b}[A", "latent-up"), ("\u{1b}OA", "latent-up"), ("^P", "latent-up"), (previousKey, "ed-prev-history"),
        ("\u{1b}[B", "latent-down"), ("\u{1b}OB", "latent-down"), ("^N", "latent-down"), (nextKey, "ed-next-history"),
        ("^R", "em-inc-search-prev"), ("^S", "em-inc-search-next"),
        ("\u{1b}[1;5C", "em-next-word"), ("\u{1b}[1;5D", "ed-prev-word"), (deleteKey, "ed-delete-next-char"),
        ("\u{1b}[H", "ed-move-to-beg"), ("\u{1b}[F", "ed-move-to-end"), ("\u{1b}OH", "ed-move-to-beg"), ("\u{1b}OF", "ed-move-to-end"),
    ]

    /// The functions behind those names.
    private static let functions: [(name: String, help: String, function: latent_key_function)] = [
        ("latent-enter", "run the input, or open another line", { editor, _ in LineEditor.of(editor)?.enter() ?? code(CC_ERROR) }),
        ("latent-complete", "complete the word", { editor, _ in LineEditor.of(editor)?.complete() ?? code(CC_ERROR) }),
        ("latent-leave", "leave, or delete the next character", { editor, _ in LineEditor.of(editor)?.leave() ?? code(CC_ERROR) }),
        ("latent-close", "close a block", { editor, _ in LineEditor.of(editor)?.closeBlock() ?? code(CC_ERROR) }),
        ("latent-paste", "take pasted text as it is", { editor, _ in LineEditor.of(editor)?.paste() ?? code(CC_ERROR) }),
        ("latent-up", "the line above, or the input before", { editor, _ in LineEditor.of(editor)?.move(up: true) ?? code(CC_ERROR) }),
        ("latent-down", "the line below, or the input after", { editor, _ in LineEditor.of(editor)?.move(up: false) ?? code(CC_ERROR) }),
    ]

    private static func of(_ editor: OpaquePointer?) -> LineEditor? {
        latent_edit_client_data(editor).map { Unmanaged<LineEditor>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The text being typed and the place of the cursor in it.
    private var line: (text: [Unicode.Scalar], cursor: Int) {
        guard let info = el_wline(editor)?.pointee else { return ([], 0) }
        return (UnsafeBufferPointer(start: info.buffer, count: info.lastchar - info.buffer).map(scalar), info.cursor - info.buffer)
    }

    private func insert(_ text: String) { el_winsertstr(editor, wide(text)) }

    private func enter() -> UInt8 {
        let text = string(line.text)
        let indent: String? =
            if !text.hasPrefix(":"), !text.hasPrefix("?"), case .incomplete(let indent) = session.completeness(of: text) { indent } else {
                nil
            }
        switch Entry.enter(text, incompleteIndent: indent) {
        case .accept: el_wpush(editor, wide(LineEditor.acceptKey))
        case .newLine(let indent): insert("\n" + indent)
        }
        return code(CC_REFRESH)
    }

    private func leave() -> UInt8 {
        if line.text.isEmpty {
            isLeaving = true
            return code(CC_EOF)
        }
        el_wpush(editor, wide(LineEditor.deleteKey))
        return code(CC_NORM)
    }

    private func closeBlock() -> UInt8 {
        let (text, cursor) = line
        let spaces = Entry.outdent(before: string(text[..<cursor]))
        if spaces > 0 { el_deletestr(editor, Int32(spaces)) }
        insert("}")
        return code(CC_REFRESH)
    }

    private func move(up: Bool) -> UInt8 {
        let (text, cursor) = line
        if let distance = Entry.verticalMove(in: text, cursor: cursor, up: up) {
            el_cursor(editor, Int32(distance))
            return code(CC_REFRESH)
        }
        el_wpush(editor, wide(up ? LineEditor.previousKey : LineEditor.nextKey))
        return code(CC_NORM)
    }

    private func paste() -> UInt8 {
        let end = Array("\u{1b}[201~".unicodeScalars)
        var pasted: [Unicode.Scalar] = []
        var next: wchar_t = 0
        while !pasted.suffix(end.count).elementsEqual(end) {
            guard el_wgetc(editor, &next) == 1 else { break }
            pasted.append(scalar(next))
        }
        if pasted.suffix(end.count).elementsEqual(end) { pasted.removeLast(end.count) }
        insert(Entry.pasted(string(pasted)))
        return code(CC_REFRESH)
    }

    private func complete() -> UInt8 {
        let (text, cursor) = line
        // At the beginning of a line Tab indents.
        if text[..<cursor].last.map({ $0 == "\n" || $0 == " " }) ?? true, Entry.outdent(before: string(text[..<cursor]) + " ") > 0 {
            insert("  ")
            return code(CC_REFRESH)
        }
        let completions = session.completions(of: string(text), cursor: cursor)
        let range = completions.range.clamped(to: 0..<text.count)
        let candidates = completions.items.map(\.text)
        let replacement = CompletionList.commonPrefix(candidates)
        let present = string(text[range])
        if !candidates.isEmpty, replacement != present, candidates.count == 1 || replacement.unicodeScalars.count > range.count {
            el_cursor(editor, Int32(range.upperBound - cursor))
            el_deletestr(editor, Int32(range.count))
            insert(replacement)
            return code(CC_REFRESH)
        }
        guard candidates.count > 1 else { return code(CC_REFRESH_BEEP) }
        // The list stands below the last line of the input, which is then drawn again.
        let below = String(repeating: "\n", count: text[cursor...].count { $0 == "\n" } + 1)
        LineEditor.show(below + CompletionList.columns(candidates, width: Int(latent_terminal_columns(STDOUT_FILENO))) + "\n")
        return code(CC_REDISPLAY)
    }

    // MARK: Terminal

    private var terminalIsGone: Bool {
        var state = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
        return poll(&state, 1, 0) > 0 || isatty(STDIN_FILENO) == 0
    }

    private static func show(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// In the `C` locale libedit drops every byte beyond ASCII.
    private static func useUTF8() {
        setlocale(LC_CTYPE, "")
        if nl_langinfo(Int32(CODESET)).map({ String(cString: $0) }) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
    }
}

private func code(_ result: Int32) -> UInt8 { UInt8(truncatingIfNeeded: result) }
private func string(_ scalars: some Sequence<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }
private func scalar(_ character: wchar_t) -> Unicode.Scalar { Unicode.Scalar(UInt32(bitPattern: character)) ?? "\u{fffd}" }
private func wide(_ text: String) -> [wchar_t] { text.unicodeScalars.compactMap { $0 == "\0" ? nil : wchar_t(bitPattern: $0.value) } + [0] }
private func allocated(_ text: String) -> UnsafeMutablePointer<wchar_t> {
    let characters = wide(text)
    let copy = UnsafeMutablePointer<wchar_t>.allocate(capacity: characters.count)
    copy.initialize(from: characters, count: characters.count)
    return copy
}
