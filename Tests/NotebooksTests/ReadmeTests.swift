import Foundation
import Sessions
import Synchronization
import Testing

/// What a reader of the README types works.
@Suite struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The fenced blocks of one kind, in order, without their fences.
    private func blocks(_ kinds: String...) throws -> [(kind: String, text: String)] {
        let text = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        var blocks: [(kind: String, text: String)] = []
        for (index, part) in text.components(separatedBy: "```").enumerated() where index % 2 == 1 {
            let kind = String(part.prefix { $0 != "\n" })
            if kinds.contains(kind) { blocks.append((kind, String(part.dropFirst(kind.count + 1)))) }
        }
        return blocks
    }

    @Test func codeRuns() throws {
        let session = Session()
        let blocks = try blocks("latent", "latent error")
        #expect(blocks.count > 4)
        for (kind, text) in blocks {
            // Line by line, so that each shows its value as it does for a person; a block in braces is one.
            var pending = ""
            for line in text.split(separator: "\n") {
                pending += line + "\n"
                guard session.completeness(of: pending) == .complete else { continue }
                let outcome = session.run(pending, console: Console { _ in })
                #expect((outcome.diagnostic == nil) == (kind == "latent"), "\(pending)\(outcome.diagnostic?.message ?? "")")
                pending = ""
            }
            #expect(pending.isEmpty)
        }
    }

    /// In a folder of its own, since the commands write files.
    @Test func commandsRun() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latent-readme-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["notebooks", "examples"] {
            try FileManager.default.copyItem(at: Self.root.appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
        let programs = try builtProgram().deletingLastPathComponent().path
        let lines = try blocks("sh").flatMap { $0.text.split(separator: "\n") }
        #expect(lines.count > 4)
        for line in lines {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            shell.arguments = ["-c", String(line)]
            shell.currentDirectoryURL = folder
            shell.environment = ["PATH": programs + ":/usr/bin:/bin", "HOME": folder.path]
            shell.standardOutput = FileHandle.nullDevice
            let errors = Pipe()
            shell.standardError = errors
            try shell.run()
            let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0, "\(line)\n\(said)")
        }
    }
}
