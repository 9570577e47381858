import Datasets
import Foundation
import Sessions
import Testing

@testable import Notebooks

/// The program, which stands beside the tests' own where the package's build puts both.
func builtProgram() throws -> URL {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let beside = [own, CommandLine.arguments[0]] + Bundle.allBundles.map(\.bundlePath)
    let candidates = beside.map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("latent") }
    return try #require(candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }, "latent is not built")
}

/// `latent run` as a process: what a script that calls it relies on.
@Suite(.serialized) struct ProgramTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latent-run-" + UUID().uuidString).path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try builtProgram()
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func write(_ name: String, _ text: String) throws { try Files.write(Array(text.utf8), to: folder + "/" + name) }

    /// How many outputs each cell of a saved notebook has; nil while there is no file. A file that is half written would not be read.
    private func outputs(_ name: String) throws -> [Int]? {
        guard FileManager.default.fileExists(atPath: folder + "/" + name) else { return nil }
        return try NotebookFile.read(folder + "/" + name).cells.map(\.outputs.count)
    }

    private func waitFor(_ wanted: [Int], in name: String) throws {
        for _ in 0..<1000 {
            if try outputs(name) == wanted { return }
            usleep(10_000)
        }
        Issue.record("\(name) never had the outputs \(wanted)")
    }

    @Test func exitCodesAreAsDocumented() throws {
        try write("good.latent", "# %%\n1\n# %%\n2\n")
        try write("third.latent", "# %%\n1\n# %%\n2\n# %%\nnosuchname\n# %%\n4\n")
        try write("slow.latent", "# %%\n1\n# %%\nwhile true {}\n")
        try write("broken.ipynb", "{ \"cells\": ")
        let cases: [(arguments: [String], code: ExitCode)] = [
            (["good.latent"], .done),
            (["third.latent", "--output", "third.ipynb"], .failed),
            (["third.latent", "--allow-errors"], .done),
            (["slow.latent", "--cell-timeout", "0.2", "--output", "slow.ipynb"], .timeLimit),
            (["slow.latent", "--timeout", "0.2"], .timeLimit),
            (["broken.ipynb"], .unreadable),
            (["absent.ipynb"], .unreadable),
            ([], .usage),
            (["good.latent", "--nonsense"], .usage),
            (["good.latent", "--timeout", "-1"], .usage),
            (["good.latent", "--set", "lr=1"], .usage),
        ]
        for (arguments, code) in cases {
            let process = try start(["run", "--quiet"] + arguments)
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == code.rawValue, "\(arguments)")
        }
        #expect(try outputs("third.ipynb") == [1, 1, 1, 0])
        #expect(try outputs("slow.ipynb") == [1, 1])
        #expect([ExitCode.done, .failed, .usage, .timeLimit, .unreadable, .interrupted].map(\.rawValue) == [0, 1, 2, 3, 4, 130])
    }

    @Test func aSignalStopsTheCellAndKeepsTheFile() throws {
        try write("slow.latent", "# %%\n1\n# %%\nwhile true {}\n# %%\n3\n")
        let interrupted = try start(["run", "--quiet", "slow.latent", "--output", "interrupted.ipynb"])
        try waitFor([1, 0, 0], in: "interrupted.ipynb")
        kill(interrupted.processIdentifier, SIGINT)
        interrupted.waitUntilExit()
        #expect(interrupted.terminationReason == .exit && interrupted.terminationStatus == ExitCode.interrupted.rawValue)
        #expect(try outputs("interrupted.ipynb") == [1, 1, 0])

        let killed = try start(["run", "--quiet", "slow.latent", "--output", "killed.ipynb"])
        try waitFor([1, 0, 0], in: "killed.ipynb")
        kill(killed.processIdentifier, SIGKILL)
        killed.waitUntilExit()
        #expect(killed.terminationReason == .uncaughtSignal)
        #expect(try outputs("killed.ipynb") == [1, 0, 0])
    }
}
