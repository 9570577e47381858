import ArgumentParser
import Foundation
import Graphs
import Tensors

/// Square matrix products in float32 and float64: workload 18 of the peers.
struct Products: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "gemm", abstract: "Square matrix products: workload 18 of the peers.")
    @OptionGroup var options: Options
    @Option(help: "Rows of the matrices, separated by commas.") var sizes = "64,256,1024,2048"
    @Option(help: "GFLOP in each repetition.") var work = 8.0
    @Option(help: "Peers to run, separated by commas: numpy is OpenBLAS, torch is MKL, jax is XLA.") var peer =
        "numpy,torch_1t,torch_2t,jax"

    /// One kind of product at one size: microseconds by who did it, one a repetition.
    private struct Case {
        var name: String
        var size: Int, dtype: DType
        var own: [Double] = []
        var peers: [String: [Double]] = [:]
        var operations: Double { 2 * pow(Double(size), 3) }
        /// GFLOP/s of so many microseconds.
        func rate(_ microseconds: Double) -> Double { operations / microseconds / 1e3 }
    }

    func run() throws {
        let all = sizes.split(separator: ",").compactMap { Int($0) }
        guard !all.isEmpty, all.allSatisfy({ (1...8192).contains($0) }) else { throw ValidationError("sizes are from 1 to 8192") }
        var cases = [("sgemm", DType.float32), ("dgemm", DType.float64)].flatMap { name, dtype in
            all.map { Case(name: "\(name)_\($0)", size: $0, dtype: dtype) }
        }
        let products = try cases.map { try product($0) }
        let names = options.peers == nil ? [] : peer.split(separator: ",").map(String.init)
        for _ in 0..<max(1, options.reps) {
            for index in cases.indices { cases[index].own.append(try products[index]() * 1e6) }
            for name in names {
                guard let folder = options.peers,
                    let found = try Peers.record(folder, "w18_gemm.py", name, ["--sizes"] + all.map(String.init)),
                    let times = found["sizes"] as? [String: [String: Double]]
                else { continue }
                for index in cases.indices {
                    if let time = times[cases[index].name]?["us"] { cases[index].peers[name, default: []].append(time) }
                }
            }
        }
        for row in cases { show(row, names) }
    }

    private func show(_ row: Case, _ names: [String]) {
        let own = Measurement(workload: "gemm", peer: "latent", metric: row.name, values: row.own.map { row.rate($0) }, unit: "GFLOP/s")
        let others = names.compactMap { name in
            row.peers[name].map { Measurement(workload: "gemm", peer: name, metric: row.name, values: $0.map(row.rate), unit: "GFLOP/s") }
        }
        if options.json {
            print(own.json)
            for other in others { print(other.json) }
            return
        }
        func text(_ x: Double) -> String { String(format: "%.1f", x) }
        let best = others.map(\.median).max().map { String(format: ", %.2f times the best peer", own.median / $0) } ?? ""
        let rates = others.map { ", \($0.peer) \(text($0.median))" }.joined()
        print("\(row.name): \(text(own.median)) GFLOP/s (best \(text(own.values.max() ?? .nan)))\(rates)\(best)")
    }

    /// A function that runs one repetition and gives seconds a product.
    private func product(_ row: Case) throws -> () throws -> Double {
        let builder = Builder()
        let type = TensorType(row.dtype, [row.size, row.size])
        let (a, b) = (builder.input(type), builder.input(type))
        let execution = try Plan(try builder.finish([a.product(b)])).makeExecution()
        for position in 0..<2 {
            let values = uniform(row.size * row.size, Key(seed: UInt64(position)))
            try execution.set(
                input: position, Tensor(row.dtype == .float32 ? .float32(values.map { Float($0) }) : .float64(values), shape: type.shape))
        }
        let times = max(1, Int(work * 1e9 / row.operations))
        try execution.run(key: Key(seed: 0))
        return {
            let start = DispatchTime.now()
            for _ in 0..<times { try execution.run(key: Key(seed: 0)) }
            return Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9 / Double(times)
        }
    }
}
