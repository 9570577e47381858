import Foundation
import Testing

@testable import Repl

struct HistoryFileTests {
    @Test func entriesSurviveTheFile() {
        let entries = ["x = 1", "f(x) = {\n  x\n}", #"print("a\nb\\n")"#, "\\", "\\n", "σ\r\n标签", "  ", "\u{301}x"]
        for entry in entries { #expect(!HistoryFile.encode(entry).unicodeScalars.contains("\n")) }
        #expect(HistoryFile.decode(entries.map { HistoryFile.encode($0) + "\n" }.joined()) == entries)
        #expect(HistoryFile.decode("") == [])
        #expect(HistoryFile.decode("\n\na\n\n") == ["a"])
        #expect(HistoryFile.decode("a\\") == ["a"])
    }

    @Test func mergingKeepsTheNewest() {
        #expect(HistoryFile.merged(["a", "b", "a", "c"]) == ["b", "a", "c"])
        #expect(HistoryFile.merged(["a", "b", "a", "c"], limit: 2) == ["a", "c"])
        #expect(HistoryFile.merged([]) == [])
    }

    @Test func parallelTerminalsLoseNothing() async throws {
        let folder = NSTemporaryDirectory() + "latent-history-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = HistoryFile(path: folder + "/deep/history")
        #expect(file.load() == [])
        await withTaskGroup(of: Void.self) { group in
            for terminal in 0..<4 {
                group.addTask { for line in 0..<50 { file.append("terminal \(terminal)\nline \(line)") } }
            }
        }
        let entries = file.load()
        #expect(Set(entries).count == 200)
        for terminal in 0..<4 {
            let own = entries.filter { $0.hasPrefix("terminal \(terminal)\n") }
            #expect(own == (0..<50).map { "terminal \(terminal)\nline \($0)" })
        }
        let permissions = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }

    @Test func aLongFileIsCut() throws {
        let path = NSTemporaryDirectory() + "latent-history-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        let count = 2 * HistoryFile.limit + 1
        #expect(FileManager.default.createFile(atPath: path, contents: Data((0..<count).map { "\($0)\n" }.joined().utf8)))
        let newest = (count - HistoryFile.limit..<count).map(String.init)
        #expect(HistoryFile(path: path).load() == newest)
        let data = try #require(FileManager.default.contents(atPath: path))
        #expect(HistoryFile.decode(String(decoding: data, as: UTF8.self)) == newest)
        // A file that is no text, and a folder in its place, are no history.
        #expect(FileManager.default.createFile(atPath: path, contents: Data([0xFF, 0xFE, 0x0A])))
        #expect(HistoryFile(path: path).load() == ["\u{FFFD}\u{FFFD}"])
        #expect(HistoryFile(path: NSTemporaryDirectory()).load() == [])
    }

    @Test func whereItIsKept() {
        #expect(HistoryFile.defaultPath(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"]) == "/s/latent/history")
        #expect(HistoryFile.defaultPath(environment: ["HOME": "/h", "XDG_STATE_HOME": "relative"]) == "/h/.local/state/latent/history")
        #expect(HistoryFile.defaultPath(environment: [:]) == nil)
    }
}
