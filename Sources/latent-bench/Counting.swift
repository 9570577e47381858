import ArgumentParser
import Foundation
import Models
import Tensors

/// Seconds that a function takes.
private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now()
    try body()
    return Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
}

/// Measures a function and, in turn with it, one of a script's peers.
private func compare(_ workload: String, _ script: String, peer: String, _ options: Options, body: () throws -> Void) throws {
    var own = Measurement(workload: workload, peer: "latent", metric: "wall", values: [])
    var other = Measurement(workload: workload, peer: peer, metric: "wall", values: [])
    try body()
    for _ in 0..<max(1, options.reps) {
        own.values.append(try seconds(body))
        if let folder = options.peers, let value = try Peers.value(folder, script, peer) { other.values.append(value) }
    }
    if options.json {
        print(own.json)
        if !other.values.isEmpty { print(other.json) }
    } else {
        print("\(workload): \(String(format: "%.3f", own.median)) s")
        if !other.values.isEmpty { print("  \(peer): \(String(format: "%.3f", other.median)) s; Latent is \(own.ratio(to: other))") }
    }
}

struct Mixture: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "EM for Gaussians: 100,000 points in 10 dimensions, 8 full covariances, 20 rounds; workload 9 of the peers.")
    @OptionGroup var options: Options

    func run() throws {
        let (n, d, k) = (100_000, 10, 8)
        var generator = Key(seed: 0).generator()
        // As the peers' data: means of sd 2, a matrix I + 0.5 N(0, 1) a component.
        let means = (0..<(k * d)).map { _ in 2 * generator.normal() }
        let mixing = (0..<(k * d * d)).map { index in 0.5 * generator.normal() + (index / d % d == index % d ? 1 : 0) }
        var values: [Double] = []
        values.reserveCapacity(n * d)
        for _ in 0..<n {
            let c = generator.below(k)
            let z = (0..<d).map { _ in generator.normal() }
            for i in 0..<d {
                var sum = means[c * d + i]
                for j in 0..<d { sum += mixing[(c * d + i) * d + j] * z[j] }
                values.append(sum)
            }
        }
        let x = Tensor(values, shape: [n, d])
        let start = Tensor(Array(values[..<(k * d)]), shape: [k, d])
        var last = 0.0
        try compare("mixture", "w09_gmm_em.py", peer: "sklearn", options) {
            last = try roundsOfEM(x, means: start, rounds: 20).last ?? .nan
        }
        if !options.json { print("  log-likelihood of a point before the last round: \(last / Double(n))") }
    }
}

struct TextCounting: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nb-text", abstract: "Naive Bayes over counted words, read, learned and predicted; workload 11 of the peers.")
    @OptionGroup var options: Options
    @Argument(help: "Documents as lines of a label, a tab and a text: the peers' file.") var file: String

    func run() throws {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
        let rows = lines.filter { $0.count == 2 }
        let table = Frame([("x", .texts(rows.map { String($0[1]) })), ("y", .texts(rows.map { String($0[0]) }))], isTable: true)
        let cut = rows.count * 4 / 5
        let (train, test) = (table.rows(Array(0..<cut)), table.rows(Array(cut..<rows.count)))
        let context = Context(key: Key(seed: 0))
        guard let family = ModelCatalog.family(named: "NaiveBayes"), let x = test["x"], case .texts(let truth)? = test["y"] else { return }
        let model = try family.make(Frame(family.settings.map { ($0.name, $0.value) }, isTable: false))
        var hits = 0
        try compare("nb-text", "w11_nb_text.py", peer: "sklearn_count", options) {
            guard let fitted = try model.fit(train, weights: nil, context) as? any Predicts,
                case .texts(let found) = try fitted.predict(x, context)
            else { return }
            hits = zip(found, truth).filter { $0 == $1 }.count
        }
        if !options.json { print("  accuracy \(Double(hits) / Double(max(1, truth.count))) of \(rows.count) documents") }
    }
}
