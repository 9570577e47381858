import ArgumentParser
import Dispatch
import Foundation
import Layers
import Tensors

/// 255 characters written by a transformer from one, with the keys and values of the places before kept (the sampling of workload 4).
struct Continuation: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Sampling from a transformer: workload 4 of the peers.")
    @OptionGroup var options: Options

    func run() throws {
        let (block, size, codes, count) = (256, 128, 65, 255)
        let blocks = (0..<4).map { _ in Chain.transformerBlock(size: size, heads: 4, bias: false) as any Layer }
        let layer = Chain(
            [Embedding(codes, size), Positions(block)] + blocks + [LayerNorm(bias: false), Dense(size, codes, bias: false)])
        let network = try Network.made(layer, key: Key(seed: 0))
        func seconds(shows: Bool = false) throws -> Double {
            let start = DispatchTime.now()
            let generation = try Generation(network)
            try generation.read([0])
            for place in 0..<count {
                let next = try generation.choose(Sampling(), Key(seed: UInt64(place)))
                if place + 1 < count { try generation.read(next) }
            }
            if let execution = generation.execution, shows { try Train.printPlan(execution) }
            return Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
        }
        var own = Measurement(workload: "gpt_char", peer: "latent", metric: "sampling", values: [], unit: "tokens/s")
        var others = ["sample_torch_nocache", "sample_torch_kv", "sample_torch_kv_1t", "sample_jax_kv_scan"].map {
            Measurement(workload: "gpt_char", peer: $0, metric: "sampling", values: [], unit: "tokens/s")
        }
        let first = try seconds(shows: true)
        for _ in 0..<max(1, options.reps) {
            // The peers warm up in each of their processes, and have had the machine since the last round.
            _ = try seconds()
            let times = try (0..<5).map { _ in try seconds() }.sorted()
            own.values.append(Double(count) / times[2])
            guard let folder = options.peers else { continue }
            for index in others.indices {
                if let value = try Peers.value(folder, "w04_gpt_char.py", others[index].peer) { others[index].values.append(value) }
            }
        }
        if options.json {
            for measurement in [own] + others { print(measurement.json) }
            return
        }
        print("gpt_char sampling: \(Int(own.median)) tokens/s, the first \(count) in \(String(format: "%.0f", first * 1000)) ms")
        for other in others where !other.values.isEmpty {
            print("  \(other.peer): \(Int(other.median)) tokens/s; Latent is \(other.ratio(to: own))")
        }
    }
}
