import Diagnostics
import Sessions
import Testing

@testable import Repl

struct ScreenTests {
    @Test func candidatesInColumns() {
        let cases: [(candidates: [String], width: Int, rows: Int, text: String)] = [
            ([], 80, 20, ""),
            (["alpha"], 80, 20, "alpha"),
            (["a", "b", "c", "d", "e"], 8, 20, "a  c  e\nb  d"),
            (["sample", "sd", "σ标"], 10, 20, "sample\nsd\nσ标"),
            (["标签", "b"], 10, 20, "标签  b"),
            (["a", "b", "c", "d"], 1, 2, "a\nb\n... and 2 more"),
        ]
        for (candidates, width, rows, text) in cases {
            #expect(CompletionList.columns(candidates, width: width, rows: rows) == text, "\(candidates)")
        }
    }

    @Test func whatCandidatesShare() {
        let cases: [([String], String)] = [
            ([], ""), (["sample"], "sample"), (["sample", "sampler", "sam"], "sam"), (["a", "b"], ""), (["σ1", "σ2"], "σ"),
            (["x", ""], ""),
        ]
        for (candidates, prefix) in cases { #expect(CompletionList.commonPrefix(candidates) == prefix) }
    }

    @Test func progressFitsItsLine() {
        #expect(Screen.cut("abcdef", to: 3) == "abc")
        #expect(Screen.cut("标签标签", to: 5) == "标签")
        #expect(Screen.cut("one\ntwo", to: 80) == "one")
        #expect(Screen.cut("", to: 0) == "")
    }

    @Test func commands() throws {
        let good: [(String, Command)] = [
            (":help", .help), (":q", .quit), (":quit ", .quit), (":load a b.latent", .load("a b.latent")),
            (":save\tx.latent ", .save("x.latent")),
        ]
        for (line, command) in good { #expect(try Command(line) == command) }
        for line in [":", ":nonsense", ":load", ":save  "] { #expect(throws: Diagnostic.self, "\(line)") { try Command(line) } }
        #expect { try Command(":qiut") } throws: { ($0 as? Diagnostic)?.help == "did you mean `quit`?" }
    }

    @Test func inputsAsAFile() {
        #expect(Terminal.cells(["x = 1", "f(x) = {\n  x\n}\n"]) == "# %%\nx = 1\n\n# %%\nf(x) = {\n  x\n}\n")
    }

    @Test func exitCodes() {
        let cases: [(Outcome, Int32)] = [
            (.finished, 0), (.failed(Diagnostic("x")), 1), (.failed(Diagnostic("x", kind: .incomplete)), 1),
            (.failed(Diagnostic("x", kind: .timedOut)), 3), (.failed(Diagnostic("x", kind: .interrupted)), 130),
        ]
        for (outcome, code) in cases { #expect(ExitCode(outcome).rawValue == code) }
    }

    @Test func everyKeyHasOneMeaning() {
        let keys = LineEditor.bindings.map(\.key)
        #expect(Set(keys).count == keys.count)
    }
}
