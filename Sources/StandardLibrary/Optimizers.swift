import Diagnostics
import Language
import Layers
import Tensors

/// The optimisers and schedules, a row each.
enum OptimizerRows {
    /// What every optimiser takes besides its own settings.
    private static let common = "schedule: none, clip: none, average: none, accumulate: 1, steps: none"
    private static let commonSummary =
        "`schedule` is cosine or staircase; `clip` bounds the norm of all gradients; `average` keeps a moving average of the weights; `accumulate` averages gradients over so many steps; `steps` is for minimize."

    static let rows: [Builtin] = [
        row("SGD(rate, momentum: 0, nesterov: false", "Stochastic gradient descent, with momentum if told.") {
            (call, rest) throws(Diagnostic) in
            SGD(
                try call.number(0), momentum: try fraction(call, 1), nesterov: try call.bool(2), schedule: rest.schedule,
                clipNorm: rest.clip)
        },
        row("Adam(rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8", "Adam (Kingma and Ba, 2015).") { (call, rest) throws(Diagnostic) in
            Adam(
                try call.number(0), beta1: try fraction(call, 1), beta2: try fraction(call, 2), epsilon: try amount(call, 3),
                schedule: rest.schedule,
                clipNorm: rest.clip)
        },
        row(
            "AdamW(rate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01",
            "Adam with decoupled weight decay (Loshchilov and Hutter, 2019), which spares vectors and numbers."
        ) { (call, rest) throws(Diagnostic) in
            Adam(
                try call.number(0), beta1: try fraction(call, 1), beta2: try fraction(call, 2), epsilon: try amount(call, 3),
                decay: try amount(call, 4), schedule: rest.schedule, clipNorm: rest.clip)
        },
        row("RMSprop(rate: 0.01, smoothing: 0.99, epsilon: 1e-8", "RMSprop (Tieleman and Hinton, 2012).") {
            (call, rest) throws(Diagnostic) in
            RMSprop(
                try call.number(0), smoothing: try fraction(call, 1), epsilon: try amount(call, 2), schedule: rest.schedule,
                clipNorm: rest.clip)
        },
        row("Lion(rate: 0.0001, beta1: 0.9, beta2: 0.99, decay: 0", "Lion (Chen et al., 2023).") { (call, rest) throws(Diagnostic) in
            Lion(
                try call.number(0), beta1: try fraction(call, 1), beta2: try fraction(call, 2), decay: try amount(call, 3),
                schedule: rest.schedule,
                clipNorm: rest.clip)
        },
        Builtin(
            "LBFGS(steps: 2000, tolerance: 1e-7)", chapter: TrainingChapter.title,
            "Limited-memory BFGS, a method of minimize for smooth functions without draws.",
            examples: [.init("round(minimize(x -> (x - 3)^4, 0, method: LBFGS(tolerance: 1e-12)), digits: 2)", "3")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            .record([("steps", .number(Double(try call.integer(0, in: 1...1_000_000)))), ("tolerance", .number(try amount(call, 1)))])
        },
        Builtin(
            "cosine(steps, warmup: 0, floor: 0)", chapter: TrainingChapter.title,
            "A schedule: the learning rate goes up over the warm-up, then down along half a cosine, to `floor` times the full rate at the last step.",
            examples: [
                .init(
                    "w = 1\nfor i in 0..<100 { w = step(w, w -> w^2, Adam(0.1, schedule: cosine(100, warmup: 10))) }\nabs(w) < 0.1", "true")
            ]
        ) { (call: Call) throws(Diagnostic) -> Value in
            .record([
                ("steps", .number(Double(try call.integer(0, in: 1...1_000_000_000)))),
                ("warmup", .number(Double(try call.integer(1, in: 0...1_000_000_000)))), ("floor", .number(try part(call, 2))),
            ])
        },
        Builtin(
            "staircase(every, factor: 0.1)", chapter: TrainingChapter.title,
            "A schedule: the learning rate is multiplied by a factor after every so many steps.",
            examples: [.init("w = 1\nfor i in 0..<2 { w = step(w, w -> w, SGD(1, schedule: staircase(1, factor: 0.5))) }\nw", "-0.5")]
        ) { (call: Call) throws(Diagnostic) -> Value in
            .record([("every", .number(Double(try call.integer(0, in: 1...1_000_000_000)))), ("factor", .number(try amount(call, 1)))])
        },
    ]

    /// What every optimiser takes.
    private struct Common {
        var schedule: Schedule
        var clip: Double?
    }

    private static func row(
        _ signature: String, _ summary: String, _ make: @escaping @Sendable (Call, Common) throws(Diagnostic) -> any Optimizer
    ) -> Builtin {
        Builtin(
            "\(signature), \(common))", chapter: TrainingChapter.title, "\(summary) \(commonSummary)",
            examples: [.init(example(of: signature), "3")]
        ) {
            (call: Call) throws(Diagnostic) -> Value in
            let rate = try call.number(0)
            guard rate > 0, rate.isFinite else {
                throw call.wrong(0, "the learning rate must be above 0, and it is \(formatNumber(rate))")
            }
            let first = call.values.count - 5
            let clip = try call.numberIfGiven(first + 1)
            if let clip, !(clip > 0) { throw call.wrong(first + 1, "clip must be above 0, and it is \(formatNumber(clip))") }
            var optimizer = try make(call, Common(schedule: try schedule(call, first), clip: clip))
            let count = try call.integer(first + 3, in: 1...1_000_000)
            if count > 1 { optimizer = Accumulated(optimizer, count: count) }
            if call.isGiven(first + 2) { optimizer = Averaged(optimizer, decay: try fraction(call, first + 2)) }
            let given = call.values.indices.filter { call.spans[$0] != nil }.map { index in
                index == 0 ? call[0].shown() : "\(call.signature.parameters[index].name): \(call[index].shown())"
            }
            return .object(
                Object(
                    .optimizer(
                        Method(
                            optimizer, text: "\(call.name)(\(given.joined(separator: ", ")))",
                            steps: try call.integerIfGiven(first + 4, in: 1...1_000_000_000)))))
        }
    }

    /// A parabola, whose bottom every optimiser finds.
    private static func example(of signature: String) -> String {
        let name = signature.prefix { $0 != "(" }
        return "round(minimize(x -> (x - 3)^2, 2, method: \(name)(0.01, steps: 2000)), digits: 1)"
    }

    /// A number from 0 to below 1: how much of what was stays.
    private static func fraction(_ call: Call, _ index: Int) throws(Diagnostic) -> Double {
        let number = try call.number(index)
        guard number >= 0, number < 1 else { throw outside(call, index, "from 0 to below 1", number) }
        return number
    }

    /// A number that is not negative.
    private static func amount(_ call: Call, _ index: Int) throws(Diagnostic) -> Double {
        let number = try call.number(index)
        guard number >= 0, number.isFinite else { throw outside(call, index, "a number from 0", number) }
        return number
    }

    private static func outside(_ call: Call, _ index: Int, _ range: String, _ number: Double) -> Diagnostic {
        call.wrong(index, "\(call.signature.parameters[index].name) must be \(range), and it is \(formatNumber(number))")
    }

    /// A number from 0 to 1.
    private static func part(_ call: Call, _ index: Int) throws(Diagnostic) -> Double {
        let number = try call.number(index)
        guard number >= 0, number <= 1 else {
            throw call.wrong(index, "\(call.signature.parameters[index].name) must be between 0 and 1, and it is \(number)")
        }
        return number
    }

    private static func schedule(_ call: Call, _ index: Int) throws(Diagnostic) -> Schedule {
        guard call.isGiven(index) else { return .constant }
        if case .record(let record) = call[index] {
            if let steps = record["steps"]?.single, let warmup = record["warmup"]?.single, let floor = record["floor"]?.single {
                return .cosine(steps: Int(steps), warmup: Int(warmup), floor: floor)
            }
            if let every = record["every"]?.single, let factor = record["factor"]?.single {
                return .step(every: Int(every), factor: factor)
            }
        }
        throw call.wrong(index, "schedule must be cosine(steps) or staircase(every), and it is \(call[index].kindName)")
    }
}
