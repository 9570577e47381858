import Diagnostics
import Foundation
import Language
import Synchronization
import Tensors

/// Runs source in an interpreter with a handful of functions, on a thread with a deep stack.
func evaluate(_ source: String, cells: [String] = [], seed: UInt64 = 0) -> Result<String, Diagnostic> {
    let result = Mutex<Result<String, Diagnostic>>(.success(""))
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
        let outcome = run(source, after: cells, seed: seed)
        result.withLock { $0 = outcome }
        done.signal()
    }
    thread.stackSize = 256 << 20
    thread.start()
    done.wait()
    return result.withLock { $0 }
}

private func run(_ source: String, after cells: [String], seed: UInt64) -> Result<String, Diagnostic> {
    let machine = Machine(seed: seed, directory: ".", interrupt: Interrupt(), stackSize: 256 << 20)
    var builtins: [String: Value] = [:]
    for row in functions { builtins[row.name] = .function(Callable(row)) }
    let interpreter = Interpreter(machine: machine, builtins: builtins) { (path) throws(Diagnostic) in
        guard path.hasSuffix("helpers.latent") else { throw Diagnostic("there is no file \(path)") }
        return "twice(x) = 2 * x"
    }
    do throws(Diagnostic) {
        var count = 0
        for cell in cells {
            count += 1
            _ = try interpreter.run(SourceText(name: "cell \(count)", text: cell))
        }
        let value = try interpreter.run(SourceText(name: "cell \(count + 1)", text: source)).shown
        return .success(value?.shown() ?? "")
    } catch {
        return .failure(error)
    }
}

/// Enough of a library for the constructs of the language.
private let functions: [Builtin] = [
    Builtin("len(x)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in
        if case .text(let text) = call[0] { return .number(Double(text.count)) }
        return .number(Double(try call.items(0).count))
    },
    Builtin("str(x)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in .string(call[0].plainText()) },
    Builtin("map(xs, f)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in
        gathered(try call.items(0).map { (item) throws(Diagnostic) in try call.apply(call[1], [item]) })
    },
    Builtin("sum(x)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).sum()) },
    Builtin("append(xs, x)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in
        var xs = call[0]
        try xs.append(call[1])
        return xs
    },
    Builtin("table(**)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in .table(Record(call.others)) },
    Builtin("zeros(n)", chapter: "", "") { (call: Call) throws(Diagnostic) -> Value in
        .tensor(Tensor([Double](repeating: 0, count: try call.integer(0))))
    },
]
