import Datasets
import Diagnostics
import Displays
import Sessions

extension MIMEBundle {
    /// The bundle as Jupyter wants it: text as it is or, for a file, as a list of lines; JSON as values; bytes in base64.
    /// What is for a terminal alone is left out.
    ///
    /// - Parameter asLines: whether text becomes a list of lines, as nbformat stores it.
    public func json(asLines: Bool) -> JSONValue {
        var members: [JSONValue.Member] = []
        for (type, content) in entries where type != .terminal {
            let value: JSONValue
            switch content {
            case .bytes(let bytes): value = .string(Base64.encoded(bytes))
            case .text(let text):
                let holdsJSON = type.rawValue == "application/json" || type.rawValue.hasSuffix("+json")
                if holdsJSON, let parsed = try? JSONValue(parsing: text) {
                    value = parsed
                } else {
                    value = asLines ? Cell.lines(text) : .string(text)
                }
            }
            members.append(JSONValue.Member(type.rawValue, value))
        }
        return .object(members.sorted { $0.key < $1.key })
    }

    /// What Jupyter is told beside the data: the size at which a picture is shown, which its pixels alone do not say.
    public var jsonMetadata: JSONValue {
        guard let displaySize, self[.png] != nil else { return [:] }
        return [MIMEType.png.rawValue: ["height": JSONValue(displaySize.height), "width": JSONValue(displaySize.width)]]
    }
}

/// An error as Jupyter has them: a name, a message and lines to print.
public struct ErrorReport: Sendable {
    public var name: String
    public var message: String
    /// May hold ANSI colours.
    public var traceback: [String]

    public init(_ diagnostic: Diagnostic) {
        name =
            switch diagnostic.kind {
            case .error, .incomplete: "Error"
            case .interrupted: "Interrupted"
            case .timedOut: "TimeLimit"
            }
        message = diagnostic.message
        traceback = diagnostic.rendered(color: true).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The output of a cell that failed.
    var output: JSONValue {
        [
            "ename": .string(name), "evalue": .string(message), "output_type": "error",
            "traceback": .array(traceback.map(JSONValue.string)),
        ]
    }
}

/// Collects what cells show as the outputs that nbformat stores.
struct OutputRecorder: Sendable {
    /// Where each live display stands, by its id, so that a later update reaches it: cell and output.
    private var displays: [String: [(cell: Int, output: Int)]] = [:]

    /// Adds an event of a running cell to the notebook's outputs.
    mutating func record(_ event: Event, cell: Int, in notebook: inout Notebook) {
        switch event {
        case .started(let count): notebook.cells[cell].executionCount = count
        case .output(let text): stream("stdout", text, in: &notebook.cells[cell])
        case .note(let text): stream("stderr", text, in: &notebook.cells[cell])
        case .display(let bundle, let id):
            if let id { displays[id, default: []].append((cell, notebook.cells[cell].outputs.count)) }
            notebook.cells[cell].outputs.append([
                "data": bundle.json(asLines: true), "metadata": bundle.jsonMetadata, "output_type": "display_data",
            ])
        case .update(let bundle, let id):
            for place in displays[id] ?? [] {
                notebook.cells[place.cell].outputs[place.output]["data"] = bundle.json(asLines: true)
                notebook.cells[place.cell].outputs[place.output]["metadata"] = bundle.jsonMetadata
            }
        case .clear:
            notebook.cells[cell].outputs = []
            displays = displays.mapValues { $0.filter { $0.cell != cell } }
        case .progress: break
        case .result(let bundle, let count):
            notebook.cells[cell].executionCount = count
            notebook.cells[cell].outputs.append([
                "data": bundle.json(asLines: true), "execution_count": JSONValue(count), "metadata": bundle.jsonMetadata,
                "output_type": "execute_result",
            ])
        case .failed(let diagnostic): notebook.cells[cell].outputs.append(ErrorReport(diagnostic).output)
        }
    }

    /// Text goes on where the last output is of the same stream.
    private func stream(_ name: String, _ text: String, in cell: inout Cell) {
        var outputs = cell.outputs
        if let last = outputs.last, last["output_type"] == "stream", last["name"] == .string(name) {
            outputs[outputs.count - 1]["text"] = Cell.lines(Cell.text(last["text"] ?? "") + text)
        } else {
            outputs.append(["name": .string(name), "output_type": "stream", "text": Cell.lines(text)])
        }
        cell.outputs = outputs
    }
}
