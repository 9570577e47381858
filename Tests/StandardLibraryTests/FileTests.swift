import Diagnostics
import Foundation
import Testing

/// Files that programs write and read, in a folder of their own.
@Suite struct FileTests {
    @Test func whatIsSavedReadsBack() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latent-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let cases = [
            (
                "t = table(a: [1, missing], b: [\"x\", \"y, z\"]); save(t, \"t.csv\"); u = load(\"t.csv\"); (u.a, u.b)",
                "([1, missing], [\"x\", \"y, z\"])"
            ),
            ("save(table(a: [0.1, 2]), \"t.tsv\"); load(\"t.tsv\").a", "[0.1, 2]"),
            ("save([[1, 2], [3, 4]], \"m.csv\"); columns(load(\"m.csv\"))", "[\"x_0\", \"x_1\"]"),
            ("save(\"日本\\n\", \"a.txt\"); load(\"a.txt\")", "\"日本\\n\""),
            ("save([\"a\", \"b\"], \"l.txt\"); lines(load(\"l.txt\"))", "[\"a\", \"b\"]"),
            (
                "save((a: [1, 2], b: \"x\", c: missing, d: (e: true)), \"r.json\"); load(\"r.json\")",
                "(a: [1, 2], b: \"x\", c: missing, d: (e: true))"
            ),
            ("save(plot([1, 2]), \"p.svg\"); save(plot([1, 2]), \"p.png\"); x = load(\"p.png\"); (len(x.shape), max(x) <= 1)", "(3, true)"),
            (
                "w = sin((0..<800) / 10); save(audio(w, 8000), \"w.wav\"); s = load(\"w.wav\"); (s.rate, max(abs(s.x - w)) < 1e-4)",
                "(8000, true)"
            ),
            ("audio(load(\"w.wav\")).kind()", "\"picture\""),
        ]
        for (code, expected) in cases {
            do throws(Diagnostic) {
                #expect(try Runner(directory: folder).run(code) == expected, "\(code)")
            } catch {
                Issue.record("\(code): \(error)")
            }
        }
        #expect(Runner(directory: folder).failure("load(\"t.cvs\")")?.contains("`t.csv`") == true)
    }
}
