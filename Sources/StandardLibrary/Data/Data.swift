import Datasets
import Diagnostics
import Displays
import Language
import Models
import Tensors

/// Files, data sets, and parts of data.
enum DataChapter {
    static let title = "Data"

    static let rows: [Builtin] = [
        Builtin(
            "load(path)", chapter: title,
            "What a file holds: a table from .csv and .tsv, a string from .txt, numbers from .npy, .npz and IDX, a picture from .png (0...1), samples and rate from .wav, records from .json, each also packed by gzip; models and networks from .latentmodel; a record of tensors by their names from .safetensors. Relative names start at the notebook's folder.",
            examples: [.init("load(\"passengers.csv\")")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let path = call.machine.path(try call.string(0))
            switch ModelFile(path) {
            case .latentmodel: return Value(try Archive.decode(try ModelFile.bytes(path, call)))
            case .safetensors: return try ModelFile.tensors(path, call)
            case nil: return try reading(call) { () throws(DatasetError) in try load(path) }
            }
        },
        Builtin(
            "save(x, path)", chapter: title,
            "Writes a value to a file, by the name's ending: a table or matrix to .csv or .tsv, a string or list of strings to .txt, a chart to .svg or .png, a sound to .wav, other data to .json. Fitted models, networks and records of them go to .latentmodel, which keeps all of them; a network that `step` trained by itself goes on with its optimiser's state, networks that it trained together begin that anew. The weights of a network, or of a record of networks and tensors, go to .safetensors by name.",
            examples: [.init("save(table(a: [1, 2]), \"a.csv\")")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let path = call.machine.path(try call.string(1))
            let bytes: [UInt8]
            if let file = ModelFile(path) {
                bytes = try file.encoded(call[0], call)
            } else {
                bytes = try Export(call[0], path: path, call).bytes
            }
            _ = try reading(call) { () throws(DatasetError) in
                try Files.write(bytes, to: path)
                return .text("")
            }
            return .none
        },
        Builtin(
            "restore(value, weights)", chapter: title,
            "The network, or record of networks and tensors, with the weights of a .safetensors file in the place of its own, or of a record as `load` gives it. Names and shapes must be the same; the optimiser's state begins anew.",
            examples: [.init("net = Dense(3, 2)\nother = restore(net, Dense(3, 2).weights)\nother.count", "8")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            let weights = call[1].asString == nil ? call[1] : try ModelFile.tensors(call.machine.path(try call.string(1)), call)
            return try call[0].restored(from: try weights.namedTensors())
        },
        Builtin(
            "dataset(name: none)", chapter: title, "A data set that comes with Latent; without a name, a table of what there is.",
            examples: [.init("dataset(\"digits\").x.shape", "[1797, 8, 8]"), .init("dataset(\"iris\").columns()[0]", "\"sepal_length\"")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            guard let name = try call.stringIfGiven(0) else {
                let sets = EmbeddedSet.all
                func texts(_ part: (EmbeddedSet) -> String) -> Value { .list(List(sets.map { .string(part($0)) })) }
                return .table(
                    Record([
                        ("name", texts(\.name)), ("rows", .tensor(Tensor(sets.map(\.rows)))), ("title", texts(\.title)),
                        ("fields", texts(\.fields)),
                    ]))
            }
            return try reading(call) { () throws(DatasetError) in try Datasets.dataset(name) }
        },
        Builtin(
            "split(x, by: 0.8, shuffle: true, seed: none)", chapter: title,
            "Of data, two parts: by is the share of the first, which is rounded down; the rows of a table, or the entries of each field of a record, go together. Of a string, its pieces between the separator by.",
            examples: [
                .init("train, test = split(0..<10, 0.8, shuffle: false)\ntest", "[8, 9]"),
                .init("split(\"a,b,c\", \",\")", "[\"a\", \"b\", \"c\"]"),
                .init("len(split(dataset(\"iris\"), 0.5)[0])", "75"),
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            if case .text(let text) = call[0] {
                guard call.spans[1] != nil || call[1].kindWord == "string" else {
                    throw Diagnostic("split needs the string that separates the pieces", help: "`split(text, \",\")`")
                }
                let separator = try call.string(1)
                guard !separator.isEmpty else { throw call.wrong(1, "the separator is empty", help: "`chars(text)` gives the characters") }
                return .list(List(text.value.pieces(between: separator).map { .string($0) }))
            }
            return try split(call)
        },
    ]

    private static func split(_ call: Call) throws(Diagnostic) -> Value {
        let share = try call.number(1)
        guard share >= 0, share <= 1 else {
            throw call.wrong(
                1, "the share of the first part must be between 0 and 1, and it is \(formatNumber(share))",
                help: "`split(data, 0.8)` gives 80% and 20%")
        }
        let count = try call[0].sharedLength(call)
        var order = Array(0..<count)
        if try call.bool(2) {
            var generator = try call.key(seed: 3).generator()
            order = generator.permutation(count)
        }
        // 0.29 * 100 is 28.999999999999996, and 29 is meant.
        let first = min(count, Int((share * Double(count) * (1 + 1e-12)).rounded(.down)))
        return .tuple(List([try call[0].selecting(Array(order[..<first])), try call[0].selecting(Array(order[first...]))]))
    }

    /// A value that a reader gives, its errors placed at the call.
    private static func reading(_ call: Call, _ read: () throws(DatasetError) -> Loaded) throws(Diagnostic) -> Value {
        do throws(DatasetError) {
            return try Value(read())
        } catch {
            throw Diagnostic(error, at: call.spans[0] ?? call.span)
        }
    }
}

extension Diagnostic {
    /// An error about data: the file and line in front, the nearest name as the remedy where one was not found.
    init(_ error: DatasetError, at span: Span?) {
        let near = error.unknown.flatMap { suggestion(for: $0.name, among: $0.candidates) }
        let help = [near, error.help].compactMap { $0 }.joined(separator: "; ")
        self.init(error.description, at: span, help: help.isEmpty ? nil : help)
    }
}

extension Machine {
    /// The path of a file that a program names, from the folder it runs in.
    func path(_ name: String) -> String { name.hasPrefix("/") || directory == "." ? name : "\(directory)/\(name)" }
}

extension Value {
    /// The number of examples: of rows or items, or of what all fields of a record share.
    fileprivate func sharedLength(_ call: Call) throws(Diagnostic) -> Int {
        if case .record(let record) = self {
            var shared: (name: String, count: Int)?
            for (name, value) in record.entries {
                guard let count = value.length, value.kindWord != "record" else {
                    throw call.wrong(0, "the field \(name) is \(value.kindName), which cannot be split")
                }
                if let shared, shared.count != count {
                    throw call.wrong(0, "\(shared.name) has \(shared.count) entries, and \(name) has \(count)")
                }
                shared = (name, count)
            }
            return shared?.count ?? 0
        }
        guard let count = length else { throw call.mustBe(0, "a table, a record, a tensor or a list") }
        return count
    }
}
