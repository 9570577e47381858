import COpenBLAS
import Foundation
import Graphs
import Kernels
import Testing

@testable import Tensors

/// `LATENT_CPU` in processes of their own: oneDNN and OpenBLAS choose their loops once.
@Suite struct LevelTests {
    /// What is in use at each level, as the libraries name it.
    private static let names: [(level: lk_level, name: String, openBLAS: String, oneDNN: String)] = [
        (LK_BASELINE, "baseline", "Nehalem", "SSE4.1"), (LK_AVX2, "avx2", "Haswell", "AVX2"), (LK_AVX512, "avx512", "SkylakeX", "AVX-512"),
    ]

    /// These tests run again with an environment of their own; gives how that ended, and all that was printed.
    private static func again(_ filter: String, _ environment: [String: String]) throws -> (code: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.arguments = ["--testing-library", "swift-testing", "--filter", filter]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func plansAgreeAtEveryLevel() throws {
        // In the processes started here there is nothing more to start.
        guard ProcessInfo.processInfo.environment["LATENT_CPU"] == nil else { return }
        for (level, name, _, oneDNN) in Self.names {
            defer { lk_cpu_release() }
            guard lk_cpu_force(level) != 0 else { continue }
            let (code, text) = try Self.again(
                "TensorsTests.(LevelTests|ThreadTests|PlanTests|ProductTests|ConvolutionTests)/", ["LATENT_CPU": name, "DNNL_VERBOSE": "1"])
            let lines = text.split(separator: "\n")
            let failures = lines.filter { !$0.hasPrefix("dnnl_verbose") && !$0.hasPrefix("onednn_verbose") }.joined(separator: "\n")
            #expect(code == 0, "\(name):\n\(failures)")
            // Else nothing was tested.
            #expect(text.contains("librariesUseTheLevelAskedFor() passed"), "\(name):\n\(failures)")
            let isa = lines.first { $0.contains("cpu,isa:") }
            #expect(isa?.contains(oneDNN) == true, "\(name): oneDNN says \(isa ?? "nothing")")
        }
    }

    @Test func librariesUseTheLevelAskedFor() throws {
        guard let asked = ProcessInfo.processInfo.environment["LATENT_CPU"] else { return }
        #expect(Processor.level == asked)
        let core = openblas_get_corename().map { String(cString: $0) }
        #expect(core == Self.names.first { $0.name == asked }?.openBLAS)
    }
}
