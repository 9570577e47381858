import Diagnostics
import Language
import Testing

@testable import StandardLibrary

@Suite struct ReferenceTests {
    @Test func examplesRunAndShowWhatTheReferenceSays() {
        // These write files, ask a person or read a file that only the reader has.
        let notRun: Set = ["load", "save", "input"]
        for row in StandardLibrary.rows where !notRun.contains(row.name) {
            for example in row.examples {
                do throws(Diagnostic) {
                    let shown = try Runner().run(example.code)
                    if let expected = example.shows { #expect(shown == expected, "\(example.code)") }
                } catch {
                    Issue.record("\(example.code): \(error)")
                }
            }
        }
    }

    @Test func everyRowIsComplete() {
        for row in StandardLibrary.rows {
            #expect(row.summary.hasSuffix("."), "\(row.name)")
            #expect(StandardLibrary.rows.count { $0.name == row.name } == 1, "\(row.name) has two rows")
            #expect(Reference.text(on: row.name)?.hasPrefix("\(row.name)(") == true, "\(row.name)")
        }
    }

    @Test func dataRowsHaveExamples() {
        let verbs = Set(DrawingChapter.rows.map(\.name) + LearningChapter.rows.map(\.name))
        for row in StandardLibrary.rows where !verbs.contains(row.name) { #expect(!row.examples.isEmpty, "\(row.name)") }
    }

    @Test func everyNameHasAnEntry() {
        for name in StandardLibrary.table().keys {
            let text = Reference.text(on: name) ?? ""
            #expect(text.contains(name), "\(name)")
        }
        #expect(Reference.text(on: "no_such_name") == nil)
        let contents = Reference.contents
        for row in StandardLibrary.rows { #expect(contents.contains(row.name)) }
    }
}
