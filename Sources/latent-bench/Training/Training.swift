import ArgumentParser
import Foundation
import Graphs
import Layers
import Tensors

/// A training loop to be measured: the same operations as one of the peers' scripts.
struct TrainingWorkload: Sendable {
    var name: String
    /// The peers' script, and those of its peers that train.
    var script: String, peers: [String]
    var iterations: Int
    /// Seconds are multiplied by this for the figure.
    var scale: Double
    var unit: String
    /// Makes a function that runs so many steps and gives the last loss.
    var make: @Sendable () throws -> (Int) throws -> Double
}

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Training steps: workloads 2 to 8 of the peers.")
    @OptionGroup var options: Options
    @Argument(help: "Which workloads; all where none is named.") var names: [String] = []
    @Option(help: "Peers to run; all where none is named, separated by commas.") var peer: String?
    @Option(help: "Run so many steps once and print the last loss alone: for counting instructions.") var steps: Int?

    /// Whether plans are printed as they are made, with the time of each instruction.
    static let printsPlan = ProcessInfo.processInfo.environment["LATENT_PLAN"] != nil

    static func printPlan(_ execution: Execution) throws {
        guard printsPlan else { return }
        let profile = try execution.profile(key: Key(seed: 0), runs: 200)
        for (seconds, instruction) in profile { print(String(format: "%9.2f us  ", seconds * 1e6) + instruction) }
        print(String(format: "%9.2f us  in all", profile.reduce(0) { $0 + $1.seconds } * 1e6))
    }

    static let workloads: [TrainingWorkload] = [
        .smallAutoencoder, .largeAutoencoder, .transformer, .recurrent, .adversaries, .convolutionalAdversaries, .diffusion,
    ]

    func run() throws {
        for workload in Self.workloads where names.isEmpty || names.contains(workload.name) {
            if let steps { print("\(workload.name): \(try workload.make()(steps))") } else { try measure(workload) }
        }
    }

    func validate() throws {
        let known = Self.workloads.map(\.name)
        if let name = names.first(where: { !known.contains($0) }) {
            throw ValidationError("there is no workload \(name): there are \(known.joined(separator: ", "))")
        }
        if let steps, steps < 1 { throw ValidationError("--steps is \(steps), and must be at least 1") }
    }

    /// What a run takes beside its steps, where it is known.
    private struct Cost {
        /// Resident memory at its highest, in MB, and seconds from the start of the process to the end of the first step.
        var memory: Double?, start: Double?

        var text: String {
            [memory.map { String(format: "%.0f MB", $0) }, start.map { String(format: "first step after %.0f ms", $0 * 1000) }]
                .compactMap { $0 }.joined(separator: ", ")
        }
    }

    private func measure(_ workload: TrainingWorkload) throws {
        var own = Measurement(workload: workload.name, peer: "latent", metric: "time_per_step", values: [], unit: workload.unit)
        Memory.forgetPeak()
        let start = DispatchTime.now()
        let steps = try workload.make()
        _ = try steps(1)
        let first = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
        var others: [Measurement] = []
        if options.peers != nil {
            let chosen = peer.map { $0.split(separator: ",").map(String.init) } ?? workload.peers
            others = chosen.map { Measurement(workload: workload.name, peer: $0, metric: "time_per_step", values: [], unit: workload.unit) }
        }
        var costs = [Cost](repeating: Cost(), count: others.count)
        var loss = 0.0
        for _ in 0..<max(1, options.reps) {
            // The peers warm up in each of their processes, and have had the machine since the last round.
            _ = try steps(max(1, workload.iterations / 4))
            let start = DispatchTime.now()
            loss = try steps(workload.iterations)
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
            own.values.append(seconds / Double(workload.iterations) * workload.scale)
            for index in others.indices {
                guard let folder = options.peers, let record = try Peers.record(folder, workload.script, others[index].peer) else {
                    continue
                }
                if let value = record["value"] as? Double { others[index].values.append(value) }
                costs[index].memory = record["rss_mb"] as? Double
                if let first = record["first_s"] as? Double { costs[index].start = first + (record["import_s"] as? Double ?? 0) }
            }
        }
        if options.json {
            print(own.json)
            for other in others { print(other.json) }
            return
        }
        let cost = Cost(memory: Memory.peak, start: first)
        print(
            "\(workload.name): \(String(format: "%.2f", own.median)) \(workload.unit), \(cost.text), last loss \(String(format: "%.4f", loss))"
        )
        for (other, cost) in zip(others, costs) where !other.values.isEmpty {
            print("  \(other.peer): \(String(format: "%.2f", other.median)) \(other.unit), \(cost.text); Latent is \(own.ratio(to: other))")
        }
    }
}

/// The memory of this process, as Linux counts it.
enum Memory {
    /// The largest resident size so far, in MB of 2^20 bytes.
    static var peak: Double? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let size = line.split(separator: " ").compactMap({ Double($0) }).first
        else { return nil }
        return size / 1024
    }

    /// Begins to look for the peak anew.
    static func forgetPeak() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
        try? file.close()
    }
}

/// The peers' scripts, run with the Python that has their libraries: `PEERS_PYTHON`, else `python3`.
enum Peers {
    /// What a script prints for one of its peers, measured once.
    static func value(_ folder: String, _ script: String, _ peer: String) throws -> Double? {
        try record(folder, script, peer)?["value"] as? Double
    }

    /// The line of JSON that a script prints for one of its peers, measured once.
    static func record(_ folder: String, _ script: String, _ peer: String, _ arguments: [String] = []) throws -> [String: Any]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [ProcessInfo.processInfo.environment["PEERS_PYTHON"] ?? "python3", "\(folder)/\(script)", "--peer", peer, "--reps", "1"]
            + arguments
        // A library that is told which processor to take this one for does not do its best.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OPENBLAS_") }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        for line in text.split(separator: "\n") {
            if let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], object["value"] is Double {
                return object
            }
        }
        return nil
    }
}

/// Weights drawn evenly from -1/sqrt(in) to 1/sqrt(in), as the peers' linear layers begin.
func linearWeights(_ shape: [Int], fanIn: Int, _ key: Key) -> Tensor {
    let bound = 1 / Double(fanIn).squareRoot()
    return Tensor(.float32(uniform(shape.reduce(1, *), key).map { Float((2 * $0 - 1) * bound) }), shape: shape)
}
