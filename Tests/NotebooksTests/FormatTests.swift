import Datasets
import Diagnostics
import Testing

@testable import Notebooks

private func read(_ text: String) throws -> Notebook { try Notebook(ipynb: Array(text.utf8), name: "a.ipynb") }

@Test func whatIsNotChangedIsWrittenAsItWas() throws {
    let deeper = pythonNotebook.split(separator: "\n", omittingEmptySubsequences: false)
        .map { line in String(repeating: " ", count: line.prefix { $0 == " " }.count) + line }.joined(separator: "\n")
    let escaped = try JSONValue(parsing: pythonNotebook).text(JSONValue.Style(indent: 1, ascii: true))
    for text in [pythonNotebook, deeper, escaped, String(pythonNotebook.dropLast())] {
        #expect(String(decoding: try read(text).ipynb(), as: UTF8.self) == text)
    }
    // A change in one cell leaves the rest alone.
    var notebook = try read(pythonNotebook)
    notebook.cells[3].source = "x = 1\ny"
    let before = pythonNotebook.split(separator: "\n")
    let after = String(decoding: notebook.ipynb(), as: UTF8.self).split(separator: "\n")
    #expect(Array(after.filter { !before.contains($0) }) == ["    \"x = 1\\n\",", "    \"y\""])
    #expect(notebook.cells[1].tags == ["parameters"] && notebook.cells[1].executionCount == 3 && notebook.language == "python")
}

