import Diagnostics
import Dispatch
import Sessions
import Synchronization
import Testing

/// What a session sends, gathered.
private final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var console: Console {
        Console { event in
            let line: String? =
                switch event {
                case .output(let text): "out \(text)"
                case .result(let bundle, let count): "result \(count) \(bundle.text)"
                case .failed(let diagnostic): "failed \(diagnostic.message)"
                case .display(let bundle, _): "display \(bundle.text)"
                case .clear: "clear"
                case .note(let text): "note \(text)"
                case .started, .update, .progress: nil
                }
            if let line { self.lines.withLock { $0.append(line) } }
        }
    }
}

@Test func cellsKeepWhatTheyBind() {
    let session = Session()
    let log = Log()
    for cell in ["x = 20", "print(\"hi\"); x + 1", "y = 1\nnothing_here", "y + ans", "1;"] { _ = session.run(cell, console: log.console) }
    #expect(log.all == ["out hi\n", "result 2 21", "failed nothing is called nothing_here", "result 4 22"])
    #expect(session.executionCount == 5)
}

@Test func drawsAreFixedBySeedAndCell() {
    func draws(_ cells: [String], seed: UInt64 = 0) -> [String] {
        var options = Session.Options()
        options.seed = seed
        let session = Session(options: options)
        let log = Log()
        for cell in cells { _ = session.run(cell, console: log.console) }
        return log.all.map { $0.split(separator: " ", maxSplits: 2).dropFirst(2).joined() }
    }
    let cell = "sample(Normal(0, 1))"
    let first = draws([cell, cell])
    #expect(first == draws([cell, cell]) && first[0] != first[1])
    #expect(draws([cell], seed: 1)[0] != first[0])
    // seed(n) starts again as in a first cell, also for the cells after it.
    #expect(Array(draws([cell, "seed(0); \(cell)", cell])[1...]) == first)
}

@Test func anInterruptStopsTheCellAndKeepsTheBindings() {
    let session = Session()
    let log = Log()
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { session.interrupt() }
    let outcome = session.run("a = 7\nwhile true {}", console: log.console)
    #expect(outcome.diagnostic?.kind == .interrupted)
    let late = session.run("while true {}", timeLimit: 0.2, console: log.console)
    #expect(late.diagnostic?.kind == .timedOut)
    #expect(session.run("a", console: log.console).diagnostic == nil && log.all.last?.hasSuffix(" 7") == true)
}

/// Training stopped by an interrupt and gone on with is training that was never stopped, bit by bit: weights, the optimiser's state and the
/// number of the step are those of the last whole round.
@Test func trainingGoesOnFromAnInterrupt() {
    let start = """
        x = sin(arange(6000)).reshape(200, 30); y = cos(arange(400)).reshape(200, 2)
        net = MLP(30, 64, 2); other = MLP(2, 4, 1); done = 0
        """
    // Two networks a round: an interrupt between the two would leave them at different steps.
    let rounds = """
        while done < 400 {
          net = step(net, n -> mse(n(x), y), Adam(1e-3, schedule: cosine(400, warmup: 50)))
          other = step(other, o -> mean(o(y)^2), Adam(1e-2))
          done = done + 1
        }
        """
    let show = "print(sum(net(x)), sum(other(y)), net.steps, other.steps, net.loss)"
    func trained(interrupting: Bool) -> (text: String?, stops: Int) {
        let session = Session()
        let log = Log()
        _ = session.run("seed(1)", console: log.console)
        #expect(session.run(start, console: log.console).diagnostic == nil)
        var stops = 0
        while true {
            if interrupting, stops < 3 { DispatchQueue.global().asyncAfter(deadline: .now() + 0.02) { session.interrupt() } }
            let outcome = session.run(rounds, console: log.console)
            guard let diagnostic = outcome.diagnostic else { break }
            #expect(diagnostic.kind == .interrupted)
            stops += 1
            guard stops < 20 else { break }
        }
        #expect(session.run(show, console: log.console).diagnostic == nil)
        return (log.all.last, stops)
    }
    let whole = trained(interrupting: false)
    let parts = trained(interrupting: true)
    #expect(whole.text == parts.text && whole.text?.contains("400 400") == true)
}

@Test func questionsAboutSource() {
    let session = Session()
    _ = session.run("record = (mean: 1, sd: 2); half(value) = value / 2", console: Log().console)
    let complete: [(String, Session.Completeness)] = [
        ("1 + 1", .complete), ("f(x) = {", .incomplete(indent: "  ")), ("[1,", .incomplete(indent: "")), ("1 )", .invalid),
        ("a = 1 +", .incomplete(indent: "")),
    ]
    for (code, expected) in complete { #expect(session.completeness(of: code) == expected, "\(code)") }
    let completions: [(String, String)] = [
        ("samp", "sample"), ("reco", "record"), ("record.m", "mean"), ("half(va", "value:"), ("σ = samp", "sample"), ("whi", "while"),
        ("Normal(me", "mean:"), ("dataset(\"ir", "iris"), ("record.", "sd"), ("record.sum", "sum"),
    ]
    for (code, expected) in completions {
        let found = session.completions(of: code, cursor: code.unicodeScalars.count)
        #expect(found.items.contains { $0.text == expected }, "\(code): \(found.items.map(\.text))")
    }
    // Every function can follow a dot; the fields are what one looks for.
    #expect(session.completions(of: "record.", cursor: 7).items.map(\.text) == ["mean", "sd"])
    #expect(session.inspect("sample", cursor: 3)?.text.contains("sample(m") == true)
    #expect(session.inspect("record", cursor: 3)?.text.contains("a record") == true)
    #expect(session.inspect("qqqq", cursor: 1) == nil)
}
