import ArgumentParser
import Diagnostics
import Distributions
import Foundation
import Graphs
import Tensors

/// Something done to millions of numbers at once, and where a peer's script prints its own figure for it.
private struct BulkWork {
    var name: String
    /// Numbers handled, and what a second's worth of them is called.
    var count: Int
    var unit: String
    /// What a figure counts for each number: 1, or bytes.
    var weight: Double
    /// The peers' record, by keys from the line's object on.
    var path: [String]
    var run: () throws -> Void
}

/// Sums of log densities over ten million values (workload 16) and draws in bulk (workload 15).
struct Bulk: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Log densities and draws of millions of numbers: workloads 15 and 16 of the peers.")
    @OptionGroup var options: Options
    @Option(help: "How many numbers.") var n = 10_000_000

    func run() throws {
        try measure("logpdf", try densities(), script: "w16_logpdf.py", peers: ["torch_eager", "torch_compile", "jax_jit"])
        try measure("rng", try draws(), script: "w15_rng.py", peers: ["numpy_pcg64", "torch_2t", "jax_rbg"])
    }

    /// As `sum(logp(d, x))` does it.
    private func densities() throws -> [BulkWork] {
        let x = normal(n, Key(seed: 0)).map { 0.3 + 1.7 * $0 }
        let y = x.map { abs($0) + 0.01 }
        func work(_ name: String, _ data: [Double], _ distribution: any Distribution) -> BulkWork {
            let data = Tensor(data)
            return BulkWork(name: name, count: n, unit: "GB/s", weight: 8e-9, path: ["dens", name, "gb_per_s"]) {
                _ = try data.deferring { (x) throws(Diagnostic) in try distribution.logDensity(x) }.sum().double(at: 0)
            }
        }
        return [
            work("normal", x, try Normal(mean: Tensor(0.3), sd: Tensor(1.7))),
            work("student_t", x, try StudentT(df: Tensor(5), location: Tensor(0.3), scale: Tensor(1.7))),
            work("gamma", y, try Gamma(shape: Tensor(2.5), rate: Tensor(1.3))),
        ]
    }

    /// As `sample(d, n)` does it: a new array each time.
    private func draws() throws -> [BulkWork] {
        func work(_ name: String, _ distribution: any Distribution, _ count: Int) -> BulkWork {
            var runs: UInt64 = 0
            return BulkWork(name: name, count: count, unit: "Mdraws/s", weight: 1e-6, path: ["draws", name, "mdraws_per_s"]) {
                runs += 1
                _ = try distribution.sample([count], key: Key(seed: runs))
            }
        }
        // float32 draws are a plan's.
        let builder = Builder()
        let plan = try Plan(builder.finish([builder.draw(.normal, TensorType(.float32, [n]))]))
        let single = BulkWork(
            name: "normal_f32", count: n, unit: "Mdraws/s", weight: 1e-6, path: ["draws", "normal_f32", "mdraws_per_s"]
        ) { _ = try plan.run([], key: Key(seed: 0)) }
        return [
            single, work("uniform_f64", try Uniform(low: Tensor(0), high: Tensor(1)), n),
            work("normal_f64", try Normal(mean: Tensor(0), sd: Tensor(1)), n),
            work("gamma25", try Gamma(shape: Tensor(2.5), rate: Tensor(1)), n),
            work("categorical10", try Categorical(p: Tensor((1...10).map { Double($0) / 55 })), n),
            work("poisson4", try Poisson(rate: Tensor(4)), n),
            work("dirichlet10", try Dirichlet(a: Tensor([Double](repeating: 1, count: 10))), n / 10),
        ]
    }

    private func measure(_ workload: String, _ works: [BulkWork], script: String, peers: [String]) throws {
        var own = works.map { Measurement(workload: workload, peer: "latent", metric: $0.name, values: [], unit: $0.unit) }
        var others = peers.map { peer in
            works.map { Measurement(workload: workload, peer: peer, metric: $0.name, values: [], unit: $0.unit) }
        }
        for work in works { try work.run() }
        for _ in 0..<max(1, options.reps) {
            for (index, work) in works.enumerated() {
                let start = DispatchTime.now()
                try work.run()
                let seconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
                own[index].values.append(Double(work.count) * work.weight / seconds)
            }
            guard let folder = options.peers else { continue }
            for (place, peer) in peers.enumerated() {
                guard let record = try Peers.record(folder, script, peer) else { continue }
                for (index, work) in works.enumerated() {
                    let value = work.path.reduce(record as Any?) { ($0 as? [String: Any])?[$1] }
                    if let value = value as? Double { others[place][index].values.append(value) }
                }
            }
        }
        for index in works.indices {
            if options.json {
                print(own[index].json)
            } else {
                print("\(workload) \(works[index].name): \(String(format: "%.1f", own[index].median)) \(works[index].unit)")
            }
            for other in others where !other[index].values.isEmpty {
                if options.json {
                    print(other[index].json)
                } else {
                    print(
                        "  \(other[index].peer): \(String(format: "%.1f", other[index].median)); Latent is \(String(format: "%.2f", own[index].median / other[index].median)) times as fast"
                    )
                }
            }
        }
    }
}