@Test func olderFormatsAreBroughtUpToDate() throws {
    let cell = #"{"cell_type":"code","source":["1\n","2"]}"#
    let notebook = try read(
        #"{"cells":[\#(cell),\#(cell),{"cell_type":"markdown","source":"t","id":"bad id"}],"nbformat":4,"nbformat_minor":2}"#)
    let ids = notebook.cells.compactMap(\.id)
    #expect(Set(ids).count == 3 && ids.allSatisfy(Cell.isValid))
    #expect(notebook.cells[0].source == "1\n2")
    let json = try JSONValue(parsing: notebook.ipynb())
    #expect(json["nbformat_minor"] == 5 && json["metadata"]?["kernelspec"]?["name"] == "latent")
    #expect(json["metadata"]?["language_info"]?["file_extension"] == ".latent")
    #expect(json["cells"]?.array?[0]["outputs"] == [] && json["cells"]?.array?[0]["execution_count"] == .null)
    // Reading it again changes nothing more.
    #expect(try Notebook(ipynb: notebook.ipynb(), name: "").ipynb() == notebook.ipynb())
}

@Test func idsAreUniqueAndTheSameEachTime() {
    let cells = (0..<300).map { Cell(.code, "x = \($0 % 2)") }
    let ids = Notebook(cells: cells).cells.compactMap(\.id)
    #expect(Set(ids).count == 300 && ids == Notebook(cells: cells).cells.compactMap(\.id))
}

@Test func brokenNotebooksSayWhatIsWrong() {
    let cases: [(text: String, words: [String])] = [
        ("{\n \"cells\": [\n}", ["a.ipynb, line 3", "a value should stand here", "3 | }"]),
        ("", ["not a notebook"]),
        ("[]", ["a list"]),
        ("{}", ["nbformat"]),
        (#"{"nbformat":3,"worksheets":[]}"#, ["old notebook format 3", "nbconvert"]),
        (#"{"nbformat":5,"cells":[]}"#, ["newer"]),
        (#"{"nbformat":4}"#, ["list of cells"]),
        (#"{"nbformat":4,"cells":[1]}"#, ["cell 1 is a number"]),
        (#"{"nbformat":4,"cells":[{"cell_type":"code","source":""},{"cell_type":"heading","source":""}]}"#, ["cell 2", "cell_type"]),
        (#"{"nbformat":4,"cells":[{"cell_type":"code","source":["a",1]}]}"#, ["cell 1 has no text"]),
    ]
    for (text, words) in cases {
        let error = #expect(throws: Diagnostic.self) { try read(text) }
        for word in words { #expect(error?.rendered(color: false).contains(word) == true, "\(error?.rendered(color: false) ?? "")") }
    }
    let invalid = #expect(throws: Diagnostic.self) { try Notebook(ipynb: [0x7B, 0x0A, 0x22, 0xFF], name: "a.ipynb") }
    #expect(invalid?.message.contains("UTF-8, line 2") == true)
}

@Test func scriptsAreCells() {
    let cases: [(script: String, cells: [Cell])] = [
        ("", []),
        ("x = 1\nx\n", [Cell(.code, "x = 1\nx")]),
        ("\n\n# %%\nx\n\n\n# %%\n\ny\n", [Cell(.code, "x"), Cell(.code, "\ny")]),
        ("x\r\n# %% [markdown]\r\n# # Title\r\n#\r\n# text\r\n", [Cell(.code, "x"), Cell(.markdown, "# Title\n\ntext")]),
        ("# %%[markdown]\n#bare\nbare\n", [Cell(.markdown, "bare\nbare")]),
        ("# %% tags=[\"parameters\"]\nlr = 1\n# %%\n", [Cell(.code, "lr = 1", tags: ["parameters"]), Cell(.code, "")]),
        ("# %% [raw] tags=[\"a\", \"b\"]\n# r\n", [Cell(.raw, "r", tags: ["a", "b"])]),
        ("# %%x is a comment\n#%% too\n", [Cell(.code, "# %%x is a comment\n#%% too")]),
        ("# %%\n# # %% not a cell\n# # # %%\n# # note\n", [Cell(.code, "# %% not a cell\n# # %%\n# # note")]),
    ]
    for (script, cells) in cases {
        let notebook = Notebook(script: script)
        #expect(
            notebook.cells.map(\.source) == cells.map(\.source) && notebook.cells.map(\.kind) == cells.map(\.kind),
            "\(script.debugDescription)")
        #expect(notebook.cells.map(\.tags) == cells.map(\.tags), "\(script.debugDescription)")
        // Written and read again it is the same notebook, ids included.
        #expect(Notebook(script: notebook.script()) == notebook, "\(notebook.script().debugDescription)")
    }
    #expect(Notebook(script: "# %% Load the data\nx\n").script() == "# %% Load the data\nx\n")
}

@Test func notebooksComeBackFromScripts() throws {
    var random = SplitMix(state: 11)
    let lines = ["x = 1", "# %%", "# # %% [markdown]", "# a", "#", "", "  y", "\"\"\"", "标签 é", "# %% tags=[\"p\"]", "%%", "- item  "]
    for _ in 0..<500 {
        let cells = (0..<random.next() % 5).map { _ in
            let source = (0..<random.next() % 5).map { _ in lines[Int(random.next() % 12)] } + ["end"]
            let kind = Cell.Kind.allCases[Int(random.next() % 3)]
            return Cell(kind, source.joined(separator: "\n"), tags: random.next() % 2 == 0 ? [] : ["a", "it's \"b\""])
        }
        let notebook = Notebook(cells: cells)
        let back = Notebook(script: notebook.script())
        #expect(back.cells.map(\.source) == cells.map(\.source), "\(notebook.script().debugDescription)")
        #expect((back == notebook) == true, "\(notebook.script().debugDescription)")
        #expect(try Notebook(ipynb: notebook.ipynb(), name: "") == notebook)
    }
}

@Test func mutatedNotebooksNeverCrash() throws {
    var random = SplitMix(state: 5)
    var accepted = 0
    for _ in 0..<4000 {
        let bytes = random.mutated(Array(pythonNotebook.utf8))
        if let notebook = try? Notebook(ipynb: bytes, name: "a.ipynb") {
            accepted += 1
            #expect(try Notebook(ipynb: notebook.ipynb(), name: "a.ipynb").cells == notebook.cells)
            _ = HTMLPage(notebook, title: "").text
            _ = MarkdownPage(notebook).text
        }
        _ = Notebook(script: String(decoding: bytes, as: UTF8.self)).script()
    }
    #expect(accepted > 100 && accepted < 3900)
}
