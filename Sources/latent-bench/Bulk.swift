import ArgumentParser
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

    private func densities() throws -> [BulkWork] {
        let type = TensorType(.float64, [n])
        let x = normal(n, Key(seed: 0)).map { 0.3 + 1.7 * $0 }
        let y = x.map { abs($0) + 0.01 }
        func work(_ name: String, _ data: [Double], _ density: (Symbol) -> Symbol) throws -> BulkWork {
            let builder = Builder()
            let graph = try builder.finish([density(builder.input(type)).sum()])
            let execution = try Plan(graph).makeExecution()
            try execution.set(input: 0, Tensor(data))
            return BulkWork(name: name, count: n, unit: "GB/s", weight: 8e-9, path: ["dens", name, "gb_per_s"]) {
                try execution.run(key: Key(seed: 0))
            }
        }
        let logTwoPi = 1.8378770664093453
        let (df, sd, shape, rate) = (5.0, 1.7, 2.5, 1.3)
        func logGamma(_ x: Double) -> Double { UnaryOp.lgamma.apply(x) }
        let studentConstant: Double = logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * log(df * Double.pi) - log(sd)
        let gammaConstant: Double = shape * log(rate) - logGamma(shape)
        return [
            try work("normal", x) { (($0 - 0.3) * (1 / sd)).unary(.square) * -0.5 - (log(sd) + 0.5 * logTwoPi) },
            try work("student_t", x) {
                ((($0 - 0.3) * (1 / sd)).unary(.square) * (1 / df)).unary(.log1p) * (-(df + 1) / 2) + studentConstant
            },
            try work("gamma", y) { $0.unary(.log) * (shape - 1) - $0 * rate + gammaConstant },
        ]
    }

    private func draws() throws -> [BulkWork] {
        func work(_ name: String, _ law: Draw.Law, _ dtype: DType) throws -> BulkWork {
            let builder = Builder()
            let graph = try builder.finish([builder.draw(law, TensorType(dtype, [n]))])
            let plan = try Plan(graph)
            var count: UInt64 = 0
            let execution = plan.makeExecution()
            return BulkWork(name: name, count: n, unit: "Mdraws/s", weight: 1e-6, path: ["draws", name, "mdraws_per_s"]) {
                count += 1
                try execution.run(key: Key(seed: count))
            }
        }
        return [
            try work("uniform_f64", .uniform, .float64), try work("normal_f64", .normal, .float64),
            try work("normal_f32", .normal, .float32),
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
