import Datasets
import Diagnostics
import Foundation
import Sessions
import Testing

@testable import Notebooks

/// A fresh folder that is removed afterwards.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}

private func outputs(_ cell: Cell) -> String { JSONValue.array(cell.outputs).text() }

@Test func eventsBecomeOutputs() throws {
    let picture = #""application/vnd.vegalite.v5+json":{"b":1.0,"a":[]},"image/png":"AQID""#
    let cases: [(code: String, outputs: String)] = [
        ("x = 1", "[]"),
        ("print a\nprint b", #"[{"name":"stdout","output_type":"stream","text":["a\n","b\n"]}]"#),
        (
            "print a\nnote n\nprint b",
            #"[{"name":"stdout","output_type":"stream","text":["a\n"]},{"name":"stderr","output_type":"stream","text":["n\n"]},{"name":"stdout","output_type":"stream","text":["b\n"]}]"#
        ),
        ("show", #"[{"data":{\#(picture),"text/plain":["shown"]},"metadata":{},"output_type":"display_data"}]"#),
        (
            "sized",
            #"[{"data":{\#(picture),"text/plain":["shown"]},"metadata":{"image/png":{"height":10,"width":20}},"output_type":"display_data"}]"#
        ),
        ("show d\nupdate d", #"[{"data":{\#(picture),"text/plain":["updated"]},"metadata":{},"output_type":"display_data"}]"#),
        ("value 42", #"[{"data":{"text/plain":["42"]},"execution_count":1,"metadata":{},"output_type":"execute_result"}]"#),
    ]
    for (code, expected) in cases {
        var notebook = Notebook(cells: [Cell(.code, code, tags: ["t"])])
        let code = try Runner(evaluator: Script(), printer: Paper().printer()).run(&notebook) { _ in }
        #expect(code == .done && outputs(notebook.cells[0]) == expected, "\(outputs(notebook.cells[0]))")
        #expect(notebook.cells[0].executionCount == 1)
        #expect(notebook.cells[0].metadata.members?.map(\.key) == ["execution", "tags"])
        let times = notebook.cells[0].metadata["execution"]?.members ?? []
        #expect(times.map(\.key) == ["iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply"])
    }
}

@Test func aDisplayIsUpdatedFromALaterCell() throws {
    var notebook = Notebook(cells: [Cell(.code, "show d\nprint x"), Cell(.code, "update d\nupdate other")])
    _ = try Runner(evaluator: Script(), printer: Paper().printer()).run(&notebook) { _ in }
    #expect(outputs(notebook.cells[0]).contains("updated") && notebook.cells[1].outputs.isEmpty)
}

@Test func aRunStopsWhereACellFails() throws {
    func cells(_ codes: [String], tags: [String] = []) -> Notebook {
        Notebook(cells: codes.enumerated().map { Cell(.code, $1, tags: $0 == 1 ? tags : []) })
    }
    var allowing = Runner.Options()
    allowing.allowErrors = true
    var limited = Runner.Options()
    limited.cellTimeout = 5
    var allowingLimited = limited
    allowingLimited.allowErrors = true
    let cases: [(notebook: Notebook, options: Runner.Options, code: ExitCode, ran: Int)] = [
        (cells(["print a", "fail", "print c"]), Runner.Options(), .failed, 2),
        (cells(["print a", "fail", "print c"], tags: ["raises-exception"]), Runner.Options(), .done, 3),
        (cells(["print a", "fail", "print c"], tags: ["skip-execution"]), Runner.Options(), .done, 2),
        (cells(["print a", "fail", "print c"]), allowing, .done, 3),
        (cells(["print a", " \n", "print c"]), Runner.Options(), .done, 2),
        (cells(["print a", "slow", "print c"]), limited, .timeLimit, 2),
        (cells(["print a", "slow", "print c"]), allowingLimited, .timeLimit, 2),
        (cells(["print a", "stop", "print c"]), allowing, .interrupted, 2),
    ]
    for (notebook, options, code, ran) in cases {
        var notebook = notebook
        notebook.cells[2].outputs = ["stale"]
        let script = Script()
        var saved: [Notebook] = []
        let ended = try Runner(evaluator: script, options: options, printer: Paper().printer()).run(&notebook) { saved.append($0) }
        #expect(ended == code && script.seen.withLock { $0.count } == ran)
        // Saved before the first cell and after each, and the last save is what there is.
        #expect(saved.count == ran + 1 && saved.last == notebook)
        #expect(!notebook.cells[2].outputs.contains("stale"))
    }
}

@Test func errorsAreStoredAsJupyterHasThem() throws {
    var notebook = Notebook(cells: [Cell(.code, "fail")])
    let paper = Paper()
    _ = try Runner(evaluator: Script(), printer: paper.printer()).run(&notebook) { _ in }
    let error = notebook.cells[0].outputs[0]
    #expect(notebook.cells[0].outputs.count == 1)
    #expect(error["output_type"] == "error" && error["ename"] == "Error" && error["evalue"] == "it broke")
    #expect(error["traceback"]?.array?.contains { $0.string?.contains("fail") == true } == true)
    #expect(paper.error.contains("error: it broke") && paper.error.contains("help: mend it") && paper.error.contains("cell 1, line 1"))
}

@Test func anExpectedErrorIsNotPrintedWhereOnlyErrorsAre() throws {
    for (tags, quiet, isPrinted) in [
        (["raises-exception"], true, false), (["raises-exception"], false, true), ([], true, true),
    ] {
        var notebook = Notebook(cells: [Cell(.code, "fail", tags: tags)])
        let paper = Paper()
        _ = try Runner(evaluator: Script(), printer: paper.printer(quiet: quiet)).run(&notebook) { _ in }
        #expect(paper.error.contains("it broke") == isPrinted)
        #expect(notebook.cells[0].outputs.first?["output_type"] == "error")
    }
}

@Test func aTimeLimitOnTheWholeRunReachesEachCell() throws {
    var options = Runner.Options()
    options.timeout = 50
    var notebook = Notebook(cells: [Cell(.code, "slow")])
    #expect(try Runner(evaluator: Script(), options: options, printer: Paper().printer()).run(&notebook) { _ in } == .timeLimit)
    #expect(outputs(notebook.cells[0]).contains("past true"))
    options.timeout = 1e-9
    notebook = Notebook(cells: [Cell(.code, "print a")])
    #expect(try Runner(evaluator: Script(), options: options, printer: Paper().printer()).run(&notebook) { _ in } == .timeLimit)
}

@Test func anInterruptStopsBeforeTheNextCell() throws {
    let script = Script()
    let runner = Runner(evaluator: script, printer: Paper().printer())
    var notebook = Notebook(cells: [Cell(.code, "print a"), Cell(.code, "print b")])
    var saves = 0
    let code = try runner.run(&notebook) { _ in
        saves += 1
        if saves == 2 { runner.interrupt() }
    }
    #expect(code == .interrupted && script.isInterrupted && script.seen.withLock { $0 } == ["print a"])
}

@Test func whatCellsShowIsPrinted() throws {
    let cells = [Cell(.markdown, "text"), Cell(.code, "print a\nnote n\nshow\nvalue 42")]
    let cases: [(quiet: Bool, isTerminal: Bool, output: String, error: String)] = [
        (false, false, "a\nshown\n42\n", "n\n"), (true, false, "", ""), (false, true, "a\n\u{1b}[1mshown\n42\n", "n\n"),
    ]
    for (quiet, isTerminal, output, error) in cases {
        let paper = Paper()
        var notebook = Notebook(cells: cells)
        _ = try Runner(evaluator: Script(), printer: paper.printer(quiet: quiet, isTerminal: isTerminal)).run(&notebook) { _ in }
        #expect(paper.output == output)
        #expect(paper.error.split(separator: "\r\u{1b}[K").joined() == error)
    }
    let paper = Paper()
    paper.printer().show(.progress("10%"))
    #expect(paper.error.isEmpty)
    paper.printer(isTerminal: true).show(.progress("10%"))
    #expect(paper.error.hasSuffix("10%"))
}

@Test func parametersAreLiterals() throws {
    let cases: [(typed: String, code: String)] = [
        ("a=0.01", "0.01"), ("a=1e-3", "0.001"), ("a=1E5", "100000"), ("a=-3", "-3"), ("a=true", "true"), ("a=none", "none"),
        ("a=missing", "missing"),
        ("a=null", "none"), ("a=Paris", "\"Paris\""), ("a=\"3\"", "\"3\""), ("a=", "\"\""), ("a=x=y", "\"x=y\""), ("a=[1, 2]", "[1, 2]"),
        ("a={\"k\": [1.50]}", "(k: [1.5])"), ("a=1\nexit", "\"1\\nexit\""), ("a=\\(x)", "\"\\\\(x)\""), ("a=[1];f()", "\"[1];f()\""),
        ("a=0123", "123"),
        ("a=1e300", "1e300"), ("σ_1=2", "2"), ("a=1_000", "1000"), ("a=2020-01-01", "\"2020-01-01\""),
    ]
    for (typed, code) in cases { #expect(try Parameter(assignment: typed).code == code, "\(typed)") }
    for typed in ["lr", "=1", "a b=1", "1a=2"] { #expect(throws: Diagnostic.self) { try Parameter(assignment: typed) } }
    let list = try Parameter.list(json: Array(#"{"a": "x\n\"", "b": {"c": null}, "d": []}"#.utf8), name: "p.json")
    #expect(list.map(\.code) == [#""x\n\"""#, "(c: none)", "[]"])
    for json in ["[]", "{", #"{"a b": 1}"#, #"{"a": {"1": 2}}"#] {
        #expect(throws: Diagnostic.self) { try Parameter.list(json: Array(json.utf8), name: "p.json") }
    }
}

@Test func parametersAreInjectedOnce() throws {
    var notebook = Notebook(cells: [Cell(.markdown, "t"), Cell(.code, "lr = 1\nn, m = (1, 2)", tags: ["parameters"]), Cell(.code, "use")])
    try notebook.inject([try Parameter(assignment: "lr=2"), try Parameter(assignment: "m=3"), try Parameter(assignment: "lr=4")])
    #expect(
        notebook.cells.count == 4 && notebook.cells[2].source == "# Parameters\nm = 3\nlr = 4"
            && notebook.cells[2].tags == ["injected-parameters"])
    try notebook.inject([try Parameter(assignment: "lr=5")])
    #expect(notebook.cells.count == 4 && notebook.cells[2].source == "# Parameters\nlr = 5")
    #expect(Set(notebook.cells.compactMap(\.id)).count == 4)
    let unknown = #expect(throws: Diagnostic.self) { try notebook.inject([try Parameter(assignment: "lrr=5")]) }
    #expect(unknown?.help?.contains("`lr`") == true)
    var untagged = Notebook(cells: [Cell(.code, "lr = 1")])
    #expect(throws: Diagnostic.self) { try untagged.inject([try Parameter(assignment: "lr=5")]) }
}

@Test func commandsEndWithTheirCodes() throws {
    try withFolder { folder in
        func write(_ name: String, _ text: String) throws { try Files.write(Array(text.utf8), to: folder + "/" + name) }
        try write("good.latent", "# %% tags=[\"parameters\"]\nlr = 1\n# %%\nprint a\n")
        try write("bad.latent", "# %%\nprint a\n# %%\nprint b\n# %%\nfail\n# %%\nprint d\n")
        try write("plain.latent", "fail\n")
        try write("slow.latent", "slow\n")
        try write("stop.latent", "stop\n")
        try write("broken.ipynb", "{")
        try write("python.ipynb", pythonNotebook)
        try write("p.json", "{\"lr\": 3}")
        try Files.write([0xFF], to: folder + "/bytes.latent")
        let good = RunCommand(files: [folder + "/good.latent"])
        func with(_ command: RunCommand, _ change: (inout RunCommand) -> Void) -> RunCommand {
            var command = command
            change(&command)
            return command
        }
        func run(_ name: String) -> RunCommand { RunCommand(files: [folder + "/" + name]) }
        let cases: [(command: RunCommand, code: ExitCode, error: String)] = [
            (good, .done, ""),
            (with(good) { $0.output = folder + "/out.ipynb" }, .done, ""),
            (with(good) { $0.output = folder }, .done, ""),
            (
                with(good) {
                    $0.parameterFile = folder + "/p.json"
                    $0.settings = ["lr=4"]
                    $0.output = folder + "/set.ipynb"
                }, .done, ""
            ),
            (with(run("bad.latent")) { $0.output = folder + "/bad.ipynb" }, .failed, "it broke"),
            (run("plain.latent"), .failed, "plain.latent, line 1"),
            (with(run("slow.latent")) { $0.runner.cellTimeout = 1 }, .timeLimit, "past"),
            (run("stop.latent"), .interrupted, "stopped"),
            (run("broken.ipynb"), .unreadable, "not a notebook"),
            (run("bytes.latent"), .unreadable, "UTF-8"),
            (run("god.latent"), .unreadable, "good.latent"),
            (run("python.ipynb"), .usage, "of python"),
            (RunCommand(files: []), .usage, "no file"),
            (with(good) { $0.output = folder + "/out.latent" }, .usage, "--output"),
            (with(good) { $0.output = folder + "/no/out.ipynb" }, .failed, "does not exist"),
            (with(good) { $0.inPlace = true }, .usage, "no place for outputs"),
            (with(good) { $0.settings = ["rate=4"] }, .usage, "binds no `rate`"),
            (with(good) { $0.settings = ["rate"] }, .usage, "no value"),
            (with(good) { $0.runner.timeout = -1 }, .usage, "positive"),
            (with(good) { $0.parameterFile = folder + "/no.json" }, .usage, "does not exist"),
            (RunCommand(files: [folder + "/plain.latent", folder + "/good.latent"]), .failed, "it broke"),
        ]
        for (command, code, error) in cases {
            let paper = Paper()
            let ended = command.run(printer: paper.printer(), catchesSignals: false) { _ in Script() }
            #expect(
                ended == code && (error.isEmpty ? paper.error.isEmpty : paper.error.contains(error)),
                "\(command.files) \(ended) \(paper.error)")
        }
        #expect(try NotebookFile.read(folder + "/good.ipynb").cells[1].outputs.count == 1)
        #expect(try NotebookFile.read(folder + "/set.ipynb").cells[1].source == "# Parameters\nlr = 4")
        // A failing third cell leaves a notebook with the outputs of the first two and its error.
        let failed = try NotebookFile.read(folder + "/bad.ipynb")
        #expect(failed.cells.map(\.outputs.count) == [1, 1, 1, 0])
        var again = run("good.ipynb")
        again.inPlace = true
        #expect(again.run(printer: Paper().printer(), catchesSignals: false) { _ in Script() } == .done)
    }
}

@Test func sessionsStartWhereTheirFileIs() throws {
    try withFolder { folder in
        try Files.write(Array("print a".utf8), to: folder + "/a.latent")
        var command = RunCommand(files: [folder + "/a.latent"])
        command.seed = 7
        var given = Session.Options()
        _ = command.run(printer: Paper().printer(), catchesSignals: false) { options in
            given = options
            return Script()
        }
        #expect(given.directory == folder && given.seed == 7)
    }
}
