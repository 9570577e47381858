import Diagnostics
import Foundation
import Tensors
import Testing

/// Networks and weights in files, as programs write and read them.
@Suite struct SavedNetworkTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latent-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// A network that took two steps, and data.
    private static let trained = """
        x = sin(reshape(0..<24, 8, 3))
        net = Chain(Dense(3, 4), tanh, BatchNorm(), Dense(2))
        for i in 0..<2 { net = step(net, n -> mean((n(x) - 0.5)^2), Adam(1e-2)) }

        """

    @Test func whatIsSavedGivesTheSameBits() throws {
        let cases = [
            ("save(net, \"n.latentmodel\"); m = load(\"n.latentmodel\"); all(m(x) == net(x))", "true"),
            ("(m.count, m.weights[\"2.mean\"].shape)", "(34, [4])"),
            ("(m.steps, m.loss == net.loss, load(\"n.latentmodel\").gradient_norm == net.gradient_norm)", "(2, true, true)"),
            (
                "loss = n -> mean((n(x) - 0.5)^2); m = step(m, loss, Adam(1e-2)); one = step(net, loss, Adam(1e-2)); "
                    + "(m.steps, all(m(x) == one(x)), all(m(x) == net(x)))", "(3, true, false)"
            ),
            ("m = step(load(\"n.latentmodel\"), loss, SGD(1e-2)); m.steps", "1"),
            (
                "d = (a: Dense(3, 2), b: Dense(3, 2)); d = step(d, d -> mean((d.a(x) - d.b(x))^2), Adam(1e-2)); save(d, \"d.latentmodel\"); "
                    + "e = load(\"d.latentmodel\"); e = step(e, d -> mean((d.a(x) - d.b(x))^2), Adam(1e-2)); (e.a.steps, d.a.steps)",
                "(1, 1)"
            ),
            (
                "pair = (G: net, D: MLP(2, 3, 1), rounds: 5, name: \"pair\"); save(pair, \"p.latentmodel\"); q = load(\"p.latentmodel\"); "
                    + "(all(q.D(q.G(x)) == pair.D(pair.G(x))), q.rounds, q.name)", "(true, 5, \"pair\")"
            ),
            (
                "iris = dataset(\"iris\"); j = fit(NaiveBayes(), iris, y: \"class\"); save((net: net, judge: j), \"b.latentmodel\"); "
                    + "b = load(\"b.latentmodel\"); all(predict(b.judge, iris) == predict(j, iris))", "true"
            ),
            ("save(net, \"n.safetensors\"); w = load(\"n.safetensors\"); columns(w)[0..<3]", "[\"0.weight\", \"0.bias\", \"2.scale\"]"),
            ("(w[\"0.weight\"].type, all(w[\"0.weight\"] == net.weights[\"0.weight\"]))", "(\"float32\", true)"),
            (
                "fresh = Chain(Dense(3, 4), tanh, BatchNorm(), Dense(2), input: [3]); r = restore(fresh, \"n.safetensors\"); "
                    + "(all(fresh(x) == net(x)), all(r(x) == net(x)))", "(false, true)"
            ),
            ("w[\"3.bias\"] = [1, 2]; restore(net, w).weights[\"3.bias\"]", "[1, 2]"),
            ("all(restore(MLP(2, 3, 1), pair.D.weights)(net(x)) == pair.D(net(x)))", "true"),
            (
                "save((a: [[1, 2]], b: (c: int32([3, 4]), d: true), n: 2, l: ([1, 2], 3)), \"t.safetensors\")", ""
            ),
            ("t = load(\"t.safetensors\"); t", "(a: [[1, 2]], b.c: [3, 4], b.d: true, n: 2, l.0: [1, 2], l.1: 3)"),
            ("(t.a.type, t[\"b.c\"].type)", "(\"float64\", \"int32\")"),
            ("save((x: [1, missing]), \"x.safetensors\"); load(\"x.safetensors\").x", "[1, missing]"),
            (
                "save((G: net, D: pair.D), \"g.safetensors\"); s = restore((G: fresh, D: MLP(2, 3, 1)), \"g.safetensors\"); "
                    + "all(s.D(s.G(x)) == pair.D(net(x)))", "true"
            ),
        ]
        try withFolder { folder in
            let runner = Runner(directory: folder)
            _ = try runner.run(SavedNetworkTests.trained)
            for (code, expected) in cases {
                do throws(Diagnostic) { #expect(try runner.run(code) == expected, "\(code)") } catch { Issue.record("\(code): \(error)") }
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let cases = [
            ("restore(MLP(3, 4, 2), \"n.safetensors\")", "the weights 2.weight of Dense(4, 2) have shape [4, 2]"),
            ("restore(MLP(3, 4), \"n.safetensors\")", "nothing takes the weights 2.weight, 2.bias"),
            ("restore(MLP(3, 4, 5, 1), \"n.safetensors\")", "there are no weights 4.weight, which Dense(5, 1) needs | there are 0.weight"),
            ("restore(Dense(4), \"n.safetensors\")", "Dense(4) has no weights yet"),
            ("restore(MLP(3, 4, 5), \"m.safetensors\")", "n.safetensors"),
            ("save(Dense(4), \"d.safetensors\")", "Dense(4) has no weights yet"),
            ("save((a: \"text\"), \"d.safetensors\")", "a is a string"), ("save([1, 2], \"d.safetensors\")", "by name"),
            ("save(x -> x, \"d.latentmodel\")", "a function"), ("save((f: x -> x), \"d.latentmodel\")", "something else: a record"),
            ("save(Normal(0, 1), \"d.latentmodel\")", "Normal distribution cannot be saved"),
            ("save(MLP(3, 4), \"d.json\")", "a network"), ("save(MLP(3, 4), \"d\")", ".latentmodel"),
            ("save(NaiveBayes(), \"d.latentmodel\")", "has not been fitted"),
            ("save(\"text\", \"d.txt\"); save(1, \"e.latentmodel\"); load(\"e.latentmodel\") + load(\"d.safetensors\")", "d.safetensors"),
        ]
        try withFolder { folder in
            let runner = Runner(directory: folder)
            _ = try runner.run("save(MLP(3, 4, 5), \"n.safetensors\")")
            for (code, expected) in cases {
                let message = runner.failure(code) ?? "no error"
                #expect(message.contains(expected), "\(code): \(message)")
            }
            // A file cut short or changed is an error or a value.
            try Data([0, 1, 2]).write(to: URL(fileURLWithPath: folder + "/bad.safetensors"))
            #expect(runner.failure("load(\"bad.safetensors\")")?.contains("begins with 8 bytes") == true)
        }
    }

    /// Bytes changed at random: what loads can be called and trained, the rest is an error.
    @Test func damagedFilesNeverCrash() throws {
        try withFolder { folder in
            let runner = Runner(directory: folder)
            _ = try runner.run(SavedNetworkTests.trained + "loss = n -> mean((n(x) - 0.5)^2); save(net, \"n.latentmodel\")")
            let original = Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/n.latentmodel")))
            var generator = Key(seed: 4).generator()
            var (loaded, refused) = (0, 0)
            for _ in 0..<400 {
                var bytes = original
                for _ in 0...generator.below(2) {
                    // Half of the changes make a digit another digit, which is most likely to be read.
                    let places = generator.below(2) == 0 ? Array(bytes.indices) : bytes.indices.filter { (48...57).contains(bytes[$0]) }
                    let place = places[generator.below(places.count)]
                    bytes[place] = places.count == bytes.count ? UInt8(generator.below(256)) : UInt8(48 + generator.below(10))
                }
                try Data(bytes).write(to: URL(fileURLWithPath: folder + "/m.latentmodel"))
                let failure = runner.failure("m = load(\"m.latentmodel\"); m(x); step(m, loss, Adam(1e-2))(x)")
                if failure == nil { loaded += 1 } else { refused += 1 }
            }
            #expect(loaded > 20 && refused > 100)
        }
    }
}
