import ArgumentParser
import Foundation
import Tensors

/// Benchmarks, each beside the same work done by its peers.
@main struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latent-bench", abstract: "Measures Latent, and its peers in the same run.",
        subcommands: [
            Interpreter.self, Startup.self, Products.self, Train.self, Continuation.self, Bulk.self, Mixture.self, TextCounting.self,
        ])

    func validate() throws {
        do { try Processor.check() } catch { throw ValidationError("\(error)") }
    }
}

/// What every benchmark takes.
struct Options: ParsableArguments {
    @Option(help: "How often each measurement is repeated.")
    var reps = 5
    @Option(help: ArgumentHelp("The folder of the peers' scripts; they are then run in turn with Latent.", valueName: "folder"))
    var peers: String?
    @Flag(help: "Print one JSON line a measurement.")
    var json = false
    @Option(help: ArgumentHelp("The program to measure.", valueName: "file"))
    var latent = ".build/release/latent"
}

/// One measured quantity.
struct Measurement {
    var workload: String
    var peer: String
    var metric: String
    var values: [Double]
    var unit = "s"

    var median: Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    var json: String {
        let all = values.map { String($0) }.joined(separator: ", ")
        return
            "{\"workload\": \"\(workload)\", \"peer\": \"\(peer)\", \"metric\": \"\(metric)\", \"value\": \(median), \"unit\": \"\(unit)\", \"min\": \(values.min() ?? .nan), \"all\": [\(all)]}"
    }

    /// How much longer the peer took, repetition by repetition: median, least and most.
    func ratio(to peer: Measurement) -> String {
        let ratios = zip(values, peer.values).map { $1 / $0 }.sorted()
        guard let low = ratios.first, let high = ratios.last else { return "" }
        func text(_ x: Double) -> String { String(format: "%.2f", x) }
        return "\(text(peer.median / median)) times faster (\(text(low)) to \(text(high)))"
    }
}

/// Seconds that a command takes from start to end; its output is dropped.
///
/// Throws where it cannot be run or fails.
func seconds(_ program: String, _ arguments: [String]) throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.contains("/") ? program : "/usr/bin/env")
    process.arguments = program.contains("/") ? arguments : [program] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let start = DispatchTime.now()
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ValidationError("\(program) ended with code \(process.terminationStatus)") }
    return Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
}

/// Measures two commands in turn, so that both see the same machine, and prints them.
func compare(
    _ workload: String, _ metric: String, _ options: Options, latent: [String], peer: (name: String, program: String, arguments: [String])?
) throws {
    var own = Measurement(workload: workload, peer: "latent", metric: metric, values: [])
    var other = peer.map { Measurement(workload: workload, peer: $0.name, metric: metric, values: []) }
    for _ in 0..<max(1, options.reps) {
        own.values.append(try seconds(options.latent, latent))
        if let peer { other?.values.append(try seconds(peer.program, peer.arguments)) }
    }
    if options.json {
        print(own.json)
        if let other { print(other.json) }
    } else {
        print(
            "\(workload) \(metric): \(String(format: "%.4f", own.median)) s"
                + (other.map { ", \($0.peer) \(String(format: "%.4f", $0.median)) s: \(own.ratio(to: $0))" } ?? ""))
    }
}
