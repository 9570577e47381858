import Diagnostics
import Graphs
import Language
import Layers
import Tensors

// What is said of networks and what they are trained on.
extension NetworkChapter {
    private static func loss(
        _ signature: String, _ summary: String, _ examples: [Builtin.Example],
        check: @escaping @Sendable (Tensor, Tensor) throws(Diagnostic) -> Void = { (_, _) throws(Diagnostic) in },
        _ make: @escaping @Sendable (Symbol, Symbol) throws(Diagnostic) -> Symbol
    ) -> Builtin {
        Builtin(signature, chapter: title, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            let (x, y) = (try call.tensor(0), try call.tensor(1))
            guard x.count > 0 else { throw call.wrong(0, "\(call.name) is a mean, and there is nothing to take it of") }
            try check(x, y)
            let known = Trace.of([x, y])
            let trace = known ?? Trace()
            let (a, b) = (try trace.symbol(x), try trace.symbol(y))
            let result = trace.tensor(try make(a.dtype.isFloat ? a : a.converted(to: .float64), b))
            return .of(known == nil ? result.settled() : result)
        }
    }

    static let verbs: [Builtin] = [
        loss("mse(x, target)", "The mean of squared differences.", [.init("mse([1, 2], [1, 4])", "2")]) { (x, y) throws(Diagnostic) in
            try fit(x, y)
            return Losses.squared(x, y)
        },
        loss(
            "bce(logits, target)", "The mean of minus the log probability of bits, from logits; `target` may be one number for all.",
            [.init("round(bce([0, 0], 1), digits: 6)", "0.693147")], check: bits
        ) { (x, y) throws(Diagnostic) in
            try fit(x, y)
            return Losses.binaryCrossEntropy(x, y)
        },
        loss(
            "crossentropy(logits, labels)",
            "The mean of minus the log probability of classes, from logits along the last axis; labels are whole numbers from 0.",
            [.init("round(crossentropy([[0, log(3)]], [1]), digits: 6)", "0.287682")],
            check: labels
        ) { (x, y) throws(Diagnostic) in try Losses.crossEntropy(x, y) },
        loss(
            "huber(x, target)", "The mean of absolute differences, rounded off to a square below 1.",
            [.init("huber([0, 3], [0, 0])", "1.25")]
        ) {
            (x, y) throws(Diagnostic) in
            try fit(x, y)
            return Losses.huber(x, y)
        },
    ]

    /// Checks targets that are known to be bits or their probabilities.
    private static func bits(_ logits: Tensor, _ target: Tensor) throws(Diagnostic) {
        guard let value = target.known?.doubles.first(where: { !($0 >= 0 && $0 <= 1) }) else { return }
        throw Diagnostic("bce takes targets from 0 to 1, and one is \(formatNumber(value))", help: "for classes use crossentropy")
    }

    /// Checks labels that are known to be those of classes.
    private static func labels(_ logits: Tensor, _ target: Tensor) throws(Diagnostic) {
        if let classes = logits.shape.last { try target.checkPositions(below: classes, "crossentropy", "labels") }
    }

    /// A table of a network's layers with a line for all: the shapes they give, the weights they learn, the bytes they keep. Nil for what is no
    /// network.
    static func summary(_ call: Call) throws(Diagnostic) -> Value? {
        guard case .object(let object) = call[0], case .network(let network) = object.kind else { return nil }
        do throws(Diagnostic) { try network.checkBegun() } catch { throw call.wrong(0, error.message, help: error.help) }
        let rows = try network.rows()
        return .table(
            Record(
                ["layer", "gives", "weights", "bytes"],
                [
                    .list(List(rows.map { .string($0.name) })), .list(List(rows.map { .string("\($0.output)") })),
                    .tensor(Tensor(rows.map { Double($0.count) })), .tensor(Tensor(rows.map { Double($0.bytes) })),
                ]))
    }

    /// Whether a target broadcasts to what it is compared with.
    private static func fit(_ x: Symbol, _ target: Symbol) throws(Diagnostic) {
        let shape = try? Shape.broadcast(x.shape, target.shape)
        guard shape == x.shape else {
            throw Diagnostic(
                "the target has shape \(target.shape), what it is compared with \(x.shape)",
                help: "reshape one of them; a single number serves for all")
        }
    }
}
