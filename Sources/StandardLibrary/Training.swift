import Diagnostics
import Language
import Layers
import Tensors

/// Gradients, and training by hand.
enum TrainingChapter {
    static let title = "Training"

    static let rows: [Builtin] =
        [
            Builtin(
                "gradient(f)", chapter: title,
                "The gradient of a function: a function of the same arguments that gives the gradient in the first, which may be a number, a tensor, or a record, tuple or list of them.",
                examples: [
                    .init("gradient(x -> x^3)(2)", "12"), .init("gradient(w -> sum(w^2))([1, 2])", "[2, 4]"),
                    .init("gradient(p -> p.a * p.b)((a: 2, b: 3))", "(a: 3, b: 2)"),
                ]
            ) { (call: Call) throws(Diagnostic) -> Value in
                let function = try call.function(0)
                return .function(
                    Callable(
                        Builtin("gradient(x...)", chapter: title, "A gradient.") { (inner: Call) throws(Diagnostic) -> Value in
                            try inner.machine.gradient(of: function, inner.rest(0), span: inner.span)
                        }))
            },
            Builtin(
                "hessian(f)", chapter: title, "The second derivatives of a function in its first argument: a function that gives a matrix.",
                examples: [.init("hessian(x -> x[0]^2 * x[1])([1, 2])", "[[4, 2],\n [2, 0]]")]
            ) { (call: Call) throws(Diagnostic) -> Value in
                let function = try call.function(0)
                return .function(
                    Callable(
                        Builtin("hessian(x...)", chapter: title, "Second derivatives.") { (inner: Call) throws(Diagnostic) -> Value in
                            try inner.machine.hessian(of: function, inner.rest(0), span: inner.span)
                        }))
            },
            Builtin(
                "minimize(f, start, method: none)", chapter: title,
                "Where a function is smallest, from a start: by L-BFGS, or by an optimiser's steps, `Adam(1e-2, steps: 500)`. What it gives has the start's structure.",
                examples: [.init("round(minimize(x -> (x - 2)^2, 0), digits: 6)", "2")]
            ) { (call: Call) throws(Diagnostic) -> Value in
                let function = try call.function(0)
                if case .object(let object) = call[2], case .optimizer(let method) = object.kind {
                    return try call.machine.minimize(function, call[1], method, span: call.span)
                }
                var (rounds, tolerance) = (2000, 1e-7)
                if case .record(let settings) = call[2] {
                    rounds = Int(settings["steps"]?.single ?? 2000)
                    tolerance = settings["tolerance"]?.single ?? 1e-7
                } else if call.isGiven(2) {
                    throw call.mustBe(2, "LBFGS() or an optimiser, as Adam(1e-2, steps: 500)")
                }
                return try call.machine.minimizeSmoothly(function, call[1], rounds: rounds, tolerance: tolerance, span: call.span)
            },
            Builtin(
                "step(value, loss, optimizer)", chapter: title,
                "One step of training: the value with its weights moved to lessen the loss, a function of the value. `value.loss` is the loss before the step. Whatever else the loss reads is an input; the step is compiled the first time.",
                examples: [.init("w = 1\nfor i in 0..<100 { w = step(w, w -> (w - 3)^2, SGD(0.1)) }\nround(w, digits: 6)", "3")]
            ) { (call: Call) throws(Diagnostic) -> Value in
                try call.machine.step(call[0], loss: try call.function(1), optimizer: call[2], at: call.span)
            },
            Builtin(
                "batches(x, size, epochs: 1, shuffle: true, seed: none)", chapter: title,
                "The rows of a tensor, list or table, or of a tuple or record of them, in parts of so many, for a loop. Each epoch goes through all rows, in an order of its own unless `shuffle: false`.",
                examples: [.init("s = 0\nfor b in batches([1, 2, 3], 2, epochs: 5) { s = s + sum(b) }\ns", "30")]
            ) { (call: Call) throws(Diagnostic) -> Value in
                let size = try call.integer(1, in: 1...1_000_000_000)
                let epochs = try call.integer(2, in: 0...1_000_000_000)
                let key = try call.bool(3) ? try call.key(seed: 4) : nil
                return .object(Object(.batches(try Batches(call[0], size: size, epochs: epochs, key: key))))
            },
            Builtin(
                "averaged(value)", chapter: title,
                "The value with the moving averages of its weights in their place, where the optimiser was told to keep them, `average: 0.999`.",
                examples: [
                    .init(
                        "w = 0\nfor i in 0..<200 { w = step(w, w -> (w - 3)^2, SGD(0.1, average: 0.9)) }\nround(averaged(w), digits: 4)",
                        "3")
                ]
            ) { (call: Call) throws(Diagnostic) -> Value in try call[0].averagedWeights() },
            Builtin(
                "plan(f, x...)", chapter: title,
                "How a function of numbers and its gradient are computed, as text: the operations recorded for these arguments, then the loops and products that they become.",
                examples: [.init("startswith(plan(w -> sum(w^2), zeros(3)), \"The function, recorded\")", "true")]
            ) { (call: Call) throws(Diagnostic) -> Value in
                .string(try call.machine.plan(of: try call.function(0), call.rest(1), span: call.span))
            },
            Builtin(
                "detach(x)", chapter: title, "x, through which no gradient passes.",
                examples: [.init("gradient(x -> x * detach(x))(3)", "3")]
            ) { (call: Call) throws(Diagnostic) -> Value in .of(try call.tensor(0).detached()) },
        ] + OptimizerRows.rows
}
