import Datasets
import Diagnostics

/// A notebook on disk.
public enum NotebookFile {
    /// The kinds of file, by extension.
    public enum Format: String, Sendable, CaseIterable {
        case ipynb, latent, html, md

        public init?(path: String) {
            guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return nil }
            self.init(rawValue: name[name.index(after: dot)...].lowercased())
        }
    }

    /// Reads an `.ipynb` or `.latent` file; any other extension is read as a `.latent` script.
    /// - Throws: `Diagnostic` that names the file, and the place where its content is broken.
    public static func read(_ path: String) throws(Diagnostic) -> Notebook {
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path)
        } catch {
            throw Diagnostic(error)
        }
        switch Format(path: path) {
        case .ipynb: return try Notebook(ipynb: bytes, name: path)
        case .html, .md:
            throw Diagnostic(
                "\(path) cannot be read back as a notebook", help: "notebooks are .ipynb and .latent files; .html and .md are only written")
        case .latent, nil:
            guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                throw Diagnostic("\(path) is not text in UTF-8", help: "a script is a text file; save it as UTF-8")
            }
            return Notebook(script: text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text)
        }
    }

    /// Writes a notebook in the format that the path's extension names, in one step: a reader sees the old file or the new one.
    /// - Throws: `Diagnostic` where the extension names none, or the disk refuses.
    public static func write(_ notebook: Notebook, to path: String) throws(Diagnostic) {
        let bytes: [UInt8]
        switch Format(path: path) {
        case .ipynb: bytes = notebook.ipynb()
        case .latent: bytes = Array(notebook.script().utf8)
        case .html: bytes = Array(HTMLPage(notebook, title: title(of: path)).text.utf8)
        case .md: bytes = Array(MarkdownPage(notebook).text.utf8)
        case nil: throw Diagnostic("the extension of \(path) names no format", help: "write a .ipynb, .latent, .html or .md file")
        }
        do {
            try Files.write(bytes, to: path)
        } catch {
            throw Diagnostic(error)
        }
    }

    private static func title(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}

extension Diagnostic {
    /// An error of reading or writing a file, in the words of the language; the nearest names there are, where there is no such file.
    public init(_ error: DatasetError) {
        let near = error.unknown.flatMap { suggestion(for: $0.name, among: $0.candidates) }
        self.init(error.description, help: near ?? error.help)
    }
}
